"""URLs by the WHATWG rules: the value of an `href`, resolved.

A base URL and a URL as written come in; the absolute http(s) URL goes out, or None. Other schemes
(`javascript:`, `data:`, `mailto:`) are None, and so is what the rules cannot parse. Spaces and letters beyond
ASCII come out percent-encoded; an existing percent-encoding keeps its case.
"""

import re

from ada_url import join_url

_OTHER_SCHEME = re.compile(r"[\x00-\x20]*(?!https?:|file:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_ORIGIN = re.compile(r"(?:https?|file)://[^/?#\\]*", re.IGNORECASE)
_PLAIN = re.compile(r"/[A-Za-z0-9_~%=&./-]*(?:\?[A-Za-z0-9_~%=&.,;:/+-]*)?")


class Resolver:
    """Resolve the URLs of one page, each spelling once.

    Most URLs are plain: a path of letters and digits, with or without the page's own origin before it,
    without empty segments and segments that begin with a dot. The rules leave these as they are, so they are
    not applied.
    """

    def __init__(self, base: str) -> None:
        self.base = base
        self.origin = origin(base)
        self._known: dict[str, str | None] = {}

    def resolve(self, href: str | None) -> str | None:
        """Return the absolute URL of *href* as written in the document, or None."""
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
    """Return whether a plain path can hold `.`, `..` or empty segments, which need the rules."""
    return "//" in path or "/." in path or ("%2" in path and "%2e" in path.lower())


def resolve(base: str, href: str | None) -> str | None:
    """Return the absolute http(s) URL of *href* as written in a document at *base*, or None."""
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
    """Return scheme, host and port of a URL as the rules write them, without the last slash; else empty."""
    root = resolve(url, "/") or ""
    return root.rstrip("/") if root.startswith("http") else ""


def host(url: str) -> str:
    """Return the host and port of an absolute URL, without `www.` and in lower case; empty without a host."""
    found = _ORIGIN.match(url)
    return found.group().lower().partition("://")[2].rpartition("@")[2].removeprefix("www.") if found else ""


def url_path(url: str) -> str:
    """Return the path of a URL without slashes at its ends. Any text is taken."""
    return url.partition("#")[0].partition("://")[2].partition("/")[2].partition("?")[0].strip("/")


def same_place(url: str) -> str:
    """Return the key of a URL for comparison: without scheme, `www.`, fragment and last slash.

    URLs of one page with the same key lead to the same place. Of other URLs that may not be true.
    """
    head, _, fragment = url.partition("#")
    if fragment.startswith("!"):
        head = url
    return head.partition("://")[2].removeprefix("www.").rstrip("/")
