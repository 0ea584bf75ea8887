"""What the archive knows of two cards beyond their fields: values that `corpus` fills and `compare` weighs.

A `PairContext` describes a pair, not a card. The same card has siblings in one pair and none
in another.
"""

from enum import IntEnum
from typing import NamedTuple

Pair = tuple[int, int]
"""Two cards by number, the lesser first."""


class Kinship(IntEnum):
    """How near the text of another post comes to a card's own."""

    NONE = 0
    NUMBERED = 1
    """Nearly one text, but for a number."""
    NEAR = 2
    WHOLE = 3


class Uncounted(NamedTuple):
    """Two texts without the counts that they end with (`counters`).

    `differ`: the counts differ, or what stands behind them. `grew`: nothing else differs, and the counts were
    seen to grow.
    """

    left: str
    right: str
    differ: bool
    grew: bool


class PairContext(NamedTuple):
    """What the archive knows of two cards together."""

    same_capture: bool = False
    same_crawl_session: bool = False
    """Shown in one crawl session on different captures: on two pages, or on a page and in the feed."""
    in_turn: bool = False
    """On one URL, a capture shows one of them and the next one the other, beside cards that stay. Known of
    cards of rare authors only."""
    same_neighbours: bool = False
    """Both were seen between the same two neighbours, on different captures."""
    siblings: Kinship = Kinship.NONE
    """Whether one of the two has a sibling: a card that is certainly another post, with nearly its text or
    with all of it."""
    title_posts: int = 1
    """Distinct posts that the title, if both bear it, seems to stand for."""
    template: bool = False
    """Their texts fill a slot in which a third text has yet another word (`templates`)."""
    counterpart: bool = False
    """Whether one of the siblings differs from the card it is one of by numbers only."""
    text_posts: int = 1
    """Distinct posts that the text, if both bear it or one begins with the other's, seems to stand for."""
    title_dates: int = 1
    """Distinct posts that the title seems to stand for at any date, where the two have one date."""
    url_posts: int = 1
    """Distinct posts that the URL, if both bear it, seems to stand for."""
    other_site: bool = False
    """They were seen on the pages of two sites only."""
    base_title: str = ""
    """A title that stands in both of theirs, and alone on another card."""
    slots: bool = False
    """One of their URLs stood for several posts: that the other has another one says nothing."""
    uncounted: Uncounted | None = None
    """Their texts without counts, where one of them was seen counting."""


NOTHING = PairContext()
