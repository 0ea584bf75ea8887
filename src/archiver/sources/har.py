"""Pages in a log of a browser's requests (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/).

The file goes in; a `FoundCapture` comes out for each response that is a page or a feed, one at a time, since
such logs hold pictures and videos. All other entries are counted: what they are, and how many.

The log holds bodies without their content codings, and texts decoded: such a text is encoded as UTF-8 again,
and its Content-Type says so.
"""

import base64
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, ValidationError

from archiver.errors import SourceError
from archiver.models import Capture
from archiver.sources.files import kept_path, open_regular, shown
from archiver.sources.found import FoundCapture
from archiver.sources.jsonarray import BrokenArrayError, elements_in
from archiver.sources.ownurl import is_absolute

_PAGE_TYPES = frozenset(
    f"{kind}/{name}"
    for kind, names in (
        ("text", "html xml plain"),
        ("application", "xhtml+xml xml rss+xml atom+xml rdf+xml feed+json"),
    )
    for name in names.split()
)
_OK = frozenset([200, 203])
"""The statuses of a page that came whole and from its server."""
_PROTOCOLS = {
    "http/1.0": "HTTP/1.0",
    "http/1.1": "HTTP/1.1",
    "http/2.0": "HTTP/2",
    "http/2": "HTTP/2",
    "h2": "HTTP/2",
}
_OF_CODING = frozenset(["content-encoding", "transfer-encoding", "content-length"])
"""Headers that are not true of a body as the log holds it."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_TEXT = re.compile(r"[^\t -~\xa0-\xff]")
"""What no header holds (RFC 9110, section 5.5)."""
_GZIP_MAGIC = b"\x1f\x8b"


class _HarHeader(BaseModel):
    name: str
    value: str


class _HarRequest(BaseModel):
    method: str
    url: str


class _HarContent(BaseModel):
    media_type: Annotated[str, Field(alias="mimeType")] = ""
    text: str | None = None
    encoding: Literal["base64", ""] | None = None


class _HarResponse(BaseModel):
    status: int
    phrase: Annotated[str, Field(alias="statusText")] = ""
    protocol: Annotated[str, Field(alias="httpVersion")] = ""
    headers: list[_HarHeader] = []
    content: _HarContent


class _HarEntry(BaseModel):
    """What is read of an entry; a log has more, and programs add their own fields."""

    started: Annotated[datetime, Field(alias="startedDateTime")]
    request: _HarRequest
    response: _HarResponse


def read_har(file: Path, source: str, passed: Counter[str]) -> Iterator[FoundCapture]:
    """Yield the pages of a HAR file; *source* is the file or folder that the user named.

    What is no page is counted in *passed*. Raises SourceError where the file cannot be read (any further).
    """
    path = kept_path(file, source)
    try:
        with io.BufferedReader(open_regular(file)) as raw:
            packed = raw.peek(2).startswith(_GZIP_MAGIC)
            opened = io.BufferedReader(gzip.GzipFile(fileobj=raw)) if packed else raw
            for number, (_, value) in enumerate(elements_in(opened, ("log", "entries")), start=1):
                where = f"{file}: entry {number}"
                try:
                    entry = _HarEntry.model_validate(value)
                    if reason := _no_page(entry):
                        passed[reason] += 1
                    else:
                        yield FoundCapture(where, _capture(entry, path))
                except ValueError as error:
                    yield FoundCapture(where, error=f"{shown(file)}: entry {number}: {_reason(error)}")
    except BrokenArrayError as error:
        raise SourceError(
            f"{shown(file)}: no HAR file, or damaged in line {error.line}: {error}; what stands in front of"
            " it was imported"
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(f"{shown(file)}: damaged gzip file ({error})") from error
    except OSError as error:
        raise SourceError(f"{shown(file)}: {error.strerror}") from error


def _reason(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'entry'}: {first['msg']}"
    return str(error)


def _no_page(entry: _HarEntry) -> str | None:
    """Return what an entry is that is no page."""
    response = entry.response
    if not is_absolute(entry.request.url):
        return "requests that are not of HTTP"
    if entry.request.method != "GET":
        return f"{entry.request.method[:20]} requests"
    if response.status not in _OK:
        return f"responses with status {response.status}"
    if _media_type(response.content) not in _PAGE_TYPES:
        return "files that are no pages"
    return None if response.content.text else "responses without a body in the log"


def _media_type(content: _HarContent) -> str:
    return content.media_type.partition(";")[0].strip().lower()


def _capture(entry: _HarEntry, path: str) -> Capture:
    """Return an entry as a capture. Raises ValueError."""
    response, started = entry.response, entry.started
    is_coded = response.content.encoding == "base64"
    text = response.content.text or ""
    payload = base64.b64decode(text, validate=True) if is_coded else text.encode("utf-8", "replace")
    untrue = _OF_CODING if is_coded else _OF_CODING | {"content-type"}
    kept = [(name, value) for name, value in _headers(response) if name.lower() not in untrue]
    if not any(name.lower() == "content-type" for name, _ in kept):
        kept.append(("Content-Type", _content_type(response.content, is_coded=is_coded)))
    return Capture(
        url=entry.request.url.partition("#")[0],
        captured_at=started if started.tzinfo else started.replace(tzinfo=UTC),
        payload=payload,
        status=response.status,
        headers=tuple(kept),
        path=path,
        time_basis="entry",
        url_basis="entry",
        phrase=_NO_TEXT.sub("?", " ".join(response.phrase.split())),
        protocol=_PROTOCOLS.get(response.protocol.lower()),
    )


def _headers(response: _HarResponse) -> Iterator[tuple[str, str]]:
    """Yield the headers as HTTP/1.1 can have them; a browser joins those of one name with line ends."""
    for header in response.headers:
        if _TOKEN.fullmatch(header.name):
            for line in header.value.splitlines():
                yield header.name, _NO_TEXT.sub("?", line).strip()


def _content_type(content: _HarContent, *, is_coded: bool) -> str:
    return " ".join(content.media_type.split()) if is_coded else f"{_media_type(content)}; charset=utf-8"
