"""Measure how fast and in how much memory a list of pages is fetched and kept, side by side with others.

    python benchmarks/crawl.py FOLDER [--pages 2000] [--runs 3] [--scrapy PATH]

FOLDER holds saved pages (`.html`, at any depth). They are served by nginx on loopback, each under an
address of its own and with a comment of its own at its end, so that no payload is like another; where there
are too few, some are served more than once. Every tool gets the same list of addresses and starts anew each
time, so its start-up counts. Politeness is off on all sides. The runs of all tools take turns; medians are
printed, as the table of docs/benchmarks.md.

    archiver  fetches, writes WARC, reads the cards, keeps them in SQLite
    Scrapy    fetches, takes the links of each page, writes an item (no WARC); its defaults, 8 at a time
    wget      fetches and writes WARC; reads nothing

The peak of memory is the sum of the resident sets of a tool's processes, looked at every 10 ms. The disk
counts, too: the last line says how many times a second it can append one page and flush it.
"""

import argparse
import os
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

from fastwarc.warc import ArchiveIterator, WarcRecordType

POLL_S = 0.01
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
SPIDER = """
from pathlib import Path
from scrapy import Spider

class Pages(Spider):
    name = "pages"
    custom_settings = {{"LOG_LEVEL": "ERROR", "METAREFRESH_ENABLED": False}}
    start_urls = Path({urls!r}).read_text().split()

    def parse(self, response):
        yield {{"url": response.url, "links": response.css("a::attr(href)").getall()}}
"""


def lay_out(folder: Path, site: Path, wanted: int) -> list[str]:
    """Put *wanted* pages under *site*; their names."""
    found = sorted(folder.rglob("*.html"))
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


def commands(work: Path, urls: Path, scrapy: str) -> dict[str, list[str | Path]]:
    """What each tool is called with; the output goes to `work/out`."""
    out = work / "out"
    archiver = [sys.executable, "-m", "archiver", "--archive", out, "crawl", "--delay", "0"]
    archiver += ["--ignore-robots", "--max-pages", "1"]
    (work / "spider.py").write_text(SPIDER.format(urls=str(urls)))
    return {
        "archiver": [*archiver, "-"],
        "archiver --concurrency 8": [*archiver, "--concurrency", "8", "-"],
        "Scrapy": [scrapy, "runspider", work / "spider.py", "-O", out / "items.jsonl"],
        "wget": ["wget", "-q", "-i", urls, "-O", "/dev/null", "--warc-file", out / "pages"],
    }


def resident_kib(pid: int) -> int:
    """The resident set of a process and those that it started; 0 when it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0
    own = next((line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")), "0")
    return int(own) + sum(resident_kib(int(child)) for child in children)


def measure(command: list[str | Path], urls: Path, out: Path) -> tuple[float, float]:
    """Seconds and peak memory (MiB) of one run."""
    out.mkdir()
    peak = 0
    start = time.perf_counter()
    with urls.open("rb") as listed, (out / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=listed, stdout=log, stderr=log)
        while process.poll() is None:
            peak = max(peak, resident_kib(process.pid))
            time.sleep(POLL_S)
    seconds = time.perf_counter() - start
    said = (out / "log").read_text(errors="replace")
    # wget says 8 of a server's error answer, archiver 1 of a page that it could not read
    if process.returncode and "Traceback" in said:
        sys.exit(f"{command}: exit code {process.returncode}: {said[-2000:]}")
    check_whole(out, sum(1 for _ in urls.open()), said)
    shutil.rmtree(out)
    return seconds, peak / 1024


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
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--scrapy", default=shutil.which("scrapy") or "scrapy")
    options = parser.parse_args()
    figures: dict[tuple[str, int], list[tuple[float, float]]] = {}
    few, many = options.pages // 10, options.pages
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        names = lay_out(options.folder, work / "site", many)
        size = sum((work / "site" / name).stat().st_size for name in names)
        with served(work) as site:
            for run in range(options.runs):
                for count in (few, many):
                    urls = work / f"urls-{count}.txt"
                    urls.write_text("".join(f"{site}/{name}\n" for name in names[:: many // count]))
                    for tool, command in commands(work, urls, options.scrapy).items():
                        result = measure(command, urls, work / "out")
                        figures.setdefault((tool, count), []).append(result)
                        print(
                            f"{run + 1} {tool} {count}: {result[0]:.2f} s, {result[1]:.0f} MiB",
                            file=sys.stderr,
                        )
        flushes = flushes_per_second(work)
    tools = list(dict.fromkeys(tool for tool, _ in figures))
    speed = {tool: many / statistics.median(s for s, _ in figures[tool, many]) for tool in tools}
    print(f"| | pages/s | to Scrapy | to wget | peak memory, {few} pages | {many} pages | growth |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for tool in tools:
        low, high = (statistics.median(m for _, m in figures[tool, count]) for count in (few, many))
        print(
            f"| {tool} | {speed[tool]:.0f} | {speed[tool] / speed['Scrapy']:.2f} |"
            f" {speed[tool] / speed['wget']:.2f} | {low:.0f} MiB | {high:.0f} MiB | {high / low - 1:+.0%} |"
        )
    print(
        f"\n{many} pages of {size / many / 1000:.1f} kB in the mean, medians of {options.runs} runs;", end=" "
    )
    print(f"{os.cpu_count()} cores; the disk takes {flushes:.0f} flushed pages a second.")


if __name__ == "__main__":
    main()
