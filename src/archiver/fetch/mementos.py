"""Replayed responses to the captures that they stand for: what a web archive served in, what it captured out.

The time and the URL of a capture are those that the archive states with what it serves (`Memento-Datetime`,
`Link: <...>; rel="original"`: RFC 7089), not those that were asked for: an archive answers with the nearest
capture that it can replay. Its headers are the site's own (`X-Archive-Orig-*`), if the archive tells them
apart.
"""

import re

from archiver.errors import ForbiddenAddressError
from archiver.fetch.retries import parse_http_date
from archiver.fetch.urls import checked_url, redirect_target
from archiver.fetch.weblinks import parse_links
from archiver.models import Capture
from archiver.rewritten import parse_replay_url

_ORIGINAL = "x-archive-orig-"
_ARCHIVES_OWN = re.compile(
    r"memento-datetime|x-archive-.*|content-location|preference-applied|x-(?:app-server|ts|tr|rl|na|page-cache|"
    r"location|cache-key|nid|as)|server-timing|connection|keep-alive|transfer-encoding"
)
"""Headers of an archive that does not tell the site's headers apart (in lower case)."""
_OF_THE_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding", "location"})
"""Headers that describe the response at hand, not the one that was captured."""
_GZIP = b"\x1f\x8b"


def read_memento(served: Capture, url: str) -> Capture | None:
    """Return the capture that a web archive has served; None where the response is the archive's own.

    Args:
        served: the response of the archive.
        url: the URL of which a capture was asked for; it counts where the archive states none.
    """
    stated = served.header("Memento-Datetime")
    time = parse_http_date(stated, served.captured_at) if stated else None
    if time is None:
        return None
    return Capture(
        url=_original_url(served) or url,
        captured_at=time,
        payload=served.payload,
        status=served.status,
        phrase=served.phrase,
        headers=_headers(served),
        truncated=served.truncated,
        time_basis="memento",
        url_basis="memento",
        replay_url=served.url,
    )


def _original_url(served: Capture) -> str | None:
    for name, value in served.headers:
        if name.lower() != "link":
            continue
        for link in parse_links(value):
            if "original" in link.relations:
                try:
                    return checked_url(link.target)
                except ForbiddenAddressError:
                    continue
    return None


def _headers(served: Capture) -> tuple[tuple[str, str], ...]:
    """Return the headers of the captured response, with those that describe the body as it was served."""
    own = [
        (name[len(_ORIGINAL) :], value)
        for name, value in served.headers
        if name.lower().startswith(_ORIGINAL)
    ]
    coding = served.header("Content-Encoding")
    if own:
        if coding is None and served.payload.startswith(_GZIP):
            coding = next((value for name, value in own if name.lower() == "content-encoding"), None)
        own = [(name, value) for name, value in own if name.lower() not in _OF_THE_BODY]
        if not any(name.lower() == "content-type" for name, _ in own) and (
            kind := served.header("Content-Type")
        ):
            own.append(("Content-Type", kind))
    else:
        own = [header for header in served.headers if not _is_archives_own(*header)]
    if coding:
        own.append(("Content-Encoding", coding))
    if target := _location(served):
        own.append(("Location", target))
    return tuple(own)


def _is_archives_own(name: str, value: str) -> bool:
    name = name.lower()
    if name == "link":
        return any(
            link.relations & {"original", "memento", "timemap", "timegate"} for link in parse_links(value)
        )
    return name in _OF_THE_BODY or bool(_ARCHIVES_OWN.fullmatch(name))


def _location(served: Capture) -> str | None:
    """Return where the captured response redirects to, as the site wrote it or as it resolves."""
    original = served.header("X-Archive-Orig-Location")
    if original:
        return original
    target = redirect_target(served)
    replay = parse_replay_url(target) if target else None
    return (replay.url if replay else target) or None
