"""The categories and tags of a card.

A card comes in; the labels of its categories and tags go out in page order, with the texts that they are
printed in. A hyperlink counts by its `rel`, its URL or what it is marked as. Marked elements count only where
no hyperlink does, and where the group bears it out: a class named "tags" or "label" is often around something
else, as a price, a badge of some cards or a caption of all.
"""

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from archiver.parse.dates.find import is_date
from archiver.parse.document.links import is_wide
from archiver.parse.document.tree import Tree
from archiver.parse.fields.excerpt import in_prose
from archiver.parse.fields.markers import MarkedElements, Marker
from archiver.parse.fields.scope import CardScope, GroupScope

_CATEGORY_PATH = re.compile(
    r"/(?:category|categories|cat|kategori\w*|categor[iy]\w*|section|rubri\w*)(?:/|\?|$)", re.IGNORECASE
)
_TAG_PATH = re.compile(r"/(?:tags?|labels?|topics?|keywords?|search/label)(?:/|\?|$)|[?&]tag=", re.IGNORECASE)
_HASHTAG = re.compile(r"[#＃]\w*[^\W\d]\w*")
_LONGEST_LABEL = 60
"""Columns of a hyperlink that is a category or a tag."""
_LONGEST_ELEMENT = 40
"""Characters of an element that is one without a hyperlink."""
_FILLED = 0.5
"""Share of a group's cards with a marked label, for these to be labels."""
_MANY_LABELS = 8
"""Labels from which on some of them recur, if they are labels."""
_MANY_CARDS = 3
"""Cards from which on a label on nearly all of them is none."""
_MOST = 0.9
"""Share of the cards of a group that a label may be on."""
_MOST_LABELS = 20
"""Labels in one element, at the most."""
_DISTINCT = 0.9
"""Share of distinct ones from which on labels do not recur."""
_LEVELS = 3
"""A hyperlink and the elements around it that may be marked."""


@dataclass(slots=True)
class Taxonomy:
    """The categories and tags of a card, and the texts that they are printed in."""

    categories: list[str]
    tags: list[str]
    texts: set[int]


def read_taxonomy(group: GroupScope, card: CardScope, used: Set[int]) -> Taxonomy:
    """Read the categories and tags; the *used* texts, such as those of the author, are neither."""
    linked = _linked(group, card, used)
    return linked if linked.categories or linked.tags else _marked(group, card, used)


def _linked(group: GroupScope, card: CardScope, used: Set[int]) -> Taxonomy:
    """Read the labels of hyperlinks that are categories or tags."""
    tree, links, member = group.tree, group.links, card.member
    found = Taxonomy([], [], set())
    for row in card.rows:
        label, i = links.text[row], links.element[row]
        if (
            links.key[row] == links.key[member.row]
            or is_wide(label, _LONGEST_LABEL + 1)
            or not any(map(str.isalnum, label))
        ):
            continue
        rel = tree.attributes[i].get("rel")
        rels = rel.lower().split() if rel else []
        kind = _kind_of(group, card, row, rels)
        if kind is None or is_date(label):
            continue
        texts = group.texts(i)
        if used.isdisjoint(texts) and ("tag" in rels or not in_prose(tree, i, member)):
            (found.categories if kind == Marker.CATEGORY else found.tags).append(label)
            found.texts.update(texts)
    return found


def _kind_of(group: GroupScope, card: CardScope, row: int, rels: list[str]) -> int | None:
    """Return `Marker.CATEGORY` or `Marker.TAG` where a hyperlink is one of them.

    The path says nothing where the permalinks are under it, too: `/topic/` leads to a thread in some forums.
    """
    links = group.links
    if "category" in rels:  # a category with `rel="category tag"` is no tag
        return Marker.CATEGORY
    kind = _kind_of_url(links.url[row])
    if kind and kind != _kind_of_url(links.url[card.member.row]):
        return kind
    if links.heading[row] >= 0:  # what marks a heading is about the title
        return None
    markers = (
        0 if links.text[row] in group.repeats.texts else _markers_around(group, card, links.element[row])
    )
    if markers & Marker.CATEGORY:
        return Marker.CATEGORY
    is_marked = markers & Marker.TAG and any(map(str.isalpha, links.text[row]))  # a price tag is none
    is_tag = "tag" in rels or is_marked or _HASHTAG.fullmatch(links.text[row])
    return Marker.TAG if is_tag else None


@lru_cache(maxsize=20_000)
def _kind_of_url(url: str) -> int | None:
    """Return what a URL leads to by its path. Cached: many cards have the same categories and tags."""
    if _TAG_PATH.search(url):
        return Marker.TAG
    return Marker.CATEGORY if _CATEGORY_PATH.search(url) else None


def _markers_around(group: GroupScope, card: CardScope, i: int) -> int:
    """Return the markers of a hyperlink and of the two elements around it, as far as they lie in the card."""
    start, of_element, parents = card.member.start, card.marked.markers, group.tree.parents
    markers = 0
    for _ in range(_LEVELS):
        if i <= start:
            break
        markers |= of_element.get(i, 0)
        i = parents[i]
    return markers


def _marked(group: GroupScope, card: CardScope, used: Set[int]) -> Taxonomy:
    """Read the labels of elements that are marked as categories or tags, if the group bears them out.

    What holds a hyperlink to the card's post is none ("- Read more -").
    """
    tree = group.tree
    found = Taxonomy([], [], set())
    if not any(group.marked_labels.values()):
        return found
    end_of_link = _own_links(group, card)
    for kind, labels in ((Marker.CATEGORY, found.categories), (Marker.TAG, found.tags)):
        for texts in _marked_labels(tree, card.marked, kind):
            label = tree.join(texts.start, texts.stop)
            if (
                label in group.marked_labels[kind]
                and used.isdisjoint(texts)
                and not any(end_of_link.get(k, texts.stop + 1) <= texts.stop for k in texts)
            ):
                labels.append(label)
                found.texts.update(texts)
    return found


def _own_links(group: GroupScope, card: CardScope) -> dict[int, int]:
    """Return the end of each hyperlink to the card's post, by its first text."""
    tree, links = group.tree, group.links
    own = links.key[card.member.row]
    elements = (links.element[row] for row in card.rows if links.key[row] == own and links.text[row])
    return {tree.text_start[i]: tree.text_end[i] for i in elements}


def group_labels(tree: Tree, marked: Sequence[MarkedElements]) -> dict[int, frozenset[str]]:
    """Return the labels in marked elements that a group bears out, for `Marker.CATEGORY` and `Marker.TAG`.

    Most cards have one, and cards share some, but none is on nearly all: a badge stands on some cards, a name
    on one, a caption on all.
    """
    found = {}
    for kind in (Marker.CATEGORY, Marker.TAG):
        of_cards = [{tree.join(t.start, t.stop) for t in _marked_labels(tree, m, kind)} for m in marked]
        counts = Counter(chain.from_iterable(of_cards))
        filled, total = sum(map(bool, of_cards)), counts.total()
        is_shared = total < _MANY_LABELS or len(counts) <= _DISTINCT * total
        most = _MOST * len(marked) if len(marked) >= _MANY_CARDS else len(marked)
        borne_out = is_shared and filled >= _FILLED * len(marked)
        found[kind] = frozenset(label for label, n in counts.items() if borne_out and n <= most)
    return found


def _marked_labels(tree: Tree, marked: MarkedElements, kind: int) -> list[range]:
    """Return the texts of each label of a *kind* in the marked elements of a card that are alike."""
    found: list[range] = []
    name: str | None = None
    end = 0
    for i in marked.categories if kind == Marker.CATEGORY else marked.tags:
        if i < end or name not in (None, tree.classes[i]):
            continue
        labels = [texts for texts in _labels_of(tree, i) if _is_label(tree, texts)]
        if labels:
            found += labels
            name, end = tree.classes[i], tree.end[i]
    return found


def _labels_of(tree: Tree, i: int) -> list[range]:
    """Return the texts of each label in a marked element: it is one, or it is a list of elements alike."""
    start, end = tree.text_start[i], tree.text_end[i]
    if start < end and tree.texts[start].endswith(":"):
        start += 1
    texts = range(start, end)
    owners = {tree.owner[k] for k in texts[:_MOST_LABELS]}
    alike = {(tree.path[owner], tree.classes[owner]) for owner in owners}
    is_list = 1 < len(texts) == len(owners) and len(alike) == 1
    return [range(k, k + 1) for k in texts] if is_list else [texts]


def _is_label(tree: Tree, texts: range) -> bool:
    """Return whether some texts may be a label: they are short, have letters, and are no date."""
    if not 0 < tree.length[texts.stop] - tree.length[texts.start] <= _LONGEST_ELEMENT:
        return False
    label = tree.join(texts.start, texts.stop)
    return any(map(str.isalpha, label)) and not is_date(label)
