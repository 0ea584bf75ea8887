"""Measure how well the cards of labelled histories are merged, beside the plain rules that anyone would try.

    python benchmarks/posts.py FOLDER

The histories of FOLDER are those of `histories.py`; a card that shows two posts is left out. Prints for each
the pairwise precision and recall, and those of B-cubed, over its distinct cards: of `dedupe`, of "same URL,
same post", and of "same URL and author, same post". Where cards have no URL, each is a post by these rules.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from histories import History, histories
from lives import Tally

from archiver.dedupe import dedupe
from archiver.models import Card

RULES: dict[str, Callable[[Card], str]] = {
    "same URL": lambda card: card.identity,
    "same URL and author": lambda card: card.identity and f"{card.identity} {card.author}",
}


def figures(posts: Mapping[str, str], said: Mapping[str, str]) -> str:
    """Pairwise precision and recall, and those of B-cubed, of what is said of the cards of known posts."""
    tally = Tally()
    tally.add(said, posts)
    precision, recall, _, b_precision, b_recall, _ = tally.figures()
    found = (
        precision if tally.said else 1.0,
        recall if tally.true else 1.0,
        b_precision,
        b_recall,
    )
    return " ".join(f"{value:8.4f}" for value in found)


def report(history: History) -> None:
    """Print the figures of one history."""
    merged = {card: post.id for post in dedupe(history.cards, history.sightings) for card in post.cards}
    print(f"{history.kind + ' ' + history.name:36} {figures(history.posts, merged)}")
    for name, rule in RULES.items():
        plain = {key: rule(card) or key for key, card in history.cards.items()}
        print(f"{'  ' + name:36} {figures(history.posts, plain)}")


def main() -> None:
    print(f"{'':36} {'P':>8} {'R':>8} {'B3 P':>8} {'B3 R':>8}")
    for history in histories(Path(sys.argv[1])):
        report(history)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
