"""Measure how well pages that nobody tuned for are read, by folds of their sites.

    python benchmarks/reading.py FOLDER [--folds 3,4] [--set NAME] [--pages FILE]

FOLDER holds `corpora-web`, `corpora-wild` and `corpora-reports` (saved pages with a `truth.jsonl`), histories
of sites in `corpora`, of each of which a few pages are taken, and the scoring tools that belong to them in
`tools/`. A site is in one of five folds, by the digest of its domain. The cards of each fold are chosen by a
model that was fitted to the pages of the others (`train.py`). Pages of the folds 0, 1 and 2 may be looked at
while rules are written; those of 3 and 4 are measured only, and these are the figures of docs/quality.md. The
histories and `corpora-wild` were looked at before there were folds: all of them are in 0, 1 and 2.
Each figure is a mean over sites. --pages writes a line of JSON for each page that may be looked at.
The labels of `benchmarks/labels` take the place of those of the set where it has none by hand.
"""

import argparse
import gzip
import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from archiver.models import Capture
from archiver.parse import parse_page
from archiver.parse.listing import rating
from archiver.parse.listing.model import ListingModel

FOLDS = 5
LOOKED_AT = frozenset({0, 1, 2})
PAGES_OF_HISTORY = 6
NOW = datetime(2026, 1, 1, tzinfo=UTC)
MODELS = Path(__file__).with_name("models.json")
"""The models of the folds, each fitted to the pages of the others."""
LABELS = Path(__file__).parent / "labels" / "wcxb.jsonl"
EXPECTED = {"list": "list", "none": "none", "debatable": "any"}
"""What a page of each verdict is expected to give: cards, no card, or either."""
KEYS = ("none", "clean", "P", "R", "F1", "perfect", "title", "date", "invented", "next", "word_f1")

Truth = dict[str, Any]
Scored = dict[str, Any]


def domain(url: str) -> str:
    """The registered domain of a host or URL, about: `news.a.co.uk` and `www.a.co.uk` are one site."""
    host = (urlsplit(url).hostname or "") if "://" in url else url.partition("/")[0].partition(":")[0]
    parts = host.lower().split(".")
    last = 3 if len(parts) > 2 and len(parts[-1]) == 2 and len(parts[-2]) <= 3 else 2
    return ".".join(parts[-last:])


def fold_of(url: str) -> int:
    """The fold of a site."""
    return int(hashlib.sha256(domain(url).encode()).hexdigest()[:8], 16) % FOLDS


def lines(file: Path) -> list[Truth]:
    """The objects of a file of JSON Lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def with_label(truth: Truth, label: Truth) -> Truth:
    """What is known of a page, with the verdict and links of *label*; the text of the page stays."""
    return truth | {
        "expect": EXPECTED[label["verdict"]],
        "gold": "links" if label["links"] else None,
        "records": [link | {"date": None} for link in label["links"]],
    }


def labelled(folder: Path) -> Iterator[Truth]:
    """All labelled pages: what is known of each, with its file, its set and its fold."""
    for root in sorted((folder / "corpora").iterdir()):
        if (root / "truth.jsonl").exists():
            yield from _of_history(root)
    labels = {label["page"]: label for label in lines(LABELS)}
    for name in ("corpora-web", "corpora-wild", "corpora-reports"):
        root = folder / name
        for said in lines(root / "truth.jsonl"):
            label = labels.get(said["page"]) if name == "corpora-web" else None
            truth = with_label(said, label) if label else said
            if name == "corpora-web":
                file, url, kind = root / truth["page"], truth["url"], f"{truth['set']} {truth['type']}"
            else:
                file, url = root / truth["file"], truth["page_url"]
                if name == "corpora-reports":
                    file = root / "pages" / truth["file"]
                kind = f"{name.removeprefix('corpora-')} {'none' if truth['class'] == 'none' else 'list'}"
            fold = fold_of(url) % len(LOOKED_AT) if name == "corpora-wild" else fold_of(url)
            yield truth | {"_file": str(file), "_url": url, "_kind": kind, "_fold": fold}


def _of_history(root: Path) -> Iterator[Truth]:
    """A few pages of a site's history, as many of one card as of several."""
    pages = [truth for truth in lines(root / "truth.jsonl") if truth["kind"] == "listing" and truth["cards"]]
    for single in (True, False):
        alike = [truth for truth in pages if (len(truth["cards"]) == 1) is single]
        for truth in alike[:: max(1, len(alike) // PAGES_OF_HISTORY)][:PAGES_OF_HISTORY]:
            file = root / "captures" / truth["capture"] / truth["page"]
            url = truth["page_url"]
            yield truth | {
                "class": "list",
                "file": str(file),
                "other_post_links": [link["url"] for link in truth.get("other_post_links", ())],
                "_file": str(file),
                "_url": url,
                "_kind": "corpora list",
                "_fold": fold_of(url) % len(LOOKED_AT),
            }


def payload_of(truth: Truth) -> bytes:
    """The bytes of a page."""
    payload = Path(truth["_file"]).read_bytes()
    return gzip.decompress(payload) if truth["_file"].endswith(".gz") else payload


def read(truth: Truth) -> tuple[list[dict[str, Any]], str | None]:
    """The cards and the next page that are read from a page, by the model of its fold."""
    with patch.object(rating, "MODEL", ListingModel(**json.loads(MODELS.read_text())[truth["_fold"]])):
        page = parse_page(Capture(url=truth["_url"], captured_at=NOW, payload=payload_of(truth)))
    return [card.model_dump() for card in page.cards], page.next_url


def use_tools(folder: str) -> None:
    """Let the scoring tools be imported in this process."""
    sys.path.insert(0, folder)


def scored(truth: Truth) -> Scored:
    """The figures of one page, by the tool of its set."""
    import score_web  # noqa: PLC0415
    import score_wild  # noqa: PLC0415

    cards, next_url = read(truth)
    if "expect" in truth:
        rows = [
            [c["url"], c["title"], c["date"], c["author"], list(c["categories"]), c["excerpt"]] for c in cards
        ]
        return score_web.score(truth, rows)
    found = score_wild.score(truth, {"cards": cards, "next_url": next_url}, None, 0)
    figures: Scored = {"cards": len(cards), "next": float(found["next"])}
    if truth["class"] == "none":
        return figures | {"clean": float(not cards)}
    figures |= {"none": float(not cards), "missed": found["missed"], "wrong": found["wrong"]}
    figures |= {"P": found["p"], "R": found["r"], "F1": found["f1"], "perfect": float(found["right"])}
    for key in ("title", "date"):
        right, of = found["n"][key]
        if of:
            figures[key] = right / of
    if found["tp"]:
        figures["invented"] = found["made_dates"] / found["tp"]
    return figures | {"next_said": found["next_said"], "next_true": found["next_true"]}


def table(rows: list[tuple[Truth, Scored]]) -> None:
    """Print the figures of each set, and those of all."""
    groups: dict[str, list[tuple[Truth, Scored]]] = defaultdict(list)
    for truth, figures in rows:
        groups[truth["_kind"]].append((truth, figures))
        groups["~all that list" if "none" in figures else "~all that list nothing"].append((truth, figures))
    print(f"{'set':24}{'pages':>6}{'sites':>6}" + "".join(f"{key:>9}" for key in KEYS))
    for kind, part in sorted(groups.items()):
        sites: dict[str, list[Scored]] = defaultdict(list)
        for truth, figures in part:
            sites[domain(truth["_url"])].append(figures)
        cells = []
        for key in KEYS:
            means = [[f[key] for f in of_site if f.get(key) is not None] for of_site in sites.values()]
            values = [sum(v) / len(v) for v in means if v]
            cells.append(f"{sum(values) / len(values):9.3f}" if values else " " * 9)
        print(f"{kind:24}{len(part):6}{len(sites):6}" + "".join(cells))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", default="0,1,2,3,4")
    parser.add_argument("--set", default="", help="only sets whose name begins so")
    parser.add_argument("--pages", type=Path)
    options = parser.parse_args()
    folds = {int(fold) for fold in options.folds.split(",")}
    truths = [
        t for t in labelled(options.folder) if t["_fold"] in folds and t["_kind"].startswith(options.set)
    ]
    with ProcessPoolExecutor(initializer=use_tools, initargs=(str(options.folder / "tools"),)) as pool:
        rows = list(zip(truths, pool.map(scored, truths, chunksize=4), strict=True))
    for name, part in (("looked at", folds & LOOKED_AT), ("held out", folds - LOOKED_AT)):
        if part:
            print(f"\nFolds {', '.join(map(str, sorted(part)))}: {name}")
            table([row for row in rows if row[0]["_fold"] in part])
    if options.pages:
        with options.pages.open("w", encoding="utf-8") as file:
            for truth, figures in rows:
                if truth["_fold"] in LOOKED_AT:
                    where = {"file": truth["_file"], "url": truth["_url"], "set": truth["_kind"]}
                    file.write(json.dumps(where | figures, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
