"""Markup that would cost the HTML parser time or memory out of all proportion, known before it is parsed.

In: markup. Out: None, or why it is refused in one clause. Refuses nothing of the size and shape that people
write: the limits are a hundred times above real pages. The one surprise: the check only counts tags, so that
it takes a small part of the parser's own time; what it counts is a bound, not the depth itself.

An HTML parser looks through all open elements at most start tags (HTML, 13.2.4.2: "has an element in scope"),
and opens unclosed `<b id=1>`, `<b id=2>` ... anew in each paragraph (13.2.4.3: "reconstruct the active
formatting elements"). Both are harmless where elements are closed, and quadratic where they are not: a
megabyte of `<div>` takes Lexbor four minutes, and 17 KB can make a million elements.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate, repeat
from operator import itemgetter, sub

FEW_TAGS = 2000
"""Tags that can do no harm, whatever they are: 0.1 s, and 400 MB in the worst case."""
MAX_TAGS = 2_500_000
"""Tags of one page: a million links, in about a gigabyte."""
MAX_STEPS = 100_000_000
"""Start tags times elements open at once: about a second in Lexbor."""
MAX_COPIES = 2_000_000
"""Start tags times formatting elements open at once: each may become an element, of about 400 bytes."""
MAX_ATTRIBUTES = 5000
"""Attributes of one element: each is compared with all before it."""
_SMALL = 100_000  # characters that cannot hold enough attributes to matter

_TAG = re.compile(r"<(/?[a-zA-Z]+)")
_FORMATTING = ("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
# Void elements, those that the next of their kind closes, and the leaves of drawings.
_FLAT = (
    "area base br col embed hr img input link meta param source track wbr p li dd dt tr td th tbody thead "
    "tfoot rp rt path circle rect use line polygon polyline ellipse stop"
)
_NESTING = dict.fromkeys(_FLAT.split(), 0) | {f"/{name}": 0 for name in _FLAT.split()}
_COPYING = dict.fromkeys(_FORMATTING, 1) | {f"/{name}": -1 for name in _FORMATTING}
# How a formatting element's tag begins. More than three of a kind are opened anew only if their attributes
# differ, so a bare "b>" does not count.
_MARKED = frozenset({"b ", "bi", "co", "em", "fo", "i ", "no", "s ", "sm", "st", "tt", "u "})
_beginning = itemgetter(slice(0, 2))
# What attributes are made of: runs between quotes and spaces, two to an attribute.
_MANY_ATTRIBUTES = re.compile(
    rf"""[a-zA-Z](?:[^>"'\s]*+(?:\s++|"[^"]*+"|'[^']*+')){{{2 * MAX_ATTRIBUTES}}}"""
)


def refusal(markup: str) -> str | None:
    """Why the markup is not parsed ("50,000 elements open at once"), or None."""
    count = markup.count("<")
    if count <= FEW_TAGS and len(markup) <= _SMALL:
        return None
    if count > MAX_TAGS:
        return f"{count:,} tags"
    pieces = markup.split("<")
    for piece in pieces:
        if len(piece) > 2 * MAX_ATTRIBUTES and _MANY_ATTRIBUTES.match(piece):
            return f"an element with more than {MAX_ATTRIBUTES:,} attributes"
    if count <= FEW_TAGS:
        return None
    beginnings = Counter(map(_beginning, pieces))
    may_copy = sum(beginnings[marked] for marked in _MARKED) * count > MAX_COPIES
    if not may_copy and count * count <= MAX_STEPS:
        return None
    tags = [tag.lower() for tag in _TAG.findall(markup)]
    counts = Counter(tags)
    steps = {tag: -min(1.0, counts[tag[1:]] / n) if tag[0] == "/" else 1.0 for tag, n in counts.items()}
    opened = _most_open(map((steps | _NESTING).__getitem__, tags))
    if opened * len(tags) > MAX_STEPS:
        return f"{opened:,} elements open at once"
    copied = _most_open(map(_COPYING.get, tags, repeat(0)))
    if copied * len(tags) > MAX_COPIES:
        return f"{copied:,} formatting elements open at once"
    return None


def _most_open(steps: Iterable[float]) -> int:
    """The most that the sum of the steps ever rises: about the elements open at once, or more.

    End tags before their start tags lower the sum, so the rise is measured from its lowest point.
    """
    sums = list(accumulate(steps, initial=0.0))
    return int(max(map(sub, sums, accumulate(sums, min))))
