"""Measure how well the cards of labelled histories are merged, beside the plain rules that anyone would try.

    python benchmarks/posts.py FOLDER

The histories of FOLDER are those of `histories.py`; a card that shows two posts is left out. Prints for each
the pairwise precision and recall, and those of B-cubed, over its distinct cards: of `dedupe`, of "same URL,
same post", and of "same URL and author, same post". Where cards have no URL, each is a post by these rules.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

from histories import History, histories

from archiver.dedupe import dedupe
from archiver.models import Card

RULES: dict[str, Callable[[Card], str]] = {
    "same URL": lambda card: card.identity,
    "same URL and author": lambda card: card.identity and f"{card.identity} {card.author}",
}


def pairs(sizes: Counter[str] | Counter[tuple[str, str]]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())


def figures(posts: Mapping[str, str], said: Mapping[str, str]) -> str:
    """Pairwise precision and recall, and those of B-cubed, of what is said of the cards of known posts."""
    ours, true = Counter(said[card] for card in posts), Counter(posts.values())
    both = Counter((said[card], post) for card, post in posts.items())
    hit = pairs(both)
    found = [
        hit / pairs(ours) if pairs(ours) else 1.0,
        hit / pairs(true) if pairs(true) else 1.0,
        sum(n * n / ours[post] for (post, _), n in both.items()) / len(posts),
        sum(n * n / true[post] for (_, post), n in both.items()) / len(posts),
    ]
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
