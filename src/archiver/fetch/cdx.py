"""The indexes of web archives (CDX): what is asked, and the rows of an answer.

The two dialects differ in their names and their form. The Wayback Machine answers with one JSON array whose
first row names the fields, and ends a part of a long answer with an empty row and a resume key. pywb answers
with JSON Lines or CDXJ (`key timestamp {json}`), and knows no resume key. A row that has no time or no URL is
counted, and an answer that is none of these (an error page with status 200) is refused.

Answers are sorted by URL key and then by time, but not all of them are: nothing here relies on it.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from archiver.errors import ConfigError
from archiver.fetch.options import WebArchiveOptions

PAGE_ROWS = 10_000
"""Rows that are asked for at a time: some 2 MB."""

_CDXJ = re.compile(r"(\S+) (\d{14,17}) (\{.*)")
_DIGITS = re.compile(r"\d{1,15}", re.ASCII)
_NAMES = {"url": "original", "mime": "mimetype", "status": "statuscode"}
"""The names of pywb, and those of the Wayback Machine."""


class ArchivedCapture(NamedTuple):
    """A capture that a web archive says it holds.

    `key` sorts URLs (SURT), `timestamp` is 14 digits, `replay_url` is where the payload is replayed as it was
    captured. `status` and `media_type` are None where the index does not state them, as of a revisit;
    `length` is the size of the record, compressed, in bytes.
    """

    key: str
    timestamp: str
    url: str
    replay_url: str
    status: int | None = None
    media_type: str | None = None
    digest: str | None = None
    length: int | None = None

    @property
    def time(self) -> datetime:
        """The time of the capture."""
        return datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


class IndexPage(NamedTuple):
    """A part of an index: its rows, the key of the next part, and how many rows could not be read."""

    rows: list[ArchivedCapture]
    resume_key: str | None
    unread: int


def replay_prefix(index: str) -> str:
    """Return the URL that stands in front of the timestamp where an archive replays what its index lists.

    Raises ConfigError where the URL of the index does not show it.
    """
    parts = urlsplit(index)
    path = parts.path.rstrip("/")
    if parts.scheme in ("http", "https") and parts.netloc and not parts.query:
        if path.endswith("/cdx/search/cdx"):
            return f"{parts.scheme}://{parts.netloc}{path.removesuffix('cdx/search/cdx')}web/"
        if path.endswith(("/cdx", "-cdx")):
            path = path.removesuffix("cdx").removesuffix("-").removesuffix("/")
            return f"{parts.scheme}://{parts.netloc}{path}/"
    raise ConfigError(f"{index}: expected the URL of a CDX server, such as https://archive.example/all/cdx")


def index_url(url: str, options: WebArchiveOptions, *, limit: int | None, resume_key: str | None) -> str:
    """Return the URL at which an index lists the captures of a URL, in both dialects."""
    asked = {
        "url": url,
        "matchType": options.match_type,
        "output": "json",  # without `fl`: pywb then leaves out the fields that it calls otherwise
        "from": options.from_time,
        "to": options.to_time,
        "limit": limit,
        "showResumeKey": "true" if limit else None,
        "resumeKey": resume_key,
    }
    return f"{options.index}?{urlencode({name: value for name, value in asked.items() if value is not None})}"


def read_index(text: str, prefix: str) -> IndexPage:
    """Read an answer of an index whose archive replays at that prefix.

    Raises ValueError with a clause where it is none.
    """
    text = text.strip()
    if not text:
        return IndexPage([], None, 0)
    if text.startswith("["):
        return _read_arrays(text, prefix)
    if text.startswith("<"):
        raise ValueError("answered with markup, not with rows")
    rows = [_row(_fields_of(line), prefix) for line in text.splitlines() if line.strip()]
    read = [row for row in rows if row]
    if not read:
        raise ValueError(f"answered with no rows, but with {text.splitlines()[0][:80]!r}")
    return IndexPage(read, None, len(rows) - len(read))


def _read_arrays(text: str, prefix: str) -> IndexPage:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("answered with damaged JSON") from error
    if not all(isinstance(row, list) for row in rows):
        raise ValueError("answered with JSON that is no table")
    resume_key = None
    if len(rows) >= 2 and rows[-2] == [] and len(rows[-1]) == 1 and isinstance(rows[-1][0], str):
        resume_key = rows[-1][0]
        rows = rows[:-2]
    rows = [row for row in rows if row]
    if not rows:
        return IndexPage([], resume_key, 0)
    names, *rows = rows
    if "timestamp" not in names or not {"original", "url"} & {
        name for name in names if isinstance(name, str)
    }:
        raise ValueError("answered with a table without a row of names")
    found = [_row(dict(zip(names, row, strict=False)), prefix) for row in rows]
    read = [row for row in found if row]
    return IndexPage(read, resume_key, len(found) - len(read))


def _fields_of(line: str) -> dict[str, Any]:
    """Return the fields of a line of JSON or CDXJ; none where it is neither."""
    key = {}
    if found := _CDXJ.fullmatch(line):
        key = {"urlkey": found[1], "timestamp": found[2]}
        line = found[3]
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return key | fields if isinstance(fields, dict) else {}


def _row(fields: Mapping[str, Any], prefix: str) -> ArchivedCapture | None:
    """Return a row of an index; None for one without a time or a URL that is fetched."""
    texts = {_NAMES.get(name, name): str(value) for name, value in fields.items() if value is not None}
    url, timestamp = texts.get("original", ""), texts.get("timestamp", "")[:14]
    status, length, kind = (texts.get(name, "") for name in ("statuscode", "length", "mimetype"))
    if not url.lower().startswith(("http://", "https://")):
        return None
    row = ArchivedCapture(
        key=texts.get("urlkey") or url,
        timestamp=timestamp,
        url=url,
        replay_url=f"{prefix}{timestamp}id_/{url}",
        status=int(status) if re.fullmatch(r"[1-9]\d\d", status, re.ASCII) else None,
        media_type=kind.lower() if "/" in kind and kind != "warc/revisit" else None,
        digest=texts.get("digest") or None,
        length=int(length) if _DIGITS.fullmatch(length) else None,
    )
    try:
        if len(timestamp) == 14 and timestamp.isascii():
            _ = row.time
            return row
    except ValueError:
        pass
    return None


def wanted(rows: Iterable[ArchivedCapture], options: WebArchiveOptions) -> Iterator[ArchivedCapture]:
    """Yield the rows that the options ask for, each once; those of one URL in the order of their times.

    Collapsed here and not by the server: pywb has no `collapse`, and the Wayback Machine compares
    neighbouring rows only, so that its result depends on their order. Of payloads A, B, A all three are kept:
    that a page went back to what it was is news.
    """
    taken = 0
    for _, of_url in groupby(rows, key=lambda row: row.key):
        last = None
        for row in sorted(set(of_url), key=lambda row: (row.timestamp, row.url)):
            if not options.covers(row.timestamp):
                continue
            mark = _collapsed_by(row, options.collapse)
            if mark is not None and mark == last:
                continue
            last = mark
            if taken == options.limit:
                return
            taken += 1
            yield row


def _collapsed_by(row: ArchivedCapture, collapse: str | None) -> str | None:
    """Return what a row shares with the rows that are left out behind it; None where it is shared by none."""
    if collapse == "digest":
        return row.digest
    return row.timestamp[: int(collapse.partition(":")[2])] if collapse else None
