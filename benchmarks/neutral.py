"""Measure on how many real pages the cards stay the same after changes of the page that must not matter.

    python benchmarks/neutral.py FOLDER [--folds 0,1,2] [--pages FILE]

FOLDER is that of `reading.py`, and so are the folds. The changes are those of `changes.py`; "written" is the
page as the parser has understood it, without another change. --pages writes a line of JSON for each page
that may be looked at and is read otherwise after a change.
"""

import argparse
import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

from changes import MEASURED, written
from reading import LOOKED_AT, NOW, Truth, labelled, payload_of

from archiver.models import CARD_FIELDS, Capture
from archiver.parse import parse_page
from archiver.parse.payload.encoding import decode

UTF_8 = (("Content-Type", "text/html; charset=utf-8"),)


class Listing(NamedTuple):
    """What a page lists."""

    cards: list[dict[str, Any]]
    next_url: str | None


def source_of(truth: Truth) -> str:
    """Return the decoded markup of a page."""
    return decode(payload_of(truth), "", url=truth["_url"]).text


def read(markup: str, url: str) -> Listing:
    """Read the cards of a page, and its next page."""
    payload = markup.encode("utf-8", "replace")
    page = parse_page(Capture(url=url, captured_at=NOW, payload=payload, headers=UTF_8))
    return Listing(
        [{field: getattr(card, field) for field in CARD_FIELDS} for card in page.cards], page.next_url
    )


def differences(truth: Truth) -> dict[str, str]:
    """Return for each change after which a page is read otherwise what of it is read otherwise."""
    source, url = source_of(truth), truth["_url"]
    before, page = read(source, url), written(source)
    pages = {"written": page} | {name: change(page) for name, change in MEASURED.items()}
    found = {name: difference(before, read(changed, url)) for name, changed in pages.items()}
    return {name: kind for name, kind in found.items() if kind}


def difference(one: Listing, other: Listing) -> str:
    """Return what differs between two listings: "cards", the fields that differ, "next", or nothing."""
    if [card["url"] for card in one.cards] != [card["url"] for card in other.cards]:
        return "cards"
    pairs = list(zip(one.cards, other.cards, strict=True))
    fields = [field for field in CARD_FIELDS if any(a[field] != b[field] for a, b in pairs)]
    return ", ".join(fields) or ("next" if one.next_url != other.next_url else "")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--folds", default="0,1,2,3,4")
    parser.add_argument("--pages", type=Path)
    options = parser.parse_args()
    folds = {int(fold) for fold in options.folds.split(",")}
    truths = [truth for truth in labelled(options.folder) if truth["_fold"] in folds]
    with ProcessPoolExecutor() as pool:
        rows = list(zip(truths, pool.map(differences, truths, chunksize=4), strict=True))
    for title, part in (("looked at", folds & LOOKED_AT), ("held out", folds - LOOKED_AT)):
        found = [differences for truth, differences in rows if truth["_fold"] in part]
        if found:
            print(f"\nFolds {', '.join(map(str, sorted(part)))}: {title}, {len(found)} pages")
            print(f"{'change':16}{'the same':>10}  otherwise read")
            for name in ("written", *MEASURED):
                kinds = Counter(of_page[name] for of_page in found if name in of_page)
                told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(4))
                print(f"{name:16}{1 - kinds.total() / len(found):10.3f}  {told}")
    if options.pages:
        with options.pages.open("w", encoding="utf-8") as file:
            for truth, found in rows:
                if found and truth["_fold"] in LOOKED_AT:
                    where = {"file": truth["_file"], "url": truth["_url"], "set": truth["_kind"]}
                    file.write(json.dumps(where | found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
