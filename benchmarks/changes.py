"""Changes of a page's source that change nothing of what the page lists.

Markup comes in, as a parser of HTML writes it (`written`): all tags closed, values in double quotes. The same
page goes out, written in another way, or with what every page of its site has round its content.
"""

import re
from collections.abc import Callable

from selectolax.lexbor import LexborHTMLParser

_TOKENS = re.compile(
    r"(<!--.*?-->|<(?P<kept>script|style|pre|textarea|title|xmp|iframe|noembed|noframes|plaintext)\b.*?</(?P=kept)>"
    r'|<[!/a-z](?:[^>"]|"[^"]*")*>)',
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r'\s+[^\s=>"]+(?:="[^"]*")?')
_ATTRIBUTES = re.compile(rf"<[a-z][^\s>]*((?:{_ATTRIBUTE.pattern})+)")
_BODY = re.compile(r"</?body\b")
_SPACE = re.compile(r"[ \t\n\f\r]+")
_BLOCK = re.compile(
    r"</?(?:address|article|aside|blockquote|body|dd|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|head"
    r"|header|hr|html|legend|li|main|nav|ol|p|section|table|tbody|td|tfoot|th|thead|tr|ul)\b"
)
_MENU = ("Harbour", "Weather", "Tides", "Boats", "Market", "Library", "People", "Letters")
_FOOTER = (
    "About us", "Imprint", "Privacy", "Contact", "Terms of use", "Accessibility", "Advertising", "Careers",
    "Help", "Site map", "Newsletter", "Cookies",
)  # fmt: skip


def written(markup: str) -> str:
    """Write a page as the parser has understood it."""
    return LexborHTMLParser(markup).html or ""


def indented(page: str) -> str:
    """Begin a line before and after each tag of a block, far to the right, and wherever white space is."""
    line = "\n" + " " * 120
    return _spaced(page, line, line)


def minified(page: str) -> str:
    """Leave out white space at the edges of blocks; elsewhere one space is left."""
    return _spaced(page, " ", "")


def reordered(page: str) -> str:
    """Reverse the order of the attributes of each element."""
    tokens = _tokens(page)
    return "".join(_reordered(token) if at % 2 else token for at, token in enumerate(tokens))


def wrapped(page: str) -> str:
    """Put the content of the body into a `div`."""
    return _in_body(page, "<div>", "</div>")


def deeply_wrapped(page: str) -> str:
    """Put the content of the body into three `div` elements."""
    return _in_body(page, "<div>" * 3, "</div>" * 3)


def framed(page: str) -> str:
    """Add a menu of eight hyperlinks before the content of the body, and a footer of twelve after it."""
    menu = f"<header><nav><ul>{_items(_MENU)}</ul></nav></header>"
    return _in_body(page, menu, f"<footer><ul>{_items(_FOOTER)}</ul></footer>")


def plainly_framed(page: str) -> str:
    """Add the same menu and footer without any element or name that says what they are."""
    menu = f"<div>{_anchors(_MENU)}</div>"
    return _in_body(page, menu, f"<div><p>{_anchors(_FOOTER)}</p></div>")


CHANGES: dict[str, Callable[[str], str]] = {
    change.__name__: change for change in (indented, minified, reordered, wrapped, deeply_wrapped, framed)
}
"""Changes that must not matter to any page with a content of its own."""
MEASURED = CHANGES | {plainly_framed.__name__: plainly_framed}
"""All changes. On a page with hardly any text, hyperlinks in a line are still taken for its cards."""


def _tokens(page: str) -> list[str]:
    """Split a page into texts, at even places, and tags, comments and what is not touched, at odd ones."""
    parts = _TOKENS.split(page)
    del parts[2::3]  # the group that names an element's end
    return parts


def _spaced(page: str, inside: str, edge: str) -> str:
    """Write white space as *inside* within lines, and as *edge* at each edge of a block."""
    tokens = _tokens(page)
    for at in range(0, len(tokens), 2):
        text = _SPACE.sub(inside, tokens[at])
        if at == 0 or _BLOCK.match(tokens[at - 1]):
            text = edge + text.removeprefix(inside)
        if at + 1 == len(tokens) or _BLOCK.match(tokens[at + 1]):
            text = text.removesuffix(inside) + edge
        tokens[at] = text
    return "".join(tokens)


def _reordered(tag: str) -> str:
    """Reverse the attributes of a tag; of an element that is kept whole, those of its first tag."""
    found = _ATTRIBUTES.match(tag)
    if found is None:
        return tag
    attributes = _ATTRIBUTE.findall(found[1])
    return tag[: found.start(1)] + "".join(reversed(attributes)) + tag[found.end(1) :]


def _in_body(page: str, before: str, after: str) -> str:
    """Put markup at the start and at the end of the body; a page of frames has none."""
    tokens = _tokens(page)
    starts = [at for at in range(1, len(tokens), 2) if _BODY.match(tokens[at])]
    if len(starts) != 2:
        return page
    start, end = starts
    return "".join([*tokens[: start + 1], before, *tokens[start + 1 : end], after, *tokens[end:]])


def _items(labels: tuple[str, ...]) -> str:
    """Write the items of a list that lead to sections of the site."""
    return "".join(f"<li>{_anchor(label)}</li>" for label in labels)


def _anchors(labels: tuple[str, ...]) -> str:
    """Write a line of hyperlinks to sections of the site."""
    return " | ".join(map(_anchor, labels))


def _anchor(label: str) -> str:
    return f'<a href="/{label.lower().replace(" ", "-")}/">{label}</a>'
