"""What the elements of a card call themselves: date, author, category, tag, excerpt, furniture.

In: a tree. Out: for a range of elements, those that name a part in their class, `itemprop` or tag. Refuses to
trust them: a name is a hint, the field's own module judges the text. The one surprise: names are English on
pages of all languages, so that a short list of words does.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from archiver.parse.document.links import TITLE_CLASS
from archiver.parse.document.tree import HEADINGS, Tree


class Marker:
    """The parts of a card that an element's name may mean: bits, since a name may mean several."""

    DATE, UPDATED, AUTHOR, CATEGORY, TAG, EXCERPT, FURNITURE, TITLE = (1 << n for n in range(8))


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
    (Marker.CATEGORY, _words(r"(?:p-)?(?:cats?|categor\w+|section|rubric|cat-?links|channel)")),
    (Marker.TAG, _words(r"(?:p-)?(?:tags?|keywords?|labels?|topics?|tag-?(?:links|list)|hashtags?)")),
    (
        Marker.EXCERPT,
        re.compile(
            r"excerpt|summary|(?:^|[\s_-])(?:e-content|(?:entry|post|article|card|item)[_-]?"
            r"(?:content|body|text|inner)|content|desc\w*|deck|snippet|teaser|intro\w*|lead|lede|abstract|body|text)"
            r"(?:$|[\s_-])",
            re.IGNORECASE,
        ),
    ),
    (
        Marker.FURNITURE,
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


@dataclass(slots=True)
class MarkedElements:
    """The elements of one card that have a part's name, in document order; `parts` are the bits of each."""

    parts: dict[int, int] = field(default_factory=dict)
    dates: list[int] = field(default_factory=list)
    authors: list[int] = field(default_factory=list)
    categories: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    furniture: list[int] = field(default_factory=list)
    titles: list[int] = field(default_factory=list)
    stamped: list[int] = field(default_factory=list)
    updated: list[int] = field(default_factory=list)
    pictures: list[int] = field(default_factory=list)


@lru_cache(maxsize=20_000)
def _parts_of(name: str) -> int:
    parts = 0
    for part, pattern in _NAMES:
        if pattern.search(name):
            parts |= part
    if _UPDATED.search(name) and not _PUBLISHED.search(name):
        parts |= Marker.UPDATED
    return parts


def marked_within(tree: Tree, start: int, end: int) -> MarkedElements:
    """The named elements between *start* (the card itself, left out) and *end* (left out).

    Names inside code mean nothing: they are a highlighter's.
    """
    tags, classes, all_attributes = tree.tags, tree.classes, tree.attributes
    named = MarkedElements()
    code_end = 0
    for i in range(start + 1, end):
        tag = tags[i]
        if tag in _SPEAKING:
            if tag in _IMAGES:
                named.pictures.append(i)
            elif tag == "time":
                named.dates.append(i)
            elif tag in HEADINGS:
                named.titles.append(i)
            elif tag in _BUTTONS:
                named.furniture.append(i)
            elif i >= code_end:
                code_end = tree.end[i]
        attributes = all_attributes[i]
        if not attributes or i < code_end:
            continue
        if not _STAMPS.isdisjoint(attributes):
            named.stamped.append(i)
        if "style" in attributes and "url(" in (attributes["style"] or ""):
            named.pictures.append(i)
        name = classes[i]
        more = attributes.get("itemprop") or attributes.get("rel")
        if more:
            name = f"{name} {more[:_LONGEST_NAME]}"
        part = _parts_of(name) if name else 0
        if not part:
            continue
        named.parts[i] = part
        if part & Marker.DATE and tag != "time":
            named.dates.append(i)
        if part & Marker.UPDATED and (part & Marker.DATE or tag == "time"):
            named.updated.append(i)
        if part & Marker.AUTHOR:
            named.authors.append(i)
        if part & Marker.CATEGORY:
            named.categories.append(i)
        if part & Marker.TAG:
            named.tags.append(i)
        if part & Marker.FURNITURE and not part & Marker.EXCERPT:
            named.furniture.append(i)
        if part & Marker.TITLE and tag not in HEADINGS:
            named.titles.append(i)
    return named


_CODE = frozenset({"pre", "code"})
_BUTTONS = frozenset({"button", "form"})
_IMAGES = frozenset({"img", "amp-img"})
_SPEAKING = HEADINGS | _CODE | _BUTTONS | _IMAGES | {"time"}
_STAMPS = frozenset({"title", "datetime", "content"})
_LONGEST_NAME = 100
"""Characters of an `itemprop` or `rel` that are looked at."""
