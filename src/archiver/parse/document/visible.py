"""The text that a reader sees of a piece of HTML.

Markup comes in, such as the summary of a feed's entry; its visible text goes out. Block elements and line
breaks count as a space, inline elements as nothing: "<b>w</b>ord" is one word.
"""

import html
import re
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser

from archiver.models import clean_text
from archiver.parse.payload.limits import refusal

_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rb ruby s samp "
    "small span strike strong sub sup time tt u var wbr"
)
INLINE = frozenset(_INLINE.split())
_UNSEEN = "script style template noscript iframe object svg audio video canvas head title"
UNSEEN = frozenset(_UNSEEN.split())
_NOT_SHOWN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def is_not_shown(attributes: Mapping[str, str | None]) -> bool:
    """Return whether the attributes of an element keep it from being shown."""
    return "hidden" in attributes or _NOT_SHOWN.search(attributes.get("style") or "") is not None


def visible_text(markup: str) -> str:
    """Read the visible text, with entities decoded and white space collapsed."""
    if "<" not in markup:
        return clean_text(html.unescape(markup) if "&" in markup else markup)
    if refusal(markup):
        return ""
    body = LexborHTMLParser(markup).body
    if body is None:
        return ""
    parts: list[str] = []
    node, depth = body.first_child, 0
    while node is not None:
        tag = node.tag
        if tag == "-text":
            parts.append(node.text_content or "")
        elif tag not in UNSEEN and tag and tag[0] not in "-_!":
            if tag not in INLINE:
                parts.append(" ")
            if node.first_child is not None:
                node, depth = node.first_child, depth + 1
                continue
        while node is not None and node.next is None and depth:
            node, depth = node.parent, depth - 1
            if node is not None and node.tag not in INLINE:
                parts.append(" ")
        node = node.next if node is not None else None
    return clean_text("".join(parts))
