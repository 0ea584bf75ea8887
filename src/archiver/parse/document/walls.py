"""What a page without cards does instead of showing any: it leads on by itself, or asks for a browser.

The markup of a page, or its tree, comes in; a URL or a clause goes out. No script is run: what a script would
do is looked for in its text only, by the names of the browsers' interface, and to explain, never to follow.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import resolve, same_place

LONGEST_REFRESH_S = 30
"""A page that is meant to be read before it is left, or is only shown anew, gives its reader more seconds."""
_REFRESH = re.compile(
    r"\s*+(?=[\d.])(\d*+)[\d.]*+(?:\s*+[;,]|\s)\s*+(?:url\s*+=\s*+)?(.*)", re.IGNORECASE | re.DOTALL
)
_HAS_REFRESH = re.compile(r"http-equiv\s*+=\s*+[\"']?+\s*+refresh", re.IGNORECASE)
_DIGITS = 4
"""Digits of the longest delay that is looked at."""
_LOCATION = re.compile(
    r"\blocation(?:\.href)?\s*=(?!=)\s*(?:[\"'`]([^\"'`\s]{1,500})[\"'`])?"
    r"|\blocation\.(?:replace|assign|reload)\s*\(\s*(?:[\"'`]([^\"'`\s]{1,500})[\"'`])?"
)
_COOKIE = re.compile(r"\bdocument\.cookie\s*=(?!=)")
_FEW_LINKS = 3
_LITTLE_TEXT = 600
"""Hyperlinks, and characters of text, of a page that shows nothing itself: a menu alone has more."""


def refresh_target(content: str | None, base: str, url: str) -> str | None:
    """Return the URL to which a `Refresh` header or a `<meta>` of that name leads on soon, by WHATWG's rules.

    None where it only shows the page at *url* anew, or later than after LONGEST_REFRESH_S.
    """
    match = _REFRESH.fullmatch(content or "")
    if match is None or len(match[1]) > _DIGITS or int(match[1] or 0) > LONGEST_REFRESH_S:
        return None
    target = match[2].strip()
    if quote := target[:1] if target[:1] in ("'", '"') else "":
        target = target[1:].partition(quote)[0]
    resolved = resolve(base, target)
    return resolved if resolved and same_place(resolved) != same_place(url) else None


def meta_refresh(markup: str, base: str, url: str) -> str | None:
    """Return the URL to which a `<meta>` of the page leads on soon, also one for readers without scripts."""
    if not _HAS_REFRESH.search(markup):
        return None
    found = LexborHTMLParser(markup.encode("utf-8", "replace")).css('meta[http-equiv="refresh" i]')
    targets = (refresh_target(node.attributes.get("content"), base, url) for node in found)
    return next(filter(None, targets), None)


def obstacle(tree: Tree, base: str) -> str | None:
    """Say in a clause why a page shows hardly anything to a reader without scripts; None where it shows more.

    Without this, a page that asks for a browser looks like the empty page behind the last one of a listing.
    """
    for tag, attributes in zip(tree.tags, tree.attributes, strict=True):
        if tag == "frame" and (framed := resolve(base, attributes.get("src"))):
            return f"it shows other pages in frames, such as {framed}"
    if not tree.scripts or len(tree.links) > _FEW_LINKS or tree.length[-1] > _LITTLE_TEXT:
        return None
    for script in tree.scripts:
        if found := _LOCATION.search(script):
            target = resolve(base, found[1] or found[2])
            return "a script of it leads on" + (f" to {target}" if target else "")
    if any(map(_COOKIE.search, tree.scripts)):
        return "a script of it sets a cookie first"
    return "it shows nothing without scripts"
