"""Beginnings and ends that a site puts on its texts, found by how often they occur, and cut off.

The distinct text keys of an archive go in; for each key with such a beginning or end what is left of it comes
out. No word is known: "Image not found", share words or a banner before each excerpt are followed by many
different texts. No number is cut, other than a count behind such an end ("Share Tweet 12"). A long
opening that many posts share is cut as well, for it distinguishes none of them. Of a key that is nothing but
such a part, nothing is left.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise

from rapidfuzz.distance import Prefix

from archiver.dedupe.keys.normalize import NUMERALS

WAYS = 10
"""Different texts that must follow (or precede) a part of the site's: more than most series have."""
_LEAST = 8
"""Characters of the shortest part that is cut: fewer may be common words."""
_LEAST_DENSE = 4
"""The same in a script where one character is about a word."""
_DENSE = re.compile("[\u2e80-\U0010ffff]")
"""A character of such scripts."""
_AHEAD = 8
"""Characters after the part by which what follows is distinguished; numbers do not count."""
_LOOKED_AT = 200
"""Keys with one part that are looked at. Bounds the cost."""
_COUNT = "0123456789.\x1f"


def without_boilerplate(keys: Collection[str]) -> dict[str, str]:
    """Find the keys that begin or end as many others do, each with what is left. Order does not matter."""
    front, behind = shared_beginnings(keys), shared_ends(keys)
    return {
        key: key[slice(*what_is_left(key, front.get(key, 0), behind.get(key, 0)))]
        for key in front.keys() | behind.keys()
    }


def what_is_left(key: str, front: int, behind: int) -> tuple[int, int]:
    """Return from where to where a key remains without so many characters in front and behind."""
    return front, max(front, len(key) - behind)


def opening(key: str) -> str:
    """Return the shortest beginning of a key that may be the site's; empty where the key is too short."""
    head = key[:_LEAST]
    dense = None if head.isascii() else _DENSE.search(head)
    length = max(_LEAST_DENSE, dense.end()) if dense else _LEAST
    return head[:length] if len(head) >= length else ""


def opening_of_end(key: str) -> str:
    """Return the `opening` of the reversed key, without the count that the key ends with."""
    return opening(key.rstrip(_COUNT)[::-1])


def shared_ends(keys: Collection[str]) -> dict[str, int]:
    """Find the keys that end with a part of the site's, and its length, with the count behind it.

    What is found depends on the keys of the same `opening_of_end` alone.
    """
    some = _in_company(keys, [key.rstrip(_COUNT)[-_LEAST_DENSE:] for key in keys])
    ends = {key: key.rstrip(_COUNT)[::-1] for key in some}
    shared = shared_beginnings(set(ends.values()))
    return {key: len(key) - len(end) + shared[end] for key, end in ends.items() if end in shared}


def shared_beginnings(keys: Collection[str]) -> dict[str, int]:
    """Find the keys that begin with a part of the site's, and its length.

    What is found depends on the keys of the same `opening` alone.
    """
    some = _in_company(keys, [key[:_LEAST_DENSE] for key in keys])
    groups: dict[str, list[str]] = defaultdict(list)
    for key in some:
        groups[opening(key)].append(key)
    groups.pop("", None)
    found: dict[str, int] = {}
    for group in groups.values():
        todo = [sorted(group)] if len(group) >= WAYS else []
        while todo:
            members = todo.pop()
            length = Prefix.similarity(members[0], members[-1])
            if _is_site_part(members, length):
                # the shortest such part: what follows it in ten ways may be the number of a part, I or V
                part = members[0][: _before_number(members[0][:length])]
                if opening(part):  # else nothing but a word before a number, which others have as well
                    found.update(dict.fromkeys(members, len(part)))
                continue
            branches: dict[str, list[str]] = {}
            for key in members:
                branches.setdefault(key[length : length + 1], []).append(key)
            todo += [b for following, b in branches.items() if following and len(b) >= WAYS]
    return found


def _in_company(keys: Collection[str], parts: Sequence[str]) -> list[str]:
    """Keep the keys whose part enough others have. Most keys of most archives are dropped here."""
    counts = Counter(parts)
    return [key for key, part in zip(keys, parts, strict=True) if counts[part] >= WAYS]


def _is_site_part(members: Sequence[str], length: int) -> bool:
    """Whether what these sorted keys begin with is followed by many texts; a cut of one is none more."""
    sample = members[:: max(1, len(members) // _LOOKED_AT)]
    ways = sorted({NUMERALS.sub("", key[length : length + 3 * _AHEAD])[:_AHEAD] for key in sample} - {""})
    return len(ways) >= WAYS and len(ways) - sum(b.startswith(a) for a, b in pairwise(ways)) >= WAYS


def _before_number(part: str) -> int:
    """Return the length up to the first number, which may be all that distinguishes two posts."""
    found = NUMERALS.search(part)
    return found.start() if found else len(part)
