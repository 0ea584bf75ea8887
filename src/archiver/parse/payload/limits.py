"""Limits for markup that would cost the HTML parser time or memory out of all proportion.

Markup comes in; None goes out, or in one clause why it is not parsed. The limits are a hundred times above
real pages. The check only counts tags, so that it takes a small part of the parser's own time; what it counts
is an upper bound of the depth, not the depth itself.

An HTML parser looks through all open elements at most start tags (HTML, 13.2.4.2: "has an element in scope"),
and opens unclosed `<b id=1>`, `<b id=2>` ... again in each paragraph (13.2.4.3: "reconstruct the active
formatting elements"). Both are harmless where elements are closed, and quadratic where they are not: a
megabyte of `<div>` takes Lexbor four minutes, and 17 KB can make a million elements.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from operator import sub

FEW_TAGS = 2000
"""Tags that are always parsed: 0.1 s and 400 MB in the worst case."""
MAX_TAGS = 2_500_000
"""Tags of one page: a million hyperlinks, in about a gigabyte."""
MAX_STEPS = 100_000_000
"""Start tags times elements open at once: about a second in Lexbor."""
MAX_COPIES = 2_000_000
"""Start tags times formatting elements open at once: each may become an element, of about 400 bytes."""
MAX_ATTRIBUTES = 5000
"""Attributes of one element: each is compared with all before it."""

_TAG = re.compile(r"<(/?[a-zA-Z]+)")
_FORMATTING = ("b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
# Void elements, those that the next of their kind closes, and the leaves of drawings.
_FLAT = (
    "area base br col embed hr img input link meta param source track wbr p li dd dt tr td th tbody thead "
    "tfoot rp rt path circle rect use line polygon polyline ellipse stop"
)
_NESTING = dict.fromkeys(_FLAT.split(), 0) | {f"/{name}": 0 for name in _FLAT.split()}
# A formatting element's start tag. More than three of a kind are opened again only if their attributes
# differ, so a bare `<b>` does not count. The first letter is looked at first, which halves the cost.
_FIRST = "".join(sorted({name[0] for name in _FORMATTING}))
_MARKED = re.compile(rf"<(?=[{_FIRST}])(?:{'|'.join(_FORMATTING)})[\s/]", re.IGNORECASE)
_FORMATTING_TAG = re.compile(rf"<(?=[/{_FIRST}])(/?)(?:{'|'.join(_FORMATTING)})[\s/>]", re.IGNORECASE)
# What attributes are made of: runs between quotes and spaces, two to an attribute.
_MANY_ATTRIBUTES = re.compile(
    rf"""[a-zA-Z](?:[^>"'\s]*+(?:\s++|"[^"]*+"|'[^']*+')){{{2 * MAX_ATTRIBUTES}}}"""
)


def refusal(markup: str) -> str | None:
    """Return why the markup is not parsed ("50,000 elements open at once"), or None."""
    count = markup.count("<")
    if count > MAX_TAGS:
        return f"{count:,} tags"
    if _has_many_attributes(markup):
        return f"an element with more than {MAX_ATTRIBUTES:,} attributes"
    if count <= FEW_TAGS:
        return None
    if len(_MARKED.findall(markup)) * count > MAX_COPIES:
        copied = _most_open(-1 if end else 1 for end in _FORMATTING_TAG.findall(markup))
        if copied * count > MAX_COPIES:
            return f"{copied:,} formatting elements open at once"
    return _nesting_refusal(markup) if count * count > MAX_STEPS else None


def _nesting_refusal(markup: str) -> str | None:
    """Return how many elements are open at once as text, if they are too many for the number of tags."""
    tags = [tag.lower() for tag in _TAG.findall(markup)]
    counts = Counter(tags)
    nesting = sum(n for tag, n in counts.items() if tag[0] != "/" and tag not in _NESTING)
    if nesting * len(tags) <= MAX_STEPS:
        return None
    # An end tag closes an element only if one was opened: of more end tags than start tags each counts less.
    steps = {tag: -min(1.0, counts[tag[1:]] / n) if tag[0] == "/" else 1.0 for tag, n in counts.items()}
    opened = _most_open(map((steps | _NESTING).__getitem__, tags))
    return f"{opened:,} elements open at once" if opened * len(tags) > MAX_STEPS else None


def _has_many_attributes(markup: str) -> bool:
    """Return whether an element has too many attributes. Only a long stretch without a `<` can hold them.

    A stretch of twice a window's length covers a whole window, so one look into each window finds them all.
    """
    window, at = MAX_ATTRIBUTES, 0
    while at + window <= len(markup):
        if markup.find("<", at, at + window) < 0:
            start = markup.rfind("<", 0, at) + 1
            end = markup.find("<", at)
            end = len(markup) if end < 0 else end
            if _MANY_ATTRIBUTES.match(markup, start, end):
                return True
            at = end
        else:
            at += window
    return False


def _most_open(steps: Iterable[float]) -> int:
    """Return how far the sum of the steps rises: an upper bound of the elements open at once.

    End tags before their start tags lower the sum, so the rise is measured from its lowest point.
    """
    sums = list(accumulate(steps, initial=0.0))
    return int(max(map(sub, sums, accumulate(sums, min))))
