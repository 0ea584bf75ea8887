"""Short excerpts in the lines of a text, by the labels that stand beside all excerpts.

In: for each line its mark (the same for labels that differ in digits only), whether it is an excerpt, and
whether it may be one. Out: the indices of lines that stand where excerpts do. Refuses what stands at no
regular distance from labels of one kind: a card without an excerpt shows its title there. The one surprise:
nothing of a line itself counts, neither its width nor its words.

The labels of one mark ("12 views", dates) come at a usual distance, and most excerpts stand at one offset
from them. Between two labels at that distance, what stands at the offset is an excerpt however short it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise

_FEW = 3
"""Labels of one mark: fewer tell no rhythm."""
_FARTHEST = 8
"""Lines of one card."""
_SHARE = 3
"""At least one in so many labels has an excerpt: a mark of other lists of the page has fewer."""

_MOST = 0.75
"""The share of all excerpts that stand at one place beside the labels of a mark."""


def short_excerpts(marks: Sequence[str | None], excerpt: Sequence[bool], may: Sequence[bool]) -> set[int]:
    """The lines that stand in the place of excerpts: *may* tells those that can be one."""
    labels: dict[str, list[int]] = defaultdict(list)
    for i, mark in enumerate(marks):
        if mark is not None:
            labels[mark].append(i)
    repeated = {i for at in labels.values() if len(at) > 1 for i in at}
    found: set[int] = set()
    for at in labels.values():
        if len(at) >= _FEW:
            found.update(_beside(at, excerpt, may, repeated))
    return {i for i in found if may[i] and not excerpt[i]}


def _beside(
    at: Sequence[int], excerpt: Sequence[bool], may: Sequence[bool], repeated: Set[int]
) -> Iterable[int]:
    """The places of excerpts beside the labels of one mark.

    Those before the first label or after the last are among them only if it is plain on which side of their
    labels excerpts stand, and all other lines of that card are labels too: else it may be its title.
    """
    (step, times), *_ = Counter(b - a for a, b in pairwise(at)).most_common(1)
    if times < _FEW - 1 or not 1 < step <= _FARTHEST:
        return

    def fit(offset: int) -> tuple[int, int]:
        places = [i + offset for i in at if 0 <= i + offset < len(excerpt)]
        return sum(excerpt[i] for i in places), sum(excerpt[i] or may[i] for i in places)

    below = max(range(1, step), key=lambda offset: max(fit(offset), fit(offset - step)))
    above = below - step
    hits = max(fit(below), fit(above))[0]
    if hits < _FEW - 1 or hits * _SHARE < len(at) or hits < _MOST * sum(excerpt):
        return
    yield from (a + below for a, b in pairwise(at) if b - a == step)
    if fit(above) > fit(below) and at[0] >= step:
        before = set(range(at[0] - step + 1, at[0]))
        if before - {at[0] + above} <= repeated:
            yield at[0] + above
    if fit(below) > fit(above):
        after = set(range(at[-1] + 1, at[-1] + step))
        if after - {at[-1] + below} <= repeated and at[-1] + below < len(excerpt):
            yield at[-1] + below
