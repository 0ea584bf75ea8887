"""Beginnings and ends that a site puts on its texts, found by how often they stand there and cut off.

In: the distinct text keys of an archive. Out: for each key that has such an end what is left of it. Refuses
to know any word, and to cut a number: "Image not found", share words or a banner before each excerpt show
themselves by being followed by many different texts. The one surprise: a long opening that many posts share
is cut as well, and rightly so, for it tells none of them apart; a key that is nothing but such a part has
nothing left.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from archiver.dedupe.align import common_beginning

_WAYS = 10
"""Different texts that must follow (or go before) a part for it to be the site's: more than most series
have."""
_LEAST = 8
"""Characters of the shortest part that is cut: fewer may be common words."""
_LEAST_DENSE = 4
"""The same in a script where one character is about a word."""
_AHEAD = 8
"""Characters after the part by which what follows is told apart, numbers set aside."""
_LOOKED_AT = 200
"""Keys of one part that are looked at. Bounds the cost."""
_DIGITS = re.compile(r"[\d.\x1f]+")


def without_boilerplate(keys: Collection[str]) -> dict[str, str]:
    """The keys that begin or end with what many others do, each with what is left. Order does not matter."""
    found = {key: key[n:] for key, n in _shared_beginnings(keys)}
    backwards = {left[::-1] for key in keys if (left := found.get(key, key))}
    ends = {key[::-1]: key[n:][::-1] for key, n in _shared_beginnings(backwards)}
    if ends:
        for key in keys:
            left = found.get(key, key)
            if left in ends:
                found[key] = ends[left]
    return found


def _shared_beginnings(keys: Collection[str]) -> Iterable[tuple[str, int]]:
    """The keys with such a beginning, and its length."""
    heads = Counter(key[:_LEAST_DENSE] for key in keys)
    groups: dict[str, list[str]] = {}
    for key in keys:
        if heads[head := key[:_LEAST_DENSE]] >= _WAYS:
            groups.setdefault(head, []).append(key)
    for group in groups.values():
        todo = [sorted(group)]
        while todo:
            members = todo.pop()
            length = common_beginning(members[0], members[-1])
            if _is_site_part(members, length):
                # the shortest such part: what follows it in ten ways may be the number of a part, I or V
                if cut := _before_number(members[0][:length]):
                    yield from ((key, cut) for key in members)
                continue
            branches: dict[str, list[str]] = {}
            for key in members:
                branches.setdefault(key[length : length + 1], []).append(key)
            todo += [b for following, b in branches.items() if following and len(b) >= _WAYS]


def _is_site_part(members: Sequence[str], length: int) -> bool:
    """Whether what these sorted keys begin with is followed by many different texts."""
    part = members[0][:length]
    if length < (_LEAST if part.isascii() else _LEAST_DENSE):
        return False
    sample = members[:: max(1, len(members) // _LOOKED_AT)]
    ways = {_DIGITS.sub("", key[length : length + 3 * _AHEAD])[:_AHEAD] for key in sample}
    return len(ways - {""}) >= _WAYS


def _before_number(part: str) -> int:
    """The length without a number and what follows it: a number may be what tells two posts apart."""
    found = _DIGITS.search(part)
    return found.start() if found else len(part)
