"""Compare quality on the project's own labelled data with the committed floor.

    python benchmarks/floor.py [--write] [--lower] [--floor FILE]

The data: `tests/fixtures/pairs/labelled.jsonl` (pairs of cards), eight simulated sites of `lives.py`, and the
cards of `tests/fixtures/pages`. Precision comes first: a wrong merge is worse than a missed one. The floor
holds the digest of the labels, so that a figure is never compared with that of other labels. Exits with 1
where a figure is below the floor or the labels are others. `--write` raises the floor to today's figures;
only `--lower` lets one fall.
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from lives import Site, measure

from archiver.dedupe import Rules
from archiver.dedupe.evidence.compare import weigh
from archiver.dedupe.keys.card import card_keys
from archiver.models import Card
from archiver.parse.html import read_html

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
FLOOR = FIXTURES / "floor.json"
SITES = range(88_000, 88_008)
"""Seeds of simulated sites that no figure of docs/quality.md is from."""
WITHOUT = {
    "all signals": (),
    "without URL": ("url",),
    "text alone": ("url", "title", "date", "author", "categories", "tags"),
}
FIELDS = ("title", "date", "author", "categories", "tags", "excerpt")
PLACES = 4
"""Decimal places of a figure."""

Figures = dict[str, str | float]


def digest(labels: Iterable[object]) -> str:
    """The first 16 hex digits of SHA-256 over the labels as JSON lines."""
    lines = (json.dumps(label, sort_keys=True, ensure_ascii=False) for label in labels)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def scores(hit: int, found: int, wanted: int) -> dict[str, float]:
    precision, recall = hit / max(1, found), hit / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": round(precision, PLACES), "recall": round(recall, PLACES), "f1": round(f1, PLACES)}


def labelled_pairs() -> Figures:
    """How well `weigh` decides the labelled pairs."""
    pairs = [
        json.loads(line) for line in (FIXTURES / "pairs" / "labelled.jsonl").read_text("utf-8").splitlines()
    ]
    joined = [
        weigh(*card_keys([Card(**pair["left"]), Card(**pair["right"])])).score >= Rules().threshold
        for pair in pairs
    ]
    hit = sum(same and pair["same"] for same, pair in zip(joined, pairs, strict=True))
    return {"labels": digest(pairs)} | scores(hit, sum(joined), sum(pair["same"] for pair in pairs))


def simulated_sites(sites: list[Site], fields: tuple[str, ...]) -> Figures:
    """How well `dedupe` merges the cards of simulated sites, by pairs."""
    tally, _, _ = measure(sites, fields, 0)
    labels = ((site.seed, sorted(site.cards), sorted(site.truth.items())) for site in sites)
    return {"labels": digest(labels)} | scores(tally.hit, tally.said, tally.true)


def pages() -> Figures:
    """How well cards are found on the fixture pages, by URL, and the share of their fields that are right."""
    hit = found = wanted = right = fields = 0
    labels = []
    for folder in sorted(path.parent for path in (FIXTURES / "pages").glob("*/expected.json")):
        labels.append((folder.name, json.loads((folder / "expected.json").read_text("utf-8"))))
        expected = {card["url"]: card for card in labels[-1][1]["cards"]}
        url = json.loads((folder / "capture.json").read_text("utf-8"))["url"]
        page = read_html((folder / "page.html").read_text("utf-8"), url)
        read = {card.url: card.model_dump(mode="json") for card in page.cards}
        both = expected.keys() & read.keys()
        hit, found, wanted = hit + len(both), found + len(read), wanted + len(expected)
        right += sum(expected[key][field] == read[key][field] for key in both for field in FIELDS)
        fields += len(expected) * len(FIELDS)
    return {"labels": digest(labels)} | scores(hit, found, wanted) | {"fields": round(right / fields, PLACES)}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="raise the floor to today's figures")
    parser.add_argument("--lower", action="store_true", help="with --write: let figures fall, too")
    parser.add_argument("--floor", type=Path, default=FLOOR, metavar="FILE")
    options = parser.parse_args()
    sites = [Site(seed) for seed in SITES]
    today: dict[str, Figures] = {"labelled pairs": labelled_pairs()}
    today |= {f"simulated sites, {name}": simulated_sites(sites, w) for name, w in WITHOUT.items()}
    today["fixture pages"] = pages()
    floor = json.loads(options.floor.read_text("utf-8")) if options.floor.exists() else {}
    faults = []
    for name, figures in today.items():
        held = floor.get(name, {})
        print(f"{name:32}" + "  ".join(f"{key} {value}" for key, value in figures.items()))
        if figures["labels"] != held.get("labels"):
            faults.append(f"{name}: the labels are not those of the floor")
        for key, value in figures.items():
            if key != "labels" and key in held and value < held[key]:
                faults.append(f"{name}: {key} {value} is below the floor of {held[key]}")
    if options.write and (options.lower or not any("below" in fault for fault in faults)):
        options.floor.write_text(json.dumps(today, indent=1) + "\n", encoding="utf-8")
        return 0
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
