"""The column of dates of a group: the place of its template at which most members print a date.

A page and the members of a group come in; the text that is the date goes out for each member that has one at
that place. One row may mention a date elsewhere ("revised 5 March 2024" below a title), or have none in its
cell: the group decides which date is the card's, not the row. Titles that all hold a date are a column, too,
where there is no other. A place is the chain of elements from a text up
to its member, with the numbers of table cells and the label in front of the date.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from archiver.parse.dates.find import Order, find_date, find_order, has_date, is_date
from archiver.parse.dates.words import is_update_label
from archiver.parse.document.links import Links
from archiver.parse.document.tree import CELLS, LINE, Tree, spanned_rows
from archiver.parse.document.visible import INLINE
from archiver.parse.fields.columns import column_numbers
from archiver.parse.fields.repeats import TextPlace, text_place
from archiver.parse.listing.score import Member

Place = tuple[tuple[str, str | int], ...]
"""Tag and class (of a table's cell, its number) of each element from a text up to its member."""
_FEWEST = 3
"""Members from which on there is a majority."""
_SHARE, _SHARE_OF_LONG = 0.6, 0.8
"""Shares of the members that have a date in a column of dates, and in one of longer texts with a date."""
_LONGEST = 240
"""Characters of a longer text that may be read for its date."""
_AFTER = 40
"""Characters after the date of a longer text that does not begin with it, at most: prose goes on longer."""
_SORTED, _UNSORTED = 0.95, 0.8
"""Shares of neighbours in order: of a column that the list is sorted by, and of one that it is not."""
_DEEPEST, _MOST_CELLS = 12, 40
"""Elements of a place, and cells of a row, that are told apart."""
_MONTHS, _DAYS = 12, 31
_RANGE = re.compile(r"(\d{1,5})\s?[-–—/]\s?(\d{1,5})")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LABEL = re.compile(r"([^\W\d]+)\s?[:：]")


def date_cells(
    tree: Tree, links: Links, members: Sequence[Member], dated: Sequence[bool]
) -> Mapping[int, int]:
    """Return the text that holds the date of each member that has one in the column, by its first element.

    Args:
        tree: The page.
        links: Its hyperlinks.
        members: The members of the group.
        dated: For each text of the page whether it is short and holds a date.
    """
    if len(members) < _FEWEST:
        return {}
    columns: dict[Place, dict[int, int]] = defaultdict(dict)
    titles: dict[int, int] = {}
    starts = {member.start for member in members}
    for member in members:
        for k in range(member.text_start, member.text_end):
            if dated[k] and _is_title(tree, links, member, k):
                titles.setdefault(member.start, k)
            elif dated[k]:
                place = _place(tree, member, k)
                columns[place].setdefault(member.start, k)
                for row in starts.intersection(spanned_rows(tree, tree.block[k])):
                    columns[place].setdefault(row, k)
    filled = _with_repeats(tree, members, columns.values())
    shared = [cells for cells in filled if len(cells) >= _SHARE * len(members)]
    if len(shared) > 1:
        return _choose(tree, shared)
    if shared:
        return shared[0]
    has_few = len({start for cells in columns.values() for start in cells}) < (1 - _SHARE) * len(members)
    if not has_few:
        return {}
    return titles if len(titles) >= _SHARE_OF_LONG * len(members) else _long_cells(tree, links, members)


def _with_repeats(
    tree: Tree, members: Sequence[Member], columns: Iterable[dict[int, int]]
) -> list[dict[int, int]]:
    """Return the columns of dates with the cells that are left empty where the date above holds on.

    Such a table is in the order of its dates, and prints none of them twice. Of several dates in one cell the
    first holds on: filling in the place of each would take the product of the places and the rows.
    """
    found = list(columns)
    if not any(_may_repeat(tree, members, cells) for cells in found):
        return found
    numbers = column_numbers(tree, members)
    empty: dict[int, set[int]] = defaultdict(set)  # rows, by the number of a column
    for cell, number in numbers.items():
        if not tree.size(cell):
            empty[number].add(tree.parents[cell])
    filled = []
    for cells in found:
        if _may_repeat(tree, members, cells):
            rows = empty.get(_column_of(tree, cells[members[0].start], numbers), set())
            if len(rows) + sum(row not in rows for row in cells) == len(members):
                filled.append(_held(members, cells))
                rows.clear()
                continue
        filled.append(cells)
    return filled


def _may_repeat(tree: Tree, members: Sequence[Member], cells: Mapping[int, int]) -> bool:
    """Return whether some rows of a table, from the first on, print dates in order, and none twice."""
    row = members[0].start
    if tree.tags[row] != "tr" or row not in cells or not _FEWEST <= len(cells) < len(members):
        return False
    printed = set(cells.values())
    return len({tree.texts[k] for k in printed}) == len(printed) and _sortedness(tree, cells) == 1


def _column_of(tree: Tree, text: int, numbers: Mapping[int, int]) -> int:
    """Return the number of the cell that holds a text, -1 where it is in none."""
    element = tree.owner[text]
    while element >= 0 and element not in numbers:
        element = tree.parents[element]
    return numbers.get(element, -1)


def _held(members: Sequence[Member], cells: Mapping[int, int]) -> dict[int, int]:
    """Return the date of each row: its own, or the one above."""
    held, above = {}, cells[members[0].start]
    for m in members:
        held[m.start] = above = cells.get(m.start, above)
    return held


def is_range(text: str) -> bool:
    """Return whether a text is two bare numbers: a day of a year, or pages ("11-19")."""
    return _RANGE.fullmatch(text) is not None


def range_places(tree: Tree, members: Sequence[Member]) -> frozenset[TextPlace]:
    """Return the places of a group where some of the pairs of bare numbers are no day of a year."""
    return frozenset(
        text_place(tree, k)
        for member in members
        for k in range(member.text_start, member.text_end)
        if tree.texts[k][0].isdecimal()
        and (pair := _RANGE.fullmatch(tree.texts[k]))
        and not _may_be_day(int(pair[1]), int(pair[2]))
    )


def _may_be_day(a: int, b: int) -> bool:
    """Return whether two numbers may be those of a month and a day."""
    return 0 < min(a, b) <= _MONTHS and max(a, b) <= _DAYS


def says_update(tree: Tree, k: int, before: str) -> bool:
    """Return whether what stands before a date calls it that of an update.

    Args:
        tree: The page.
        k: The text that the date stands in.
        before: What stands before the date in its text.
    """
    if not before.strip() and k and tree.gap[k] != LINE:
        before = tree.texts[k - 1]
    return is_update_label(before)


def _is_title(tree: Tree, links: Links, member: Member, k: int) -> bool:
    """Return whether a text belongs to the permalink's label or heading, and is not just a date."""
    owner, heading = tree.owner[k], links.heading[member.row]
    is_within = owner == links.element[member.row] or (heading >= 0 and tree.inside(owner, heading))
    return is_within and not is_date(tree.texts[k])


def _place(tree: Tree, member: Member, k: int) -> Place:
    """Return the place of a text in its member."""
    place: list[tuple[str, str | int]] = [("", _label_before(tree, k))]
    i = tree.owner[k]
    for _ in range(_DEEPEST):
        if i <= member.start:
            break
        tag, name = tree.tags[i], tree.classes[i]
        if name or tag not in INLINE:  # "<em><strong>" in one row is "<strong><em>" in the next
            place.append((tag, _cell_number(tree, i) if tag in CELLS else name))
        i = tree.parents[i]
    return tuple(place)


def _label_before(tree: Tree, k: int) -> str:
    """Return the last word of the label with a colon in a text, or right before it in its line."""
    label = _LABEL.search(tree.texts[k])
    if label is None and k and tree.gap[k] != LINE:
        label = _LABEL.search(tree.texts[k - 1])
    return label[1].casefold() if label else ""


def _cell_number(tree: Tree, cell: int) -> int:
    """Return the number of a table's cell in its row, as far as they are counted."""
    at, number = tree.parents[cell] + 1, 0
    while at < cell and number < _MOST_CELLS:
        at = tree.end[at]
        number += 1
    return number


def _choose(tree: Tree, columns: list[dict[int, int]]) -> dict[int, int]:
    """Choose the column of the cards' dates out of several that most members have.

    It is no column of updates, or of two dates each (a life, a season), its texts are dates and nothing else,
    and the list is sorted by it; the first, where none of this decides.
    """
    columns = [c for c in columns if not _is_of_updates(tree, c)] or columns
    columns = [c for c in columns if 2 * _count(_is_period, tree, c) < len(c)] or columns
    columns = [c for c in columns if 2 * _count(is_date, tree, c) > len(c)] or columns
    order = [_sortedness(tree, c) for c in columns]
    best = max(range(len(columns)), key=order.__getitem__)
    return columns[best if order[best] >= _SORTED and order[0] < _UNSORTED else 0]


def _count(test: Callable[[str], bool], tree: Tree, cells: dict[int, int]) -> int:
    """Count the texts of a column that pass a test."""
    return sum(test(tree.texts[k]) for k in cells.values())


def _is_period(text: str) -> bool:
    """Return whether a text has a day, and another date after it."""
    found = find_date(text)
    return found is not None and found.iso is not None and has_date(text[found.end :])


def _is_of_updates(tree: Tree, cells: dict[int, int]) -> bool:
    """Return whether the label or the header of a column says that its dates are those of updates."""
    k = next(iter(cells.values()))
    return is_update_label(tree.texts[k]) or is_update_label(label_of(tree, k))


def label_of(tree: Tree, k: int) -> str:
    """Return what stands before a text in its line, its term, or the header of its row or column."""
    if k and (tree.gap[k] != LINE or _defines(tree, tree.block[k - 1], tree.block[k])):
        return tree.texts[k - 1]
    cell = tree.block[k]
    return _column_header(tree, cell) if tree.tags[cell] == "td" else ""


def _defines(tree: Tree, before: int, block: int) -> bool:
    """Return whether a block is the term or the header of the block after it."""
    return tree.tags[before] in ("dt", "th") and tree.parents[before] == tree.parents[block]


def _column_header(tree: Tree, cell: int) -> str:
    """Return the text of the header above a cell, in the first row of its table; else an empty one."""
    row = table = tree.parents[cell]
    while table >= 0 and tree.tags[table] != "table":
        table = tree.parents[table]
    first = next((i for i in range(max(0, table), row) if tree.tags[i] == "tr"), row)
    header = first + 1
    for _ in range(_cell_number(tree, cell)):
        if header < tree.end[first]:
            header = tree.end[header]
    return tree.text(header) if header < tree.end[first] and tree.tags[header] == "th" else ""


def _sortedness(tree: Tree, cells: Mapping[int, int], order: Order | None = None) -> float:
    """Return the share of neighbours that are in the order of most; *order* is that of day and month."""
    found = [find_date(tree.texts[k], order=order) for k in cells.values()]
    days = [date.iso for date in found if date and date.iso]
    if len(days) < 3:
        return 1.0
    falls = sum(a >= b for a, b in pairwise(days))
    rises = sum(a <= b for a, b in pairwise(days))
    return max(falls, rises) / (len(days) - 1)


def _long_cells(tree: Tree, links: Links, members: Sequence[Member]) -> dict[int, int]:
    """Return the column of longer texts with one date, if most members have it.

    The texts begin or end with it; or they stand in the line of the permalink, and the list is in its order.
    """
    columns: dict[Place, dict[int, int]] = defaultdict(dict)
    at_edge: dict[Place, dict[int, int]] = defaultdict(dict)
    for member in members:
        for k, is_at_edge in _long_texts(tree, member):
            place = _place(tree, member, k)
            if is_at_edge:
                at_edge[place].setdefault(member.start, k)
            if is_at_edge or _is_beside(tree, links.element[member.row], k):
                columns[place].setdefault(member.start, k)
    least = _SHARE_OF_LONG * len(members)
    best = max(at_edge.values(), key=len, default={})
    if len(best) >= least:
        return best
    best = max(columns.values(), key=len, default={})
    texts = [tree.texts[k] for k in best.values()]
    order = find_order(texts)
    days = {found.iso for text in texts if (found := find_date(text, order=order))}
    is_sorted = len(days) > _FEWEST and _sortedness(tree, best, order) >= _SORTED
    return best if len(best) >= least and is_sorted else {}


def _is_beside(tree: Tree, link: int, k: int) -> bool:
    """Return whether a text stands in the block of the text of a hyperlink."""
    start = tree.text_start[link]
    return start < tree.text_end[link] and tree.block[start] == tree.block[k]


def _long_texts(tree: Tree, member: Member) -> Iterator[tuple[int, bool]]:
    """Yield the texts of a member that are longer than a date and have one, and whether it is at an end."""
    for k in range(member.text_start, member.text_end):
        text = tree.texts[k]
        if len(text) > _LONGEST or not _YEAR.search(text):
            continue
        found = find_date(text, order="mdy")  # any order: the place of the date is asked for
        if found and found.iso and not has_date(text[: found.start] + " | " + text[found.end :]):
            yield k, found.start == 0 or len(text) - found.end <= _AFTER
