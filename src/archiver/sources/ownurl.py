"""The URL that a saved page gives for itself.

The bytes of a file go in; an absolute `http(s)` URL without a fragment comes out, or None. Read are, in this
order: the comment of the program that saved the page (Internet Explorer and Chromium, SingleFile, HTTrack),
its canonical URL, its `og:url`, and its `<base>`. The comment comes first, for it was written when this very
page was saved, while the canonical URL of page 2 may be that of page 1.
"""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

HEAD_BYTES = 64 << 10
"""Bytes from the start of a page in which it is looked for."""

_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_SAVED_FROM = re.compile(
    r"saved from url=\(\d+\)(?P<browser>\S+)"
    r"|Page saved with SingleFile\s+url:\s*(?P<single_file>\S+)"
    r"|Mirrored from (?P<httrack>\S+) by HTTrack"
)
_TAG = re.compile(r"<(link|meta|base)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


def own_url(payload: bytes) -> str | None:
    """Return the URL that a saved page in HTML gives for itself."""
    head = payload[:HEAD_BYTES].decode("utf-8", "replace")
    tags = list(_tags(_COMMENT.sub("", head)))
    return next((url for url in (*_saved_from(head), *_stated(tags)) if _is_absolute(url)), None)


def _saved_from(head: str) -> Iterator[str]:
    for comment in _COMMENT.finditer(head):
        if found := _SAVED_FROM.search(comment[1]):
            url = found[found.lastgroup or 0]
            yield _without_fragment(f"http://{url}" if found.lastgroup == "httrack" else url)


def _stated(tags: list[tuple[str, dict[str, str]]]) -> Iterator[str]:
    for name, key, value, holds in (
        ("link", "rel", "canonical", "href"),
        ("meta", "property", "og:url", "content"),
        ("base", "", "", "href"),
    ):
        for tag, attributes in tags:
            if tag == name and value in attributes.get(key, "").lower().split(" "):
                yield _without_fragment(attributes.get(holds, ""))


def _tags(head: str) -> Iterator[tuple[str, dict[str, str]]]:
    for tag in _TAG.finditer(head):
        found = _ATTRIBUTE.findall(tag[2])
        yield tag[1].lower(), {name.lower(): unescape(a or b or c).strip() for name, a, b, c in found}


def _without_fragment(url: str) -> str:
    return url.partition("#")[0]


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_fetched = parts.scheme in ("http", "https") and bool(parts.hostname)
        return is_fetched and url.isprintable() and " " not in url
    except ValueError:
        return False
