"""What the fields of a card are read from: the parts of its page, and the parts of the card.

Both are values that every module of this folder takes. Elements, texts and hyperlinks are numbers of the
page's `Tree` and `Links`.
"""

from collections.abc import Set
from dataclasses import dataclass

from archiver.parse.dates.find import Order
from archiver.parse.document.links import Links
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver
from archiver.parse.fields.markers import MarkedElements
from archiver.parse.listing.score import Member


@dataclass(frozen=True, slots=True)
class GroupScope:
    """A page, and what holds for all cards of the chosen group.

    `language` is the page's, `order` the order of numbers in its dates where they prove one.
    `shared_labels` are labels that the permalinks of many members have ("permalink", "#"): none is a title.
    `outer_languages` are the languages declared around the members, by the parent element of each.
    """

    tree: Tree
    links: Links
    resolver: Resolver
    language: str | None
    order: Order | None
    shared_labels: frozenset[str]
    outer_languages: dict[int, str | None]

    def texts(self, i: int) -> set[int]:
        """Return the texts of element *i*."""
        return set(range(self.tree.text_start[i], self.tree.text_end[i]))


@dataclass(slots=True)
class CardScope:
    """A member of the group, the rows of its hyperlinks, and its marked elements."""

    member: Member
    rows: range
    marked: MarkedElements


@dataclass(slots=True)
class FieldText:
    """The value of a field, None where the card has none, and the texts that it is printed in."""

    value: str | None
    texts: Set[int]


NO_FIELD = FieldText(None, frozenset())
"""A field that the card does not have."""
