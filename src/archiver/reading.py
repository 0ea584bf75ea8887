"""A capture as a page: what is parsed of it, and by which reading.

In: a `Capture`, or the place of one that is kept. Out: a `Page` that says by which reading it was made.
Refuses: to parse what an error status or a redirect came with. The one surprise: a reading's name is made of
the parser's own source, so that no change of the parser can be forgotten.
"""

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files

import archiver
from archiver.models import Capture, Page, content_key
from archiver.parse import parse_page
from archiver.store import CapturePlace, read_capture_at

_LIBRARIES = ("selectolax", "feedparser", "chardetng-py", "ada-url")
"""What a page depends on beside the parser's own source."""


def read_page(capture: Capture) -> Page:
    """The page of any capture: parsed where it can be one, else empty with the reason."""
    return _page_of(capture).model_copy(update={"reading": todays_reading()})


def read_kept_page(place: CapturePlace) -> Page:
    """The page of a capture that is kept. Raises CorruptError."""
    return read_page(read_capture_at(place))


@cache
def todays_reading() -> str:
    """The name of the reading that this program does: a digest of all that decides what a page becomes."""
    package = files("archiver")
    modules = [*(package / "parse").iterdir(), package / "models.py", package / "reading.py"]
    sources = sorted((file.name, file.read_bytes()) for file in modules if file.name.endswith(".py"))
    digests = [hashlib.sha256(source).hexdigest() for _, source in sources]
    return content_key(archiver.__version__, digests, [version(name) for name in _LIBRARIES])


def _page_of(capture: Capture) -> Page:
    if capture.status is not None and not 200 <= capture.status < 300 and capture.status != 304:
        redirect = 300 <= capture.status < 400
        return Page(
            url=capture.url,
            kind="empty",
            confidence=1,
            why=f"a response with status {capture.status} holds no cards",
            error=None if redirect else f"the server answered with status {capture.status}",
        )
    page = parse_page(capture)
    fault = None
    if capture.truncated:
        fault = f"cut short by a limit: {capture.truncated}"
    elif capture.status == 206:
        fault = "the server sent a part of the page only (status 206)"
    return page if page.error or not fault else page.model_copy(update={"error": fault})
