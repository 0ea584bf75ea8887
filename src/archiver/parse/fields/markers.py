"""What the names of a card's elements mark: a date, an author, a category, a tag, an excerpt, boilerplate.

A range of a tree's elements comes in; those that name a field in their class, `itemprop`, `rel` or tag go
out. A marker is a hint only: the module of the field decides by the text. Names are English on pages of all
languages, so a short list of words is enough.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from archiver.parse.document.links import TITLE_CLASS
from archiver.parse.document.tree import HEADINGS, Tree
from archiver.parse.document.visible import is_not_shown


class Marker:
    """The bits that stand for what an element's name marks; a name may mark several things.

    Plain numbers: an operator of `enum.IntFlag` costs 1.5 microseconds, one of a number 0.05.
    """

    DATE, UPDATED, AUTHOR, CATEGORY, TAG, EXCERPT, BOILERPLATE, TITLE = (1 << n for n in range(8))


def _words(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s_-])(?:{words})(?:$|[\s_-])", re.IGNORECASE)


_NAMES = (
    (
        Marker.DATE,
        re.compile(r"date|time|publish|posted|(?:^|[\s_-])(?:day|created|when)(?:$|[\s_-])", re.IGNORECASE),
    ),
    (
        Marker.AUTHOR,
        _words(r"(?:p-)?(?:authors?|byline|creator|writer|username)|author-?(?:name|link)|fn|vcard"),
    ),
    (Marker.CATEGORY, _words(r"(?:p-)?(?:cats?|categor\w+|(?:article)?section|rubric|cat-?links|channel)")),
    (Marker.TAG, _words(r"(?:p-)?(?:tags?|keywords?|labels?|topics?(?=$|\s)|tag-?(?:links|list)|hashtags?)")),
    (
        Marker.EXCERPT,
        re.compile(
            r"excerpt|summary|(?:^|[\s_-])(?:e-content|(?:entry|post|article|card|item)[_-]?"
            r"(?:content|body|text|inner)|content|desc\w*|deck|snippet|teaser|intro\w*|lead|lede|abstract|body)"
            r"(?:$|[\s_-])|(?:^|[\s_-])text(?:$|[\s_])",  # "text-sm" and "text-muted" say how a text looks
            re.IGNORECASE,
        ),
    ),
    (
        Marker.BOILERPLATE,
        _words(
            r"meta\w*|post-?info|info|byline|author\w*|share\w*|sharing|social|comments?\w*|rating\w*|votes?|"
            r"score|btn|button|more\w*|read-?more|continue\w*|nav\w*|pager|tags?|tag-?(?:links|list)|cats?|"
            r"categor\w+|labels?|footer|toc|screen-reader-text|sr-only|visually-hidden|edit-?link|stats?|"
            r"counts?|views?|badge"
        ),
    ),
    (Marker.TITLE, TITLE_CLASS),
)
_UPDATED = re.compile(r"updat|modifi|edited|last-?post|changed", re.IGNORECASE)
_PUBLISHED = re.compile(r"publish|posted|creat", re.IGNORECASE)
CONTENT = "e-content"
"""The class of a text in microformats2. A name that has it, too, is the text of a note, and no title."""
_CODE = frozenset({"pre", "code"})
_BUTTONS = frozenset({"button", "form"})
_IMAGES = frozenset({"img", "amp-img"})
_TITLES = HEADINGS | {"summary"}
_MARKING_TAGS = _TITLES | _CODE | _BUTTONS | _IMAGES | {"time"}
_DATE_ATTRIBUTES = frozenset({"title", "datetime", "content"})
_HIDING_ATTRIBUTES = frozenset({"hidden", "aria-hidden", "style"})
_MARKING_ATTRIBUTES = _DATE_ATTRIBUTES | _HIDING_ATTRIBUTES | {"itemprop", "rel"}
_DECORATION = 40
"""Characters: a longer text that is not read aloud is shown, and no decoration."""
_LONGEST_NAME = 100
"""Characters of an `itemprop` or `rel` that are searched."""


@dataclass(slots=True)
class MarkedElements:
    """The elements of one card that are marked, in document order.

    `markers` are the `Marker` bits of each, where its name has any. `date_attributes` lists elements with an
    attribute that may hold a date, `pictures` those that may show an image, `hidden` the
    outermost of those that are not shown.
    """

    markers: dict[int, int] = field(default_factory=dict)
    dates: list[int] = field(default_factory=list)
    authors: list[int] = field(default_factory=list)
    categories: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    boilerplate: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    date_attributes: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)


@lru_cache(maxsize=20_000)
def _markers_of(name: str) -> int:
    """Return the bits of all that a name marks."""
    markers = 0
    for marker, pattern in _NAMES:
        if pattern.search(name):
            markers |= marker
    if is_update_name(name):
        markers |= Marker.UPDATED
    return markers


def is_update_name(name: str) -> bool:
    """Return whether a name is that of an update's date."""
    return _UPDATED.search(name) is not None and not _PUBLISHED.search(name)


def marked_within(tree: Tree, start: int, end: int) -> MarkedElements:
    """Find the marked elements after *start*, which is the card itself, and before *end*.

    Names inside code mark nothing: a syntax highlighter wrote them.
    """
    tags, classes, all_attributes = tree.tags, tree.classes, tree.attributes
    marked = MarkedElements()
    code_end = hidden_end = 0
    for i in range(start + 1, end):
        tag = tags[i]
        if tag in _MARKING_TAGS:
            if tag in _CODE:
                code_end = max(code_end, tree.end[i])
            else:
                _mark_by_tag(marked, i, tag)
        attributes = all_attributes[i]
        if not attributes or i < code_end:
            continue
        name = classes[i]
        if not _MARKING_ATTRIBUTES.isdisjoint(attributes):
            if not _DATE_ATTRIBUTES.isdisjoint(attributes):
                marked.date_attributes.append(i)
            if i >= hidden_end and not _HIDING_ATTRIBUTES.isdisjoint(attributes) and _is_hidden(tree, i):
                marked.hidden.append(i)
                hidden_end = tree.end[i]
            if "url(" in (attributes.get("style") or ""):
                marked.pictures.append(i)
            more = attributes.get("itemprop") or attributes.get("rel")
            if more:
                name = f"{name} {more[:_LONGEST_NAME]}"
        markers = _markers_of(name) if name else 0
        if markers:
            _mark_by_name(marked, i, tag, markers)
    return marked


def _is_hidden(tree: Tree, i: int) -> bool:
    """Return whether an element is not shown, or is a short decoration that is not read aloud."""
    attributes = tree.attributes[i]
    return is_not_shown(attributes) or (
        attributes.get("aria-hidden") == "true" and tree.size(i) < _DECORATION
    )


def _mark_by_tag(marked: MarkedElements, i: int, tag: str) -> None:
    """Add element *i* by its tag, one of the `_MARKING_TAGS` that is not code."""
    if tag in _IMAGES:
        marked.pictures.append(i)
    elif tag == "time":
        marked.dates.append(i)
    elif tag in _TITLES:
        marked.titles.append(i)
    else:
        marked.boilerplate.append(i)


def _mark_by_name(marked: MarkedElements, i: int, tag: str, markers: int) -> None:
    """Add element *i* by the *markers* of its name."""
    marked.markers[i] = markers
    if markers & Marker.DATE and tag != "time":
        marked.dates.append(i)
    if markers & Marker.UPDATED and (markers & Marker.DATE or tag == "time"):
        marked.updated.append(i)
    if markers & Marker.AUTHOR:
        marked.authors.append(i)
    if markers & Marker.CATEGORY:
        marked.categories.append(i)
    if markers & Marker.TAG:
        marked.tags.append(i)
    if markers & Marker.BOILERPLATE and not markers & Marker.EXCERPT:
        marked.boilerplate.append(i)
    if markers & Marker.TITLE and tag not in _TITLES:
        marked.titles.append(i)
