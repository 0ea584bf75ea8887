"""Short excerpts in the lines of a text, by the labels that stand beside all excerpts.

Of each line come in its mark (the same for labels that differ in digits only), whether it is an excerpt, and
whether it can be one. The indices of the lines that stand where excerpts do go out. A line at no regular
distance from labels of one kind is not among them: a card without an excerpt shows its title there. Neither
the width of a line nor its words count.

The labels of one mark ("12 views", dates) come at a usual distance, and most excerpts stand at one offset
from them. Between two labels at that distance, what stands at the offset is an excerpt however short it is.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from itertools import pairwise

_FEW = 3
"""Labels of one mark that show a rhythm."""
_FARTHEST = 8
"""Lines of the longest card."""
_SHARE = 3
"""Labels of one mark for each excerpt: the marks of other lists on the page have more."""
_MOST = 0.75
"""Share of all excerpts that stand at one offset from the labels of a mark."""


def short_excerpts(marks: Sequence[str | None], excerpt: Sequence[bool], may: Sequence[bool]) -> set[int]:
    """Return the lines that stand in the place of excerpts and *may* be one."""
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
    """Yield the places of excerpts beside the labels of one mark.

    The place before the first label or after the last counts only if it is plain on which side of their
    labels excerpts stand, and if all other lines of that card are labels, too: else the line can be a title.
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
