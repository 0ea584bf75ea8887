"""Templates among texts: the slots that one text after another fills with words of its own.

Pairs of texts that are alike go in; those that differ in such a slot come out. No word is known: an edit
puts one word in the place of another, so of a slot that three texts fill with three unlike words at least
two belong to different posts, and likely all. No two of these texts need have stood on one page,
which is how templates are recognised otherwise (`corpus`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from typing import NamedTuple

from rapidfuzz.distance import Indel

from archiver.dedupe.evidence.align import replaced

Pair = tuple[int, int]

_UNLIKE = 0.5
"""Likeness of two fillings from which one may be a slip or a cut of the other."""
_LOOKED_AT = 12
"""Fillings of one slot that are compared with each other. Bounds the cost."""


class _Filling(NamedTuple):
    """What fills a slot of one text (`own`, from `start` to `stop`), and what an `other` text has there."""

    start: int
    stop: int
    own: str
    other: str
    pair: Pair


def filled_differently(texts: Sequence[str], pairs: Iterable[Pair]) -> set[Pair]:
    """Find the pairs (of numbers of texts) that differ in a slot which at least three of them fill."""
    pairs = [*pairs]
    often = Counter(chain.from_iterable(pairs))
    fillings: dict[int, list[_Filling]] = defaultdict(list)
    for a, b in pairs:
        if often[a] == often[b] == 1:  # of neither will there be a third filling
            continue
        for at, there, (x, y) in replaced(texts[a], texts[b]):
            fillings[a].append(_Filling(at, at + len(x), x, y, (a, b)))
            fillings[b].append(_Filling(there, there + len(y), y, x, (a, b)))
    found: set[Pair] = set()
    for of_text in fillings.values():
        of_text.sort()
        group: list[_Filling] = []
        for filling in of_text:
            if group and filling.start >= max(f.stop for f in group):
                found.update(_of_template(group))
                group = []
            group.append(filling)
        found.update(_of_template(group))
    return found


def _of_template(slot: Sequence[_Filling]) -> set[Pair]:
    """Find the pairs that meet in one slot of a text, where two others fill it in ways unlike each other."""
    others = sorted({f.other for f in slot if not _alike(f.own, f.other)})[:_LOOKED_AT]
    if not any(not _alike(x, y) for x, y in combinations(others, 2)):
        return set()
    return {f.pair for f in slot if not _alike(f.own, f.other)}


def _alike(x: str, y: str) -> bool:
    """Whether one filling may be a slip or a cut of the other."""
    return Indel.normalized_similarity(x, y) > _UNLIKE
