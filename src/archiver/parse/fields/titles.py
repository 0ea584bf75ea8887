"""The title of a card.

A card comes in; its title goes out with the texts that it is printed in. A date, an hour or a label that many
cards share ("permalink") is no title. What a template marks as a title is only asked for after the labels of
the permalink, since templates also call the name of the site a title.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import chain

from archiver.parse.dates.find import is_date
from archiver.parse.document.links import is_wide, width
from archiver.parse.document.tree import HEADINGS, JOINED, LINE, Tree
from archiver.parse.fields.columns import without_date_in_front
from archiver.parse.fields.markers import CONTENT, MarkedElements, Marker
from archiver.parse.fields.repeats import TextPlace, begins_word, join_texts, text_place
from archiver.parse.fields.scope import NO_FIELD, CardScope, FieldText, GroupScope
from archiver.parse.listing.score import Member

_HOUR = re.compile(r"\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?", re.IGNORECASE)
_NUMBER = re.compile(r"[#№]\s?\d{1,6}|\d{1,6}[.)]")
"""The number of a card in its list."""
_SEPARATORS = " -–—|:·•»/"
"""Characters that may stand between a title and what is printed beside it."""
_POINTS = ".,;"
"""Characters that end what stands in front of a title."""
_OPEN_ENDS = " ,;(["
"""Characters that what stands beside a title leaves at its end."""
_EMPHASIS = frozenset({"b", "strong", "em", "i", "mark", "u"})
"""Tags of words of a title: search results emphasise one on every card."""
_NARROW_LABEL = 3
"""Columns: a shorter label in a heading is not the title, the heading is."""
_MOST_TEXTS = 20
"""Texts of an element that may be a title with something beside it."""
_FEWEST_BADGES = 2
"""Different titles that a badge ends, at the least."""
_TEXT_BETWEEN = 100
"""Characters between a title and a heading that is within the text of the post."""
_LEVELS = 3
"""A name and the elements around it that may be an author's."""
_LONGEST_MARKED = 300
"""Characters of an element that only its class marks as a title."""


def read_title(group: GroupScope, card: CardScope) -> FieldText:
    """Read the title of a card from the first of these that it has.

    The column of titles, where the permalinks are in another; the label of the permalink in a heading,
    else the heading; the heading that a card begins with, though it leads nowhere; the longest label that
    leads where the permalink does, if its points speak for it and it wraps no card; the element marked as a
    title; the first text of a hyperlink that wraps the card; the longest label, whatever its points.
    """
    tree, links = group.tree, group.links
    if cell := group.title_cells.get(card.member.start):
        title = _title_of(group, card, range(cell.start, cell.end))
        name = without_date_in_front(title.value.lstrip(_SEPARATORS + _POINTS)) if title.value else None
        return FieldText(name and _stripped(name).rstrip(_OPEN_ENDS), title.texts)
    if links.heading[card.member.row] >= 0:
        return _title_of(group, card, _heading_texts(group, card.member))
    if tree.tags[card.member.start] in HEADINGS:
        return _title_of(group, card, _texts_of(tree, card.member.start))
    row = _best_label(group, card)
    wraps = row is not None and _wraps_blocks(tree, links.element[row])
    if row is not None and not wraps and links.points[row] > 0:
        return _title_of(group, card, _texts_of(tree, links.element[row]))
    marked = _marked_title(group, card.marked)
    if marked is not None:
        return _title_of(group, card, _texts_of(tree, marked))
    if row is None:
        return NO_FIELD
    first = _first_text(group, links.element[row]) if wraps else None
    return first or _title_of(group, card, _texts_of(tree, links.element[row]))


def _texts_of(tree: Tree, i: int) -> range:
    """Return the texts of an element."""
    return range(tree.text_start[i], tree.text_end[i])


def _heading_texts(group: GroupScope, member: Member) -> range:
    """Return the texts of the title of a member whose permalink is in a heading, or around it."""
    tree, row = group.tree, member.row
    link, heading, label = group.links.element[row], group.links.heading[row], group.links.text[row]
    if heading < member.start:
        heading = link  # a heading around several cards is the title of none
    is_label = tree.inside(link, heading) and is_wide(label, _NARROW_LABEL)
    return _texts_of(tree, link if is_label else heading)


def _title_of(group: GroupScope, card: CardScope, texts: range) -> FieldText:
    """Return the title that is printed in some texts, without the badges, dates and numbers beside it."""
    tree = group.tree
    if 1 < len(texts) <= _MOST_TEXTS:
        apart = chain(card.marked.dates, card.marked.hidden)
        inside = (i for i in apart if texts.start <= tree.text_start[i] <= tree.text_end[i] <= texts.stop)
        others = {k for i in inside for k in group.texts(i)}
        own = [k for k in texts if k not in others and not _is_beside_title(group, k, texts)]
        if len(own) > 1 and is_date(tree.texts[own[0]]):
            del own[0]
        own = _without_badges(group, _without_kicker(group, own))
        label = join_texts(tree, own)
        if len(own) < len(texts):
            label = _stripped(label)
        if any(map(str.isalnum, label)):
            return FieldText(label, set(own))
    return FieldText(tree.join(texts.start, texts.stop) or None, set(texts))


def _stripped(text: str) -> str:
    """Return a text without separators at its ends; a quotation mark that closes one in it is none."""
    stripped = text.strip(_SEPARATORS)
    is_open = stripped.count("«") > stripped.count("»")
    return f"{stripped}»" if is_open and f"{stripped}»" in text else stripped


def _without_kicker(group: GroupScope, texts: list[int]) -> list[int]:
    """Return the texts of a title without one in front that recurs on other cards, in an element of its own.

    No white space is between the two: the theme sets them apart.
    """
    tree, places = group.tree, group.repeats.places
    if len(texts) > 1 and texts[1] == texts[0] + 1 and begins_word(tree, texts[1]):
        recurs = [text_place(tree, k) in places for k in texts[:2]]
        if recurs == [True, False]:
            return texts[1:]
    return texts


def _without_badges(group: GroupScope, texts: list[int]) -> list[int]:
    """Return the texts of a title without the badges that end it."""
    while len(texts) > 1 and group.tree.texts[texts[-1]] in group.badges:
        texts = texts[:-1]
    return texts


def find_badges(tree: Tree, titles: Sequence[range]) -> frozenset[str]:
    """Return the texts in elements of their own that end several titles, and begin or divide none.

    A searched word that is emphasised in every title stands within some.
    """
    ended: dict[str, set[str]] = defaultdict(set)
    others: set[str] = set()
    for texts in titles:
        if not 1 < len(texts) <= _MOST_TEXTS:
            continue
        around = tree.owner[texts.start]
        last = texts.stop - 1
        while last > texts.start and tree.owner[last] != around and tree.gap[last] == JOINED:
            last -= 1
        title = tree.join(texts.start, last + 1)
        for k in range(last + 1, texts.stop):
            ended[tree.texts[k]].add(title)
        others.update(tree.texts[texts.start : last + 1])
    return frozenset(
        text for text, names in ended.items() if len(names) >= _FEWEST_BADGES and text not in others
    )


def _is_beside_title(group: GroupScope, k: int, texts: range) -> bool:
    """Return whether one of the *texts* of a title is a label, a badge, an hour or the number of the card."""
    tree = group.tree
    text, owner = tree.texts[k], tree.owner[k]
    if text in group.repeats.texts:
        return text.endswith(":") or (
            any(map(str.isalpha, text))
            and tree.tags[owner] not in _EMPHASIS
            and not _joins(tree, k, texts)
            and not any(tree.inside(owner, tree.owner[other]) for other in texts if other != k)
        )
    return _HOUR.fullmatch(text) is not None or _NUMBER.fullmatch(text) is not None


def _joins(tree: Tree, k: int, texts: range) -> bool:
    """Return whether a text stands loose between two elements of a title: "<b>Lind</b> v <b>Holm</b>"."""
    if not texts.start < k < texts.stop - 1 or LINE in tree.gap[k : k + 2]:
        return False
    return all(tree.parents[tree.owner[other]] == tree.owner[k] for other in (k - 1, k + 1))


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


def _marked_title(group: GroupScope, marked: MarkedElements) -> int | None:
    """Return the first heading, else the first other element that is marked as a title.

    A heading that stands after text is one within the post. A name is not the title where it is an author's,
    or where the element is the text of the post as well (a note).
    """
    tree = group.tree
    found: int | None = None
    for i in marked.titles:
        size = tree.size(i)
        if not size:
            continue
        if tree.tags[i] in HEADINGS:
            return i if found is None or not _is_after_text(tree, found, i) else found
        if (
            found is None
            and size < _LONGEST_MARKED
            and not is_date(tree.text(i))
            and CONTENT not in tree.classes[i].split()
            and not _is_in_author(tree, marked, i)
        ):
            found = i
    return found


def _is_in_author(tree: Tree, marked: MarkedElements, i: int) -> bool:
    """Return whether an element, or one of those right above, is marked as an author."""
    for _ in range(_LEVELS):
        if marked.markers.get(i, 0) & Marker.AUTHOR:
            return True
        i = tree.parents[i]
    return False


def _is_after_text(tree: Tree, title: int, heading: int) -> bool:
    """Return whether there is much text between a title and a heading."""
    return tree.length[tree.text_start[heading]] > tree.length[tree.text_end[title]] + _TEXT_BETWEEN


def _first_text(group: GroupScope, link: int) -> FieldText | None:
    """Return the first text of a hyperlink that is no date and not repeated on other cards.

    Counts, prices ("8 photos") and the badges of some cards stand above titles. One of these is taken where
    there is no other text.
    """
    tree = group.tree
    texts = [
        k
        for k in _texts_of(tree, link)
        if not is_date(tree.texts[k]) and tree.texts[k] not in group.repeats.texts
    ]
    named = (
        k for k in texts if text_place(tree, k) in group.title_places and not _is_amount(group, tree.texts[k])
    )
    first = next(named, texts[0] if texts else None)
    return None if first is None else FieldText(tree.texts[first], {first})


def find_title_places(tree: Tree, links: Sequence[int]) -> frozenset[TextPlace]:
    """Return the places of texts that most of the hyperlinks that wrap a card have."""
    wrapping = [link for link in links if _wraps_blocks(tree, link)]
    of_links = ({text_place(tree, k) for k in _texts_of(tree, link)} for link in wrapping)
    places = Counter(chain.from_iterable(of_links))
    return frozenset(place for place, count in places.items() if 2 * count > len(wrapping))


def _is_amount(group: GroupScope, text: str) -> bool:
    """Return whether a text is mostly digits, or most cards print it with other numbers."""
    letters, digits = sum(map(str.isalpha, text)), sum(map(str.isdigit, text))
    return digits >= letters or group.repeats.shares(text)
