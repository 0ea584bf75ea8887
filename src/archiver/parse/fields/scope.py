"""What the fields of a card are read from: the parts of its page, and the parts of the card.

Both are values that every module of this folder takes. Elements, texts and hyperlinks are numbers of the
page's `Tree` and `Links`.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass

from archiver.parse.dates.find import Order
from archiver.parse.document.links import Links
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver
from archiver.parse.fields.columns import Cell
from archiver.parse.fields.markers import MarkedElements
from archiver.parse.fields.repeats import Repeats, TextPlace
from archiver.parse.listing.score import Member


@dataclass(slots=True)
class FieldText:
    """The value of a field, None where the card has none, and the texts that it is printed in."""

    value: str | None
    texts: Set[int]


@dataclass(frozen=True, slots=True)
class GroupScope:
    """A page, and what holds for all cards of the chosen group.

    `language` is the page's, `date_language` the same with the country of its host, `order` the order of
    numbers in its dates where they prove one.
    `shared_labels` are labels that the permalinks of many members have ("permalink", "#"): none is a title.
    `shared_fragment` is the end of all permalinks ("#comments"), if there is one: it names a part of a post.
    `outer_languages` are the languages declared around the members, by the parent element of each.
    `title_cells` are the titles of members that another column than the permalinks names, `date_cells` the
    dates in the column of dates, by first element.
    `marked_labels` are the labels in marked elements that the group bears out, by `Marker.CATEGORY` and
    `Marker.TAG`.
    `bylines` are the authors that only the words of their line tell, by the first element of the member.
    `badges` are texts that end several titles and are no part of them. `title_places` are the places of texts
    that most of the hyperlinks that wrap a card have.
    `range_places` hold pairs of numbers that are no days of a year ("11-19" are pages).
    `repeats` are texts that most members hold: none is a field. `marked` are the marked elements of each
    member, by its first element.
    """

    tree: Tree
    links: Links
    resolver: Resolver
    language: str | None
    date_language: str | None
    order: Order | None
    shared_labels: frozenset[str]
    shared_fragment: str
    outer_languages: dict[int, str | None]
    title_cells: dict[int, Cell]
    date_cells: Mapping[int, int]
    repeats: Repeats
    marked: dict[int, MarkedElements]
    marked_labels: dict[int, frozenset[str]]
    bylines: Mapping[int, FieldText]
    badges: frozenset[str]
    title_places: frozenset[TextPlace]
    range_places: frozenset[TextPlace]

    def texts(self, i: int) -> set[int]:
        """Return the texts of element *i*."""
        return set(range(self.tree.text_start[i], self.tree.text_end[i]))

    def hidden_texts(self, marked: MarkedElements) -> set[int]:
        """Return the texts of a card that are not shown."""
        return set().union(*map(self.texts, marked.hidden)) if marked.hidden else set()


@dataclass(slots=True)
class CardScope:
    """A member of the group, the rows of its hyperlinks, and its marked elements."""

    member: Member
    rows: range
    marked: MarkedElements


NO_FIELD = FieldText(None, frozenset())
"""A field that the card does not have."""
