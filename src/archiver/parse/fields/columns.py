"""The columns of a group: its members are rows, and what stands at one place of the template is a column.

A page and the members of a group come in; the column that holds the titles goes out, where the labels of the
permalinks are none. Tables of documents are such groups: the hyperlink is a number, "PDF" or an icon, and the
name stands in another cell. A place is a child of the member, by tag and class, and a line in it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from archiver.parse.dates.find import Order, find_date
from archiver.parse.document.links import width
from archiver.parse.document.tree import CELLS, LINE, Tree, spanned_rows
from archiver.parse.fields.markers import CONTENT
from archiver.parse.fields.repeats import join_texts
from archiver.parse.listing.score import Member

Place = tuple[str, str, int, int, bool]
"""The tag and class of a child, its number among those alike, a line in it, and whether it is in a link.

Text that stands in no child has an empty tag.
"""
_ENOUGH_COLUMNS = 25
"""Columns of a title that is as long as it needs to be."""
_ENOUGH_LABEL = 6
"""Columns of a label that is long enough to be a title, where nothing else says that it is none."""
_MOST_COLUMNS = 250
"""Columns: a longer text is no title."""
_SENTENCE = 50
"""Columns: a text of so many that ends as a sentence does is none, either."""
_ASIDE = re.compile(r"\s?\([^()]*\)$")
"""What is said in brackets after a name: "(12-345)", "(120 kB)"."""
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|odt|rtf)(?:$|[?#])", re.IGNORECASE)
_NUMBER = re.compile(r"\d[\d.,-]*")
_SENTENCE_ENDS = frozenset("。.!?！？…")
_ANY_ORDER: Order = "mdy"
"""The order of day and month where only the place of a date is asked for."""
_MARKS = frozenset(":–—-|·•,;")
"""What may stand between a date and a name."""
_POOR = 0.45
"""The worth of a column of titles below which another column is looked for."""
_NUMBERED = 0.15
"""The worth of a column of names with long numbers, the least where the labels are all the same."""
_BETTER = 1.4
"""How many times as good the other column must be."""
_NEARLY = 0.85
"""The share of the best column's worth with which a column that stands before it is the titles."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a member has at a place: its texts from *start* to *end* (excluded)."""

    start: int
    end: int


def title_cells(
    tree: Tree,
    members: Sequence[Member],
    labels: Sequence[str],
    repeated: frozenset[str],
    *,
    are_files: bool = False,
) -> dict[int, Cell]:
    """Return the cell of the title for each member that has one, by its first element.

    It is empty where the *labels*, which are the titles otherwise, are good enough, or no column is better.
    Texts that are *repeated* on most members count for no column. A sentence is the title of a file, of a law
    or an order, where all labels say "PDF"; beside other labels, or a page, it is no title.
    """
    worth = _worth(_forms(labels), len(members), _ENOUGH_LABEL)
    if worth >= _POOR:
        return {}
    columns: dict[Place, dict[int, Cell]] = defaultdict(dict)
    numbers = column_numbers(tree, members)
    for member in members:
        for place, cell in _cells(tree, member, numbers):
            if CONTENT not in place[1].split():
                columns[place].setdefault(member.start, cell)
    may_be_sentences = are_files and len({_ASIDE.sub("", label) for label in labels}) == 1
    rated = {}
    for place, cells in columns.items():
        texts = [own_text(tree, range(c.start, c.end), repeated) for c in cells.values()]
        prose = 0.0 if may_be_sentences else sum(map(_is_sentence, texts)) / len(members)
        names = [_without_date(text) for text in texts]
        rated[place] = _worth(names, len(members), _ENOUGH_COLUMNS) - prose
    best = max(rated.values(), default=0.0)
    least = _NUMBERED if 2 * len(set(labels)) <= len(labels) else _POOR / 2
    if best <= _BETTER * worth or best < least:
        return {}
    return columns[next(place for place, rate in rated.items() if rate >= _NEARLY * best)]


def is_file(url: str) -> bool:
    """Return whether a URL is that of a document to be read elsewhere than in a browser."""
    return _FILE.search(url) is not None


def without_date_in_front(text: str) -> str:
    """Return a text without a date that a mark sets apart from the rest: "5 March 2024: Smith v. Jones"."""
    if not text[:1].isdecimal():
        return text
    found = find_date(text, order=_ANY_ORDER)
    rest = text[found.end :].lstrip() if found and found.start == 0 else ""
    return rest[1:].lstrip() if rest[:1] in _MARKS and len(rest) > 1 else text


def _without_date(text: str) -> str:
    """Return a text without the first date in it; one that is too long for a title stays as it is."""
    if len(text) > _MOST_COLUMNS or not _NUMBER.search(text):
        return text
    found = find_date(text, order=_ANY_ORDER)
    return text[: found.start] + text[found.end :] if found else text


def own_text(tree: Tree, texts: Iterable[int], repeated: frozenset[str]) -> str:
    """Join the texts that are not *repeated* on most cards."""
    return join_texts(tree, [k for k in texts if tree.texts[k] not in repeated])


def _worth(texts: Sequence[str], members: int, enough: int) -> float:
    """Rate the texts of a column as titles of so many members, from 0 to 1.

    Titles are distinct and have words, whatever is said in brackets after them.
    """
    total = 0.0
    for text in {_ASIDE.sub("", text) for text in texts}:
        columns = width(text)
        letters = sum(map(str.isalpha, text))
        if letters and columns <= _MOST_COLUMNS:
            wordy = letters / (len(text) - text.count(" "))
            total += min(1.0, columns / enough) * max(0.0, 2 * wordy - 1)
    return total / members


def _forms(labels: Sequence[str]) -> Sequence[str]:
    """Return labels without numbers where hardly any differs in more: "Opinion No. 12" names nothing."""
    forms = {_NUMBER.sub("0", label) for label in labels}
    return labels if 4 * len(forms) > len(set(labels)) else list(forms)


def _is_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does, is long enough for one, and not mostly of names."""
    if width(text) < _SENTENCE or text[-1] not in _SENTENCE_ENDS:
        return False
    words = text.split()
    return sum(word[0].islower() for word in words) >= sum(word[0].isupper() for word in words)


def column_numbers(tree: Tree, members: Sequence[Member]) -> dict[int, int]:
    """Return the number of the column of each cell of the members that are rows.

    Empty cells count, and so do cells of the rows above that reach into a row.
    """
    numbers: dict[int, int] = {}
    reached: dict[int, set[int]] = defaultdict(set)  # by row
    for member in members:
        row = member.start
        if tree.tags[row] != "tr":
            continue
        cell, column = row + 1, 0
        while cell < tree.end[row]:
            while column in reached[row]:
                column += 1
            numbers[cell] = column
            for below in spanned_rows(tree, cell):
                reached[below].add(column)
            cell = tree.end[cell]
            column += 1
    return numbers


def _cells(tree: Tree, member: Member, numbers: Mapping[int, int]) -> Iterator[tuple[Place, Cell]]:
    """Yield the places of a member with what stands there, in order; *numbers* are those of cells."""
    alike: Counter[tuple[str, str]] = Counter()
    for child, kind, texts in _parts(tree, member):
        number = numbers.get(child, alike[kind])
        alike[kind] += 1
        line, start, linked = 0, texts.start, _in_link(tree, texts.start)
        for k in texts[1:]:
            in_link = _in_link(tree, k)
            new_line = tree.gap[k] == LINE
            if new_line or in_link != linked:
                yield (*kind, number, line, linked), Cell(start, k)
                start = k
            line += new_line
            linked = in_link
        yield (*kind, number, line, linked), Cell(start, texts.stop)


def _parts(tree: Tree, member: Member) -> Iterator[tuple[int, tuple[str, str], range]]:
    """Yield the children of a member that hold text, by tag and class, and the texts that stand in none.

    The number of the child is -1 for these.
    """
    at = member.text_start
    for child in _children(tree, member):
        if at < tree.text_start[child]:
            yield -1, ("", ""), range(at, tree.text_start[child])
        tag = tree.tags[child]
        yield (
            child,
            (tag, "" if tag in CELLS else tree.classes[child]),
            range(tree.text_start[child], tree.text_end[child]),
        )
        at = tree.text_end[child]
    if at < member.text_end:
        yield -1, ("", ""), range(at, member.text_end)


def _in_link(tree: Tree, k: int) -> bool:
    """Return whether text *k* is in a hyperlink, two levels up at most."""
    i = tree.owner[k]
    for _ in range(3):
        if i < 0:
            return False
        if tree.tags[i] == "a":
            return True
        i = tree.parents[i]
    return False


def _children(tree: Tree, member: Member) -> list[int]:
    """Return the children of a member that hold text; those of its only child where that holds all text."""
    i = member.start
    if (
        member.end > tree.end[i]
        or tree.text_end[i] - tree.text_start[i] < member.text_end - member.text_start
    ):
        # a flat list: its elements are the children
        return _with_text(tree, i, member.end)
    while True:
        found = _with_text(tree, i + 1, tree.end[i])
        if len(found) != 1 or tree.size(found[0]) < tree.size(i):
            return found
        i = found[0]


def _with_text(tree: Tree, start: int, end: int) -> list[int]:
    """Return the elements side by side from *start* to *end* that hold text."""
    found, at = [], start
    while at < end:
        if tree.size(at):
            found.append(at)
        at = tree.end[at]
    return found
