"""The author of a card, as printed."""

import re
from bisect import bisect_left
from collections.abc import Set

from archiver.parse.dates.find import is_date
from archiver.parse.document.links import AUTHOR_PATH, is_wide
from archiver.parse.fields.excerpt import in_prose
from archiver.parse.fields.scope import NO_FIELD, CardScope, FieldText, GroupScope

_LONGEST = 80
"""Characters: a longer text is a sentence, and a name in it is not the author's."""
_BETWEEN_NAMES = re.compile(r"\s*[,;、，·&]\s*")
_LAST_PART = re.compile(r"[^/=]*/?$")


def read_author(group: GroupScope, card: CardScope, title: Set[int]) -> FieldText:
    """Read the author: the innermost marked element, a hyperlink to the page of an author, or a byline.

    What holds the texts of the *title* names the thing itself, such as a firm.
    """
    element = _marked_author(group, card, title)
    if element is None:
        linked = _linked_author(group, card)
        return linked if linked.value else group.bylines.get(card.member.start, NO_FIELD)
    return FieldText(_linked_names(group, element) or group.tree.text(element), group.texts(element))


def _linked_names(group: GroupScope, element: int) -> str | None:
    """Return the first hyperlink in a marked element that may be a name, with the others of its list.

    Authors of a list have commas between them, and pages side by side.
    """
    tree, links = group.tree, group.links
    rows = [row for row in _rows_within(group, element) if _is_name(links.text[row])]
    if not rows:
        return None
    names, last = [links.text[rows[0]]], rows[0]
    for row in rows[1:]:
        start, end = tree.text_end[links.element[last]], tree.text_start[links.element[row]]
        between = tree.join(start, end)
        if not _BETWEEN_NAMES.fullmatch(between) or _folder(links.url[row]) != _folder(links.url[last]):
            break
        names.append(links.text[row])
        last = row
    return ", ".join(names)


def _rows_within(group: GroupScope, element: int) -> range:
    """Return the rows of the hyperlinks in an element."""
    elements = group.links.element
    return range(bisect_left(elements, element), bisect_left(elements, group.tree.end[element]))


def _folder(url: str) -> str:
    """Return a URL without its last part: a name of the path, or the last value of its query."""
    return _LAST_PART.sub("", url)


def _is_name(text: str) -> bool:
    """Return whether a text may be a name: it has letters, is no date, and not the letter of a picture."""
    return any(map(str.isalpha, text)) and is_wide(text, 2) and not is_date(text)


def _marked_author(group: GroupScope, card: CardScope, title: Set[int]) -> int | None:
    """Return the innermost of the first nested elements that are marked as an author."""
    tree = group.tree
    found: int | None = None
    for i in card.marked.authors:
        if (
            0 < tree.size(i) <= _LONGEST
            and (found is None or tree.inside(i, found))
            and _is_name(tree.text(i))
            and title.isdisjoint(range(tree.text_start[i], tree.text_end[i]))
        ):
            found = i
    return found


def _linked_author(group: GroupScope, card: CardScope) -> FieldText:
    """Return the label of the first hyperlink to the page of an author, outside headings and prose."""
    tree, links, member = group.tree, group.links, card.member
    for row in card.rows:
        i, label = links.element[row], links.text[row]
        if (
            links.heading[row] < 0
            and row != member.row
            and AUTHOR_PATH.search(links.url[row])
            and _is_name(label)
            and not in_prose(tree, i, member)
        ):
            return FieldText(label, group.texts(i))
    return NO_FIELD
