"""The candidate pairs of cards: those worth weighing.

Card keys, sightings and the pairs of similar texts go in; pairs of the cards' numbers come out. Large groups,
such as the cards of one URL, are not paired in full: each card is paired with its next few in sorted order.
A text is looked at once, however many cards have it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from archiver.dedupe.blocking.keys import fields_shared
from archiver.dedupe.evidence.pair import Pair
from archiver.dedupe.evidence.sightings import CardSightings
from archiver.dedupe.evidence.titles import TitleKind, difference
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.rules import Rules

_OF_TWO_POSTS = (TitleKind.OTHER, TitleKind.NUMBER)
"""How titles differ that are no reason to compare two cards."""


def card_pairs(
    keys: Sequence[CardKeys],
    sightings: Sequence[CardSightings],
    similar_texts: Iterable[tuple[str, str]],
    rules: Rules,
) -> set[Pair]:
    """Return the pairs of cards that share a field or a neighbour pair, or have similar texts.

    In a large group each card is paired with its next few in sorted order only; between two neighbours, with
    the card that came after it. The cards of one title are sorted by date, which brings a thread together.
    """
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    between: dict[int, list[int]] = defaultdict(list)
    for i, own in enumerate(keys):
        for field in fields_shared(own):
            groups[field].append(i)
        for neighbours in sightings[i].neighbour_pairs:
            between[neighbours].append(i)
    found: set[Pair] = set()
    for (shared, _), group in groups.items():
        if len(group) > min(rules.group_cap, rules.text_cards):
            group.sort(key=lambda i: (keys[i].text, keys[i].title, keys[i].url, i))
            if shared == "title":
                group.sort(key=lambda i: keys[i].date or 0)
        if len(group) > 1:
            found.update(_near(group, len(group) if len(group) <= rules.group_cap else rules.block_reach))
    for group in between.values():
        if len(group) > 1:
            found.update(_near(sorted(group, key=lambda i: (sightings[i].first, i)), 1))
    for x, y in similar_texts:
        ours, theirs = (
            (groups["text", z][: rules.text_cards] + groups["title", z][: rules.text_cards]) for z in (x, y)
        )
        found.update((a, b) if a < b else (b, a) for a in ours for b in theirs if a != b)
    return found


def worth_comparing(
    pairs: Iterable[tuple[str, str]], texts: Collection[str], titles: Collection[str]
) -> list[tuple[str, str]]:
    """Return the pairs of similar texts, and those with titles that speak for one post by themselves.

    Titles have few fingerprints: one in common by chance, or a series, would make one component of many.
    """
    return [
        (x, y)
        for x, y in pairs
        if (x in texts and y in texts)
        or (x in titles and y in titles and difference(x, y).kind not in _OF_TWO_POSTS)
        or x.startswith(y)
        or y.startswith(x)
    ]


def _near(group: Sequence[int], reach: int) -> list[Pair]:
    """Pair each card of a group with its next few."""
    return [(a, b) if a < b else (b, a) for n, a in enumerate(group) for b in group[n + 1 : n + 1 + reach]]
