"""Elements that a script makes hyperlinks: a row, a tile or a name that opens a page when it is clicked.

The elements of a page come in; those that lead somewhere go out, with their URLs. The script is not run: its
`onclick` names one URL, and the element holds no hyperlink and stands in none.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

_URL = re.compile(
    r"""(?:location[\w.]*\s*[=(]\s*|open\(\s*)["'](/[^"'\s]+|https?://[^"'\s]+)["']|["'](https?://[^"'\s]+)["']"""
)
"""A URL that is assigned or opened, or a whole one that a function is called with."""
_LONGEST = 1_000
"""Characters of a script that are looked at."""
_CONTROLS = frozenset({"a", "button", "input", "select", "form", "label", "option", "body"})
"""Elements that do something else, or that hold the page."""


def clickable(
    tags: Sequence[str], attributes: Sequence[Mapping[str, str | None]], end: Sequence[int]
) -> dict[int, str]:
    """Return the URLs of the elements that lead somewhere by a click, by element, in page order.

    Args:
        tags: The tag of each element in document order.
        attributes: Its attributes.
        end: The element after the last one in it.
    """
    clicked = [i for i, values in enumerate(attributes) if "onclick" in values]
    anchors = [i for i, tag in enumerate(tags) if tag == "a"] if clicked else []
    found: dict[int, str] = {}
    after = 0  # the element after the last one that was found: what lies in it is a part of it
    for i in clicked:
        if i < after or tags[i] in _CONTROLS:
            continue
        urls = {a or b for a, b in _URL.findall((attributes[i]["onclick"] or "")[:_LONGEST])}
        at = bisect_left(anchors, i)
        holds = at < len(anchors) and anchors[at] < end[i]
        is_held = at > 0 and end[anchors[at - 1]] > i
        if len(urls) == 1 and not holds and not is_held:
            found[i] = urls.pop()
            after = end[i]
    return found
