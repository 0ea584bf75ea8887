"""Measure what reading a page costs above parsing its HTML: `parse_page` against a bare Lexbor parse.

    python benchmarks/parse.py FOLDER [ROUNDS]

Reads every `.html` and `.htm` file of FOLDER (at most 1,000, evenly chosen) as a saved page, in one process.
Each page is parsed bare and then read whole, so that both meet the machine in the same state; the times are
of this process alone. Prints the milliseconds a page of both, and their ratio: the median of all rounds, and
that of the first, when nothing is remembered yet.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from selectolax.lexbor import LexborHTMLParser

from archiver.models import Capture
from archiver.parse import parse_page

MOST = 1000
ROUNDS = 3


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


def one_round(pages: list[Capture]) -> tuple[float, float]:
    """The seconds of bare parsing and of whole reading, page by page in turns."""
    bare = whole = 0.0
    for page in pages:
        start = time.process_time()
        LexborHTMLParser(page.payload)
        between = time.process_time()
        parse_page(page)
        end = time.process_time()
        bare, whole = bare + between - start, whole + end - between
    return bare, whole


def main() -> None:
    pages = captures(Path(sys.argv[1]))
    if not pages:
        sys.exit("no .html file in the folder")
    rounds = [one_round(pages) for _ in range(int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS)]
    ratios = [whole / bare for bare, whole in rounds]
    size = sum(len(page.payload) for page in pages)
    print(f"{len(pages)} pages, {size / len(pages) / 1024:.0f} KiB on average, {len(rounds)} rounds")
    print(f"bare parse   {median(bare for bare, _ in rounds) * 1000 / len(pages):7.3f} ms a page")
    print(f"whole parse  {median(whole for _, whole in rounds) * 1000 / len(pages):7.3f} ms a page")
    print(f"ratio        {median(ratios):7.2f} (first round {ratios[0]:.2f})")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main()
