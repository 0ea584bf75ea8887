"""Measure how fast a WARC file becomes cards, on one core and on two, beside FastWARC with a bare parse.

    python benchmarks/warc.py FOLDER [--pages 1000] [--runs 3] [--cores 2]

FOLDER holds saved pages (`.html`, at any depth). They are written into one `.warc.gz`, each under a URL of
its own and with a comment of its own at its end, so that no payload is like another; where there are too few,
some are written more than once. Every run is a program of its own, tied to so many cores by `taskset`, and
its start-up counts. The runs take turns; medians are printed.

    archiver  reads the records, keeps them in its own WARC and SQLite, reads the cards
    FastWARC  iterates over the records and has Lexbor parse each payload, on one core; keeps nothing

`cpu` is the time of the processor of all processes of a run. Where the machine is busy with other work, it
says more than the clock: the work of two cores over that of one is what parallel reading costs.
"""

import argparse
import gzip
import io
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from fastwarc.warc import WarcRecord, WarcRecordType

BARE = """
import sys
from fastwarc.warc import ArchiveIterator, WarcRecordType
from selectolax.lexbor import LexborHTMLParser
pages = 0
for record in ArchiveIterator(open(sys.argv[1], "rb"), record_types=WarcRecordType.response):
    pages += LexborHTMLParser(record.reader.read()).root is not None
assert pages == int(sys.argv[2])
"""
HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n"


class Taken(NamedTuple):
    """What a run took, in seconds of the clock and of the processor."""

    clock_s: float
    cpu_s: float


def write_warc(target: Path, folder: Path, pages: int) -> int:
    """Write the pages into a WARC file; return the bytes of their payloads."""
    files = sorted(folder.rglob("*.html"))
    size = 0
    with target.open("wb") as out:
        for number in range(pages):
            payload = files[number % len(files)].read_bytes() + f"<!-- {number} -->".encode()
            size += len(payload)
            record = WarcRecord()
            record.init_headers(WarcRecordType.response)
            record.headers["WARC-Target-URI"] = f"https://harbour.example/{number}"
            record.headers["WARC-Date"] = "2026-03-01T12:00:00Z"
            record.headers["Content-Type"] = "application/http; msgtype=response"
            record.set_bytes_content(HEAD.format(len(payload)).encode() + payload)
            member = io.BytesIO()
            record.write(member)
            out.write(gzip.compress(member.getvalue(), 6))
    return size


def run(command: list[str], cores: int) -> Taken:
    """Run a program on so many cores."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    tied = ["taskset", "-c", f"0-{cores - 1}", *command]
    subprocess.run(tied, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(time.perf_counter() - started, cpu_s)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--cores", type=int, default=2)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        warc = Path(work, "pages.warc.gz")
        size = write_warc(warc, wanted.folder, wanted.pages)
        print(f"{wanted.pages} pages, {size / 1e6:.0f} MB, {warc.stat().st_size / 1e6:.0f} MB compressed")
        taken: dict[str, list[Taken]] = {}
        for number in range(wanted.runs):
            bare = [sys.executable, "-c", BARE, str(warc), str(wanted.pages)]
            taken.setdefault("FastWARC, Lexbor, 1 core", []).append(run(bare, 1))
            for cores in sorted({1, wanted.cores}):
                archive = os.fspath(Path(work, f"archive-{cores}-{number}"))
                crawl = [sys.executable, "-m", "archiver", "--archive", archive, "crawl", str(warc)]
                taken.setdefault(f"archiver, {cores} core{'s' * (cores > 1)}", []).append(run(crawl, cores))
        for name, runs in taken.items():
            clock_s = statistics.median(one.clock_s for one in runs)
            cpu_s = statistics.median(one.cpu_s for one in runs)
            print(f"{name}: {wanted.pages / clock_s:.0f} pages a second, {clock_s:.1f} s, cpu {cpu_s:.1f} s")


if __name__ == "__main__":
    main()
