"""Which texts are cut otherwise, as boilerplate of the site, when texts come and go.

In: the text keys of cards, and how those that were there are cut. Out: how they are cut now. Refuses to look
at a group of texts that none came to or went from. The one surprise: one text more may be the tenth that
follows a beginning, and then all the others are cut as well.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from archiver.dedupe.blocking.keys import hashed_key
from archiver.dedupe.keys.boilerplate import (
    opening,
    opening_of_end,
    shared_beginnings,
    shared_ends,
    what_is_left,
)


class Cut(NamedTuple):
    """A text key, and how many characters in front and behind are the site's."""

    raw: str
    front: int
    behind: int

    @property
    def parts(self) -> tuple[str, str, str]:
        """What is cut off in front, what is left, what is cut off behind."""
        start, stop = what_is_left(self.raw, self.front, self.behind)
        return self.raw[:start], self.raw[start:stop], self.raw[stop:]


def front_group(raw: str) -> int:
    """The group of texts on which depends what is cut in front of a text; 0 for none."""
    return hashed_key("front", opening(raw))


def end_group(raw: str) -> int:
    """The group of texts on which depends what is cut behind a text; 0 for none."""
    return hashed_key("end", opening_of_end(raw))


def groups_of(raw: str) -> set[int]:
    """Both groups of a text."""
    return {front_group(raw), end_group(raw)} - {0}


def recut(new: Mapping[int, str], there: Mapping[int, Cut], groups: Collection[int]) -> dict[int, Cut]:
    """How the `new` texts of cards are cut, and those that were there and are now cut otherwise.

    `groups` are those that have changed and are large enough for anything to be cut; all texts of these
    groups must be among the two.
    """
    cuts = {**there, **{card: Cut(raw, 0, 0) for card, raw in new.items()}}
    fronts = {cut.raw for cut in cuts.values() if groups and front_group(cut.raw) in groups}
    ends = {cut.raw for cut in cuts.values() if groups and end_group(cut.raw) in groups}
    front, end = shared_beginnings(fronts), shared_ends(ends)
    found = {}
    for card, (raw, before, behind) in cuts.items():
        now = Cut(
            raw,
            front.get(raw, 0) if raw in fronts else before,
            end.get(raw, 0) if raw in ends else behind,
        )
        if card in new or now != there[card]:
            found[card] = now
    return found
