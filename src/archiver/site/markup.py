"""HTML from values: text that goes in is escaped, and stands in an element or in a quoted attribute.

Names of elements and attributes are written in this package; texts may be anything. There is no way to put a
text into a script, a style sheet, a comment or an attribute without quotes, where escaping would be another.
"""

import re
from html import escape

_VOID = {"br", "input", "link", "meta"}
_WEB_URL = re.compile(r"https?://[^\s/?#]", re.IGNORECASE)


class Html(str):
    """Markup that is complete and escaped. `element` and `joined` alone make it."""

    __slots__ = ()


Content = Html | str | None
"""A child of an element: markup as it is, or text, which is escaped."""


def element(name: str, /, *children: Content, **attributes: str | int | bool | None) -> Html:
    """Return an element; an attribute that is None or False is left out, one that is True has no value.

    `class_` and `for_` stand for `class` and `for`, `data_url` for `data-url`.
    """
    start = name
    for key, value in attributes.items():
        if value is True:
            start += f" {_attribute(key)}"
        elif value is not None and value is not False:
            start += f' {_attribute(key)}="{escape(str(value))}"'
    if name in _VOID:
        return Html(f"<{start}>")
    return Html(f"<{start}>{joined(*children)}</{name}>")


def joined(*children: Content) -> Html:
    """Return the children one after the other."""
    return Html(
        "".join(
            child if isinstance(child, Html) else escape(child) for child in children if child is not None
        )
    )


def document(root: Html) -> bytes:
    """Return a whole page. NUL, which HTML cannot have, and what UTF-8 cannot have, is replaced."""
    return f"<!doctype html>\n{root}\n".replace("\0", "\ufffd").encode("utf-8", "replace")


def web_url(url: str | None) -> str | None:
    """Return a URL that a page may link to: `http` and `https` alone, since others can run scripts."""
    return url if url and _WEB_URL.match(url) else None


def outside(url: str, *children: Content, **attributes: str) -> Html:
    """Return a link out of the site; of a URL that is not of the web, its text alone."""
    shown = children or (url,)
    if web_url(url) is None:
        return element("span", *shown, **attributes)
    return element("a", *shown, href=url, rel="noreferrer noopener nofollow external", **attributes)


def text(value: str, language: str | None = None) -> Html:
    """Return a text of the archive in an element beyond which its writing direction does not reach."""
    return element("bdi", value, lang=language_tag(language), dir="auto")


def language_tag(language: str | None) -> str | None:
    """Return a language that is a tag of BCP 47 by its form."""
    return language if language and re.fullmatch(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*", language) else None


def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
