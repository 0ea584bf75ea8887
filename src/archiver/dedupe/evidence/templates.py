"""Templates among texts: the places that one text after another fills with words of its own.

In: pairs of texts that are alike. Out: those that differ in such a place. Refuses to know any word: an edit
puts one word in the place of another, so of a place that three texts fill with three unlike words at least
two belong to different posts, and likely all. The one surprise: no such text need ever have stood beside
another on one page, which is what tells templates otherwise (`context`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, combinations

from rapidfuzz.distance import Indel

from archiver.dedupe.evidence.align import replaced

Pair = tuple[int, int]

_UNLIKE = 0.5
"""Likeness of two fillings from which one may be a slip or a cut of the other."""
_LOOKED_AT = 12
"""Fillings of one place that are compared with each other. Bounds the cost."""


def filled_differently(texts: Sequence[str], pairs: Iterable[Pair]) -> set[Pair]:
    """The pairs (of numbers of texts) that differ in a place which at least three of them fill."""
    pairs = [*pairs]
    often = Counter(chain.from_iterable(pairs))
    places: dict[int, list[tuple[int, int, str, str, Pair]]] = defaultdict(list)
    for a, b in pairs:
        if often[a] == often[b] == 1:  # of neither will there be a third filling
            continue
        for at, there, (x, y) in replaced(texts[a], texts[b]):
            places[a].append((at, at + len(x), x, y, (a, b)))
            places[b].append((there, there + len(y), y, x, (a, b)))
    found: set[Pair] = set()
    for rows in places.values():
        rows.sort()
        group: list[tuple[int, int, str, str, Pair]] = []
        for row in rows:
            if group and row[0] >= max(r[1] for r in group):
                found.update(_of_template(group))
                group = []
            group.append(row)
        found.update(_of_template(group))
    return found


def _of_template(rows: Sequence[tuple[int, int, str, str, Pair]]) -> set[Pair]:
    """The pairs that meet in one place of a text, where two others fill it in ways unlike each other."""
    fillings = sorted({y for _, _, x, y, _ in rows if not _alike(x, y)})[:_LOOKED_AT]
    if not any(not _alike(x, y) for x, y in combinations(fillings, 2)):
        return set()
    return {pair for _, _, x, y, pair in rows if not _alike(x, y)}


def _alike(x: str, y: str) -> bool:
    return Indel.normalized_similarity(x, y) > _UNLIKE
