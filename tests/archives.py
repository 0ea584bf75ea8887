"""A web archive of the tests' own, as the Wayback Machine answers and as it fails, on 127.0.0.1 at a free
port.

It holds captures by timestamp and URL. Each fault is a field that a test sets; every request is noted, so
that a test can say what was asked for, and how often.
"""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.servers import LISTING

BLOG = "https://blog.example/"
BANNER = (
    "<!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp-base'><h2><a href='/web/2/https://blog.example/x/'>"
    "Captures of this page</a></h2><p>12 captures from 5 March 2023 to 9 March 2023</p></div>"
    "<!-- END WAYBACK TOOLBAR INSERT -->"
)
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@dataclass(frozen=True)
class Held:
    """A capture of the archive. `served` is the timestamp that is replayed in its place."""

    body: bytes = LISTING
    status: int = 200
    media_type: str = "text/html"
    location: str | None = None
    served: str | None = None
    digest: str | None = None


@dataclass
class FaultyArchive:
    """A running archive. Everything may be changed while it runs.

    `busy` are the statuses and headers with which the next replays are answered; status 0 is no answer. `cut`
    are the timestamps of replays that end half way, `redirects` says whether another time is served by a
    redirect, `rewrites` that the bytes have the banner and the links of the archive, `index` makes another
    answer of the index's rows.
    """

    url: str
    held: dict[tuple[str, str], Held] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    busy: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    redirects: bool = True
    rewrites: bool = False
    page_rows: int | None = None
    index: Callable[[list[list[str]]], bytes] | None = None
    robots: str | None = None
    agents: set[str] = field(default_factory=set)

    @property
    def cdx(self) -> str:
        return f"{self.url}/cdx/search/cdx"

    @property
    def replays(self) -> list[str]:
        """The timestamps of the replays that were asked for, in order."""
        return [path.split("/")[2].removesuffix("id_") for path in self.requests if path.startswith("/web/2")]

    def add(self, timestamp: str, url: str = BLOG, **facts: object) -> None:
        self.held[timestamp, url] = Held(**facts)  # type: ignore[arg-type]

    def rows(self) -> list[list[str]]:
        return [
            [
                "example,blog)/",
                timestamp,
                url,
                held.media_type,
                str(held.status),
                held.digest or f"D{abs(hash(held.body))}",
                str(len(held.body)),
            ]
            for (timestamp, url), held in self.held.items()
        ]


def as_table(rows: list[list[str]]) -> bytes:
    return json.dumps([NAMES, *rows]).encode() if rows else b"[]"


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    timeout = 30

    def do_GET(self) -> None:
        archive = self.server.archive
        if self.path == "/robots.txt":
            robots = archive.robots
            self.answer(200 if robots else 404, (robots or "").encode(), {"Content-Type": "text/plain"})
            return
        archive.requests.append(self.path)
        archive.agents.add(self.headers["User-Agent"])
        if self.path.startswith("/cdx/"):
            self.list_captures()
        elif self.path.startswith("/timemap/"):
            self.list_timemap()
        else:
            self.replay()

    def list_captures(self) -> None:
        archive = self.server.archive
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        rows = archive.rows()
        if archive.index:
            self.answer(200, archive.index(rows), {})
            return
        start = int(asked.get("resumeKey", "0"))
        if archive.page_rows is None or start + archive.page_rows >= len(rows):
            self.answer(200, as_table(rows[start:]), {})
            return
        end = start + archive.page_rows
        self.answer(200, json.dumps([NAMES, *rows[start:end], [], [str(end)]]).encode(), {})

    def list_timemap(self) -> None:
        archive = self.server.archive
        rows = archive.rows()
        page = int(self.path.split("/")[2])
        lines = [f'<{BLOG}>; rel="original"', f'<{archive.url}{self.path}>; rel="self"']
        if page == 1:
            lines.append(
                f'<{archive.url}/timemap/2/{BLOG}>; rel="timemap"; type="application/link-format";'
                ' from="Sun, 05 Mar 2023 00:00:00 GMT"'
            )
        half = len(rows) // 2
        for _, timestamp, url, *_ in rows[:half] if page == 1 else rows[half:]:
            lines.append(
                f'<{archive.url}/web/{timestamp}/{url}>; rel="first memento"; datetime="{date(timestamp)}"'
            )
        self.answer(200, ",\n".join(lines).encode(), {"Content-Type": "application/link-format"})

    def replay(self) -> None:
        archive = self.server.archive
        if archive.busy:
            status, headers = archive.busy.pop(0)
            if status == 0:
                self.close_connection = True
                return
            self.answer(status, b"slow down\n", headers)
            return
        _, _, moment, url = self.path.split("/", 3)
        timestamp = moment.removesuffix("id_")
        held = archive.held.get((timestamp, url))
        if held is None:
            self.answer(404, b"<html><p>The archive has not archived that URL.</p></html>", {})
            return
        if held.served and archive.redirects:
            self.answer(302, b"", {"Location": f"/web/{held.served}id_/{url}"})
            return
        timestamp = held.served or timestamp
        held = archive.held.get((timestamp, url), held)
        headers = {
            "Memento-Datetime": date(timestamp),
            "Link": f'<{url}>; rel="original", <{archive.url}/web/{url}>; rel="timegate"',
            "X-Archive-Orig-Content-Type": held.media_type,
            "X-Archive-Orig-Server": "nginx, of the blog",
            "Content-Type": held.media_type,
            "Server": "the archive's own",
        }
        if held.location:
            headers["Location"] = f"{archive.url}/web/{timestamp}id_/{held.location}"
        body = rewritten(held.body, timestamp) if archive.rewrites else held.body
        self.answer(held.status, body, headers, cut=timestamp in archive.cut)

    def answer(self, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False) -> None:
        self.send_response_only(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        if cut:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut

    def log_message(self, *_args: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    archive: FaultyArchive

    def handle_error(self, *_args: object) -> None:
        pass


@contextmanager
def faulty_archive() -> Iterator[FaultyArchive]:
    """An archive that nothing is wrong with yet."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.archive = FaultyArchive(f"http://127.0.0.1:{server.server_port}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.archive
        finally:
            server.shutdown()
            thread.join()


def date(timestamp: str) -> str:
    """The time of 14 digits in the form of HTTP."""
    return format_datetime(datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC), usegmt=True)


def rewritten(body: bytes, timestamp: str) -> bytes:
    """A page as the Wayback Machine shows it: a banner, and hyperlinks that stay in the archive."""
    page = body.decode().replace('href="/', f'href="/web/{timestamp}/{BLOG}')
    return page.replace("<main>", f"{BANNER}<main>").encode()
