"""Measure what `dedupe` costs after a crawl, beside the same from scratch, on an archive that is made here.

    python benchmarks/incremental.py [--sightings N] [--new SHARE] [--texts]

Makes an archive of N sightings (a million) on lives of 40 sites: windows of ten cards that move by one post
at a time, each post shown some forty times in one or two forms (the texts of `tongues.py`, a tenth of the
posts in families), so that one card in twenty is distinct. With --texts the cards are bare texts (those of
`dedupe.py`), ten on a capture, the newest first, each until it was shown often enough. The first run makes
all posts. Then the last SHARE (0.01) of the captures is added and a second run brings the posts up to date,
of which these captures touch a larger share. Then captures are added that show nothing which is there, as
after a pause, until SHARE of the cards is new, and a third run; then one from scratch. Prints the seconds of
the processor of each, and the ratios of the second and the third to the last; what the texts alone take in
memory; and how much is kept between runs. Python's garbage collector runs as seldom as in the command line.
"""

import argparse
import gc
import random
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from dedupe import family, stream
from tongues import TONGUES

from archiver.cli.app import GC_THRESHOLDS
from archiver.dedupe import label_texts
from archiver.merging import bring_up_to_date
from archiver.models import Capture, Card, Page
from archiver.store import NewCapture, Store

SITES, WINDOW, TIMES = 40, 10, 4
START = datetime(2020, 1, 1, tzinfo=UTC)
AT_ONCE = 500
BEYOND = 40_000
"""Sightings beyond those of the archive: enough for all that it shows to be shown no more."""


def posts(r: random.Random, count: int) -> Iterator[list[Card]]:
    """The posts of a site, each with the forms in which its pages show it."""
    n = 0
    t = r.choice(TONGUES)
    while n < count:
        for text in family(t, r) if r.random() < 0.03 else [t.text(r, r.choice([150, 300, 450]))]:
            n += 1
            url = f"https://a.example/{n}"
            title = t.sentence(r)
            yield [
                Card(url=url, title=title, excerpt=text),
                Card(url=url, title=title, excerpt=text[: len(text) // 2] + "…"),
            ][: r.choice([1, 2, 2])]


def captures(sightings: int) -> Iterator[tuple[Capture, Page]]:
    """The captures of all sites, in the order of time."""
    of_site = sightings // SITES // WINDOW
    lives = []
    for site in range(SITES):
        r = random.Random(site)  # noqa: S311
        shown = list(posts(r, of_site // TIMES + WINDOW))
        lives.append((r, shown))
    for n in range(of_site):
        for site, (r, shown) in enumerate(lives):
            top = n // TIMES
            url = f"https://site{site}.example/"
            cards = tuple(r.choice(forms) for forms in shown[top : top + WINDOW])
            time_of = START + timedelta(hours=n, seconds=site)
            payload = f"{site} {n}".encode()
            yield (
                Capture(url=url, captured_at=time_of, payload=payload),
                Page(
                    url=url,
                    kind="listing",
                    confidence=1,
                    cards=tuple(
                        card.model_copy(update={"url": card.url.replace("a.example", f"site{site}.example")})
                        for card in cards
                    ),
                ),
            )


def bare_texts(sightings: int) -> Iterator[tuple[Capture, Page]]:
    """One long stream of cards of nothing but texts."""
    texts, _ = stream(sightings, random.Random(1))  # noqa: S311
    coming = iter(Counter(texts).items())
    shown: list[tuple[Card, int]] = []
    for n in range(sightings // WINDOW):
        shown = [(card, left - 1) for card, left in shown if left > 1]
        new = [(Card(excerpt=text), left) for text, left in islice(coming, WINDOW - len(shown))]
        shown = new[::-1] + shown
        url, payload = "https://a.example/", str(n).encode()
        cards = tuple(card for card, _ in shown)
        yield (
            Capture(url=url, captured_at=START + timedelta(minutes=n), payload=payload),
            Page(url=url, kind="listing", confidence=1, cards=cards),
        )


def keep(store: Store, some: list[tuple[Capture, Page]]) -> None:
    for start in range(0, len(some), AT_ONCE):
        batch = some[start : start + AT_ONCE]
        kept = store.captures.add_all([NewCapture(capture) for capture, _ in batch])
        with store.atomic():
            for one, (_, page) in zip(kept, batch, strict=True):
                store.pages.add(one.id, page)


def fresh(
    old: list[tuple[Capture, Page]], later: list[tuple[Capture, Page]], share: float
) -> list[tuple[Capture, Page]]:
    """Later captures that show none of the old cards, until they show so large a share of new ones."""
    known = {card for _, page in old for card in page.cards}
    found, new = [], set[Card]()
    for capture, page in later:
        if len(new) < share * len(known) and known.isdisjoint(page.cards):
            found.append((capture, page))
            new.update(page.cards)
    return found


def timed(store: Store, *, from_scratch: bool) -> float:
    start = time.process_time()
    merged = bring_up_to_date(store, from_scratch=from_scratch)
    seconds = time.process_time() - start
    what = "from scratch" if from_scratch else "up to date"
    print(f"{what:13} {seconds:7.2f} s  {merged.posts:,} posts, {merged.renewed:,} of them made", flush=True)
    return seconds


def kept_between_runs(store: Store) -> str:
    """How much of the database is there for the next run."""
    try:
        sizes = dict(store.db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    except sqlite3.OperationalError:
        return "unknown: this SQLite has no dbstat"
    own = sum(size for name, size in sizes.items() if name.startswith(("dedupe_", "index_")))
    return f"{own / 1e6:.0f} of {sum(sizes.values()) / 1e6:.0f} MB"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sightings", type=int, default=1_000_000)
    parser.add_argument("--new", type=float, default=0.01)
    parser.add_argument("--texts", action="store_true", help="cards of nothing but texts")
    options = parser.parse_args()
    gc.set_threshold(*GC_THRESHOLDS)
    made = list((bare_texts if options.texts else captures)(int(options.sightings * 1.05) + BEYOND))
    number = options.sightings // WINDOW
    old = int(number * (1 - options.new))
    more = fresh(made[:number], made[number:], options.new)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder), "create") as store:
        keep(store, made[:old])
        counts = store.counts()
        print(", ".join(f"{counts[name]:,} {name}" for name in ("sightings", "cards", "captures")))
        timed(store, from_scratch=False)
        keep(store, made[old:number])
        new = timed(store, from_scratch=False)
        keep(store, more)
        apart = timed(store, from_scratch=False)
        timed(store, from_scratch=False)
        whole = timed(store, from_scratch=True)
        texts = [text.encode().decode() for row in store.rows("cards") if (text := row["excerpt"])]
        start = time.process_time()
        label_texts(texts)
        alone = time.process_time() - start
        print(f"texts alone   {alone:7.2f} s")
        print(f"ratio {new / whole:.3f} for {options.new:.0%} new captures")
        print(f"ratio {apart / whole:.3f} for {options.new:.0%} new cards on captures of their own")
        print(f"from scratch takes {whole / alone:.1f} times as long as the texts alone")
        print(f"kept between runs: {kept_between_runs(store)}")


if __name__ == "__main__":
    main()
