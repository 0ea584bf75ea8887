"""The picture of a card: which of its images it is, and the URL of the image itself.

The elements of a card that may show an image come in; an absolute http(s) URL goes out, or None. Inlined
images (`data:`), tracking pixels, placeholders, icons and portraits of people are refused. `src` comes almost
last: where an image is loaded late, `src` is a placeholder, and the URL is in an attribute of the script's
own, whose name varies but begins with `data-` and names what it holds.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal

from archiver.parse.document.links import AUTHOR_PATH
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver, same_place
from archiver.parse.fields.markers import Marker
from archiver.parse.fields.scope import CardScope, GroupScope

_LATE = re.compile(r"data-.*(?:src|original|lazy|image|img|bg|background|thumb|photo)", re.IGNORECASE)
_LOOKS_LIKE_A_URL = re.compile(r"[^\s{\[<]*[/.][^\s<]*\Z")
_STYLE_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)
_NO_PICTURE = re.compile(
    r"avatar|emoji|smil(?:ey|ie)|(?:^|[\s_-])(?:icons?|favicon|logo|userpic|badge|pixel|tracking|spacer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_PICTURE_PATH = re.compile(
    r"avatar|emoji|(?:icon|smil(?:ey|ie)|button|userpic)s?/|[/_.-](?:pixel|spacer|blank|transparent|clear|1x1|loading|placeholder)s?\b",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(r"\s*,?\s*(?P<url>[^\s,]\S*[^\s,]|[^\s,])(?:\s+(?P<size>\d{1,6}(?:\.\d{1,3})?)[wx])?")
_LONGEST_URL = 4000
"""Characters: a longer URL is data."""
_LONGEST_SET = 20_000
"""Characters of a `srcset` that are read."""
_ICON_SIDE, _PIXEL_SIDE = 48, 3
"""Pixels: an image declared to be no larger on both sides is an icon; on one side, it counts visitors."""
_LONGEST_SIDE_DIGITS = 5
"""Digits of a width or height: with more it is no number of pixels."""
_LEVELS = 40
"""Elements between an image and its card that are looked at."""
_LONGEST_BYLINE = 200
"""Characters: a larger element that is marked as an author holds more than the author."""


_Setting = Literal["own link", "no link", "other link", "portrait"]
"""What an image is in: a hyperlink that leads where the permalink does, none, another, or a portrait."""


def read_picture(group: GroupScope, card: CardScope) -> str | None:
    """Return the URL of the card's picture.

    It is the first image in no hyperlink or in one that leads where the permalink does. An image in another
    hyperlink is second best; after one, only an image in the card's own hyperlink is better.
    """
    tree = group.tree
    second_best = None
    for i in card.marked.pictures:
        if _is_small(tree.attributes[i]) or _is_no_picture(tree.classes[i]):
            continue
        setting = _setting(group, card, i)
        if setting == "portrait" or (setting != "own link" and second_best is not None):
            continue
        url = _image_url(tree, group.resolver, i)
        if url and setting != "other link":
            return url
        second_best = second_best or url
    return second_best


def picture_of(group: GroupScope, elements: Iterable[int]) -> str | None:
    """Return the URL of the first image that one of these elements is or holds."""
    for i in elements:
        for j in range(i, group.tree.end[i]):
            if url := _image_url(group.tree, group.resolver, j):
                return url
    return None


def _setting(group: GroupScope, card: CardScope, i: int) -> _Setting:
    """Return the setting of image *i*, by the nearest element around it that has one."""
    tree = group.tree
    for _ in range(_LEVELS):
        i = tree.parents[i]
        if i < card.member.start:
            break
        if tree.tags[i] == "a":
            return _setting_of_link(group, card, i)
        if tree.classes[i] and (
            _is_no_picture(tree.classes[i])
            or (card.marked.markers.get(i, 0) & Marker.AUTHOR and tree.size(i) < _LONGEST_BYLINE)
        ):
            return "portrait"
    return "no link"


def _setting_of_link(group: GroupScope, card: CardScope, link: int) -> _Setting:
    """Return the setting of an image in a hyperlink."""
    url = group.resolver.resolve(group.tree.attributes[link].get("href"))
    if not url:
        return "no link"
    if AUTHOR_PATH.search(url):
        return "portrait"
    is_own = same_place(url) == group.links.key[card.member.row]
    return "own link" if is_own else "other link"


@lru_cache(maxsize=20_000)
def _is_no_picture(name: str) -> bool:
    """Return whether a name is that of an icon, a portrait or the like. Cached: cards share names."""
    return _NO_PICTURE.search(name) is not None


def _is_small(attributes: dict[str, str | None]) -> bool:
    """Return whether an image is declared to be an icon or a tracking pixel."""
    sides = []
    for name in ("width", "height"):
        value = attributes.get(name)
        if value and value.isascii() and value.isdigit() and len(value) <= _LONGEST_SIDE_DIGITS:
            sides.append(int(value))
    return bool(sides) and (min(sides) <= _PIXEL_SIDE or (len(sides) == 2 and max(sides) <= _ICON_SIDE))


def _image_url(tree: Tree, resolver: Resolver, i: int) -> str | None:
    """Return the URL of the image that an element shows, alone or by the sources of its `picture`."""
    parent = tree.parents[i]
    for value in _written_urls(tree.attributes[i]):
        if url := _resolved(resolver, value):
            return url
    if parent >= 0 and tree.tags[parent] == "picture":
        for source in range(parent + 1, i):
            for value in _written_urls(tree.attributes[source]):
                if url := _resolved(resolver, value):
                    return url
    return None


def _written_urls(attributes: dict[str, str | None]) -> Iterator[str]:
    """Yield the URLs in an element's attributes as they are written, the likeliest first."""
    sets = []
    for name, value in attributes.items():
        if value and name.startswith("data-") and _LATE.match(name):
            if "srcset" in name:
                sets.append(value)
            elif _LOOKS_LIKE_A_URL.match(value):
                yield value
    if value := attributes.get("src"):
        yield value
    if value := attributes.get("srcset"):
        sets.append(value)
    for value in sets:
        if largest := _largest(value):
            yield largest
    if (value := attributes.get("style")) and (found := _STYLE_URL.search(value[:_LONGEST_URL])):
        yield found[1]


def _largest(srcset: str) -> str | None:
    """Return the URL in a `srcset` with the largest width or density (HTML, 4.8.4.2.1)."""
    best, most = None, -1.0
    for candidate in _CANDIDATE.finditer(srcset[:_LONGEST_SET]):
        size = float(candidate["size"] or 1)
        if size > most:
            best, most = candidate["url"], size
    return best


def _resolved(resolver: Resolver, value: str) -> str | None:
    """Return the URL resolved; None where it is data or leads to no picture."""
    value = value.strip()
    if len(value) > _LONGEST_URL or value[:5].lower() == "data:":
        return None
    url = resolver.resolve(value)
    return None if url is None or _NO_PICTURE_PATH.search(url) else url
