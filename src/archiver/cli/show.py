"""What the archive holds, for a terminal: posts, why cards are one, what is uncertain.

The rows that `--json` prints come in, with printable texts (`archiver.cli.terminal`); lines for standard
output go out. Long texts are cut and similar lines are put together; `--json` has it all.
"""

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from archiver.cli.printing import (
    READABLE,
    Row,
    counted,
    cut,
    ends,
    fields_grid,
    fitted,
    label_of,
    left_out,
    minute_of,
    name_of,
    new_table,
    plain_console,
    print_heading,
    print_lines,
    print_text,
    seen_when,
)
from archiver.dedupe import Ground
from archiver.dedupe.evidence.signals import Signal

_TEXT = 600
"""Characters of an excerpt that are printed."""
_POST_LINE = "{:16}  {:10}  {:>4}  {:10}  {}"
"""A line of the list of posts."""
_EDGES = 20
"""Pairs of a post that are printed."""

_GROUNDS = {
    Ground.OVERRIDE: "A manual override decides; it outweighs all evidence.",
    Ground.OTHER_CARDS: "They hang together through other cards of the post:",
    Ground.OTHER_OVERRIDE: "A manual override of two other cards holds their posts apart:",
    Ground.CANNOT_LINK: "Two other cards of their posts are certainly two posts, and hold them apart:",
    Ground.UNLIKE_TEXTS: "The fullest texts of their posts are unlike, and hold them apart",
    Ground.NOT_COMPARED: (
        "They were not compared: they share no URL, title or neighbours and too little text, or so many cards"
        " share them that not all pairs are compared."
    ),
}
"""What decided, where it is not the score of the pair alone."""


def print_posts(rows: Iterable[Row]) -> None:
    """Print posts, a line each, as they come: a table of rich's is measured whole before its first line."""
    console = plain_console()
    console.print(Text(_POST_LINE.format("post", "date", "seen", "first seen", "title or excerpt"), "dim"))
    room = max(1, console.width - len(_POST_LINE.format("", "", "", "", "")))
    lines = (
        _POST_LINE.format(
            post["id"],
            post["date"] or "",
            post["sightings"],
            post["first_seen"][:10],
            fitted(name_of(post), room),
        )
        for post in rows
    )
    print_lines(console, lines)


def print_found(found: Row) -> None:
    """Print posts that were found, best match first, each with its text around the words."""
    console = plain_console(READABLE)
    for post in found["posts"]:
        console.print(Text(name_of(post), style="bold"))
        piece = Text(_piece(post["excerpt"] or "", found["terms"]))
        piece.highlight_words(found["terms"], style="bold reverse", case_sensitive=False)
        print_text(console, piece, indent=4)
        facts = filter(None, (post["id"], post["date"], post["url"]))
        print_text(console, Text("  ".join(facts), style="dim"), indent=4)
    console.print(counted(found["total"], "post"), end="")
    left_out = found["total"] - len(found["posts"])
    console.print(f"; the best {len(found['posts'])} are shown (--limit)" if left_out else "")


def print_post_explained(explained: Row) -> None:
    """Print why the cards of a post are one: what each shows, and the pairs that hold them together."""
    console = plain_console(READABLE)
    shown, edges, weakest = explained["shown"], explained["tree"][::-1], explained["weakest"]
    number = {card: n for n, card in enumerate(explained["cards"], 1)}
    console.print(Text(name_of(shown[explained["cards"][0]]), style="bold"))
    console.print(f"post {explained['post']}: {counted(len(number), 'card')}")
    print_cards(console, [shown[card] for card in explained["cards"]])
    if weakest is None:
        console.print("\nIt has one card: nothing was merged.")
        return
    print_heading(console, "Why they are one: the pairs that hold them together, weakest first")
    for edge in edges[:_EDGES]:
        left, right = sorted((number[edge["left"]], number[edge["right"]]))
        console.print(f"  cards {left} and {right}: score {edge['score']:.1f} of 100")
        _print_weights(console, edge["match_weights"], indent=4)
    if len(edges) > _EDGES:
        console.print(f"  and {counted(len(edges) - _EDGES, 'stronger pair')}")
    if others := len(explained["edges"]) - len(edges):
        console.print(f"  {counted(others, 'more pair')} of these cards would hold them together, too")
    print_heading(console, "If this is wrong")
    part = [str(number[card]) for card in explained["part"]]
    parted = f"card {part[0]}" if len(part) == 1 else f"cards {', '.join(part)}"
    console.print(f"  archiver split {weakest['left']} {weakest['right']}")
    console.print(f"  parts the weakest pair: {parted} from the others")


def print_pair_explained(explained: Row) -> None:
    """Print whether two cards are one post, all that was weighed, and what would change the verdict."""
    console = plain_console(READABLE)
    cards = explained["left"], explained["right"]
    one, two = (explained["shown"][card] for card in cards)
    shown: tuple[tuple[int, Row, Row], ...] = ((1, one, {}), (2, two, one))
    for n, facts, other in shown:
        console.print(Text(f"Card {n}: {facts['id']}, {seen_when(facts)}", style="bold"))
        grid = fields_grid()
        for field, label in (
            ("title", "title"),
            ("url", "URL"),
            ("date", "date"),
            ("author", "author"),
            ("categories", "categories"),
            ("excerpt", "text"),
        ):
            value = ", ".join(facts[field]) if field == "categories" else facts[field]
            if value and facts[field] == other.get(field):
                grid.add_row(label, Text("the same", style="dim"))
            elif value:
                grid.add_row(label, Text(cut(value, _TEXT // 2)))
        console.print(Padding(grid, (0, 0, 1, 2)))
    _print_ground(console, explained)
    print_heading(console, "What would change this")
    nearest = explained["nearest"]
    signal = Signal.of_label(nearest["signal"])
    if signal is not Signal.OVERRIDE:
        condition = "if it were not so that" if nearest["present"] else "if it turned out that"
        console.print(f"  {condition} {signal.describe()} ({nearest['weight']:+.1f})")
    command = "split" if explained["same"] else "merge"
    console.print(f"  a manual override: archiver {command} {cards[0]} {cards[1]}")


def _print_ground(console: Console, explained: Row) -> None:
    """Print the verdict on a pair, what was weighed, and what decided."""
    same, score, threshold = explained["same"], explained["score"], explained["threshold"]
    ground, weights = Ground(explained["ground"]), explained["match_weights"]
    console.print(Text("One post." if same else "Two posts.", style="bold"), end=" ")
    console.print(f"The pair scores {score:.1f} of 100; from {threshold:g} on two cards are one post.")
    _print_weights(console, weights, indent=2)
    console.print(f"  {sum(w['weight'] for w in weights):+6.1f}  in all (log odds: 0 is undecided)")
    if ground is Ground.CONTRADICTION:
        decisive = min(weights, key=lambda w: w["weight"])
        sentence = Signal.of_label(decisive["signal"]).describe(decisive["value"])
        console.print(f"One signal decides, which nothing outweighs: {sentence}.")
    if ground is Ground.UNLIKE_TEXTS:
        console.print(_GROUNDS[ground] + (":" if explained["held_apart_by"] else ". They are these two."))
    elif ground in _GROUNDS:
        console.print(_GROUNDS[ground])
    if ground is Ground.OTHER_CARDS:
        _print_comparisons(console, explained["path"])
    elif explained["held_apart_by"]:
        _print_comparisons(console, [explained["held_apart_by"]])


def print_review_queue(queue: Sequence[Row]) -> None:
    """Print the least certain merges and refusals, each with the command that would correct it."""
    console = plain_console(READABLE)
    for same, heading, change in (
        (True, "Cards that were taken for one post: are they?", "if they are two posts"),
        (False, "Cards that were taken for two posts: are they?", "if they are one post"),
    ):
        found = [decision for decision in queue if decision["comparison"]["same"] is same]
        print_heading(console, f"{heading} {'' if found else 'No decision is uncertain.'}".strip())
        for decision in found:
            comparison, shown = decision["comparison"], decision["shown"]
            console.print()
            for card in (comparison["left"], comparison["right"]):
                facts = shown[card]
                line = f"  {card}  {facts['date'] or 'no date':10}  {name_of(facts)}"
                console.print(Text(line, style="bold"), no_wrap=True, overflow="ellipsis")
                if facts["title"] and facts["excerpt"]:
                    console.print(Text(" " * 32 + facts["excerpt"]), no_wrap=True, overflow="ellipsis")
            _print_weights(console, comparison["match_weights"], indent=4)
            console.print(f"    score {comparison['score']:.1f} of 100")
            if apart := decision["held_apart_by"]:
                console.print(f"    held apart by {apart['left']} and {apart['right']}")
            command = "split" if same else "merge"
            console.print(f"    {change}: archiver {command} {comparison['left']} {comparison['right']}")


def print_coverage(listings: Sequence[Row]) -> None:
    """Print what each listing has and may lack; of each month its captures, as a digit up to 9."""
    console = plain_console()
    for listing in listings:
        console.print(listing["url"], soft_wrap=True)
        counts = "".join(f"{name}: {listing[name]:,}; " for name in ("pages", "captures", "visits", "posts"))
        console.print(f"  {counts}of these seen in one visit alone: {listing['seen_once']:,}", soft_wrap=True)
        for line in _month_lines(listing):
            console.print(f"  {line}")
        for gap in listing["gaps"]:
            console.print(
                f"  gap: no post shared by {minute_of(gap['after'])} and {minute_of(gap['before'])}"
            )
        for page in listing["failed"]:
            console.print(f"  failed: {page['url']}: {page['reason']}", soft_wrap=True)
    gaps = sum(len(listing["gaps"]) for listing in listings)
    months = sum(not month["captures"] for listing in listings for month in listing["months"])
    failed = sum(len(listing["failed"]) for listing in listings)
    console.print(
        f"listings: {len(listings):,}; gaps: {gaps:,}; months without a capture: {months:,};"
        f" failed pages: {failed:,}"
    )


def _month_lines(listing: Row) -> Iterator[str]:
    """Draw the months of each year: `.` has no capture, `!` stands behind a month in which a gap ends."""
    ends = {gap["before"][:7] for gap in listing["gaps"]}
    drawn: dict[str, list[str]] = {}
    for month in listing["months"]:
        year, number = month["month"].split("-")
        cells = drawn.setdefault(year, ["  "] * 12)
        sign = str(min(month["captures"], 9)) if month["captures"] else "."
        cells[int(number) - 1] = sign + ("!" if month["month"] in ends else " ")
    for year, cells in drawn.items():
        yield f"{year}  {' '.join(cells)}".rstrip()


def print_cards(console: Console, cards: Sequence[Row]) -> None:
    """Print cards, a numbered line each; of very many the first and the last."""
    print_heading(console, "Cards, in order of their first sighting")
    table = new_table(("card", 4), ("id", 16), ("date", 10), ("seen", 4), ("first seen", 10))
    table.add_column("title or text")
    numbers = {card["id"]: n for n, card in enumerate(cards, 1)}
    for card in ends(cards):
        if isinstance(card, int):
            table.add_row("", left_out(card))
            continue
        n = numbers[card["id"]]
        seen = str(card["sightings"]), card["first_seen"][:10]
        table.add_row(str(n), card["id"], card["date"] or "", *seen, label_of(card))
    console.print(Padding(table, (0, 0, 0, 2)))


def _print_comparisons(console: Console, comparisons: Iterable[Row]) -> None:
    for one in comparisons:
        console.print(f"  {one['left']} and {one['right']}: score {one['score']:.1f} of 100")
        _print_weights(console, one["match_weights"], indent=4)


def _print_weights(console: Console, weights: Iterable[Row], *, indent: int) -> None:
    """Print match weights in log odds, a line each; an override has none."""
    for one in weights:
        signal = Signal.of_label(one["signal"])
        weight = "" if signal is Signal.OVERRIDE else f"{one['weight']:+.1f}"
        console.print(f"{' ' * indent}{weight:>6}  {signal.describe(one['value'])}")


def _piece(text: str, terms: Sequence[str]) -> str:
    """Cut out the text around the first occurrence of a term, some two lines."""
    at = min((i for term in terms if (i := text.lower().find(term.lower())) >= 0), default=0)
    start = max(0, at - 60)
    piece = text[start : start + 180]
    return ("…" if start else "") + piece + ("…" if start + 180 < len(text) else "")
