"""The boilerplate update: which texts lose or regain boilerplate when texts come and go.

The text keys of cards go in, with how those known before are cut; out comes how they are cut now. Only groups
of texts with one beginning or one end that a text joined or left are looked at. One text more may be the
tenth that follows a beginning, and then all the others are cut as well.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from archiver.dedupe.incremental.state import CardId, DedupeCard
from archiver.dedupe.keys.boilerplate import (
    opening,
    opening_of_end,
    shared_beginnings,
    shared_ends,
    what_is_left,
)
from archiver.dedupe.keys.hashing import hashed_key


class CutParts(NamedTuple):
    """A text key in three: boilerplate in front, what is left, boilerplate at the end."""

    prefix: str
    text: str
    suffix: str


class Cut(NamedTuple):
    """A text key, and how many characters at its beginning and at its end are boilerplate."""

    key: str
    prefix_length: int
    suffix_length: int

    @classmethod
    def of(cls, card: DedupeCard) -> "Cut":
        """Return how the text key of a card was cut by the last run."""
        return cls(card.prefix + card.text + card.suffix, len(card.prefix), card.suffix_length)

    @property
    def parts(self) -> CutParts:
        """The text key in three."""
        start, stop = what_is_left(self.key, self.prefix_length, self.suffix_length)
        return CutParts(self.key[:start], self.key[start:stop], self.key[stop:])


def beginning_group(key: str) -> int:
    """Return the group of texts that decides what is cut at the beginning of a text key; 0 for none."""
    return hashed_key("front", opening(key))


def end_group(key: str) -> int:
    """Return the group of texts that decides what is cut at the end of a text key; 0 for none."""
    return hashed_key("end", opening_of_end(key))


def groups_of(key: str) -> set[int]:
    """Return both groups of a text key."""
    return {beginning_group(key), end_group(key)} - {0}


def updated_cuts(
    new: Mapping[CardId, str], known: Mapping[CardId, Cut], groups: Collection[int]
) -> dict[CardId, Cut]:
    """Return how all new text keys are cut, and those of the known ones that are now cut otherwise.

    Args:
        new: The text keys of cards that are new, or may be others than before.
        known: How the other cards' text keys were cut: at least those of all cards in the groups.
        groups: The groups that a text joined or left and that are large enough to have boilerplate.
    """
    cuts = {**known, **{card: Cut(key, 0, 0) for card, key in new.items()}}
    with_beginning = {cut.key for cut in cuts.values() if groups and beginning_group(cut.key) in groups}
    with_end = {cut.key for cut in cuts.values() if groups and end_group(cut.key) in groups}
    beginnings, ends = shared_beginnings(with_beginning), shared_ends(with_end)
    found = {}
    for card, (key, prefix_length, suffix_length) in cuts.items():
        now = Cut(
            key,
            beginnings.get(key, 0) if key in with_beginning else prefix_length,
            ends.get(key, 0) if key in with_end else suffix_length,
        )
        if card in new or now != known[card]:
            found[card] = now
    return found
