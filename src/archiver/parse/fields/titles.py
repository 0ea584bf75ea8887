"""The title of a card.

A card comes in; its title goes out with the texts that it is printed in. A date, an hour or a label that many
cards share ("permalink") is no title. What a template marks as a title is only asked for after the labels of
the permalink, since templates also call the name of the site a title.
"""

import re

from archiver.parse.dates.find import is_date
from archiver.parse.document.links import is_wide, width
from archiver.parse.document.tree import HEADINGS, Tree
from archiver.parse.fields.markers import MarkedElements
from archiver.parse.fields.scope import NO_FIELD, CardScope, FieldText, GroupScope
from archiver.parse.listing.score import Member

_HOUR = re.compile(r"\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?", re.IGNORECASE)
_SEPARATORS = " -–—|:·•»/"
"""Characters that may stand between a date and a title."""
_NARROW_LABEL = 3
"""Columns: a shorter label in a heading is not the title, the heading is."""
_TEXT_BETWEEN = 100
"""Characters between a title and a heading that is within the text of the post."""
_LONGEST_MARKED = 300
"""Characters of an element that only its class marks as a title."""


def read_title(group: GroupScope, card: CardScope) -> FieldText:
    """Read the title of a card from the first of these that it has.

    The label of the permalink in a heading, else the heading; the longest label that leads where the
    permalink does, if its points speak for it and it wraps no card; the element that is marked as a title;
    the first text of a hyperlink that wraps the card; the longest label, whatever its points.
    """
    tree, links = group.tree, group.links
    if links.heading[card.member.row] >= 0:
        return _heading_title(group, card.member)
    row = _best_label(group, card)
    wraps = row is not None and _wraps_blocks(tree, links.element[row])
    if row is not None and not wraps and links.points[row] > 0:
        return _label_without_date(group, links.element[row], card.marked)
    marked = _marked_title(tree, card.marked)
    if marked is not None:
        return FieldText(tree.text(marked), group.texts(marked))
    if row is None:
        return NO_FIELD
    first = _first_text(tree, links.element[row]) if wraps else None
    return first or FieldText(links.text[row], group.texts(links.element[row]))


def _heading_title(group: GroupScope, member: Member) -> FieldText:
    """Read the title of a member whose permalink is in a heading, or around it."""
    tree, row = group.tree, member.row
    link, heading, label = group.links.element[row], group.links.heading[row], group.links.text[row]
    if heading < member.start:
        heading = link  # a heading around several cards is the title of none
    is_label = tree.inside(link, heading) and is_wide(label, _NARROW_LABEL)
    return FieldText((label if is_label else tree.text(heading)) or None, group.texts(heading))


def _best_label(group: GroupScope, card: CardScope) -> int | None:
    """Return the row of the best label that leads where the permalink does."""
    links, row = group.links, card.member.row
    url, key = links.url[row], links.key[row]
    same = [
        r
        for r in card.rows
        if links.key[r] == key
        and _is_telling(links.text[r], group.shared_labels)
        and (links.url[r] == url or "#" not in links.url[r])
    ]
    return max(same, key=lambda r: (links.points[r], width(links.text[r])), default=None)


def _is_telling(label: str, shared_labels: frozenset[str]) -> bool:
    """Return whether a label has letters or digits, and is no date, hour or shared label."""
    return (
        any(map(str.isalnum, label))
        and label not in shared_labels
        and _HOUR.fullmatch(label) is None
        and not is_date(label)
    )


def _wraps_blocks(tree: Tree, link: int) -> bool:
    """Return whether a hyperlink holds texts of more than one block: it wraps a card."""
    return len({tree.block[k] for k in range(tree.text_start[link], tree.text_end[link])}) > 1


def _label_without_date(group: GroupScope, link: int, marked: MarkedElements) -> FieldText:
    """Return the label of a hyperlink without the date that begins it or is marked in it."""
    tree, texts = group.tree, group.texts(link)
    dates = {k for i in marked.dates if link < i < tree.end[link] for k in group.texts(i)}
    first = tree.text_start[link]
    if len(texts) > 1 and is_date(tree.texts[first]):
        dates.add(first)
    rest = sorted(texts - dates)
    label = " ".join(tree.join(k, k + 1) for k in rest).strip(_SEPARATORS) if dates else ""
    return FieldText(label, set(rest)) if label else FieldText(tree.text(link), texts)


def _marked_title(tree: Tree, marked: MarkedElements) -> int | None:
    """Return the first heading, else the first other element that is marked as a title.

    A heading that stands after text is one within the post.
    """
    found: int | None = None
    for i in marked.titles:
        size = tree.size(i)
        if not size:
            continue
        if tree.tags[i] in HEADINGS:
            return i if found is None or not _is_after_text(tree, found, i) else found
        if found is None and size < _LONGEST_MARKED and not is_date(tree.text(i)):
            found = i
    return found


def _is_after_text(tree: Tree, title: int, heading: int) -> bool:
    """Return whether there is much text between a title and a heading."""
    return tree.length[tree.text_start[heading]] > tree.length[tree.text_end[title]] + _TEXT_BETWEEN


def _first_text(tree: Tree, link: int) -> FieldText | None:
    """Return the first text of a hyperlink that is no date."""
    for k in range(tree.text_start[link], tree.text_end[link]):
        text = " ".join(tree.texts[k].split())
        if text and not is_date(text):
            return FieldText(text, {k})
    return None
