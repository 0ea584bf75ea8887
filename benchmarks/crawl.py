"""Measure how fast pages are fetched and kept, and in how much memory, side by side with others.

    python benchmarks/crawl.py [FOLDER] [--pages 2000] [--runs 3] [--scrapy PATH]

Without FOLDER: listings of 50 pages with ten cards each, made for this, all of one host; every tool is given
their first pages and follows the links to older ones. FOLDER holds saved pages (`.html`, at any depth),
served each at a URL of its own and with a comment of its own at its end, so that no payload is like another;
where there are too few, some are served more than once. Every tool is given all of these URLs.

nginx serves them on loopback. Every tool starts anew each time, so its start-up counts. Politeness is off on
all sides. The runs of all tools take turns; medians are printed, as the table of docs/benchmarks.md. `cpu` is
the time of the processor of all processes of a tool, nginx's not among them.

    archiver        fetches, writes WARC, reads the cards, keeps them in SQLite
    Scrapy          fetches, takes the links of each page, writes an item; its defaults, 8 at a time
    Scrapy, the same work   the cards by selectors made for these pages, WARC by warcio (with the requests,
                    compressed like ours), cards and sightings in SQLite; only without FOLDER
    wget            fetches and writes WARC; reads nothing; only with FOLDER

The peak of memory is the sum of the resident sets of a tool's processes, looked at every 10 ms. The disk
counts, too: the last line says how many times a second it can append one page and flush it.
"""

import argparse
import os
import random
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fastwarc.warc import ArchiveIterator, WarcRecordType

POLL_S = 0.01
REFRESH = re.compile(rb"http-equiv=.?refresh", re.IGNORECASE)
"""Such a page leads on to another, which no other tool would fetch."""
NGINX = """
{user}
daemon off;
worker_processes 1;
pid {work}/nginx.pid;
error_log {work}/nginx.log error;
events {{ worker_connections 256; }}
http {{
    access_log off;
    types {{ text/html html; }}
    charset utf-8;
    client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi;
    uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;
    keepalive_requests 100000;
    server {{ listen 127.0.0.1:{port}; root {work}/site; }}
}}
"""
LINKS = """
from pathlib import Path
from scrapy import Spider

class Pages(Spider):
    name = "pages"
    custom_settings = {{"LOG_LEVEL": "ERROR", "METAREFRESH_ENABLED": False}}
    start_urls = Path({urls!r}).read_text().split()

    def parse(self, response):
        yield {{"url": response.url, "links": response.css("a::attr(href)").getall()}}
        if {follow}:
            yield from response.follow_all(css="a.older")
"""
SAME_WORK = """
import hashlib, io, json, sqlite3
from pathlib import Path
from scrapy import Spider
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

class Archive:
    def open_spider(self, spider):
        self.file = open({out!r} + "/pages.warc.gz", "wb")
        self.warc = WARCWriter(self.file, gzip=True)
        self.db = sqlite3.connect({out!r} + "/cards.db", isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, url, at, status, digest, offset, next)")
        self.db.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, key UNIQUE, url, title, date, author,"
                        " categories, excerpt)")
        self.db.execute("CREATE TABLE sightings (page, position, card, PRIMARY KEY (page, position))")

    def process_item(self, item, spider):
        response = item["response"]
        offset = self.file.tell()
        head = [(k.decode("latin-1"), v.decode("latin-1")) for k, vs in response.headers.items() for v in vs]
        kept = self.warc.create_warc_record(
            response.url, "response", payload=io.BytesIO(response.body),
            http_headers=StatusAndHeaders("200 OK", head, protocol="HTTP/1.1"))
        sent = [(k.decode("latin-1"), v.decode("latin-1"))
                for k, vs in response.request.headers.items() for v in vs]
        asked = self.warc.create_warc_record(
            response.url, "request",
            http_headers=StatusAndHeaders("GET / HTTP/1.1", sent, is_http_request=True))
        self.warc.write_request_response_pair(asked, kept)
        self.file.flush()
        self.db.execute("BEGIN")
        page = self.db.execute(
            "INSERT INTO pages (url, at, status, digest, offset, next) VALUES (?, ?, ?, ?, ?, ?)",
            (response.url, kept.rec_headers.get_header("WARC-Date"), response.status,
             hashlib.sha256(response.body).hexdigest(), offset, item["next"])).lastrowid
        for position, card in enumerate(item["cards"]):
            key = hashlib.sha256(json.dumps(card).encode()).hexdigest()[:16]
            self.db.execute("INSERT OR IGNORE INTO cards (key, url, title, date, author, categories, excerpt)"
                            " VALUES (?, ?, ?, ?, ?, ?, ?)", (key, *card))
            self.db.execute("INSERT INTO sightings SELECT ?, ?, id FROM cards WHERE key = ?",
                            (page, position, key))
        self.db.execute("COMMIT")

    def close_spider(self, spider):
        self.file.close()
        self.db.close()

class Pages(Spider):
    name = "pages"
    custom_settings = {{
        "LOG_LEVEL": "ERROR", "METAREFRESH_ENABLED": False, "ITEM_PIPELINES": {{Archive: 1}}
    }}
    start_urls = Path({urls!r}).read_text().split()

    def parse(self, response):
        cards = [
            (
                response.urljoin(card.css("h2 a::attr(href)").get()),
                card.css("h2 a::text").get(),
                card.css("time::attr(datetime)").get(),
                card.css(".author::text").get(),
                json.dumps(card.css(".category::text").getall()),
                " ".join(" ".join(card.css(".excerpt ::text").getall()).split()),
            )
            for card in response.css("article")
        ]
        older = response.css("a.older::attr(href)").get()
        yield {{"response": response, "cards": cards, "next": older and response.urljoin(older)}}
        if older:
            yield response.follow(older)
"""
LISTING_PAGES = 50
WORDS = [
    "harbour",
    "light",
    "boats",
    "tide",
    "nets",
    "fog",
    "gull",
    "ferry",
    "pier",
    "rope",
    "anchor",
    "lantern",
    "storm",
    "cargo",
    "pilot",
    "channel",
    "buoy",
    "deck",
    "keel",
    "sail",
    "rudder",
    "mast",
    "wharf",
    "crane",
    "tug",
    "barge",
    "ledger",
    "customs",
    "whistle",
    "signal",
    "chart",
    "compass",
]


def words(seed: str, count: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=count))  # noqa: S311 - nothing is at stake


def listing_card(listing: int, number: int) -> str:
    """A card as common themes write it, with a title, a link, a date, an author, a category and a text."""
    name = f"{listing} {number}"
    title, text, category = words(name, 6), words(name + " text", 45), WORDS[number % 9]
    date = f"20{10 + number // 300 % 15}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    url = f"/{listing:03}/{title.replace(' ', '-')}-{number}/"
    return (
        f'<article class="post hentry"><header><h2 class="entry-title"><a href="{url}" rel="bookmark">'
        f'{title.capitalize()}</a></h2><div class="meta"><time datetime="{date}">{date}</time> by '
        f'<a class="author" href="/author/{number % 5}/">Author {number % 5}</a></div></header>'
        f'<a class="picture" href="{url}"><img src="/img/{number}.jpg" alt="" loading="lazy" width="640"'
        f' height="360" srcset="/img/{number}-640.jpg 640w, /img/{number}-1280.jpg 1280w"></a>'
        f'<div class="excerpt"><p>{text.capitalize()}.</p></div><footer>'
        f'<a class="category" rel="category tag" href="/category/{category}/">{category}</a> '
        f'<a class="more" href="{url}">Read more</a></footer>'
        "</article>\n"
    )


def listing_page(listing: int, page: int) -> str:
    """A page with a menu, ten cards, a pager, a side bar, a footer, and styles and scripts of its theme."""
    root = f"/{listing:03}/"
    last = LISTING_PAGES * 10
    cards = "".join(listing_card(listing, last - 10 * (page - 1) - row) for row in range(10))
    menu = "".join(f'<li class="item"><a href="/about/{word}/">{word}</a></li>' for word in WORDS[:12])
    side = "".join(f'<li><a href="/archive/{n // 12 + 2005}/{n % 12 + 1}/">{n}</a></li>' for n in range(60))
    tags = "".join(f'<a class="tag" href="/tag/{word}/">{word}</a> ' for word in WORDS)
    style = "".join(f".theme-{n} {{ margin: {n}px 0; color: #{n:06x}; }}\n" for n in range(150))
    script = "".join(f'window.theme.push({{"id": {n}, "name": "{WORDS[n % 30]}"}});\n' for n in range(100))
    older = f'<a class="older" href="{root}page/{page + 1}/">Older posts</a>' if page < LISTING_PAGES else ""
    newer = f'<a class="newer" href="{root}page/{page - 1}/">Newer posts</a>' if page > 1 else ""
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Notes {listing}, {page}</title>'
        f"<style>{style}</style></head><body><header><h1><a href='{root}'>Notes {listing}</a></h1>"
        f"<nav><ul>{menu}</ul></nav></header><main>{cards}<nav class='pager'>{newer} {older}</nav></main>"
        f"<aside><h3>Archives</h3><ul>{side}</ul><h3>Tags</h3><p>{tags}</p></aside>"
        f"<footer><p>{words(f'{listing} {page} footer', 30)}</p></footer>"
        f"<script>{script}</script></body></html>"
    )


def lay_out_listings(site: Path, wanted: int) -> list[str]:
    """Put listings with *wanted* pages in all under *site*; the names of their first pages."""
    for listing in range(wanted // LISTING_PAGES):
        for page in range(1, LISTING_PAGES + 1):
            folder = site / f"{listing:03}" / (f"page/{page}" if page > 1 else ".")
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "index.html").write_text(listing_page(listing, page))
    return [f"{listing:03}/" for listing in range(wanted // LISTING_PAGES)]


def lay_out(folder: Path, site: Path, wanted: int) -> list[str]:
    """Put *wanted* pages under *site*; their names."""
    found = [file for file in sorted(folder.rglob("*.html")) if not REFRESH.search(file.read_bytes())]
    if not found:
        sys.exit(f"{folder}: holds no .html")
    site.mkdir()
    names = []
    for number in range(wanted):
        page = found[number * len(found) // wanted]
        names.append(f"{number:05d}{page.suffix}")
        (site / names[-1]).write_bytes(page.read_bytes() + b"<!-- %d -->\n" % number)
    return names


@contextmanager
def served(work: Path) -> Iterator[str]:
    """The site behind nginx; its URL."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers may not read the pages
    (work / "nginx.conf").write_text(NGINX.format(work=work, port=port, user=user))
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    server = subprocess.Popen([nginx, "-e", work / "nginx.log", "-p", work, "-c", work / "nginx.conf"])
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if server.poll() is not None:
                    sys.exit(f"nginx ended with {server.returncode}: {(work / 'nginx.log').read_text()}")
                time.sleep(POLL_S)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def commands(work: Path, urls: Path, scrapy: str, *, follow: bool) -> dict[str, list[str | Path]]:
    """What each tool is called with; the output goes to `work/out`."""
    out = work / "out"
    archiver = [sys.executable, "-m", "archiver", "--archive", out, "crawl", "--delay", "0"]
    archiver += ["--ignore-robots", "--max-pages", str(LISTING_PAGES) if follow else "1"]
    (work / "links.py").write_text(LINKS.format(urls=str(urls), follow=follow))
    (work / "same.py").write_text(SAME_WORK.format(urls=str(urls), out=str(out)))
    found: dict[str, list[str | Path]] = {
        "archiver": [*archiver, "-"],
        "archiver --concurrency 8": [*archiver, "--concurrency", "8", "-"],
        "Scrapy": [scrapy, "runspider", work / "links.py", "-O", out / "items.jsonl"],
    }
    if follow:
        return found | {"Scrapy, the same work": [scrapy, "runspider", work / "same.py"]}
    return found | {"wget": ["wget", "-q", "-i", urls, "-O", "/dev/null", "--warc-file", out / "pages"]}


def resident_kib(pid: int) -> int:
    """The resident set of a process and those that it started; 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        threads = Path(f"/proc/{pid}/task").glob("*/children")
        children = [child for thread in threads for child in thread.read_text().split()]
    except OSError:
        return 0
    own = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
    return int(own) + sum(resident_kib(int(child)) for child in children)


class Taken(NamedTuple):
    """What a run took: seconds of the clock and of the processor, and the peak of memory in MiB."""

    clock_s: float
    cpu_s: float
    peak_mib: float


def measure(command: list[str | Path], urls: Path, out: Path, pages: int) -> Taken:
    """Run a tool."""
    out.mkdir()
    peak = 0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    with urls.open("rb") as listed, (out / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=listed, stdout=log, stderr=log)
        while process.poll() is None:
            peak = max(peak, resident_kib(process.pid))
            time.sleep(POLL_S)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = (out / "log").read_text(errors="replace")
    # wget says 8 of a server's error answer, archiver 1 of a page that it could not read
    if process.returncode and "Traceback" in said:
        sys.exit(f"{command}: exit code {process.returncode}: {said[-2000:]}")
    check_whole(out, pages, said)
    shutil.rmtree(out)
    cpu_s = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return Taken(seconds, cpu_s, peak / 1024)


def check_whole(out: Path, pages: int, said: str) -> None:
    """Stop unless every page was fetched and kept: half the work is no figure."""
    if (out / "items.jsonl").exists():
        kept = sum(1 for _ in (out / "items.jsonl").open("rb"))
    else:
        files = sorted(out.rglob("*.warc.gz"))
        kept = 0
        for file in files:
            with file.open("rb") as stream:
                records = ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=False)
                kept += sum(1 for _ in records)
    if kept != pages:
        sys.exit(f"{out}: {kept} pages of {pages} were kept: {said[-2000:]}")


def flushes_per_second(work: Path, size: int = 8000) -> float:
    """How often this disk can append a page and flush it in a second."""
    with (work / "flushed").open("wb", buffering=0) as file:
        start = time.perf_counter()
        for _ in range(300):
            file.write(bytes(size))
            os.fsync(file.fileno())
        return 300 / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scrapy", default=shutil.which("scrapy") or "scrapy")
    options = parser.parse_args()
    follow = options.folder is None
    figures: dict[tuple[str, int], list[Taken]] = {}
    few, many = options.pages // 10, options.pages
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if follow:
            names = lay_out_listings(work / "site", many)
        else:
            names = lay_out(options.folder, work / "site", many)
        files = [file for file in (work / "site").rglob("*") if file.is_file()]
        size = sum(file.stat().st_size for file in files)
        with served(work) as site:
            for run in range(options.runs):
                for count in (few, many):
                    urls = work / f"urls-{count}.txt"
                    urls.write_text("".join(f"{site}/{name}\n" for name in names[:: many // count]))
                    for tool, command in commands(work, urls, options.scrapy, follow=follow).items():
                        taken = measure(command, urls, work / "out", count)
                        figures.setdefault((tool, count), []).append(taken)
                        print(
                            f"{run + 1} {tool} {count}: {taken.clock_s:.2f} s, cpu {taken.cpu_s:.2f} s,"
                            f" {taken.peak_mib:.0f} MiB",
                            file=sys.stderr,
                        )
        flushes = flushes_per_second(work)
    tools = list(dict.fromkeys(tool for tool, _ in figures))
    speed = {tool: many / statistics.median(one.clock_s for one in figures[tool, many]) for tool in tools}
    others = [tool for tool in tools if not tool.startswith("archiver")]
    to_others = " | ".join(f"to {tool}" for tool in others)
    print(f"| | pages/s | {to_others} | cpu ms a page | peak memory, {few} pages | {many} pages | growth |")
    print(f"|---{'|---:' * (len(others) + 5)}|")
    for tool in tools:
        low, high = (statistics.median(one.peak_mib for one in figures[tool, count]) for count in (few, many))
        cpu_ms = statistics.median(one.cpu_s for one in figures[tool, many]) / many * 1000
        ratios = " | ".join(f"{speed[tool] / speed[other]:.2f}" for other in others)
        print(
            f"| {tool} | {speed[tool]:.0f} | {ratios} | {cpu_ms:.1f} | {low:.0f} MiB | {high:.0f} MiB |"
            f" {high / low - 1:+.0%} |"
        )
    print(
        f"\n{many} pages of {size / len(files) / 1000:.1f} kB in the mean, medians of {options.runs} runs;",
        end=" ",
    )
    print(f"{os.cpu_count()} cores; the disk takes {flushes:.0f} flushed pages a second.")


if __name__ == "__main__":
    main()
