"""Measure how long a person waits for `search`, `posts` and `changes` on an archive of a million posts.

    python benchmarks/look.py [--posts N] [--folder DIR]

Makes archives of N/100, N/10 and N posts (a million) by SQL: forty sites with one listing each, which shows
ten posts and is captured twice a day, whenever five new ones have come; every twentieth post was edited
between its two captures. Titles and texts are of the grammars of `tongues.py`. Prints medians in milliseconds
of the time until all rows are read: of `search` for words of several kinds, of the first 20 `posts` in each
order and by each filter, and of `changes` since the last day, the last ten days and the last hundred, in each
of the archives. With --folder the archives are kept in DIR for the next time.
"""

import argparse
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import get_args

from tongues import TONGUES

from archiver import Archive, PostFilter
from archiver.models import iso_time
from archiver.rows import PostOrder
from archiver.store import Store
from archiver.store.db import search

SITES, WINDOW, NEW = 40, 10, 5
TEXTS = 4000
"""Distinct texts that the posts share; titles are distinct."""
END = datetime(2026, 3, 1, tzinfo=UTC)
BETWEEN = timedelta(hours=12)
FIRST_PAGE = 20
RUNS = 7


def make(folder: Path, posts: int) -> None:
    """Make the archive: its rows without its records, which nothing here reads."""
    folder.mkdir(parents=True)
    with Store(folder, "create"):
        pass
    with closing(sqlite3.connect(folder / "archive.db", isolation_level=None)) as db:
        db.create_function("indexed", 1, search.indexed, deterministic=True)
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        for name, _ in triggers:  # what they keep is for `dedupe`
            db.execute(f"DROP TRIGGER {name}")
        db.execute("INSERT INTO warc_files (id, name, length) VALUES (1, 'archiver-00001.warc.gz', 0)")
        db.execute(
            "INSERT INTO payloads (id, digest, length, warc_file_id, warc_offset, warc_length)"
            " VALUES (1, 'sha256:', 0, 1, 0, 0)"
        )
        of_site = posts // SITES // NEW * NEW
        insert_posts(db, of_site)
        insert_captures(db, of_site)
        names = ", ".join(search.COLUMNS)
        texts = ", ".join(f"indexed({name})" for name in search.COLUMNS)
        db.execute(f"INSERT INTO posts_fts (rowid, {names}) SELECT id, {texts} FROM posts ORDER BY id")  # noqa: S608
        for _, sql in triggers:
            db.execute(sql)
        db.execute("COMMIT")


def insert_posts(db: sqlite3.Connection, of_site: int) -> None:
    """Insert the posts with their cards and revisions, site after site."""
    r = random.Random(15)  # noqa: S311
    texts = [r.choice(TONGUES).text(r, 300) for _ in range(TEXTS)]
    rows, cards, revisions = [], [], []

    def flush() -> None:
        db.executemany(
            "INSERT INTO posts (id, key, title, url, urls, date, author, categories, tags, excerpt, language,"
            " first_seen, last_seen, sightings, captures, former_titles, site)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, 'en', ?, ?, 2, 2, '[]', ?)",
            rows,
        )
        db.executemany(
            "INSERT INTO cards (id, key, post_id, title, url, date, author, categories, tags, excerpt)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '[]', ?)",
            cards,
        )
        db.executemany(
            "INSERT INTO revisions (post_id, title, excerpt, first_seen, last_seen, sightings)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            revisions,
        )
        for done in (rows, cards, revisions):
            done.clear()

    for site in range(SITES):
        tongue = TONGUES[site % len(TONGUES)]
        categories = [json.dumps([tongue.word(r)]) for _ in range(10)]
        authors = [tongue.name(r) for _ in range(8)]
        for n in range(of_site):
            post = site * of_site + n + 1
            host = f"site{site}.example"
            url = f"https://{host}/{post}"
            first = time_of(n // NEW, of_site)
            date = None if n % 50 == 0 else first[:10]
            title, excerpt = f"{tongue.sentence(r)} {n}", r.choice(texts)
            author, category = r.choice(authors), r.choice(categories)
            key = f"{r.getrandbits(64):016x}"
            last = time_of(min(n // NEW + 1, of_site // NEW), of_site)
            rows.append(
                (post, key, title, url, f'["{url}"]', date, author, category, excerpt, first, last, host)
            )
            cards.append((post, key, post, title, url, date, author, category, excerpt))
            revisions.append((post, title, excerpt, first, first, 1))
            if n % 20 == 0:
                edited = f"{tongue.sentence(r)} {n}"
                other = f"{r.getrandbits(64):016x}"
                cards.append((edited_card(post), other, post, edited, url, date, author, category, excerpt))
                revisions.append((post, edited, excerpt, last, last, 1))
        flush()


def insert_captures(db: sqlite3.Connection, of_site: int) -> None:
    """Insert the captures with their pages and sightings, in order of time."""
    db.executemany(
        "INSERT INTO captures (id, key, url, captured_at, time_basis, url_basis, status, media_type,"
        " payload_id, is_revisit, warc_file_id, warc_offset, warc_length)"
        " VALUES (?, ?, ?, ?, 'fetched', 'fetched', 200, 'text/html', 1, 0, 1, 0, 0)",
        (
            (visit * SITES + site + 1, f"{visit * SITES + site:016x}", f"https://site{site}.example/", at)
            for visit, at in visits(of_site)
            for site in range(SITES)
        ),
    )
    db.execute(
        "INSERT INTO pages (capture_id, kind, confidence, feeds, labels, why)"
        " SELECT id, 'listing', 1, '[]', '[]', '' FROM captures"
    )
    db.executemany(
        "INSERT INTO sightings (capture_id, position, card_id) VALUES (?, ?, ?)",
        (
            (visit * SITES + site + 1, position, card)
            for visit, _ in visits(of_site)
            for site in range(SITES)
            for position, card in enumerate(shown(visit, site, of_site), 1)
        ),
    )


def visits(of_site: int) -> Iterator[tuple[int, str]]:
    return ((visit, time_of(visit, of_site)) for visit in range(of_site // NEW))


def shown(visit: int, site: int, of_site: int) -> Iterator[int]:
    """The cards of a capture: the newest post first, the older half as it was edited."""
    newest = visit * NEW + NEW - 1
    for n in range(newest, max(newest - WINDOW, -1), -1):
        post = site * of_site + n + 1
        yield edited_card(post) if n % 20 == 0 and newest - n >= NEW else post


def edited_card(post: int) -> int:
    """The row of the card that shows a post as it was edited."""
    return 10_000_000 + post


def time_of(visit: int, of_site: int) -> str:
    return iso_time(END - BETWEEN * (of_site // NEW - visit))


def timed(run: Callable[[], object]) -> float:
    """The median of some runs in seconds."""
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    return median(seconds)


def first_page(archive: Archive, **where: object) -> Callable[[], object]:
    wanted = PostFilter.model_validate(where | {"limit": FIRST_PAGE})
    return lambda: list(archive.rows("posts", wanted))


def report(name: str, run: Callable[[], object]) -> None:
    print(f"{name:40} {timed(run) * 1000:9.1f} ms", flush=True)


def measure_posts(archive: Archive) -> None:
    some = next(archive.rows("posts", PostFilter(site="site3.example", skip=7, limit=1)))
    for order in get_args(PostOrder):
        for descending in (False, True):
            name = f"posts --sort {order}{' --descending' if descending else ''}"
            report(name, first_page(archive, sort=order, descending=descending))
            of_site = first_page(archive, sort=order, descending=descending, site="site3.example")
            report(f"{name} --site", of_site)
    filters = {
        "new_since": END - timedelta(days=1),
        "source": "https://site3.example/",
        "category": some["categories"][0],
        "author": some["author"],
        "from_date": "2026-01-01",
        "edited": True,
    }
    for name, value in filters.items():
        report(f"posts --{name.replace('_', '-')}", first_page(archive, **{name: value}))


def measure_search(archive: Archive) -> None:
    title = next(archive.rows("posts", PostFilter(site="site0.example", skip=7, limit=1)))["title"] or ""
    latin = next(tongue for tongue in TONGUES if not tongue.dense)
    dense = next(tongue for tongue in TONGUES if tongue.dense)
    words = {
        "a rare word": latin.words[-5],
        "a word of the middle": latin.words[len(latin.words) // 3],
        "a common word": latin.words[0],
        "two common words": f"{latin.words[0]} {latin.words[1]}",
        "the word of all": latin.small[0],
        "a phrase": f'"{" ".join(title.split()[:2])}"',
        "a beginning": f"{latin.words[200][:4]}*",
        "Chinese": dense.words[300],
    }
    for name, text in words.items():
        found = archive.search(text).total
        report(f"search {name} ({found:,})", lambda text=text: archive.search(text))


def measure_changes(archives: dict[int, Archive]) -> None:
    for days in (1, 10, 100):
        for posts, archive in archives.items():
            since = END - timedelta(days=days)
            found = sum(1 for _ in archive.changes(since))
            name = f"changes of {days} days ({found:,}), {posts:,} posts"
            report(name, lambda archive=archive, since=since: sum(1 for _ in archive.changes(since)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        archives = {}
        for share in (100, 10, 1):
            posts = max(options.posts // share, SITES * WINDOW)
            folder = (options.folder or Path(scratch)) / str(posts)
            if not folder.exists():
                make(folder, posts)
            archives[posts] = Archive(folder)
        largest = archives[max(archives)]
        print(f"{options.posts:,} posts; medians of {RUNS} runs")
        measure_search(largest)
        measure_posts(largest)
        measure_changes(archives)


if __name__ == "__main__":
    main()
