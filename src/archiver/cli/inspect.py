"""One page as the parser reads it, in the terminal, and a rule for it as TOML.

A `Page` or a `Draft` comes in, text goes to standard output. A rule is printed as a whole `archiver.toml`, so
that it can be written into a file as it is.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from archiver.cli.printing import plain_console
from archiver.cli.terminal import printable, printable_values
from archiver.models import Card, FeatureShare, Page
from archiver.parse import Draft

_LONGEST_EXCERPT = 160
"""Characters of an excerpt that are shown at most."""
_MOST_SHARES = 10
"""Shares of features that are shown, at most."""
_KINDS = {
    "listing": "a listing",
    "article": "no listing but an article",
    "feed": "a feed",
    "text": "a text capture",
    "empty": "no listing",
}


def page_row(page: Page) -> dict[str, object]:
    """Return the page as `inspect --json` prints it."""
    return {
        "url": page.url,
        "kind": page.kind,
        "confidence": page.confidence,
        "cards": [card.model_dump(mode="json") for card in page.cards],
        "next_url": page.next_url,
        "feeds": list(page.feeds),
        "why": page.error or page.why,
        "shares": [{"feature": name, "log_odds": round(share, 3)} for name, share in page.shares],
        "runners_up": [runner_up.model_dump(mode="json") for runner_up in page.runners_up],
    }


def print_page(page: Page) -> None:
    """Print what the parser reads on the page, and why."""
    page = Page.model_validate(printable_values(page.model_dump()))
    console = plain_console()
    count = f"{len(page.cards)} card{'' if len(page.cards) == 1 else 's'}"
    sure = f", confidence {page.confidence:.0%}" if page.cards else ""
    console.print(Text(page.url), soft_wrap=True)
    console.print(f"{_KINDS[page.kind]}, {count}{sure}")
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right")
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for position, card in enumerate(page.cards, start=1):
        grid.add_row()
        rows = _rows(card)
        for n, (label, value) in enumerate(rows):
            grid.add_row(str(position) if n == 0 else "", Text(label, style="dim"), Text(value))
    console.print(grid)
    facts = Table.grid(padding=(0, 2))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row()
    facts.add_row("next page", Text(page.next_url or "none"))
    for feed in page.feeds:
        facts.add_row("feed", Text(feed))
    if page.error:
        facts.add_row("error", Text(page.error))
    facts.add_row("why", Text(page.why))
    for n, line in enumerate(_share_lines(page.shares)):
        facts.add_row("" if n else "log odds", line)
    for runner_up in page.runners_up:
        titles = " | ".join(filter(None, runner_up.titles))
        facts.add_row("not chosen", Text(f"{runner_up.facts}: {titles}" if titles else runner_up.facts))
    console.print(Padding(facts, 0))


def _share_lines(shares: Sequence[FeatureShare]) -> list[str]:
    """Return a line for each of the largest shares, one for all others, and their sum."""
    if not shares:
        return []
    shown, others = shares[:_MOST_SHARES], shares[_MOST_SHARES:]
    lines = [f"{share.log_odds:+6.2f}  {share.feature}" for share in shown]
    if others:
        lines.append(f"{_sum(others):+6.2f}  {len(others)} smaller shares")
    return [*lines, f"{_sum(shares):+6.2f}  in all"]


def _sum(shares: Iterable[FeatureShare]) -> float:
    return sum(share.log_odds for share in shares)


def _rows(card: Card) -> list[tuple[str, str]]:
    """Return the fields that a card has, a label and a value each."""
    printed = card.printed.text if card.printed else None
    date = card.date if printed in (None, card.date) else f"{card.date or 'no date'} (printed: {printed})"
    excerpt = card.excerpt
    if excerpt and len(excerpt) > _LONGEST_EXCERPT:
        excerpt = f"{excerpt[:_LONGEST_EXCERPT]} ... ({len(card.excerpt or ''):,} characters)"
    values = {
        "title": card.title,
        "date": date,
        "updated": card.updated,
        "author": card.author,
        "category": ", ".join(card.categories),
        "tags": ", ".join(card.tags),
        "text": excerpt,
        "link": card.url,
        "image": card.image,
        "language": card.language,
    }
    return [(label, value) for label, value in values.items() if value]


def rule_lines(draft: Draft) -> Iterator[str]:
    """Return the lines of an `archiver.toml`; only comments where there is no rule."""
    if draft.rule is None:
        yield "# no simple selector finds the cards of this page; write one for `cards` by hand:"
        yield '# [[rules]]\n# host = "..."\n# cards = "..."'
        return
    yield "[[rules]]"
    for name, value in draft.rule.model_dump(exclude_none=True).items():
        yield f"{name} = {printable(json.dumps(value, ensure_ascii=False))}"  # TOML escapes as JSON does
    if draft.missing:
        yield f"# read without a selector, since no simple one is sure to find it: {', '.join(draft.missing)}"
