"""What two URLs say of two cards: whether they name one resource, one that was moved, or two.

Identity keys of URLs (`urlkey`) go in. No site's scheme is known: what is looked at is whether both URLs have
one form, and which parts of it differ. Sites give each post a number or a name of its own and seldom change
these; hosts, sections and dates in front change with the site.
"""

import re
from enum import Enum

_EXTENSION = re.compile(r"\.[a-z]{2,5}$")
_NUMBERS = re.compile(r"\d+")
_SIGNS = re.compile(r"[\W_]+")
_OWN = 6
"""Letters and digits from which on the last part of a URL is a post's own."""
_OWN_NUMBER = 5
"""The same where there is a digit in it."""
_LEAST_END = 8
"""Letters and digits of the shortest end of a URL that is recognised at another place."""


class UrlRelation(Enum):
    """How two different URLs stand to each other."""

    SAME_END = "same-end"
    """One last part, in another section or on another host."""
    OTHER_NUMBER = "other-number"
    """One form, with another number in it: each post of a site has its own."""
    OTHER_NAME = "other-name"
    """One form, with another name at the end."""
    RENAMED = "renamed"
    """One form, with a name at the end that is like the other."""
    OTHER = "other"


def relation(a: str, b: str) -> UrlRelation:
    """Return how two different URLs stand to each other. Symmetric."""
    one, two = _parts(a), _parts(b)
    if one[0] == two[0] and len(one) == len(two):
        differing = [(x, y) for x, y in zip(one, two, strict=True) if x != y]
        numbers = [(_NUMBERS.findall(x), _NUMBERS.findall(y)) for x, y in differing]
        if any(x and y and x != y for x, y in numbers):
            return UrlRelation.OTHER_NUMBER
        if one[-1] != two[-1]:
            return UrlRelation.RENAMED if _alike(one[-1], two[-1]) else UrlRelation.OTHER_NAME
    end = _letters(one[-1])
    return UrlRelation.SAME_END if len(end) >= _LEAST_END and one[-1] == two[-1] else UrlRelation.OTHER


def has_own_part(url: str) -> bool:
    """Return whether the last part of a URL is long enough to be one post's own."""
    own = _letters(_parts(url)[-1])
    return len(own) >= (_OWN_NUMBER if any(map(str.isdigit, own)) else _OWN)


def place_of(url: str) -> tuple[str, ...]:
    """Return what distinguishes the post of a URL: its last part, and parts with a number in front of it."""
    parts = _parts(url)
    return (*(part for part in parts[1:-1] if _NUMBERS.search(part)), parts[-1])


def _parts(url: str) -> list[str]:
    """Return the host, then the parts of path and query, without the extension of the last."""
    whole = url.casefold()
    for separator in "?&#":
        whole = whole.replace(separator, "/")
    parts = [part for part in whole.split("/") if part] or [""]
    if "." in parts[-1]:
        parts[-1] = _EXTENSION.sub("", parts[-1])
    return parts


def _letters(part: str) -> str:
    return part if part.isalnum() else _SIGNS.sub("", part)


def _alike(x: str, y: str) -> bool:
    """Return whether two names share half of their words."""
    words, others = ({word for word in _SIGNS.split(part) if word} for part in (x, y))
    return len(words & others) >= max(len(words), len(others)) / 2
