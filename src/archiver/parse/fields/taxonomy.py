"""The categories and tags of a card.

A card comes in; the labels of its categories and tags go out in page order, with the texts that they are
printed in. A hyperlink counts by its `rel`, its URL or what it is marked as. Marked elements count only where
no hyperlink does: a class named "tags" is often around something else.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from archiver.parse.document.links import is_wide
from archiver.parse.fields.excerpt import in_prose
from archiver.parse.fields.markers import Marker
from archiver.parse.fields.scope import CardScope, GroupScope

_CATEGORY_PATH = re.compile(
    r"/(?:category|categories|cat|kategori\w*|categor[iy]\w*|section|rubri\w*)(?:/|\?|$)", re.IGNORECASE
)
_TAG_PATH = re.compile(r"/(?:tags?|labels?|topics?|keywords?|search/label)(?:/|\?|$)|[?&]tag=", re.IGNORECASE)
_LONGEST_LABEL = 60
"""Columns of a hyperlink that is a category or a tag."""
_LONGEST_ELEMENT = 40
"""Characters of an element that is one without a hyperlink."""
_LEVELS = 3
"""A hyperlink and the elements around it that may be marked."""


@dataclass(slots=True)
class Taxonomy:
    """The categories and tags of a card, and the texts that they are printed in."""

    categories: list[str]
    tags: list[str]
    texts: set[int]


def read_taxonomy(group: GroupScope, card: CardScope, author: Set[int]) -> Taxonomy:
    """Read the categories and tags; the texts of the *author* are neither."""
    linked = _linked(group, card, author)
    return linked if linked.categories or linked.tags else _marked(group, card, author)


def _linked(group: GroupScope, card: CardScope, author: Set[int]) -> Taxonomy:
    """Read the labels of hyperlinks that are categories or tags."""
    tree, links, member = group.tree, group.links, card.member
    found = Taxonomy([], [], set())
    for row in card.rows:
        label, i = links.text[row], links.element[row]
        if not label or row == member.row or links.heading[row] >= 0 or is_wide(label, _LONGEST_LABEL + 1):
            continue
        rel = tree.attributes[i].get("rel")
        rels = rel.lower().split() if rel else []
        kind = _kind_of(group, card, row, rels)
        if kind is None:
            continue
        texts = group.texts(i)
        if author.isdisjoint(texts) and ("tag" in rels or not in_prose(tree, i, member)):
            (found.categories if kind == Marker.CATEGORY else found.tags).append(label)
            found.texts.update(texts)
    return found


def _kind_of(group: GroupScope, card: CardScope, row: int, rels: list[str]) -> int | None:
    """Return `Marker.CATEGORY` or `Marker.TAG` where a hyperlink is one of them."""
    if "category" in rels:  # a category with `rel="category tag"` is no tag
        return Marker.CATEGORY
    if kind := _kind_of_url(group.links.url[row]):
        return kind
    markers = _markers_around(group, card, group.links.element[row])
    if markers & Marker.CATEGORY:
        return Marker.CATEGORY
    return Marker.TAG if "tag" in rels or markers & Marker.TAG else None


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


def _marked(group: GroupScope, card: CardScope, author: Set[int]) -> Taxonomy:
    """Read the first short element that is marked as a category, and the first that is marked as a tag."""
    tree = group.tree
    found = Taxonomy([], [], set())
    for labels, elements in ((found.categories, card.marked.categories), (found.tags, card.marked.tags)):
        for i in elements:
            if 0 < tree.size(i) <= _LONGEST_ELEMENT and author.isdisjoint(group.texts(i)):
                labels.append(tree.text(i))
                found.texts.update(group.texts(i))
                break
    return found
