"""Evidence for one pair of cards: every signal there is, weighed on one scale.

In: two `Face`s (cards reduced to their keys) and what the archive knows of the two together. Out: a
`Verdict`: log odds, the signals that make them up, and a score of 0 to 100. Refuses to decide by one signal
alone: each adds its weight, in natural log odds; 0 is a score of 50. The one surprise: a field that one card
lacks says nothing, for pages show and hide fields as their themes change.
"""

import math
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from archiver.dedupe.align import align, units
from archiver.dedupe.normalize import text_key, url_key
from archiver.models import Card

CONTRADICTION = -6.0
"""A signal of this weight or below says by itself that two cards are two posts."""

# The weights, in log odds. In brackets: precision and pairwise F1 on simulated lives of sites without the
# signal, where all signals together have 0.971 and 0.969 (25 lives, about 3,800 distinct cards, before the
# last rounding of the thresholds). Without dates, other titles, other addresses, authors and categories, or
# one time, taken out one at a time, either figure moves by less than 0.006. The text weights and the other
# grades of title were set by hand on real histories and labelled pairs and not taken out alone.
_SAME_TEXT_MOST = 6.0
_CUT_TEXT_MOST = 5.5
_EDITED_TEXT_MOST = 5.0
_OTHER_TEXT = -5.5
_PARTED_MOST = -10.0  # [0.962, 0.965]
_NUMBER = -9.0  # labelled hard negatives, text alone: [0.200, 0.333] instead of [1.0, 0.999]
_TITLE_NUMBER = -8.0
_TITLE_SHARED = 0.5  # a title of many works as if of one: [0.955, 0.960]
_TITLE_CUT = 1.5
_TITLE_NUMBER_ADDED = -3.0
_TITLE_EDITED = 0.5
_TITLE_OTHER = -2.5
_TITLE_IN_TEXT = 1.5
_URL = 5.0  # [0.979, 0.968]; real histories lose 0.003 of F1 without it
_URL_OF_TWO = 3.0
_URL_OF_FEW = 1.0  # an address of many works as if of one: [0.935, 0.948]
_URL_END = 2.0
_URL_OTHER = -1.5
_DATE = 1.5
_DATES = -3.0
_AUTHORS = -1.5
_CATEGORIES = -0.7
_REPEATED_ON_CAPTURE = -3.0
_ON_CAPTURE = -12.0  # with the one above [0.591, 0.736]
_AT_ONE_TIME = -2.0
_SIBLING = {"edit": -4.0, "cut": -2.5, "same": -1.0}
_SIBLING_WHOLE = -6.0  # [0.963, 0.964]
_PLACE = 2.5  # [0.972, 0.963]


class Face(NamedTuple):
    """A card reduced to its keys; an empty string or None is a missing value. `date` counts days."""

    text: str = ""
    title: str = ""
    url: str = ""
    date: int | None = None
    author: str = ""
    categories: frozenset[str] = frozenset()


def face_of(card: Card) -> Face:
    """The card reduced to its keys."""
    return Face(
        text=text_key(card.excerpt),
        title=text_key(card.title),
        url=url_key(card.url),
        date=date.fromisoformat(card.date).toordinal() if card.date else None,
        author=text_key(card.author),
        categories=frozenset(map(text_key, card.categories)),
    )


class Kinship(IntEnum):
    """How near the text of another post comes to a card's own."""

    NONE = 0
    NEAR = 1
    WHOLE = 2


class Known(NamedTuple):
    """What the archive knows of two cards together."""

    same_capture: bool = False
    same_time: bool = False
    """Shown at one time on different captures: on two pages of one crawl, or on a page and in the feed."""
    same_place: bool = False
    """Both were seen between the same two neighbours, on different captures."""
    siblings: Kinship = Kinship.NONE
    """Whether one of the two has a sibling: a card that is certainly another post, with nearly its text or
    with all of it."""
    title_works: int = 1
    """Works that the title, if both bear it, seems to stand for."""
    url_works: int = 1
    """Works that the address, if both bear it, seems to stand for."""


NOTHING = Known()


class Signal(NamedTuple):
    """One thing that speaks for or against, its weight in log odds, and the value that it rests on."""

    name: str
    weight: float
    value: str | float = ""

    def __str__(self) -> str:
        value = (
            f" ({self.value:.1f})"
            if isinstance(self.value, float)
            else f" ({self.value})"
            if self.value
            else ""
        )
        return f"{self.name}{value}: {self.weight:+.1f}"


class Verdict(NamedTuple):
    """Log odds that two cards show one post, with the signals that make them up.

    `text_alike`: the texts alone speak for one post; `whole`: they are equal or one is a cut of the other.
    """

    odds: float
    signals: tuple[Signal, ...]
    text_alike: bool
    whole: bool

    @property
    def score(self) -> float:
        """The odds as 0 to 100; 50 where nothing speaks for either side."""
        return round(100 / (1 + math.exp(-max(-30.0, min(30.0, self.odds)))), 2)

    @property
    def contradicted(self) -> bool:
        """Whether a single signal says that these are two posts: more than that their texts are unlike."""
        return any(s.weight <= CONTRADICTION for s in self.signals)


def weigh(left: Face, right: Face, known: Known = NOTHING) -> Verdict:
    """Weigh every signal of one pair. Symmetric."""
    signals = _text_signals(left.text, right.text)
    text = sum(s.weight for s in signals)
    whole = len(signals) == 1 and signals[0].name in _WHOLE
    signals += _title_signals(left, right, known)
    signals += _url_signals(left.url, right.url, known)
    if left.date is not None and right.date is not None:
        days = abs(left.date - right.date)
        if days == 0:
            signals.append(Signal("same date", _DATE))
        elif days > 1:  # one day is the time zone of a feed
            signals.append(Signal("dates apart by days", _DATES, str(days)))
    if left.author and right.author and left.author != right.author:
        signals.append(Signal("other author", _AUTHORS))
    if left.categories and right.categories and not left.categories & right.categories:
        signals.append(Signal("other categories", _CATEGORIES))
    if known.same_capture:
        if not (left.url and left.url == right.url and known.url_works == 1):
            repeated = whole and not _differ(left, right)
            signals.append(Signal("on one capture", _REPEATED_ON_CAPTURE if repeated else _ON_CAPTURE))
    else:
        if known.same_time and not whole:
            signals.append(Signal("at one time on two captures", _AT_ONE_TIME))
        if known.same_place and signals:  # by itself it says nothing: one post may go and another come
            signals.append(Signal("in one place between the same neighbours", _PLACE))
    if known.siblings and text > 0:
        kind = "edit" if not whole else "same" if left.text == right.text else "cut"
        shared = whole and known.siblings == Kinship.WHOLE
        weight = _SIBLING_WHOLE if shared else _SIBLING[kind]
        signals.append(Signal("another post has nearly this text", weight))
    return Verdict(sum(s.weight for s in signals), tuple(signals), text > 0, whole)


_WHOLE = ("same text", "cut of one text at units")


def _text_signals(a: str, b: str) -> list[Signal]:
    if not a or not b:
        return []
    if a == b:
        return [Signal("same text", min(_SAME_TEXT_MOST, 0.5 + units(a) / 4))]
    found = align(a, b)
    if found.cost == 0 and not found.parted:
        return [Signal("cut of one text at units", min(_CUT_TEXT_MOST, found.matched / 4 - 1), found.matched)]
    if math.isinf(found.cost):
        return [Signal("other text", _OTHER_TEXT)]
    odds = min(_EDITED_TEXT_MOST, 0.5 + found.matched / 8) - 4.5 * found.cost / (1 + found.matched / 18)
    signals = [
        Signal("text shared in units", max(_OTHER_TEXT, odds), f"{found.matched:.0f}, edits {found.cost:.1f}")
    ]
    if found.parted:
        signals.append(Signal("texts part for units", max(_PARTED_MOST, -found.parted / 4), found.parted))
    if found.numbers:
        signals.append(Signal("number", _NUMBER, f"{found.numbers.left} against {found.numbers.right}"))
    return signals


def _title_signals(left: Face, right: Face, known: Known) -> list[Signal]:
    a, b = left.title, right.title
    if not a or not b:
        title, text = (a, right.text) if a else (b, left.text)
        # one page prints the title apart, the other as the first words of the text
        return (
            [Signal("title in the text", _TITLE_IN_TEXT)]
            if units(title) >= 4 and text.startswith(title)
            else []
        )
    if a == b:
        if known.title_works > 1:
            return [Signal("same title, of works", _TITLE_SHARED, str(known.title_works))]
        return [Signal("same title", 1.5 + min(2.5, units(a) / 4))]
    found = align(a, b)
    if found.numbers:
        return [
            Signal("number in title", _TITLE_NUMBER, f"{found.numbers.left} against {found.numbers.right}")
        ]
    if found.cut and found.matched >= 3:
        short, long = sorted((a, b), key=len)
        if long.startswith(short) and long[len(short) :].strip("\x1f").isdigit():
            return [Signal("number added to title", _TITLE_NUMBER_ADDED)]
        return [Signal("title cut", _TITLE_CUT)]
    if found.matched >= 3 and found.cost + found.parted / 4 <= 1 + found.matched / 8:
        return [Signal("title edited", _TITLE_EDITED)]
    return [Signal("other title", _TITLE_OTHER)]


def _url_signals(a: str, b: str, known: Known) -> list[Signal]:
    if not a or not b:
        return []
    if a == b:
        if known.url_works == 1:
            return [Signal("same address", _URL)]
        weight = _URL_OF_TWO if known.url_works == 2 else _URL_OF_FEW if known.url_works < 5 else 0.0
        return [Signal("same address, of works", weight, str(known.url_works))]
    end = a.rpartition("/")[2]
    if units(end) >= 3 and end == b.rpartition("/")[2]:
        return [Signal("same end of address", _URL_END)]
    return [Signal("other address", _URL_OTHER)]


def _differ(left: Face, right: Face) -> bool:
    """Whether a field that both have tells them apart: a card repeated on a page shows the same fields."""
    pairs = ((left.url, right.url), (left.date, right.date), (left.author, right.author))
    if any(a and b and a != b for a, b in pairs):
        return True
    if left.categories and right.categories and left.categories != right.categories:
        return True
    a, b = left.title, right.title
    return bool(a and b) and not (a.startswith(b) or b.startswith(a))
