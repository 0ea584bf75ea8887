"""Read the fixture pages as text captures that other tools made of them.

    pip install --group benchmarks
    python benchmarks/texts.py [-v]

Each page of tests/fixtures/pages is turned into text by lynx, w3m (where they are installed), html2text and
inscriptis, and read as a text capture. Counts, over the cards whose excerpt is long enough to be one in a
text, how many come back with the whole excerpt and nothing else, how many of these with the right date, with
a wrong one or none, and the cards that are none.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import html2text
from inscriptis import get_text

from archiver.models import clean_text
from archiver.parse.plaintext.cards import read_text

PAGES = Path(__file__).parent.parent / "tests" / "fixtures" / "pages"
LONG = 80


def texts(path: Path) -> dict[str, str]:
    """The page as each tool prints it."""
    markup = path.read_text(encoding="utf-8", errors="replace")
    made = {"html2text": html2text.html2text(markup), "inscriptis": get_text(markup)}
    for tool in ("lynx", "w3m"):
        if shutil.which(tool):
            options = ["-display_charset=utf-8"] if tool == "lynx" else ["-O", "utf-8"]
            command = [tool, "-dump", *options, str(path)]
            made[tool] = subprocess.run(command, capture_output=True, check=False).stdout.decode(
                errors="replace"
            )
    return made


def plain(text: str) -> str:
    """The letters alone: tools print emphasis, links and spaces in ways of their own."""
    return "".join(c for c in clean_text(text) if c.isalnum())


def main() -> None:
    counts: dict[str, Counter[str]] = {}
    for path in sorted(PAGES.glob("*/page.html")):
        expected = json.loads((path.parent / "expected.json").read_text())
        cards = {plain(c["excerpt"]): c["date"] for c in expected["cards"] if len(c["excerpt"] or "") >= LONG}
        if len(cards) < 2:
            continue
        for tool, text in texts(path).items():
            count = counts.setdefault(tool, Counter())
            page = read_text(text, "file:///page.txt")
            count["cards"] += len(cards)
            found = 0
            for card in page.cards:
                key = plain(card.excerpt or "")
                if key in cards:
                    found += 1
                    count["whole"] += 1
                    verdict = (
                        "no date" if card.date is None else "right" if card.date == cards[key] else "wrong"
                    )
                    count[verdict] += 1
                    if verdict == "wrong" and "-v" in sys.argv:
                        print(f"{tool} {path.parent.name}: WRONG {card.date}, not {cards[key]}")
                else:
                    count["none"] += 1
                    if "-v" in sys.argv:
                        print(f"{tool} {path.parent.name}: {(card.excerpt or '')[:150]}")
            if "-v" in sys.argv:
                print(f"{tool} {path.parent.name}: {found} of {len(cards)}, {len(page.cards)} cards")
    print(
        "tool      ", *(f"{name:>11}" for name in ("cards", "whole", "right", "wrong", "no date", "no cards"))
    )
    for tool, c in counts.items():
        numbers = (c[key] for key in ("cards", "whole", "right", "wrong", "no date", "none"))
        print(f"{tool:10}", *(f"{n:11}" for n in numbers))


if __name__ == "__main__":
    main()
