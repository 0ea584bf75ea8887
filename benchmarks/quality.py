"""Measure how well pages are read and cards are merged, against captures whose truth is known.

    python benchmarks/quality.py FOLDER [SITE ...]

FOLDER holds `corpora/SITE/` (saved listing pages), `corpora-text/SITE/` (text captures) and
`tools/score.py`, which compares an export with the truth. Each site is crawled into an archive of its own,
deduplicated, exported and scored, all by the command line. Prints the tables of docs/quality.md.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ARCHIVER = [sys.executable, "-m", "archiver"]


def measure(folder: Path, site: Path, work: Path) -> dict:
    """One site: the figures of the scoring tool, and the seconds that each command took."""
    archive = [*ARCHIVER, "--archive", str(work / "archive")]
    seconds = {}
    for command in (
        *(["crawl", *base, *folders] for base, folders in crawls(site)),
        ["dedupe"],
        ["export", "cards", "-o", str(work / "cards.jsonl")],
        ["export", "captures", "-o", str(work / "captures.jsonl")],
    ):
        start = time.perf_counter()
        done = subprocess.run([*archive, *command], stderr=subprocess.PIPE, text=True, check=False)
        seconds[command[0]] = seconds.get(command[0], 0) + time.perf_counter() - start
        if done.returncode > 1 or "Traceback" in done.stderr:
            sys.exit(f"{site.name}: {' '.join(command)}: {done.stderr}")
    scored = subprocess.run(
        [sys.executable, folder / "tools" / "score.py", site, work / "cards.jsonl", work / "captures.jsonl"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(scored.stdout) | {"seconds": seconds}


def crawls(site: Path) -> list[tuple[list[str], list[str]]]:
    """The site's captures with the address that it had at their time; some sites have moved."""
    captures = sorted((site / "captures").iterdir())
    if not (site / "site.json").exists():
        return [([], [str(path) for path in captures])]
    facts = json.loads((site / "site.json").read_text())
    moves = [(move["since"], move["base_url"]) for move in facts.get("base_urls", [])]
    spans: dict[str, list[str]] = {}
    for path in captures:
        since = [url for time, url in moves if time <= path.name]
        spans.setdefault(since[-1] if since else facts["base_url"], []).append(str(path))
    return [(["--base-url", url + "/"], folders) for url, folders in spans.items()]


def figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def table(title: str, results: list[dict]) -> None:
    """The figures of several sites as a table in Markdown, their mean in the last line."""
    fields = ("title", "date", "excerpt", "categories", "tags")
    columns = {
        "card precision": lambda r: r["cards"]["precision"],
        "card F1": lambda r: r["cards"]["f1"],
        "pages right": lambda r: r["cards"]["pages_perfect"] / r["pages"],
        **{name: lambda r, name=name: r["fields"].get(name) for name in fields},
        "next": lambda r: r.get("next_page", {}).get("right"),
        "pair precision": lambda r: r["posts"]["pairwise"]["precision"],
        "pair F1": lambda r: r["posts"]["pairwise"]["f1"],
        "B-cubed F1": lambda r: r["posts"]["b_cubed"]["f1"],
    }
    print(f"\n{title}\n\n| site | pages | cards | {' | '.join(columns)} | posts (true) |")
    print("|---|" + "---|" * (len(columns) + 3))
    for result in results:
        cells = [figure(column(result)) for column in columns.values()]
        posts = f"{result['posts']['posts_said']} ({result['posts']['posts_true']})"
        counts = f"{result['pages']} | {result['cards']['true']}"
        print(f"| {result['site']} | {counts} | {' | '.join(cells)} | {posts} |")
    means = []
    for column in columns.values():
        stated = [value for result in results if (value := column(result)) is not None]
        means.append(figure(sum(stated) / len(stated)) if stated else "")
    print(f"| **mean** | | | {' | '.join(means)} | |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("sites", nargs="*", metavar="SITE")
    options = parser.parse_args()
    folder, wanted = options.folder, options.sites
    for kind, title in (("corpora", "Saved pages"), ("corpora-text", "Text captures")):
        results = []
        for site in sorted((folder / kind).iterdir()):
            if site.is_dir() and (not wanted or site.name in wanted):
                with tempfile.TemporaryDirectory() as work:
                    results.append(measure(folder, site, Path(work)))
                    print(results[-1]["site"], results[-1]["seconds"], file=sys.stderr)
        if results:
            table(title, results)


if __name__ == "__main__":
    main()
