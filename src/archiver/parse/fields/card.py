"""The fields of a card, read from one member of the chosen group.

The parts of the page and a member come in, a `Card` goes out. The fields are read in an order: a text that
is one field is not another, and the excerpt is what is left.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from archiver.models import Card
from archiver.parse.dates.find import (
    Order,
    find_order,
    find_order_of_urls,
    find_sequence_order,
    find_stated_order,
    is_date,
    is_in_numbers,
)
from archiver.parse.document.links import Links
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver, host
from archiver.parse.fields.authors import read_author
from archiver.parse.fields.bylines import bylines
from archiver.parse.fields.columns import Cell, is_file, own_text, title_cells
from archiver.parse.fields.date_columns import date_cells, range_places
from archiver.parse.fields.dates import read_date, read_updated
from archiver.parse.fields.excerpt import read_excerpt
from archiver.parse.fields.languages import date_language, outer_languages, read_language
from archiver.parse.fields.markers import marked_within
from archiver.parse.fields.pictures import read_picture
from archiver.parse.fields.repeats import find_repeats
from archiver.parse.fields.scope import CardScope, GroupScope
from archiver.parse.fields.taxonomy import group_labels, read_taxonomy
from archiver.parse.fields.titles import find_badges, find_title_places, read_title
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import Member, likely_title

_LONGEST_HINT = 40
"""Characters of an attribute that may say what a field of a form is for."""
_MIN_SHARED = 3
"""Permalinks of a group with one label, at the least, for the label to be no title."""


def group_scope(
    tree: Tree, links: Links, resolver: Resolver, members: list[Member], dated: Sequence[bool]
) -> GroupScope:
    """Collect what the cards of a group are read with.

    Args:
        tree: The page.
        links: Its hyperlinks.
        resolver: Resolves the URLs of the page.
        members: The members of the group.
        dated: For each text of the page whether it is short and holds a date.
    """
    dates = date_cells(tree, links, members, dated)
    order = _order(tree, links, members, dates, dated)
    labels = Counter(links.text[m.row] for m in members)
    least = max(_MIN_SHARED, len(members) // 2 + 1)
    repeats = find_repeats(tree, members)
    marked = {m.start: marked_within(tree, m.start, m.end) for m in members}
    places = [likely_title(tree, links, m) for m in members]
    titles = [_likely_title(tree, i, repeats.texts) for i in places]
    are_files = all(is_file(links.url[m.row]) for m in members)
    cells = title_cells(tree, members, titles, repeats.texts, are_files=are_files)
    of_titles = [_title_texts(tree, i, cells.get(m.start)) for m, i in zip(members, places, strict=True)]
    return GroupScope(
        tree=tree,
        links=links,
        resolver=resolver,
        language=tree.language,
        date_language=date_language(tree, host(resolver.base)),
        order=order,
        shared_labels=frozenset(label for label, count in labels.items() if count >= least),
        shared_fragment=_shared_fragment(links, members),
        outer_languages=outer_languages(tree, members),
        title_cells=cells,
        date_cells=dates,
        repeats=repeats,
        marked=marked,
        marked_labels=group_labels(tree, list(marked.values())),
        bylines=bylines(tree, members, of_titles),
        range_places=range_places(tree, members),
        badges=find_badges(tree, of_titles),
        title_places=find_title_places(tree, [links.element[m.row] for m in members]),
    )


def _order(
    tree: Tree, links: Links, members: list[Member], dates: Mapping[int, int], dated: Sequence[bool]
) -> Order | None:
    """Find the order of day and month in the dates of a group.

    The column of dates proves it, else the dates of the page; else the sequence of the column, the months in
    the URLs beside the dates, or what a form of the page asks for.
    """
    column = [tree.texts[k] for k in dates.values()]
    proven = (
        find_order(column) or find_order(itertools.compress(tree.texts, dated)) or find_sequence_order(column)
    )
    if proven:
        return proven
    in_numbers = [
        (tree.texts[k], links.url[m.row])
        for m in members
        for k in ([dates[m.start]] if m.start in dates else range(m.text_start, m.text_end))
        if dated[k] and is_in_numbers(tree.texts[k])
    ]
    if not in_numbers:
        return None
    return find_order_of_urls(in_numbers) or find_stated_order(
        itertools.chain(tree.texts, _short_values(tree))
    )


def _short_values(tree: Tree) -> Iterator[str]:
    """Yield the short values of attributes: some tell what a field of a form is for."""
    values = (value for attributes in tree.attributes for value in attributes.values())
    return (value for value in values if value and len(value) <= _LONGEST_HINT)


def _shared_fragment(links: Links, members: list[Member]) -> str:
    """Return the fragment that all permalinks end with ("#comments"), or an empty text."""
    fragments = {links.url[m.row].partition("#")[2] for m in members}
    fragment = fragments.pop() if len(fragments) == 1 and len(members) > 1 else ""
    return f"#{fragment}" if fragment else ""


def _likely_title(tree: Tree, i: int, repeated: frozenset[str]) -> str:
    """Return the text of the element that is likely a title.

    A date in it is left out, and a text that is *repeated* on most members: of "Item number: 12" the number
    is left.
    """
    start, end = tree.text_start[i], tree.text_end[i]
    if end - start < 2:
        return tree.text(i)
    return own_text(
        tree, [k for k in range(start, end) if not is_date(tree.texts[k])], repeated
    ) or tree.text(i)


def _title_texts(tree: Tree, i: int, cell: Cell | None) -> range:
    """Return the texts of a title in its cell, else in element *i*; none where that wraps a card's blocks."""
    if cell:
        return range(cell.start, cell.end)
    texts = range(tree.text_start[i], tree.text_end[i])
    return texts if len({tree.block[k] for k in texts}) < 2 else texts[:0]


def read_card(group: GroupScope, member: Member, rows: range, heading: Heading, list_number: int = 0) -> Card:
    """Read the card of a member.

    Args:
        group: What the members of its group share.
        member: The place of the card.
        rows: Its hyperlinks.
        heading: What stands above it.
        list_number: The number of its list on the page.
    """
    tree, links = group.tree, group.links
    card = CardScope(member, rows, group.marked[member.start])
    title = read_title(group, card)
    after_title = max(title.texts, default=member.text_start - 1) + 1
    dated = read_date(group, card, heading, title.texts)
    updated = read_updated(group, card.marked)
    author = read_author(group, card, title.texts)
    taken = title.texts | author.texts | group.hidden_texts(card.marked)
    taxonomy = read_taxonomy(group, card, taken)
    used = set(taken).union(dated.texts, updated.texts, taxonomy.texts)
    return Card(
        url=links.url[member.row].removesuffix(group.shared_fragment) or None,
        title=title.value,
        date=dated.iso,
        author=author.value,
        categories=tuple(taxonomy.categories),
        tags=tuple(taxonomy.tags),
        excerpt=read_excerpt(group, card, used, after_title),
        href=tree.attributes[links.element[member.row]].get("href"),
        printed=dated.printed,
        updated=updated.value or (dated.iso if dated.printed and dated.printed.place == "update" else None),
        image=read_picture(group, card),
        language=read_language(group, card),
        list_number=list_number,
    )
