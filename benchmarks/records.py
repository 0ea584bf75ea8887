"""Measure what it takes to take in card records, against what any program must do for them.

    python benchmarks/records.py [ROWS]

Writes two files of so many rows (a million unless given): `history`, pages of 20 cards as a listing shows
them in the course of time, each card on 20 of them; and `data set`, rows without a capture, all distinct.
Each is taken into an archive (`archiver crawl`) as JSON Lines and as CSV. Two floors read the same file
(orjson, csv): one inserts its rows into one table of SQLite without an index, the other into the tables of an
archive, with their indexes and triggers (`equal`). Each runs in a program of its own, ours with Python's
garbage collector as the command line sets it. Prints rows per second of CPU, CPU seconds, the ratios to both,
and the peak of memory, that of a tenth of the rows beside it.
"""

import csv
import gc
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from archiver.archive import Archive
from archiver.cli.app import GC_THRESHOLDS
from archiver.store import Store

ROWS = 1_000_000
PAGE = 20
START = datetime(2000, 1, 1, tzinfo=UTC)
FIELDS = (
    "capture_url",
    "captured_at",
    "position",
    "url",
    "title",
    "date",
    "author",
    "categories",
    "tags",
    "excerpt",
)


def card(number: int) -> dict[str, object]:
    """A card of some 400 bytes, the same for one number."""
    chance = random.Random(number)  # noqa: S311 - nothing is at stake
    words = [
        f"{chance.choice('bcdfgklmnprst')}{chance.choice('aeiou')}{chance.randrange(2000)}" for _ in range(48)
    ]
    return {
        "url": f"https://harbour.example/{number // 300}/{words[0]}-{words[1]}-{number}/",
        "title": " ".join(words[:7]),
        "date": f"20{10 + number // 100_000 % 16}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "author": f"Author {number % 7}",
        "categories": [f"Category {number % 5}"],
        "tags": [],
        "excerpt": " ".join(words[7:]),
    }


def history(rows: int):
    """Captures an hour apart; on each the window has moved by one card."""
    for capture in range(rows // PAGE):
        time = (START + timedelta(hours=capture)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for position in range(PAGE):
            yield {
                "capture_url": "https://harbour.example/",
                "captured_at": time,
                "position": position + 1,
            } | card(capture + PAGE - position)


def data_set(rows: int):
    """Rows without a capture."""
    return map(card, range(rows))


def write(rows, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".jsonl":
            for row in rows:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        else:
            table = csv.writer(file)
            table.writerow(FIELDS)
            for row in rows:
                values = (row.get(field) for field in FIELDS)
                table.writerow("; ".join(v) if isinstance(v, list) else v for v in values)


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Read the rows as any program would."""
    if path.suffix == ".jsonl":
        with path.open("rb") as file:
            yield from map(orjson.loads, file)
    else:
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def one_table(path: Path, folder: Path) -> None:
    """Insert the rows into one table without an index."""
    db = sqlite3.connect(folder / "floor.db")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute(f"CREATE TABLE rows ({', '.join(FIELDS)})")
    read = (
        [row.get(f) for f in FIELDS[:7]] + [str(row["categories"]), str(row["tags"]), row["excerpt"]]
        for row in rows_of(path)
    )
    db.executemany("INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", read)
    db.commit()


def equal_tables(path: Path, folder: Path) -> None:
    """Insert the rows into the tables of an archive: equal cards once, each sighting, each capture.

    Nothing is validated, hashed or kept as bytes; keys are numbers, and all is one transaction.
    """
    with Store(folder / "floor", "create"):
        pass
    db = sqlite3.connect(folder / "floor" / "archive.db")
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("INSERT INTO warc_files (id, name, length) VALUES (1, 'none', 0)")
    captures: dict[tuple[str | None, str | None], int] = {}
    cards: dict[tuple[str, ...], int] = {}

    def sightings() -> Iterator[tuple[int, int, int]]:
        for number, row in enumerate(rows_of(path), 1):
            lists = str(row["categories"]), str(row["tags"])
            fields = (row["url"], row["title"], row["date"], row["author"], *lists, row["excerpt"])
            capture = captures.setdefault((row.get("capture_url"), row.get("captured_at")), len(captures) + 1)
            card = cards.setdefault(fields, len(cards) + 1)
            yield capture, number, card

    insert = "INSERT INTO sightings (capture_id, position, card_id) VALUES (?, ?, ?)"
    db.executemany(insert, sightings())
    db.executemany(
        "INSERT INTO payloads (id, digest, length, warc_file_id, warc_offset, warc_length)"
        " VALUES (?1, ?1, 0, 1, 0, 0)",
        ((number,) for number in captures.values()),
    )
    db.executemany(
        "INSERT INTO captures (id, key, url, captured_at, time_basis, url_basis, payload_id, is_revisit,"
        " warc_file_id, warc_offset, warc_length)"
        " VALUES (?1, ?1, ?2, ?3, 'record', 'record', ?1, 0, 1, 0, 0)",
        ((number, url or "", at or "") for (url, at), number in captures.items()),
    )
    db.executemany(
        "INSERT INTO pages (capture_id, kind, confidence, feeds, labels, why)"
        " VALUES (?, 'listing', 1, '[]', '[]', '')",
        ((number,) for number in captures.values()),
    )
    db.executemany(
        "INSERT INTO cards (id, key, url, title, date, author, categories, tags, excerpt)"
        " VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        ((number, *fields) for fields, number in cards.items()),
    )
    db.commit()


def ours(path: Path, folder: Path) -> None:
    gc.set_threshold(*GC_THRESHOLDS)
    for outcome in Archive(folder / "archive").crawl([str(path)]):
        if outcome.error:
            sys.exit(outcome.error)


def measure(what: str, path: Path) -> tuple[float, float]:
    """CPU seconds, and the peak of memory in MB, of a program that does only this."""
    with tempfile.TemporaryDirectory() as work:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        told = subprocess.run(
            [sys.executable, __file__, what, path, work], check=True, stdout=subprocess.PIPE
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, int(told.stdout) / 1000


def main(rows: int) -> None:
    print(
        f"{'':20} {'rows/s':>9} {'CPU s':>8} {'table s':>8} {'equal s':>8} {'ratio':>6} {'ratio':>6}"
        f" {'MB':>5} {'MB, a tenth':>12}"
    )
    for name, make in (("history", history), ("data set", data_set)):
        for ending in (".jsonl", ".csv"):
            with tempfile.TemporaryDirectory() as work:
                path, tenth = Path(work) / f"all{ending}", Path(work) / f"tenth{ending}"
                write(make(rows), path)
                write(make(rows // 10), tenth)
                least = min(measure("floor", path)[0] for _ in range(2))
                seconds, peak = measure("ours", path)
                equal = min(measure("equal", path)[0] for _ in range(2))
                _, peak_of_tenth = measure("ours", tenth)
            print(
                f"{name + ', ' + ending[1:]:20} {rows / seconds:9.0f} {seconds:8.2f} {least:8.2f}"
                f" {equal:8.2f} {seconds / least:6.2f} {seconds / equal:6.2f}"
                f" {peak:5.0f} {peak_of_tenth:12.0f}"
            )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        {"floor": one_table, "equal": equal_tables, "ours": ours}[sys.argv[1]](
            Path(sys.argv[2]), Path(sys.argv[3])
        )
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS)
