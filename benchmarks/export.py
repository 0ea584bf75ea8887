"""Measure what it takes to export posts, against reading the same rows and dumping them with orjson.

    python benchmarks/export.py [POSTS]

Fills an archive with so many posts (20,000 unless given) by importing a data set of cards, as `records.py`
makes them, and `dedupe`. Then each format is written three times, in turns. Prints the least CPU seconds of
each, posts per second, and the ratio to the floor.
"""

import gc
import sys
import tempfile
import time
from pathlib import Path

import orjson
from records import data_set, write

from archiver.archive import Archive
from archiver.cli.app import GC_THRESHOLDS

POSTS = 20_000
ROUNDS = 3
FLOOR = "rows and orjson"


def floor(archive: Archive) -> None:
    for row in archive.rows("posts"):
        orjson.dumps(row)


def in_one_file(form):
    def export(archive: Archive) -> None:
        for _ in archive.export_iter("posts", form):
            pass

    return export


def in_a_folder(form):
    def export(archive: Archive) -> None:
        archive.export("posts", archive.folder / f"{form}-folder", form)

    return export


EXPORTS = {
    FLOOR: floor,
    **{form: in_one_file(form) for form in ("jsonl", "json", "csv", "parquet", "atom", "jsonfeed", "wxr")},
    **{f"{form}, folder": in_a_folder(form) for form in ("atom", "jsonfeed", "markdown", "datapackage")},
}


def main() -> None:
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else POSTS
    gc.set_threshold(*GC_THRESHOLDS)
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "archive")
        write(data_set(posts), Path(folder) / "cards.jsonl")
        archive.crawl(Path(folder) / "cards.jsonl")
        archive.dedupe()
        best = dict.fromkeys(EXPORTS, float("inf"))
        for _ in range(ROUNDS):
            for name, export in EXPORTS.items():
                begun = time.process_time()
                export(archive)
                best[name] = min(best[name], time.process_time() - begun)
        count = archive.status().posts
    print(f"{count} posts")
    for name, seconds in best.items():
        print(f"{name:20} {seconds:7.2f} s {count / seconds:9,.0f}/s {seconds / best[FLOOR]:6.2f}")


if __name__ == "__main__":
    main()
