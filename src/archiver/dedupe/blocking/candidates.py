"""The candidate pairs of cards: those worth weighing.

Card keys, sightings and the pairs of similar texts go in; pairs of the cards' numbers come out. Large groups,
such as the cards of one URL, are not paired in full: each card is paired with its next few in sorted order.
A text is looked at once, however many cards have it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from archiver.dedupe.evidence.pair import Pair
from archiver.dedupe.evidence.sightings import CardSightings
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.rules import Rules

_NEIGHBOURS = "neighbours"


def card_pairs(
    keys: Sequence[CardKeys],
    sightings: Sequence[CardSightings],
    similar_texts: Iterable[tuple[str, str]],
    rules: Rules,
) -> set[Pair]:
    """Return the pairs of cards with one text, title, URL or neighbour pair, or with similar texts.

    In a large group each card is paired with its next few in sorted order only; between two neighbours, with
    the card that came after it.
    """
    groups: dict[tuple[str, str | int], list[int]] = defaultdict(list)
    for i, own in enumerate(keys):
        for field, key in (("text", own.text), ("title", own.title), ("url", own.url)):
            if key:
                groups[field, key].append(i)
        for neighbours in sightings[i].neighbour_pairs:
            groups[_NEIGHBOURS, neighbours].append(i)
    found: set[Pair] = set()
    for (field, _), group in groups.items():
        if len(group) > 1:
            if field == _NEIGHBOURS:
                group.sort(key=lambda i: (sightings[i].first, i))
                reach = 1
            else:
                group.sort(key=lambda i: (keys[i].text, keys[i].title, keys[i].url, i))
                reach = len(group) if len(group) <= rules.group_cap else rules.block_reach
            for n, a in enumerate(group):
                found.update((a, b) if a < b else (b, a) for b in group[n + 1 : n + 1 + reach])
    for x, y in similar_texts:
        ours, theirs = groups["text", x][: rules.text_cards], groups["text", y][: rules.text_cards]
        found.update((a, b) if a < b else (b, a) for a in ours for b in theirs)
    return found
