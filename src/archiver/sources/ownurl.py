"""What a saved page says of itself: its URL, and when it was saved.

The bytes of a file go in; an absolute `http(s)` URL without a fragment comes out, or None. Read are, in this
order: the comment of the program that saved the page (Internet Explorer and Chromium, SingleFile, HTTrack),
its canonical URL, its `og:url`, and its `<base>`. The comment comes first, for it was written when this very
page was saved, while the canonical URL of page 2 may be that of page 1. SingleFile and HTTrack write the
time, too. Of a page that was saved from a web archive, they are those of the capture.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import NamedTuple
from urllib.parse import urlsplit

from archiver.rewritten import parse_replay_url
from archiver.sources.paths import parse_time

HEAD_BYTES = 64 << 10
"""Bytes from the start of a page in which it is looked for."""

_COMMENT = re.compile(r"<!--(.*?)(?:-->|\Z)", re.DOTALL)
_SAVED_FROM = re.compile(
    r"saved from url=\(\d+\)(?P<browser>\S+)"
    r"|Page saved with SingleFile\s+url:\s*(?P<single_file>\S+)"
    r"|Mirrored from (?P<httrack>\S+) by HTTrack"
)
_SAVED_AT = re.compile(
    r"saved date:\s*\w{3} (?P<month>\w{3}) (?P<day>\d\d?) (?P<year>\d{4}) (?P<time>[\d:]{8}) "
    r"GMT(?P<zone>[+-]\d{4})"
    r"|by HTTrack [^,]*, \w{3}, (?P<httrack>\d\d? \w{3} \d{4} [\d:]{8} GMT)"
)
"""The time of SingleFile as JavaScript writes it (ECMA-262, Date.prototype.toString), that of HTTrack as HTTP
does."""
_TAG = re.compile(r"<(link|meta|base)\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![\w:-])([\w:-]++)\s*+=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")


class OwnPage(NamedTuple):
    """What a page says of itself; `by_program`: the program that saved it wrote the URL."""

    url: str | None = None
    captured_at: datetime | None = None
    by_program: bool = False


def own_page(payload: bytes) -> OwnPage:
    """Return what a saved page in HTML says of itself."""
    head = payload[:HEAD_BYTES].decode("utf-8", "replace")
    for comment in _COMMENT.finditer(head):
        if (url := _saved_from(comment[1])) and is_absolute(url):
            return _as_captured(OwnPage(url, _saved_at(comment[1]), by_program=True))
    tags = list(_tags(_COMMENT.sub("", head)))
    return _as_captured(OwnPage(next((url for url in _stated(tags) if is_absolute(url)), None)))


def _as_captured(page: OwnPage) -> OwnPage:
    """Return a page that was saved from a web archive as the archive captured it."""
    replay = parse_replay_url(page.url) if page.url else None
    if replay is None:
        return page
    try:
        time = parse_time(replay.timestamp) if len(replay.timestamp) == 14 else None
    except ValueError:
        time = None
    return page._replace(url=replay.url, captured_at=time)


def _saved_from(comment: str) -> str | None:
    found = _SAVED_FROM.search(comment)
    if not found:
        return None
    url = found[found.lastgroup or 0]
    return _without_fragment(f"http://{url}" if found.lastgroup == "httrack" else url)


def _saved_at(comment: str) -> datetime | None:
    found = _SAVED_AT.search(comment)
    if not found:
        return None
    written = found["httrack"] or "{day} {month} {year} {time} {zone}".format(**found.groupdict())
    try:
        return parsedate_to_datetime(written).astimezone(UTC)
    except (ValueError, OverflowError):
        return None  # no time, such as 99:99:99


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


def is_absolute(url: str) -> bool:
    """Return whether a URL is an absolute one of HTTP, as a page of a site has."""
    try:
        parts = urlsplit(url)
        is_fetched = parts.scheme in ("http", "https") and bool(parts.hostname)
        return is_fetched and url.isprintable() and " " not in url
    except ValueError:
        return False
