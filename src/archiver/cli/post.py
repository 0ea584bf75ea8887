"""One post, for a terminal: its fields, what happened to it, how it was edited, where it was seen.

The row that `show --json` prints comes in, with printable texts; lines for standard output go out. A post may
have been seen a thousand times: of each kind of line the first and the last are shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from archiver.cli.changes import FIELD_LABELS, KIND_STYLES, difference_text, grounds, or_earlier
from archiver.cli.printing import (
    READABLE,
    Row,
    counted,
    cut,
    ends,
    fields_grid,
    left_out,
    minute_of,
    name_of,
    new_table,
    plain_console,
    print_heading,
    print_text,
    seen_when,
)
from archiver.cli.show import print_cards

_TEXT = 600
"""Characters of an excerpt that are printed."""
_FIELDS = ("title", "url", "urls", "date", "author", "categories", "tags", "excerpt")


def print_post(post: Row) -> None:
    """Print a post: its fields with their sources, what happened to it, where and when it was seen."""
    console = plain_console(READABLE)
    console.print(Text(name_of(post), style="bold"))
    console.print(
        f"post {post['id']}: {counted(len(post['cards']), 'card')}, {seen_when(post)}, on"
        f" {counted(post['captures'], 'capture')}"
    )
    _print_fields(console, post)
    if post["changes"]:
        print_heading(console, "What happened to it")
    for change in ends(post["changes"]):
        if isinstance(change, int):
            console.print(f"  {left_out(change)}")
        else:
            _print_change(console, change)
    _print_revisions(console, post["revisions"])
    print_cards(console, post["cards"])
    _print_pages(console, post["timeline"])


def _print_fields(console: Console, post: Row) -> None:
    """Print each value with the card that shows it, and the first capture that shows that card."""
    number = {card["id"]: n for n, card in enumerate(post["cards"], 1)}
    sources = {(source["field"], source["value"]): source for source in post["sources"]}
    grid = fields_grid()
    grid.add_column(no_wrap=True, style="dim")
    for field in _FIELDS:
        label = FIELD_LABELS.get(field, "URLs" if field == "urls" else field)
        values = post[field] if isinstance(post[field], list) else [post[field]]
        if field == "urls" and len(values) == 1:
            continue
        for n, value in enumerate(filter(None, values)):
            source = sources.get((field, value)) or sources.get((field.rstrip("s"), value))
            shown = f"card {number[source['card']]}, capture {source['capture']}" if source else ""
            grid.add_row("" if n else label, Text(cut(value, _TEXT)), shown)
    console.print()
    console.print(grid)


def _print_change(console: Console, change: Row) -> None:
    what = Text(f"  {minute_of(change['at'])}  ")
    what.append(f"{change['kind']:6}", style=KIND_STYLES[change["kind"]])
    console.print(what + f"  on {change['page']}{or_earlier(change)}", soft_wrap=True)
    for line in grounds(change):
        print_text(console, line, indent=6)


def _print_revisions(console: Console, revisions: Sequence[Row]) -> None:
    """Print the titles and texts in order of time, each with what differs from the one before."""
    if len(revisions) < 2:
        return
    print_heading(console, f"Revisions ({len(revisions)}), each beside the one before")
    before = {id(after): before for before, after in pairwise(revisions)}
    for revision in ends(revisions):
        if isinstance(revision, int):
            console.print(f"  {left_out(revision)}")
            continue
        console.print(f"  {seen_when(revision)}")
        for line in _revision_lines(before.get(id(revision)), revision):
            print_text(console, line, indent=4)


def _revision_lines(before: Row | None, revision: Row) -> Iterator[Text]:
    """Return the title and the text of a revision, word by word where the one before has others."""
    for field, style in (("title", "bold"), ("excerpt", "")):
        old, new = before and before[field], revision[field]
        if old and new and old != new:
            yield difference_text(old, new)
        elif new and (field == "title" or not old):
            yield Text(cut(new, _TEXT // 2), style=style)


def _print_pages(console: Console, timeline: Sequence[Row]) -> None:
    """Print for each page when it showed the post, how often and at which positions."""
    print_heading(console, "Where and when it was seen")
    table = new_table(("from", 16), ("to", 16), ("seen", 4), ("place", 5))
    table.add_column("page", overflow="fold")
    for page in ends(list(_pages(timeline))):
        if isinstance(page, int):
            table.add_row(left_out(page))
            continue
        table.add_row(page["from"], page["to"], page["seen"], page["place"], page["page"])
    console.print(Padding(table, (0, 0, 0, 2)))


def _pages(timeline: Iterable[Row]) -> Iterator[Row]:
    """Sum up the sightings of each page."""
    by_page: dict[str, list[Row]] = {}
    for one in timeline:
        by_page.setdefault(one["page"], []).append(one)
    for page, seen in by_page.items():
        first, last = minute_of(seen[0]["captured_at"]), minute_of(seen[-1]["captured_at"])
        places = [one["position"] for one in seen]
        low, high = min(places), max(places)
        yield {
            "page": page,
            "from": first,
            "to": last if last != first else "",
            "seen": str(len(seen)),
            "place": str(low) if low == high else f"{low}-{high}",
        }
