"""Measure what reading a page costs above parsing its HTML: `parse_page` against a bare Lexbor parse.

    python benchmarks/parse.py FOLDER [ROUNDS]

Reads every `.html` and `.htm` file of FOLDER (at most 1,000, evenly chosen) as a saved page, in one process.
Each page is parsed bare, walked, made a tree and read whole in turns, so that all meet the machine in the
same state; the times are of this process alone. Prints the milliseconds a page of each and its ratio to the
bare parse, the median of all rounds; for the whole also the first round, when nothing is remembered yet.
Feeds under such a name are left out: Lexbor does not read them, so there is nothing to compare with.

The walk is the floor of any reader in Python: it parses, asks each node for what it is, for its text or its
attributes, and keeps nothing.
"""

import sys
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from selectolax.lexbor import LexborHTMLParser

from archiver.models import Capture
from archiver.parse import parse_page
from archiver.parse.document.tree import read_tree
from archiver.parse.payload.encoding import decode

MOST = 1000
ROUNDS = 3
STEPS = ("bare parse", "walk", "tree", "whole parse")
TEXT = 2  # Lexbor's number for a text


def captures(folder: Path) -> list[Capture]:
    """The pages of a folder; each has the address of its place in it."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix in {".html", ".htm"} and path.is_file())
    chosen = [paths[n * len(paths) // MOST] for n in range(MOST)] if len(paths) > MOST else paths
    return [
        Capture(
            url=f"https://pages.example/{path.relative_to(folder).as_posix().replace(' ', '%20')}",
            captured_at=datetime(2024, 1, 1, tzinfo=UTC),
            payload=path.read_bytes(),
        )
        for path in chosen
    ]


def walk(markup: bytes) -> None:
    """Look at every node once, in the cheapest way that Lexbor's Python binding has."""
    node, opened = LexborHTMLParser(markup).root, []
    while node is not None:
        child = None
        if node.tag_id == TEXT:
            _ = node.text_content
        else:
            _ = node.attributes
            child = node.first_child
        if child is not None:
            opened.append(node)
            node = child
            continue
        following = node.next
        while following is None and opened:
            following = opened.pop().next
        node = following


def one_round(pages: list[Capture], texts: list[str]) -> list[float]:
    """The seconds of a bare parse, a walk, a tree and a whole reading of all pages, page by page in turns."""
    spent = [0.0] * len(STEPS)
    for page, text in zip(pages, texts, strict=True):
        work = (
            partial(LexborHTMLParser, page.payload),
            partial(walk, page.payload),
            partial(read_tree, text),
            partial(parse_page, page),
        )
        for step, do in enumerate(work):
            start = time.process_time()
            do()
            spent[step] += time.process_time() - start
    return spent


def main() -> None:
    pages = [page for page in captures(Path(sys.argv[1])) if parse_page(page).kind != "feed"]
    if not pages:
        sys.exit("no .html file in the folder")
    texts = [decode(page.payload, url=page.url).text for page in pages]
    rounds = [one_round(pages, texts) for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS)]
    size = sum(len(page.payload) for page in pages)
    print(f"{len(pages)} pages, {size / len(pages) / 1024:.0f} KiB on average, {len(rounds)} rounds")
    for step, name in enumerate(STEPS):
        cost = median(spent[step] for spent in rounds) * 1000 / len(pages)
        ratio = median(spent[step] / spent[0] for spent in rounds)
        first = f" (first round {rounds[0][step] / rounds[0][0]:.2f})" if name == STEPS[-1] else ""
        print(f"{name:12} {cost:7.3f} ms a page {ratio:7.2f}{first}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
