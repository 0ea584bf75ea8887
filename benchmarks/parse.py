"""Measure what reading a page costs above parsing its HTML: `parse_page`, a bare Lexbor parse, others.

    python benchmarks/parse.py FOLDER [ROUNDS]

Reads every `.html` and `.htm` file of FOLDER (at most 1,000, evenly chosen) as a saved page, in one process.
Each page is parsed bare, walked, made a tree and read whole in turns, so that all meet the machine in the
same state; the times are of this process alone. Prints the milliseconds a page of each and its ratio to the
bare parse, the median of all rounds; for the whole also the first round, when nothing is remembered yet.
Feeds under such a name are left out: Lexbor does not read them, so there is nothing to compare with.

The walk is the floor of any reader in Python: it parses, asks each node for what it is, for its text or its
attributes, and keeps nothing. The others (of the `benchmarks` dependency group) do less or something else
with the same pages: BeautifulSoup's tree alone; the main text by trafilatura and by resiliparse; the embedded
data by extruct; the hyperlinks with their texts by parsel.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
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
PEERS = ("bs4", "trafilatura", "extruct", "parsel", "resiliparse")
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


def peers() -> dict[str, Callable[[str], object]]:
    """What the others do with the text of a page, by name; a warning where they are not installed."""
    if missing := [name for name in PEERS if find_spec(name) is None]:
        print(f"not installed: {', '.join(missing)} (dependency group `benchmarks`)")
        return {}
    from bs4 import BeautifulSoup  # noqa: PLC0415
    from extruct import extract as embedded_data  # noqa: PLC0415
    from parsel import Selector  # noqa: PLC0415
    from resiliparse.extract.html2text import extract_plain_text  # noqa: PLC0415
    from trafilatura import extract as main_text  # noqa: PLC0415

    def hyperlinks(text: str) -> list[tuple[str | None, str]]:
        found = Selector(text=text).css("a[href]")
        return [(a.attrib.get("href"), "".join(a.css("*::text").getall())) for a in found]

    return {
        "BeautifulSoup, lxml: the tree": partial(BeautifulSoup, features="lxml"),
        "trafilatura: the main text": main_text,
        "extruct: JSON-LD, microdata, OpenGraph": partial(
            embedded_data, syntaxes=["json-ld", "microdata", "opengraph"], errors="ignore"
        ),
        "parsel: the hyperlinks": hyperlinks,
        "resiliparse: the main text": partial(extract_plain_text, main_content=True),
    }


def one_round(
    pages: list[Capture], texts: list[str], others: dict[str, Callable[[str], object]]
) -> list[float]:
    """The seconds that each step, and each of the others, spends on all pages, page by page in turns."""
    spent = [0.0] * (len(STEPS) + len(others))
    for page, text in zip(pages, texts, strict=True):
        work = (
            partial(LexborHTMLParser, page.payload),
            partial(walk, page.payload),
            partial(read_tree, text),
            partial(parse_page, page),
            *(partial(do, text) for do in others.values()),
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
    others = peers()
    times = int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS
    rounds = [one_round(pages, texts, others) for _ in range(times)]
    size = sum(len(page.payload) for page in pages)
    print(f"{len(pages)} pages, {size / len(pages) / 1024:.0f} KiB on average, {len(rounds)} rounds")
    for step, name in enumerate((*STEPS, *others)):
        cost = median(spent[step] for spent in rounds) * 1000 / len(pages)
        ratio = median(spent[step] / spent[0] for spent in rounds)
        first = f" (first round {rounds[0][step] / rounds[0][0]:.2f})" if name == STEPS[-1] else ""
        print(f"{name:40} {cost:7.3f} ms a page {ratio:7.2f}{first}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
