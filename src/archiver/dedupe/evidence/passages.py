"""The evidence of two texts: equal, one a piece of the other, edited, or with nothing in common.

Two `CardKeys`, or two text keys, go in; match weights come out, with what the rest of the evidence asks of
the texts. Titles that a theme prints within a text are no part of it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archiver.dedupe.evidence.align import Alignment, Laid, align, numbers_part, units
from archiver.dedupe.evidence.pair import PairContext
from archiver.dedupe.evidence.signals import MatchWeight, Signal, is_contradiction, total
from archiver.dedupe.evidence.weights import WEIGHTS
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.keys.normalize import NUMERALS

MatchWeights = Sequence[MatchWeight]

_WHOLE_CUT = 65
"""Characters of a cut from which on it has its full weight, whatever they are."""
TITLE_LEAST = 4.0
"""Units of the shortest title that is looked for in a text."""
_BEHIND_TITLE = 16
"""Characters that may stand behind the title that an excerpt ends with."""
_END = 24
"""Characters at the end of two texts that are compared first."""

# Python 3.11 takes 0.2 us to look a member up: these are asked for with each pair
_OF_ONE_TEXT = (Signal.SAME_TEXT, Signal.TEXT_CUT)
_OTHER_TEXT, _NUMBER = Signal.OTHER_TEXT, Signal.NUMBER


@dataclass(slots=True)
class TextEvidence:
    """What the texts of a pair are evidence for.

    `odds` is the sum of the weights. `whole`: the texts are equal or one is a cut of the other; `edited`:
    they are neither that nor unrelated; `numbered`: a number in them differs. `laid` is how the texts lie in
    each other, where they were aligned as they are.
    """

    weights: MatchWeights
    odds: float
    whole: bool
    edited: bool
    numbered: bool
    laid: Laid | None


class TextVerdict(NamedTuple):
    """The log odds of two texts alone, and whether a single signal contradicts one post."""

    odds: float
    contradicted: bool


def weigh_texts(a: str, b: str, shared: int) -> TextVerdict:
    """Weigh two different texts alone, without an account of the signals.

    It is several times as fast as `weigh` on cuts of one text and on the texts of a template, where the
    number that differs is found without aligning.

    Args:
        a: the key of one text.
        b: the key of the other.
        shared: the number of characters that both begin with.
    """
    short = a if len(a) < len(b) else b
    if shared == len(short) > 0 and not short[-1].isdigit():
        return TextVerdict(_cut_weight(units(short[:_WHOLE_CUT])), contradicted=False)
    if numbers_part(a, b, shared):
        return TextVerdict(WEIGHTS.number, contradicted=True)
    weights, _ = _texts(a, b)
    return TextVerdict(total(weights), is_contradiction(weights))


def only_numbers(a: str, b: str) -> bool:
    """Whether two texts differ in nothing but numbers."""
    x, y = NUMERALS.sub("", a[-_END:]), NUMERALS.sub("", b[-_END:])
    if not (x.endswith(y) or y.endswith(x)):  # as most texts of a template
        return False
    return NUMERALS.sub("", a) == NUMERALS.sub("", b)


def text_evidence(of_texts: tuple[MatchWeight, ...], laid: Laid | None, context: PairContext) -> TextEvidence:
    """Sum up the evidence of the texts of a pair, given how many posts bear the text that both have."""
    signals = [w.signal for w in of_texts]
    whole = bool(signals) and signals[0] in _OF_ONE_TEXT
    weights = of_texts
    if whole and context.text_posts > 1:
        shared = MatchWeight(Signal.SHARED_TEXT, WEIGHTS.shared_text, str(context.text_posts))
        weights = (shared, *of_texts[1:])
    edited = bool(of_texts) and not whole and signals[0] is not _OTHER_TEXT
    return TextEvidence(weights, total(weights), whole, edited, _NUMBER in signals, laid)


def texts_of(left: CardKeys, right: CardKeys) -> tuple[tuple[MatchWeight, ...], Laid | None]:
    """Weigh the texts of two cards without the titles that themes print in them.

    Return also how the texts lie in each other, where they were aligned with all that is in them.
    """
    a, b = _without_titles(left, right), _without_titles(right, left)
    weights, laid = _texts(a, b)
    return weights, laid if (a, b) == (left.text, right.text) else None


def _texts(a: str, b: str) -> tuple[tuple[MatchWeight, ...], Laid | None]:
    if not a or not b:
        return (), None
    if a == b:
        return (MatchWeight(Signal.SAME_TEXT, min(WEIGHTS.same_text_most, 0.5 + units(a) / 4)),), None
    found = align(a, b)
    if found.cost == 0 and not found.parted and not found.numbers:
        return tuple(_cut_text(a, b, found)), found.laid
    if math.isinf(found.cost):
        return (MatchWeight(Signal.OTHER_TEXT, WEIGHTS.other_text),), None
    return tuple(_edited_text(found)), found.laid


def _cut_text(a: str, b: str, found: Alignment) -> MatchWeights:
    weights = [MatchWeight(Signal.TEXT_CUT, _cut_weight(found.matched), found.matched)]
    if _is_cut_in_number(a, b):
        weights.append(MatchWeight(Signal.CUT_IN_NUMBER, WEIGHTS.cut_in_number))
    return weights


def _cut_weight(matched: float) -> float:
    """Return the weight of a cut of so many units."""
    return min(WEIGHTS.cut_text_most, matched / 4 - 1)


def _is_cut_in_number(a: str, b: str) -> bool:
    """Whether one text ends within a number of the other, which may be a cut, or 1 against 12."""
    short, long = sorted((a, b), key=len)
    return short[-1].isdigit() and long.startswith(short) and long[len(short)].isdigit()


def _edited_text(found: Alignment) -> MatchWeights:
    agreed = min(WEIGHTS.edited_text_most, 0.5 + found.matched / 8)
    odds = agreed - 4.5 * found.cost / (1 + found.matched / 18)
    value = f"{found.matched:.0f}, edits {found.cost:.1f}"
    weights = [MatchWeight(Signal.TEXT_EDITED, max(WEIGHTS.other_text, odds), value)]
    if found.parted:
        weight = max(WEIGHTS.texts_part_most, -found.parted / 4)
        weights.append(MatchWeight(Signal.TEXTS_PART, weight, found.parted))
    if found.numbers:
        weights.append(MatchWeight(Signal.NUMBER, WEIGHTS.number, str(found.numbers)))
    return weights


def _without_titles(card: CardKeys, other: CardKeys) -> str:
    """Return a card's text without the titles that themes print in it.

    Its own title is cut off among its last words (continue reading "..."), and the other card's title at its
    beginning, where the other card bears that title beside its text.
    """
    text, own, its = card.text, card.title, other.title
    if own:
        at = text.rfind(own, max(1, len(text) - len(own) - _BEHIND_TITLE))
        if at > 0 and units(own) >= TITLE_LEAST:
            text = text[:at]
    elif text.startswith(its) and units(its) >= TITLE_LEAST and not other.text.startswith(its):
        text = text[len(its) :]
    return text
