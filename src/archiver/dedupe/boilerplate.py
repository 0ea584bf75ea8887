"""Beginnings and ends that a site puts on its texts, found by how often they stand there and cut off.

In: the distinct text keys of an archive. Out: for each key that has such an end what is left of it. Refuses
to know any word, and to cut a number, other than a count behind such an end ("Share Tweet 12"): "Image not
found", share words or a banner before each excerpt show themselves by being followed by many different
texts. The one surprise: a long opening that many posts share is cut as well, and rightly so, for it tells
none of them apart; a key that is nothing but such a part has nothing left.
"""

import re
from collections.abc import Collection, Iterable, Sequence

from archiver.dedupe.align import common_beginning

_WAYS = 10
"""Different texts that must follow (or go before) a part for it to be the site's: more than most series
have."""
_LEAST = 8
"""Characters of the shortest part that is cut: fewer may be common words."""
_LEAST_DENSE = 4
"""The same in a script where one character is about a word."""
_DENSE = "\u2e80"
"""The first character of such scripts."""
_AHEAD = 8
"""Characters after the part by which what follows is told apart, numbers set aside."""
_LOOKED_AT = 200
"""Keys of one part that are looked at. Bounds the cost."""
_COUNT = "0123456789.\x1f"
_DIGITS = re.compile(r"[\d.\x1f]+")


def without_boilerplate(keys: Collection[str]) -> dict[str, str]:
    """The keys that begin or end with what many others do, each with what is left. Order does not matter.

    What is cut in front of a key depends on the keys of the same `opening` alone, and what is cut behind it
    on those whose reversals, without the count that they begin with, have one opening.
    """
    front = shared_beginnings(keys)
    counts = {key: len(key) - len(key.rstrip(_COUNT)) for key in keys}
    bare: dict[str, list[str]] = {}
    for key, count in counts.items():
        bare.setdefault(key[: len(key) - count][::-1], []).append(key)
    behind = {key: n + counts[key] for end, n in shared_beginnings(bare).items() for key in bare[end]}
    return {
        key: key[(start := front.get(key, 0)) : max(start, len(key) - behind.get(key, 0))]
        for key in front.keys() | behind.keys()
    }


def opening(key: str) -> str:
    """The shortest beginning of a key that may be the site's, or nothing where the key is too short."""
    head = key[:_LEAST]
    dense = next((i for i, character in enumerate(head) if character >= _DENSE), _LEAST)
    length = min(_LEAST, max(_LEAST_DENSE, dense + 1))
    return key[:length] if len(key) >= length else ""


def shared_beginnings(keys: Iterable[str]) -> dict[str, int]:
    """The keys that begin with a part of the site's, and its length."""
    groups: dict[str, list[str]] = {}
    for key in keys:
        groups.setdefault(opening(key), []).append(key)
    groups.pop("", None)
    found: dict[str, int] = {}
    for group in groups.values():
        todo = [sorted(group)] if len(group) >= _WAYS else []
        while todo:
            members = todo.pop()
            length = common_beginning(members[0], members[-1])
            if _is_site_part(members, length):
                # the shortest such part: what follows it in ten ways may be the number of a part, I or V
                part = members[0][: _before_number(members[0][:length])]
                if opening(part):  # else nothing but a word before a number, which others have as well
                    found.update(dict.fromkeys(members, len(part)))
                continue
            branches: dict[str, list[str]] = {}
            for key in members:
                branches.setdefault(key[length : length + 1], []).append(key)
            todo += [b for following, b in branches.items() if following and len(b) >= _WAYS]
    return found


def _is_site_part(members: Sequence[str], length: int) -> bool:
    """Whether what these sorted keys begin with is followed by many different texts."""
    sample = members[:: max(1, len(members) // _LOOKED_AT)]
    ways = {_DIGITS.sub("", key[length : length + 3 * _AHEAD])[:_AHEAD] for key in sample}
    return len(ways - {""}) >= _WAYS


def _before_number(part: str) -> int:
    """The length without a number and what follows it: a number may be what tells two posts apart."""
    found = _DIGITS.search(part)
    return found.start() if found else len(part)
