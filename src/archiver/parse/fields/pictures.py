"""The picture of a card: which of its images that is, and where the image really comes from.

In: the elements of one card that may show an image. Out: an absolute http(s) address, or None. Refuses
inlined images (`data:`), tracking pixels and placeholders, icons, and portraits of people. The one surprise:
`src` comes last but one: where an image is loaded late, `src` is a placeholder and the address stands in an
attribute of the script's own, whose name varies but begins with `data-` and tells what it is.
"""

import re
from collections.abc import Iterator

from archiver.parse.document.links import AUTHOR_PATH
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver, same_place
from archiver.parse.fields.markers import MarkedElements, Marker
from archiver.parse.listing.score import Member

_LATE = re.compile(r"data-.*(?:src|original|lazy|image|img|bg|background|thumb|photo)", re.IGNORECASE)
_LOOKS_LIKE_AN_ADDRESS = re.compile(r"[^\s{\[<]*[/.][^\s<]*\Z")
_STYLE_URL = re.compile(r"url\(\s*[\"']?([^\"')]+)", re.IGNORECASE)
_NO_PICTURE = re.compile(
    r"avatar|emoji|smil(?:ey|ie)|(?:^|[\s_-])(?:icons?|favicon|logo|userpic|badge|pixel|tracking|spacer)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_PICTURE_PATH = re.compile(
    r"avatar|emoji|(?:icon|smil(?:ey|ie)|button|userpic)s?/|[/_.-](?:pixel|spacer|blank|transparent|clear|1x1|loading|placeholder)s?\b",
    re.IGNORECASE,
)
_LONGEST_NAME = 400  # characters of a class that are looked at
_LONGEST_URL = 4000  # characters: a longer address is data
_SMALL, _DOT = 48, 3
"""Pixels: an image declared to be no larger on both sides is an icon; on one side, it counts visitors."""
_LEVELS = 40  # elements between an image and its card that are looked at
_BYLINE = 200  # characters: a larger element holds more than its author


def card_picture(
    tree: Tree, resolver: Resolver, member: Member, own: str, named: MarkedElements
) -> str | None:
    """The address of the card's picture: the first in no link or in one to the card's place *own*.

    An image in another link comes after all these, and none that leads to its author.
    """
    second = None
    for i in named.pictures:
        attributes = tree.attributes[i]
        if _is_small(attributes) or _NO_PICTURE.search(tree.classes[i]):
            continue
        place = _link_round(tree, resolver, member, named, i)
        if place is None or (place != own and second is not None):
            continue
        url = picture_address(tree, resolver, i)
        if url and (not place or place == own):
            return url
        second = second or url
    return second


def _link_round(tree: Tree, resolver: Resolver, member: Member, named: MarkedElements, i: int) -> str | None:
    """Where the link round an image leads, empty where there is none; None where it shows no card."""
    for _ in range(_LEVELS):
        i = tree.parents[i]
        if i < member.start:
            break
        if tree.tags[i] == "a":
            url = resolver.resolve(tree.attributes[i].get("href"))
            return None if url and AUTHOR_PATH.search(url) else same_place(url) if url else ""
        if tree.classes[i] and (
            _NO_PICTURE.search(tree.classes[i])
            or (named.parts.get(i, 0) & Marker.AUTHOR and tree.size(i) < _BYLINE)
        ):
            return None
    return ""


def _is_small(attributes: dict[str, str | None]) -> bool:
    sides = []
    for name in ("width", "height"):
        value = attributes.get(name)
        if value and value.isascii() and value.isdigit() and len(value) < 6:
            sides.append(int(value))
    return bool(sides) and (min(sides) <= _DOT or (len(sides) == 2 and max(sides) <= _SMALL))


def picture_address(tree: Tree, resolver: Resolver, i: int) -> str | None:
    """Where an element's image comes from."""
    parent = tree.parents[i]
    for value in _written(tree.attributes[i]):
        if url := _resolved(resolver, value):
            return url
    if parent >= 0 and tree.tags[parent] == "picture":
        for source in range(parent + 1, i):
            for value in _written(tree.attributes[source]):
                if url := _resolved(resolver, value):
                    return url
    return None


def _written(attributes: dict[str, str | None]) -> Iterator[str]:
    """The addresses in an element's attributes, the likeliest first."""
    sets = []
    for name, value in attributes.items():
        if value and name.startswith("data-") and _LATE.match(name):
            if "srcset" in name:
                sets.append(value)
            elif _LOOKS_LIKE_AN_ADDRESS.match(value):
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
    """The address in a `srcset` with the largest width or density (HTML, 4.8.4.2.1)."""
    best, most = None, -1.0
    for candidate in _CANDIDATE.finditer(srcset[:_LONGEST_SET]):
        size = float(candidate["size"] or 1)
        if size > most:
            best, most = candidate["url"], size
    return best


_CANDIDATE = re.compile(r"\s*,?\s*(?P<url>[^\s,]\S*[^\s,]|[^\s,])(?:\s+(?P<size>\d{1,6}(?:\.\d{1,3})?)[wx])?")
_LONGEST_SET = 20_000  # characters of a srcset that are looked at


def _resolved(resolver: Resolver, value: str) -> str | None:
    value = value.strip()
    if len(value) > _LONGEST_URL or value[:5].lower() == "data:":
        return None
    url = resolver.resolve(value)
    return None if url is None or _NO_PICTURE_PATH.search(url) else url
