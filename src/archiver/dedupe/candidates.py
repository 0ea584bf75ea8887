"""The pairs of cards worth weighing.

In: the faces of all cards. Out: pairs of their numbers. Refuses to list every pair of a large group, such as
the cards that share one address: each is paired with its next few in sorted order. The one surprise: texts
are looked at once each, however many cards bear them.
"""

from collections import defaultdict
from collections.abc import Sequence

from archiver.dedupe.block import candidate_pairs
from archiver.dedupe.compare import Face
from archiver.dedupe.rules import Rules

Pair = tuple[int, int]


def card_pairs(faces: Sequence[Face], rules: Rules) -> set[Pair]:
    """The pairs worth weighing: of one text, title or address, or of texts that share fingerprints.

    Of a large group each card is paired with its next few in sorted order only.
    """
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, f in enumerate(faces):
        for field, key in (("text", f.text), ("title", f.title), ("url", f.url)):
            if key:
                groups[field, key].append(i)
    found: set[Pair] = set()
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=lambda i: (faces[i].text, faces[i].title, faces[i].url, i))
            reach = len(group) if len(group) <= rules.group_cap else rules.block_reach
            for n, a in enumerate(group):
                found.update((a, b) if a < b else (b, a) for b in group[n + 1 : n + 1 + reach])
    keys = sorted(key for field, key in groups if field == "text")
    members = [groups["text", key][: rules.text_cards] for key in keys]
    for x, y in candidate_pairs(keys, cap=rules.block_cap, reach=rules.block_reach).pairs.tolist():
        found.update((a, b) if a < b else (b, a) for a in members[x] for b in members[y])
    return found
