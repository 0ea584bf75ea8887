"""The pairs of cards worth weighing.

In: the faces of cards, where they were seen, and the pairs of texts that share fingerprints. Out: pairs of
the cards' numbers. Refuses to list every pair of a large group, such as the cards of one address: each
is paired with its next few in sorted order. The one surprise: texts are looked at once each, however many
cards bear them.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from archiver.dedupe.evidence.pair import Pair
from archiver.dedupe.evidence.sightings import CardSightings
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.rules import Rules


def card_pairs(
    faces: Sequence[CardKeys], shown: Sequence[CardSightings], alike: Iterable[tuple[str, str]], rules: Rules
) -> set[Pair]:
    """The pairs worth weighing: of one text, title, address or place, or whose texts are `alike`.

    Of a large group each card is paired with its next few in sorted order only; at one place, with the one
    that came after it.
    """
    groups: dict[tuple[str, str | int], list[int]] = defaultdict(list)
    for i, f in enumerate(faces):
        for field, key in (("text", f.text), ("title", f.title), ("url", f.url)):
            if key:
                groups[field, key].append(i)
        for place in shown[i].places:
            groups["place", place].append(i)
    found: set[Pair] = set()
    for (field, _), group in groups.items():
        if len(group) > 1:
            if field == "place":
                group.sort(key=lambda i: (shown[i].first, i))
                reach = 1
            else:
                group.sort(key=lambda i: (faces[i].text, faces[i].title, faces[i].url, i))
                reach = len(group) if len(group) <= rules.group_cap else rules.block_reach
            for n, a in enumerate(group):
                found.update((a, b) if a < b else (b, a) for b in group[n + 1 : n + 1 + reach])
    for x, y in alike:
        ours, theirs = groups["text", x][: rules.text_cards], groups["text", y][: rules.text_cards]
        found.update((a, b) if a < b else (b, a) for a in ours for b in theirs)
    return found
