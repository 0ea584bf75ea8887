"""Take in the same captures in many orders and batches, and compare what comes out byte by byte.

    python benchmarks/orders.py [CAPTURES] [--base-url URL] [--orders N]

CAPTURES is a folder of saved pages (the sample by default). Its files go into N archives (20), each time in
a random order and in batches of random sizes: some bring the posts up to date after each batch, some now and
then, some in the end only. In every second one a person says now and then that two cards are one post or are
not, always the same in the end, in any order, and tries other thresholds meanwhile. Prints a line for each
archive and exits with 1 if any export differs from that of another archive of its kind. What is left out of
the comparison is where a record stands in the WARC files.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from archiver import DEFAULT_THRESHOLD, Archive, ImportOptions

KINDS = ("posts", "cards", "captures", "revisions")
SAMPLE = Path(__file__).parent.parent / "data" / "sample"
THRESHOLD = 70.0
"""The last one that is set where a person has a say."""


def exports(archive: Archive) -> dict[str, list[str]]:
    """The rows of every export, as written."""
    found = {}
    for kind in KINDS:
        rows = json.loads(b"".join(archive.export_iter(kind, "json")))
        found[kind] = [json.dumps(row | ({"warc": None} if kind == "captures" else {})) for row in rows]
    return found


def words(archive: Archive, r: random.Random) -> list[tuple[str, str, bool]]:
    """What a person says: of some pairs of cards that they are one post, or are not."""
    cards = sorted({row["card_id"] for row in archive.rows("cards")})
    posts: dict[str, set[str]] = {}
    for row in archive.rows("cards"):
        posts.setdefault(row["post_id"], set()).add(row["card_id"])
    several = sorted(post for post, members in posts.items() if len(members) > 1)
    parted = [r.sample(sorted(posts[post]), 2) for post in r.sample(several, min(4, len(several)))]
    joined = [r.sample(cards, 2) for _ in range(min(4, len(cards) // 2))]
    return [(*pair, False) for pair in parted] + [(*pair, True) for pair in joined]


def batches(files: list[Path], r: random.Random) -> Iterator[list[Path]]:
    """The files in a random order, in batches of random sizes."""
    left = r.sample(files, len(files))
    most = r.choice([1, 5, 20, len(files)])
    while left:
        size = r.randint(1, most)
        yield left[:size]
        left = left[size:]


def say(archive: Archive, left: list[tuple[str, str, bool]], r: random.Random) -> None:
    """One of the words about cards that are there, and another threshold."""
    known = {row["card_id"] for row in archive.rows("cards")}
    sayable = [word for word in left if {*word[:2]} <= known]
    if sayable:
        one, two, same = word = r.choice(sayable)
        left.remove(word)
        (archive.merge if same else archive.split)(one, two)
    archive.dedupe(threshold=r.choice([50.0, 90.0, DEFAULT_THRESHOLD]))


def live(
    folder: Path, files: list[Path], options: ImportOptions, said: list[tuple[str, str, bool]], seed: int
) -> tuple[Archive, str]:
    """An archive of these files, taken in by this seed; and how."""
    r = random.Random(seed)  # noqa: S311
    archive, left = Archive(folder), list(said)
    share = r.choice([0.0, 0.2, 1.0])
    taken = runs = 0
    for batch in batches(files, r):
        list(archive.crawl(map(str, batch), imports=options))
        taken += 1
        if r.random() < share:
            archive.dedupe()
            runs += 1
            if said and r.random() < 0.2:
                say(archive, left, r)
    for one, two, same in r.sample(left, len(left)):
        (archive.merge if same else archive.split)(one, two)
    archive.dedupe(threshold=THRESHOLD if said else None)
    return archive, f"{taken} batches, posts brought up to date {runs + 1} times"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("captures", type=Path, nargs="?", default=SAMPLE)
    parser.add_argument("--base-url")
    parser.add_argument("--orders", type=int, default=20)
    options = parser.parse_args()
    imports = ImportOptions(base_url=options.base_url)
    files = sorted(path for path in options.captures.rglob("*") if path.is_file())
    start = time.process_time()
    differing = 0
    with tempfile.TemporaryDirectory() as work:
        first, _ = live(Path(work) / "first", files, imports, [], 0)
        said = words(first, random.Random(0))  # noqa: S311
        told, _ = live(Path(work) / "told", files, imports, said, 0)
        expected = exports(first), exports(told)
        rows = ", ".join(f"{len(expected[0][kind])} {kind}" for kind in KINDS)
        print(f"{options.captures}: {len(files)} files; {rows}; a person says {len(said)} things")
        for seed in range(1, options.orders + 1):
            own_words = said if seed % 2 else []
            archive, how = live(Path(work) / str(seed), files, imports, own_words, seed)
            found = exports(archive)
            wrong = [kind for kind in KINDS if found[kind] != expected[seed % 2][kind]]
            differing += bool(wrong)
            print(f"{seed:3} {'with words, ' if own_words else ''}{how}: {', '.join(wrong) or 'the same'}")
    print(f"{differing} of {options.orders} orders differ ({time.process_time() - start:.0f} s)")
    sys.exit(1 if differing else 0)


if __name__ == "__main__":
    main()
