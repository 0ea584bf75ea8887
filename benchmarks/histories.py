"""The labelled histories of cards on which merging is measured: not a command, but read by those that are.

A folder comes in; histories come out. It holds `corpora-posts/NAME.cards.jsonl.gz` with `NAME.truth.jsonl.gz`
(card records, and the post of each), `corpora/SITE/` and `corpora-text/SITE/` (saved pages and texts), and
`tools/score.py`, which knows the posts of their cards. To these come simulated lives of sites (`lives.py`).
"""

import gzip
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from lives import Site
from quality import ARCHIVER, crawls

from archiver.models import Card, Sighting, iso_time
from archiver.store import Store

SEEDS = (*range(100, 112), *range(7000, 7012))
"""The simulated sites."""


class History(NamedTuple):
    """Cards, where they were seen, and the post of each card that shows one.

    Two histories of one `site` are not independent.
    """

    kind: str
    name: str
    site: str
    cards: Mapping[str, Card]
    sightings: Sequence[Sighting]
    posts: Mapping[str, str]


def histories(folder: Path) -> Iterable[History]:
    """All labelled histories."""
    with tempfile.TemporaryDirectory() as made:
        for number, file in enumerate(sorted((folder / "corpora-posts").glob("*.cards.jsonl.gz"))):
            yield of_records(file, Path(made, str(number)))
        for kind in ("corpora", "corpora-text"):
            for site in sorted((folder / kind).iterdir()):
                if (site / "truth.jsonl").exists():
                    yield of_pages(folder, site, Path(made, f"{kind}-{site.name}"))
    for seed in SEEDS:
        site = Site(seed)
        yield History(
            "lives", str(seed), f"lives {seed}", site.cards, site.sightings, told(site.sightings, site.truth)
        )


def told(sightings: Iterable[Sighting], truth: Mapping[tuple[str, int], str]) -> dict[str, str]:
    """The post of each card that shows one post only, from the post of each place on a capture."""
    posts: dict[str, set[str]] = defaultdict(set)
    for s in sightings:
        if (post := truth.get((s.capture, s.position))) is not None:
            posts[s.card].add(post)
    return {card: next(iter(some)) for card, some in posts.items() if len(some) == 1}


def run(archive: Path, *arguments: str) -> None:
    """Run the command line on an archive; a capture without a card is a source that failed."""
    command = [*ARCHIVER, "--archive", str(archive), *arguments]
    ran = subprocess.run(command, check=False, capture_output=True, text=True)
    if ran.returncode not in (0, 1):
        raise SystemExit(ran.stderr)


def kept(archive: Path) -> tuple[dict[str, Card], list[Sighting]]:
    """The cards and sightings of an archive."""
    with Store(archive, "read") as store:
        return store.cards.by_id(), list(store.cards.sightings())


def of_records(file: Path, archive: Path) -> History:
    """A history of card records."""
    records = archive.with_suffix(".jsonl")
    records.write_bytes(gzip.decompress(file.read_bytes()))
    run(archive, "crawl", str(records))
    cards, sightings = kept(archive)
    name = file.name.partition(".")[0]
    lines = gzip.decompress(file.with_name(f"{name}.truth.jsonl.gz").read_bytes()).splitlines()
    post_at = {(t["captured_at"], t["capture_url"], t["position"]): t["post"] for t in map(json.loads, lines)}
    truth = {
        (s.capture, s.position): post
        for s in sightings
        if (post := post_at.get((iso_time(s.captured_at), s.url, s.position))) is not None
    }
    return History("corpora-posts", name, name.partition("-")[0], cards, sightings, told(sightings, truth))


def of_pages(folder: Path, site: Path, archive: Path) -> History:
    """A history of saved pages; which card is of which post is told by the scoring tool."""
    sys.path.insert(0, str(folder / "tools"))
    import score  # noqa: PLC0415

    for base, folders in crawls(site):
        run(archive, "crawl", *base, *folders)
    run(archive, "dedupe")
    run(archive, "export", "cards", "--output", str(archive / "cards.jsonl"))
    cards, sightings = kept(archive)
    card_at = {(iso_time(s.captured_at), s.url, s.position): s.card for s in sightings}
    rows = [json.loads(line) for line in (archive / "cards.jsonl").read_text("utf-8").splitlines()]
    for row in rows:
        row["post_id"] = card_at[row["capture"]["captured_at"], row["capture"]["url"], row["position"]]
    (archive / "cards.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    labels: list[tuple[str, str]] = []
    figures, score.cluster_figures = score.cluster_figures, lambda found: labels.extend(found) or {}
    try:
        score.score(site, archive / "cards.jsonl", None)
    finally:
        score.cluster_figures = figures
    posts: dict[str, set[str]] = defaultdict(set)
    for card, post in labels:
        posts[card].add(post)
    one = {card: next(iter(some)) for card, some in posts.items() if len(some) == 1}
    return History(site.parent.name, site.name, site.name, cards, sightings, one)
