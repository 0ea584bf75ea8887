"""Measure what it takes to write a static site, against reading the same rows and dumping them with orjson.

    python benchmarks/site.py [POSTS]

Fills an archive with so many posts (10,000 unless given) by importing a data set of cards, as `records.py`
makes them, and `dedupe`. Then the site is written to a new folder, and once more to the same one. Prints the
seconds of each, posts per second, the ratio to the floor, and the most memory and the size of the site.
"""

import gc
import resource
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

import orjson
from records import data_set, write

from archiver.archive import Archive
from archiver.cli.app import GC_THRESHOLDS
from archiver.store import Store

POSTS = 10_000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else POSTS
    gc.set_threshold(*GC_THRESHOLDS)
    with tempfile.TemporaryDirectory() as folder:
        filling = get_context("spawn").Process(target=fill, args=(Path(folder), count))
        filling.start()  # in a process of its own, whose memory does not count
        filling.join()
        archive = Archive(Path(folder) / "archive")
        floor = timed("rows and orjson", lambda: dump(archive), count)
        out = Path(folder) / "site"
        timed("a new site", lambda: archive.write_site(out), count, floor)
        timed("the same again", lambda: archive.write_site(out), count, floor)
        sizes = [path.stat().st_size for path in out.rglob("*") if path.is_file()]
    print(f"{len(sizes):,} files, {sum(sizes) / 1e6:.0f} MB, the largest {max(sizes) / 1e3:.0f} kB")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB of memory")


def fill(folder: Path, count: int) -> None:
    archive = Archive(folder / "archive")
    write(data_set(count), folder / "cards.jsonl")
    archive.crawl(folder / "cards.jsonl")
    archive.dedupe()


def dump(archive: Archive) -> None:
    with Store(archive.folder, "read") as store:
        for post in store.published.posts():
            orjson.dumps(post, default=tuple)


def timed(name, task, count, floor=None) -> float:
    begun = time.perf_counter()
    task()
    seconds = time.perf_counter() - begun
    print(f"{name:20} {seconds:7.2f} s {count / seconds:9,.0f}/s {seconds / (floor or seconds):6.2f}")
    return seconds


if __name__ == "__main__":
    main()
