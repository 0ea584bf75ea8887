"""The state of an archive, in words: what each figure counts, what is wrong and what to do, how sources are.

The row that `status --json` prints comes in, with printable texts; lines for standard output go out.
"""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from archiver.cli.printing import READABLE, Row, counted, minute_of, new_table, plain_console, print_heading
from archiver.cli.subscribe import health_of

_FIGURES = {
    "captures": "pages as received, each at one time",
    "payloads": "distinct contents of them; each is stored once",
    "sightings": "cards that the captures show, counted each time",
    "cards": "distinct cards; one that is seen again is the same card",
    "posts": "works, each merged from its cards",
    "revisions": "distinct titles or texts of the posts",
    "threshold": "score (0 to 100) from which on two cards are one post",
}
"""What each figure counts, in the words of the glossary."""


def print_status(status: Row) -> None:
    """Print how much the archive holds, what is wrong and what to do, and how its sources are."""
    console = plain_console(READABLE)
    for name, meaning in _FIGURES.items():
        figure = f"{status[name]:,}" if isinstance(status[name], int) else f"{status[name]:g}"
        console.print(Text(f"{name:10} {figure:>12}  ").append(meaning, style="dim"), soft_wrap=True)
    wrong = list(_wrong(status))
    print_heading(console, "What is wrong, and what to do" if wrong else "Nothing is wrong.")
    for line in wrong:
        console.print(f"  {line}", soft_wrap=True)
    if status["sources"]:
        _print_sources(console, status["sources"])


def _wrong(status: Row) -> Iterator[str]:
    """Yield a line for each thing that is wrong, with what helps."""
    if found := status["in_no_post"]:
        yield f"{counted(found, 'card')} in no post yet: `archiver dedupe`"
    if found := status["interrupted"]:
        yield f"{counted(found, 'crawl')} interrupted: the same `archiver crawl` resumes"
    if found := status["unread"]:
        yield f"{counted(found, 'capture')} not read, by time or a crash: `archiver reparse` tries again"
    if found := status["unreadable"] - status["unread"]:
        yield f"{counted(found, 'capture')} could not be read, and kept: `archiver captures` says why"
    for change in status["layout_changes"]:
        url, others = change["urls"][0], len(change["urls"]) - 1
        more = f" (and {others:,} more like it)" if others else ""
        yield (
            f"fewer cards: {url}{more} shows {change['cards']:,} since {minute_of(change['since'])},"
            f" {change['usual']:,} before; if the layout changed, `archiver inspect {url}` shows what is read"
        )
    for page in status["unseen"]:
        named = page["reason"].startswith(page["url"])
        yield f"not seen: {page['reason'] if named else '{}: {}'.format(page['url'], page['reason'])}"
    if status["unseen"]:
        yield "the next `archiver crawl` of a source asks again for its pages that were not seen"


def _print_sources(console: Console, sources: Sequence[Row]) -> None:
    print_heading(console, "Sources that were fetched")
    table = new_table(("last crawl", 16), ("last cards", 16), ("health", 6))
    table.add_column("source", overflow="fold")
    for one in sources:
        said = health_of(one)
        if one["layout_changed_at"]:
            said += f", fewer cards since {one['layout_changed_at'][:10]}"
        cards_at = minute_of(one["cards_at"]) if one["cards_at"] else "never"
        crawled = minute_of(one["crawled_at"]) if one["crawled_at"] else "never"
        table.add_row(crawled, cards_at, said, one["url"])
    console.print(Padding(table, (0, 0, 0, 2)))
