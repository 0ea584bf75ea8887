"""Addresses by the WHATWG rules: what stands in an `href`, resolved.

In: a base address and an address as written. Out: the absolute http(s) address, or None. Refuses every other
scheme (`javascript:`, `data:`, `mailto:`), and what the rules cannot parse. The one surprise: spaces and
letters beyond ASCII come out percent-encoded, an existing percent-encoding keeps its case.
"""

import re

from ada_url import join_url

_OTHER_SCHEME = re.compile(r"[\x00-\x20]*(?!https?:|file:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ORIGIN = re.compile(r"(?:https?|file)://[^/?#\\]*", re.IGNORECASE)
_PLAIN = re.compile(r"/[A-Za-z0-9_~%=&./-]*(?:\?[A-Za-z0-9_~%=&.,;:/+-]*)?")


class Resolver:
    """Resolves the addresses of one page, each spelling once.

    Most are plain: a path of letters and digits, with or without the page's own origin before it, without
    empty segments and segments that begin with a dot. The rules leave these as they are, so they need not be
    asked.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.origin = origin(base)
        self._known: dict[str, str | None] = {}

    def resolve(self, href: str | None) -> str | None:
        """The absolute address of *href* as written in the document, or None."""
        if not href:
            return None
        if href in self._known:
            return self._known[href]
        path = href[len(self.origin) :] if self.origin and href.startswith(self.origin) else href
        if self.origin and path[:1] == "/" and _PLAIN.fullmatch(path) and not _has_steps(path):
            url: str | None = self.origin + path
        else:
            url = resolve(self.base, href)
        self._known[href] = url
        return url


def _has_steps(path: str) -> bool:
    """Whether a plain path may hold `.`, `..` or empty segments, which the rules take out or leave."""
    return "//" in path or "/." in path or ("%2" in path and "%2e" in path.lower())


def resolve(base: str, href: str | None) -> str | None:
    """The absolute http(s) address of *href* as written in a document at *base*, or None."""
    if not href or _OTHER_SCHEME.match(href):
        return None
    try:
        url = join_url(base, href)
    except (ValueError, UnicodeError):
        return None
    if url.startswith("file:"):
        return url if base.startswith("file:") else None
    return url if _ORIGIN.match(url) else None


def origin(url: str) -> str:
    """Scheme, host and port of an address as the rules write them, without the last slash; else empty."""
    root = resolve(url, "/") or ""
    return root.rstrip("/") if root.startswith("http") else ""


def host(url: str) -> str:
    """The host and port of an absolute address without `www.`, in lower case; empty where there is none."""
    found = _ORIGIN.match(url)
    return found.group().lower().partition("://")[2].rpartition("@")[2].removeprefix("www.") if found else ""


def same_place(url: str) -> str:
    """The address without what does not change the page it leads to: scheme, www, fragment, last slash.

    For comparison inside one page only; two sites may tell such addresses apart.
    """
    head, _, fragment = url.partition("#")
    if fragment.startswith("!"):
        head = url
    return head.partition("://")[2].removeprefix("www.").rstrip("/")
