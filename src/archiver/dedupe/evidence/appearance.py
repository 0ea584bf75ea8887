"""The evidence of where and when two cards were seen: on one capture or on two, and what counted.

Two `CardKeys`, what the archive knows of them and the evidence of their texts go in; match weights come out.
"""

from archiver.dedupe.evidence.align import units
from archiver.dedupe.evidence.pair import PairContext
from archiver.dedupe.evidence.passages import MatchWeights, TextEvidence, only_numbers
from archiver.dedupe.evidence.signals import MatchWeight, Signal
from archiver.dedupe.evidence.weights import WEIGHTS
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.keys.normalize import NUMERALS

_TITLE_IN_BOXES = 6.0
"""Units of the shortest title that two boxes of one page may share."""


def on_one_capture(
    left: CardKeys, right: CardKeys, context: PairContext, texts: TextEvidence
) -> MatchWeights:
    """Weigh that one capture shows both: they are two entries there, unless one is the other repeated."""
    if same_post_url(left, right, context) and _is_shown_twice(left, right, texts):
        return ()
    weight = WEIGHTS.same_capture
    if not (context.uncounted and context.uncounted.differ):
        if _in_two_boxes(left, right, texts):
            weight = WEIGHTS.in_two_boxes
        elif texts.whole and not _fields_differ(left, right):
            weight = WEIGHTS.repeated_on_capture if left.text == right.text else WEIGHTS.cut_on_capture
    return (MatchWeight(Signal.SAME_CAPTURE, weight),)


def on_two_captures(
    left: CardKeys, right: CardKeys, context: PairContext, texts: TextEvidence, *, anything_else: bool
) -> MatchWeights:
    """Weigh that no capture shows both: when they were seen, between which neighbours, and what counted."""
    weights = []
    if context.same_crawl_session and not texts.whole:
        weights.append(MatchWeight(Signal.SAME_CRAWL_SESSION, WEIGHTS.same_crawl_session))
    if context.in_turn and left.author == right.author:
        weights.append(MatchWeight(Signal.AUTHOR_IN_TURN, WEIGHTS.author_in_turn))
    # the same neighbours alone are no evidence: one post may go and another come
    if context.same_neighbours and anything_else and not context.same_crawl_session:
        weights.append(MatchWeight(Signal.SAME_NEIGHBOURS, WEIGHTS.same_neighbours))
    if left.date and right.date and abs(left.date - right.date) > 1:
        return weights  # a count grows under one date
    if context.uncounted and context.uncounted.grew:
        weights.append(MatchWeight(Signal.COUNTER, WEIGHTS.counter))
    if (
        texts.numbered
        and not context.counterpart
        and (context.same_neighbours or _same_entry(left, right, context))
        and only_numbers(left.text, right.text)
    ):
        weights.append(MatchWeight(Signal.COUNTER, WEIGHTS.counter))
    return weights


def _same_entry(left: CardKeys, right: CardKeys, context: PairContext) -> bool:
    """Whether the two share a URL that stands for one post, or such a title and their date."""
    dated = left.date is not None and left.date == right.date
    title = bool(left.title) and left.title == right.title and context.title_posts == 1
    url = same_post_url(left, right, context)
    return (title and dated) or (url and (dated or left.date is None or right.date is None))


def same_post_url(left: CardKeys, right: CardKeys, context: PairContext) -> bool:
    """Whether the two share a URL that stands for one post."""
    return bool(left.url) and left.url == right.url and context.url_posts == 1


def _is_shown_twice(left: CardKeys, right: CardKeys, texts: TextEvidence) -> bool:
    """Whether two cards with one URL on one page show nothing that makes them two posts."""
    a, b = left.title, right.title
    if left.author and right.author and left.author != right.author:
        return False
    if a and b:
        return (a in b or b in a) and not texts.numbered
    return texts.whole or not (left.text and right.text)


def _in_two_boxes(left: CardKeys, right: CardKeys, texts: TextEvidence) -> bool:
    """Whether two cards of one page may be one story in two boxes: with a teaser, and without."""
    a, b = sorted((left.title, right.title), key=len)
    if not a or _stand_apart(left, right):
        return False
    if left.text and right.text:
        return a == b and texts.whole
    return a in b and units(a) >= _TITLE_IN_BOXES and NUMERALS.sub("", a) != ""


def _stand_apart(left: CardKeys, right: CardKeys) -> bool:
    """Whether two cards of one page have other URLs, dates, authors or categories."""
    pairs = ((left.url, right.url), (left.date, right.date), (left.author, right.author))
    if any(a and b and a != b for a, b in pairs):
        return True
    return bool(left.categories and right.categories and not left.categories & right.categories)


def _fields_differ(left: CardKeys, right: CardKeys) -> bool:
    """Whether a field that both have differs: a card repeated on a page shows the same fields."""
    if _stand_apart(left, right):
        return True
    if left.categories and right.categories and left.categories != right.categories:
        return True
    a, b = left.title, right.title
    return bool(a and b) and not (a.startswith(b) or b.startswith(a))
