"""Let sites change and fail for half an hour while they are crawled and deduplicated, and look at what grows.

    python benchmarks/soak.py [--minutes 30] [--rounds N] [--sites 4] [--faults 0.1] [--seed N] [--each]

Each site is an HTTP server at an address of its own (127.0.0.1, 127.0.0.2, ...). Before each crawl its
listing changes: posts come, are edited and vanish, and the others move on to the next page. A share of all
responses, robots.txt included, are faults: 503, 429 with a Retry-After of a second, a body that is cut short,
a head out of form, a pause in the middle of a body, redirects in a circle.

In each round one archive is crawled and deduplicated twice: by the commands, in processes of their own, and
by one process that keeps `archiver.Archive` open for all rounds. Then its memory, open files, threads and
children are looked at, and the commands' peaks of memory, the write-ahead log and the temporary files.
`--each` prints the figures of each round.

The table shows medians of the first, middle and last third of the rounds, without the first WARM_UP, and the
slope by least squares. Exits with 1 where a figure grew from the first third to the last one by more than
the archive explains, where what the sites show in the end is not in the archive, where the posts are not
those of a run from scratch, or where `verify` finds a fault. Needs Linux (/proc).
"""

# ruff: noqa: S311 - nothing is at stake

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from archiver import Archive, FetchOptions

MIB = 1 << 20
WARM_UP = 10
"""Rounds that are not counted: caches fill, and the first crawl walks all pages."""
LEAST = 30
"""Rounds, without the first ones, from which on growth is told from noise."""
HELD = """
SELECT (SELECT count(*) FROM captures), (SELECT count(*) FROM cards), (SELECT count(*) FROM posts),
    (SELECT count(*) FROM frontier), page_count, page_size FROM pragma_page_count, pragma_page_size
"""
TIMEOUT_S = 1.0
FETCHING = FetchOptions(delay_s=0, timeout_s=TIMEOUT_S, retries=1)
OPTIONS = ["--delay", "0", "--timeout", str(TIMEOUT_S), "--retries", "1"]
POSTS_SHOWN, CARDS_OF_A_PAGE = 36, 9
WORDS = """
    harbour light boats tide nets fog gull ferry pier rope anchor lantern storm cargo pilot channel buoy deck
    keel sail rudder mast wharf crane tug barge ledger customs whistle signal chart compass
""".split()  # noqa: SIM905 - one word a line is no list to be read


@dataclass
class Site:
    """A listing that changes, newest post first, each by its number and the number of its edits."""

    name: str
    r: random.Random
    shown: list[tuple[int, int]] = field(default_factory=list)
    last: int = 0

    def change(self) -> None:
        """Add up to three posts, and now and then edit one and remove one."""
        for _ in range(self.r.choice([0, 1, 1, 2, 3]) if self.shown else POSTS_SHOWN):
            self.last += 1
            self.shown.insert(0, (self.last, 0))
        at = self.r.randrange(len(self.shown))
        if self.r.random() < 0.5:
            number, edits = self.shown[at]
            self.shown[at] = number, edits + 1
        elif self.r.random() < 0.3:
            del self.shown[at]
        del self.shown[POSTS_SHOWN:]

    def links(self) -> set[str]:
        """The paths of the posts that the listing shows."""
        return {f"/{self.name}/note-{number}" for number, _ in self.shown}

    def page(self, path: str) -> bytes | None:
        """A page of the listing."""
        number = int(path[1:] or 1) if path[1:].isdigit() or path == "/" else 0
        posts = self.shown[(number - 1) * CARDS_OF_A_PAGE : number * CARDS_OF_A_PAGE]
        if number < 1 or not posts:
            return None
        cards = "".join(self._card(*post) for post in posts)
        is_last = number * CARDS_OF_A_PAGE >= len(self.shown)
        older = "" if is_last else f'<nav><a rel="next" href="/{number + 1}">Older</a></nav>'
        head = f"<!DOCTYPE html><html lang=en><title>{self.name}</title>"
        return f"{head}<main>{cards}{older}</main></html>".encode()

    def _card(self, number: int, edits: int) -> str:
        words = random.Random(f"{self.name} {number}").choices(WORDS, k=30)
        words += random.Random(f"{self.name} {number} {edits}").choices(WORDS, k=edits % 3)
        date = f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
        return (
            f'<article><h2><a href="/{self.name}/note-{number}">{" ".join(words[:5])} {number}</a></h2>'
            f"<time>{date}</time><p>{' '.join(words[5:])}</p></article>"
        )


Fault = Callable[[BaseHTTPRequestHandler, bytes], None]


def answer(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response_only(status)
    given = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **headers}
    for name, value in given.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def unavailable(request: BaseHTTPRequestHandler, _body: bytes) -> None:
    answer(request, 503, b"down for a moment")


def too_many_requests(request: BaseHTTPRequestHandler, _body: bytes) -> None:
    answer(request, 429, Retry_After="1")


def cut_body(request: BaseHTTPRequestHandler, body: bytes) -> None:
    answer(request, 200, body[: len(body) // 2], Content_Length=str(len(body)))
    request.close_connection = True


def bad_head(request: BaseHTTPRequestHandler, body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nno colon here\r\nX-\xff\x01: \x02\r\nContent-Type: text/html\r\n"
    request.wfile.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def pause_in_body(request: BaseHTTPRequestHandler, body: bytes) -> None:
    answer(request, 200, body[:1], Content_Length=str(len(body)))
    request.wfile.flush()
    time.sleep(random.uniform(0, 2 * TIMEOUT_S))
    request.wfile.write(body[1:])


def circle(request: BaseHTTPRequestHandler, _body: bytes) -> None:
    answer(request, 302, Location="/circle/1")


FAULTS: Sequence[Fault] = (unavailable, too_many_requests, cut_body, bad_head, pause_in_body, circle)


class Faults:
    """Chooses what becomes of each request; `share` may be changed while the servers run."""

    def __init__(self, share: float, r: random.Random) -> None:
        self.share = share
        self.requests = self.failed = 0
        self._r = r
        self._lock = threading.Lock()

    def next(self) -> Fault | None:
        """The fault of the next response, or None."""
        with self._lock:
            self.requests += 1
            fault = self._r.choice(FAULTS) if self._r.random() < self.share else None
            self.failed += fault is not None
            return fault


@contextmanager
def served(site: Site, ip: str, faults: Faults) -> Iterator[str]:
    """The site on that address; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        timeout = 30

        def do_GET(self) -> None:
            if self.path.startswith("/circle/"):
                answer(self, 302, Location=f"/circle/{3 - int(self.path[-1])}")
                return
            body = site.page(self.path)
            if fault := faults.next():
                fault(self, body or b"not found")
            else:
                answer(self, 200 if body else 404, body or b"not found")

        def log_message(self, *_args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            pass  # a client that waited long enough

    with Server((ip, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://{ip}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def last_through(folder: Path, urls: Sequence[str]) -> None:
    """Crawl and dedupe with one open `Archive` for each line of standard input, and answer with a line."""
    with Archive(folder) as archive:
        for _ in sys.stdin:
            archive.crawl(urls, fetching=FETCHING)
            archive.dedupe()
            print("done", flush=True)


class Lasting:
    """The process of `last_through`."""

    def __init__(self, folder: Path, urls: Sequence[str], settings: dict[str, str]) -> None:
        command = [sys.executable, __file__, "--last-through", str(folder), *urls]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=settings
        )

    def round(self) -> None:
        """Let it crawl and dedupe once."""
        print(file=self._process.stdin, flush=True)
        if not (self._process.stdout and self._process.stdout.readline()):
            sys.exit(f"the lasting process ended with exit code {self._process.wait()}")

    def end(self) -> None:
        self._process.communicate(timeout=60)

    def figures(self) -> dict[str, float]:
        """What it holds between two rounds."""
        proc = Path(f"/proc/{self._process.pid}")
        status = dict(line.split(":", 1) for line in (proc / "status").read_text().splitlines())
        children = [
            child for task in (proc / "task").iterdir() for child in (task / "children").read_text().split()
        ]
        return {
            "library: memory, MiB": int(status["VmRSS"].split()[0]) / 1024,
            "library: open files": len(list((proc / "fd").iterdir())),
            "library: threads": int(status["Threads"]),
            "library: child processes": len(children),
        }


def peak_of(command: Sequence[str], settings: dict[str, str], codes: Sequence[int]) -> float:
    """Run a command of archiver; its peak of memory in MiB."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "archiver", *command], env=settings, stdout=said, stderr=said
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        text = said.read().decode(errors="replace")
    if process.returncode not in codes or "Traceback" in text:
        sys.exit(f"{command}: exit code {process.returncode}: {text[-3000:]}")
    return usage.ru_maxrss / 1024


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def held(folder: Path) -> dict[str, float]:
    """What the archive holds."""
    with closing(sqlite3.connect(f"{(folder / 'archive.db').as_uri()}?mode=ro", uri=True)) as db:
        (*rows, pages, page_size) = db.execute(HELD).fetchone()
    names = ("captures", "cards", "posts", "rows of the frontier")
    return {
        **{f"archive: {name}": count for name, count in zip(names, rows, strict=True)},
        "archive: database, MiB": pages * page_size / MIB,
        "archive: WARC files, MiB": size_of(folder / "warc") / MIB,
    }


@dataclass(frozen=True)
class Explained:
    """By how much a figure may grow: so much, and as the archive's database does."""

    flat: float
    with_database: bool = False


EXPLAINED = {
    "library: memory, MiB": Explained(8, with_database=True),
    "library: open files": Explained(0),
    "library: threads": Explained(0),
    "library: child processes": Explained(0),
    "crawl: peak of memory, MiB": Explained(8, with_database=True),
    "dedupe: peak of memory, MiB": Explained(8, with_database=True),
    "write-ahead log, MiB": Explained(0.5),
    "temporary files": Explained(0),
    "files in the archive's folder": Explained(0),
}
"""The figures that have a bound: SQLite caches the database (up to 64 MiB), Python's allocator keeps some."""


class Soak:
    """The archive, the sites, and the two ways of crawling them."""

    def __init__(self, work: Path, options: argparse.Namespace, stack: ExitStack) -> None:
        self.archive, self.temporary = work / "archive", work / "tmp"
        self.temporary.mkdir()
        self._settings = os.environ | {"TMPDIR": str(self.temporary)}
        r = random.Random(options.seed)
        self.faults = Faults(options.faults, random.Random(options.seed + 1))
        self.sites = [Site(f"site-{k}", random.Random(r.random())) for k in range(options.sites)]
        for site in self.sites:
            site.change()
        self.urls = [
            stack.enter_context(served(site, f"127.0.0.{k}", self.faults))
            for k, site in enumerate(self.sites, 1)
        ]
        self._lasting = Lasting(self.archive, self.urls, self._settings)
        stack.callback(self._lasting.end)

    def round(self) -> dict[str, float]:
        """Crawl and dedupe by the commands, then by the library, and measure."""
        figures = {}
        self._change()
        figures["crawl: peak of memory, MiB"] = self.run("crawl", *OPTIONS, *self.urls, codes=(0, 1))
        figures["dedupe: peak of memory, MiB"] = self.run("dedupe")
        self._change()
        self._lasting.round()
        log = self.archive / "archive.db-wal"
        return {
            **self._lasting.figures(),
            **figures,
            "write-ahead log, MiB": log.stat().st_size / MIB if log.exists() else 0,
            "temporary files": sum(1 for _ in self.temporary.rglob("*")),
            "files in the archive's folder": sum(1 for _ in self.archive.iterdir()),
            **held(self.archive),
        }

    def run(self, *command: str, codes: Sequence[int] = (0,)) -> float:
        return peak_of(["--archive", str(self.archive), *command], self._settings, codes)

    def _change(self) -> None:
        for site in self.sites:
            site.change()

    def losses(self) -> Iterator[str]:
        """Crawl once more without faults, and say what is missing or wrong in the end."""
        self._lasting.end()
        self.faults.share = 0
        time.sleep(2)  # the last Retry-After
        self.run("crawl", *OPTIONS, *self.urls)
        self.run("dedupe")
        archive = Archive(self.archive)
        known = {urlsplit(row["url"] or "").path for row in archive.rows("cards")}
        for site in self.sites:
            if missing := site.links() - known:
                yield f"{site.name}: {len(missing)} posts that it shows are not in the archive"
        posts = list(archive.rows("posts"))
        archive.dedupe(from_scratch=True)
        if list(archive.rows("posts")) != posts:
            yield "the posts are not those of a run from scratch"
        yield from archive.verify()
        left = sorted(path.name for path in self.archive.iterdir())
        if left != ["archive.db", "warc"]:
            yield f"left in the folder of the archive: {left}"


def slope(values: Sequence[float]) -> float:
    """What a figure grows by in 100 rounds."""
    return 100 * statistics.linear_regression(range(len(values)), values).slope if len(values) > 1 else 0


def judged(rounds: Sequence[dict[str, float]]) -> list[str]:
    """Print the table; say which figures grew by more than the archive explains."""
    counted = rounds[WARM_UP:] if len(rounds) > WARM_UP else rounds
    third = max(1, len(counted) // 3)
    parts = counted[:third], counted[third:-third] or counted[:third], counted[-third:]
    grown = {}
    print(f"| {len(rounds)} rounds | start | middle | end | slope for 100 rounds |")
    print("|---|---:|---:|---:|---:|")
    for name in counted[0]:
        start, middle, end = (statistics.median(one[name] for one in part) for part in parts)
        grown[name] = end - start
        rise = slope([one[name] for one in counted])
        print(f"| {name} | {start:.1f} | {middle:.1f} | {end:.1f} | {rise:+.2f} |")
    if len(counted) < LEAST:
        print(f"\nFewer than {LEAST} rounds after the first {WARM_UP}: too few to say what grows.")
        return []
    database = grown["archive: database, MiB"]
    bounds = {name: bound.flat + database * bound.with_database for name, bound in EXPLAINED.items()}
    return [
        f"{name}: grew by {grown[name]:.1f}, the archive explains {bound:.1f}"
        for name, bound in bounds.items()
        if grown[name] > bound
    ]


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=10**9)
    parser.add_argument("--sites", type=int, default=4)
    parser.add_argument("--faults", type=float, default=0.1, help="share of the responses")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--last-through", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("urls", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.last_through:
        last_through(options.last_through, options.urls)
        return
    rounds: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as work, ExitStack() as stack:
        soak = Soak(Path(work), options, stack)
        start = time.monotonic()
        while len(rounds) < options.rounds and time.monotonic() - start < options.minutes * 60:
            rounds.append(soak.round())
            if options.each:
                print(json.dumps(rounds[-1]), file=sys.stderr)
        minutes = (time.monotonic() - start) / 60
        faults = soak.faults.failed, soak.faults.requests
        losses = list(soak.losses())
    wrong = [*judged(rounds), *losses]
    print(f"\n{minutes:.1f} minutes; {faults[0]} of {faults[1]} responses were faults.", *wrong, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
