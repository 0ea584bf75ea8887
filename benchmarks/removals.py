"""Measure what `changes` says of posts that were taken down, on simulated lives, whose truth is known.

    python benchmarks/removals.py [--seed N] [--sites N] [--wrong N]

The sites are those of `lives.py`: themes change, posts are edited, moved and pinned, and six of a hundred are
taken down; a post that is dated anew may leave the list as well. Each site goes through an archive of its
own: card records in, `dedupe`, `changes`. Prints how many posts were said to be gone and how many of these
were off the list; how many were found of those that the captures show to be off it (a capture with the post,
then one of its page without it, with another post above one that stood below it); and what the plain rule
says, by which a post is gone that the next capture of its page lacks.
"""

import argparse
import json
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from lives import Site

import archiver


def main() -> None:
    """Print the figures of all sites together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--wrong", type=int, default=0, help="how many wrong statements to print")
    options = parser.parse_args()
    total = Counter[str]()
    for seed in range(options.seed, options.seed + options.sites):
        site = Site(seed)
        with TemporaryDirectory() as folder:
            total += measured(site, Path(folder), options.wrong - total["wrong"])
    print(f"said to be gone: {total['said']}, of them off the list: {total['right']}", end="")
    print(f" ({total['right'] / max(1, total['said']):.3f})")
    print(f"shown to be off the list: {total['shown']}, found: {total['found']}", end="")
    print(f" ({total['found'] / max(1, total['shown']):.3f})")
    print(f"the plain rule says: {total['plain']}, of them off the list: {total['plain right']}", end="")
    print(f" ({total['plain right'] / max(1, total['plain']):.3f})")


class Seen(NamedTuple):
    """A capture: its time and URL, the works that it shows in order, and all that the site lists then."""

    place: tuple[datetime, str]
    works: list[int]
    listed: set[int]


def measured(site: Site, folder: Path, wrong_left: int) -> Counter[str]:
    """Count the statements on one site, and what is true of it."""
    windows = true_windows(site)
    listed = {place: works for rows in windows.values() for place, _, works in rows}
    archive = imported(site, folder)
    works = work_of_posts(site, archive)
    found, count = set[int](), Counter[str]()
    for change in archive.changes():
        if change.kind != "gone":
            continue
        work = works[change.post.id]
        count["said"] += 1
        if work not in listed[change.at, change.page]:
            count["right"] += 1
            found.add(work)
        elif wrong_left > count["wrong"]:
            count["wrong"] += 1
            print("wrong", change.model_dump_json())
    shown = shown_removals(windows)
    count["shown"], count["found"] = len(shown), len(shown & found)
    for rows in windows.values():
        for (_, before, _), (_, after, listed_after) in pairwise(rows):
            for work in set(before) - set(after):
                count["plain"] += 1
                count["plain right"] += work not in listed_after
    return count


def page_url(site: Site, capture: str) -> str:
    """Return the URL of the page of a capture."""
    return f"{site.root}/page/{capture.rpartition('/')[2]}"


def true_windows(site: Site) -> dict[str, list[Seen]]:
    """Return the captures of each page in order of time."""
    shown: dict[str, list[tuple[int, int]]] = defaultdict(list)
    times = {}
    for one in site.sightings:
        work = int(site.truth[one.capture, one.position].partition("/")[2])
        shown[one.capture].append((one.position, work))
        times[one.capture] = one.captured_at.replace(microsecond=0)
    pages: dict[str, list[Seen]] = defaultdict(list)
    for capture in sorted(shown, key=times.__getitem__):
        url = page_url(site, capture)
        works = [work for _, work in sorted(shown[capture])]
        pages[url].append(Seen((times[capture], url), works, site.listed[capture]))
    return pages


def shown_removals(windows: dict[str, list[Seen]]) -> set[int]:
    """Return the works that a site no longer lists, and of which the captures show it."""
    found = set[int]()
    for rows in windows.values():
        for (_, before, _), (_, after, listed) in pairwise(rows):
            for place, work in enumerate(before):
                lower = [after.index(other) for other in before[place + 1 :] if other in after]
                if work not in listed and lower and (min(lower) > 0):
                    found.add(work)
    return found


def imported(site: Site, folder: Path) -> archiver.Archive:
    """Bring the cards of a site into an archive, and merge them."""
    with (folder / "cards.jsonl").open("w", encoding="utf-8") as file:
        for one in site.sightings:
            card = site.cards[one.card].model_dump(mode="json", include=set(archiver.Card.model_fields))
            fields = ("url", "title", "date", "author", "categories", "tags", "excerpt")
            row = {name: card[name] for name in fields if card[name]}
            row |= {"capture_url": page_url(site, one.capture), "position": one.position}
            row["captured_at"] = one.captured_at.isoformat()
            file.write(json.dumps(row) + "\n")
    archive = archiver.Archive(folder / "archive")
    archive.crawl(folder / "cards.jsonl")
    archive.dedupe()
    return archive


def work_of_posts(site: Site, archive: archiver.Archive) -> dict[str, int]:
    """Return the work that most cards of each post show."""
    at = {
        (one.captured_at.replace(microsecond=0), page_url(site, one.capture), one.position): int(
            site.truth[one.capture, one.position].partition("/")[2]
        )
        for one in site.sightings
    }
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for row in archive.rows("cards"):
        time = archiver.parse_time(row["capture"]["captured_at"])
        place = time, row["capture"]["url"], row["position"]
        if row["post_id"] and place in at:
            votes[row["post_id"]][at[place]] += 1
    return {post: counts.most_common(1)[0][0] for post, counts in votes.items()}


if __name__ == "__main__":
    main()
