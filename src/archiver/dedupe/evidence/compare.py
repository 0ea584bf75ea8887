"""Evidence for one pair of cards: every signal there is, weighed on one scale.

In: two `CardKeys`s (cards reduced to their keys) and what the archive knows of the two together. Out: a
`Verdict`: log odds, the signals that make them up, and a score of 0 to 100. Refuses to decide by one signal
alone: each adds its weight, in natural log odds; 0 is a score of 50. The one surprise: a field that one card
lacks says nothing, for pages show and hide fields as their themes change.
"""

import math
import re

from archiver.dedupe.evidence.align import align, changes, numbers_part, replaced, units
from archiver.dedupe.evidence.pair import NOTHING, Kinship, PairContext
from archiver.dedupe.evidence.signals import CONTRADICTION, COUNTER, Signal, Verdict
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.keys.normalize import NUMERALS

# The weights, in log odds. In brackets: precision and pairwise F1 without the signal (its weight 0, or what
# the line says) on simulated lives of sites (benchmarks/lives.py, 45 sites from seed 7000, 6,918 distinct
# cards), where all signals together have 0.997 and 0.938; no more than a word where they move neither figure
# by 0.001. "There": lives, releases and labelled pairs by another hand and in other languages, not kept here.
# The weights without a figure were set by hand on real histories and labelled pairs and not taken out alone.
_SAME_TEXT_MOST = 6.0
_TEXT_SHARED = 0.5  # there, on release sites with dates: precision 0.927 where it counts as one work's
_CUT_TEXT_MOST = 5.5
_TOLD = 65  # characters of a cut that weigh the most, whatever they are
_EDITED_TEXT_MOST = 5.0
_OTHER_TEXT = -5.5
_PARTED_MOST = -10.0  # [0.994, 0.934]
_CUT_IN_NUMBER = -4.0  # no difference; a text that ends in a number cut from a longer one that goes on
_NUMBER = -9.0  # [0.991, 0.939]; labelled hard negatives, text alone: [0.200, 0.333] instead of [1.0, 0.999]
_TITLE_NUMBER = -8.0  # no difference; titles of parts whose texts are one
_TITLE_MOST = 4.0
_TITLE_SHARED = 0.5
_TITLE_OF_DATE = 2.0  # [0.997, 0.937] at 0.5; there, without addresses: F1 0.865 and 0.984 with it
_TITLE_CUT = 1.5
_TITLE_NUMBER_ADDED = -3.0
_TITLE_EDITED = 0.5
_TITLE_OTHER = -2.5
_WORD_IN_BOTH = -6.0  # no difference; there, titles and texts: 50 wrong pairs and 116 without it
_TITLE_IN_TEXT = 1.5  # [0.997, 0.937]
_URL = 5.0  # [0.997, 0.928]; real histories lose 0.003 of F1 without it
_URL_OF_TWO = 3.0
_URL_OF_FEW = 1.0
_URL_END = 2.0
_URL_OTHER = -1.5
_DATE = 1.5  # [0.998, 0.927]
_DATES = -3.0  # at two days, and more with more of them down to the next weight
_DATES_MOST = -5.0  # there: book lists and weekly posts a month apart
_AUTHORS = -1.5
_CATEGORIES = -0.7
_REPEATED_ON_CAPTURE = -3.0
_CUT_ON_CAPTURE = -5.0  # lists show no card twice at two lengths
_ON_CAPTURE = -12.0  # [0.815, 0.857]
_AT_ONE_TIME = -2.0
_SIBLING = {"edit": -4.0, "cut": -2.5, "same": -1.0}  # [0.977, 0.928]
_SIBLING_WHOLE = -6.0  # [0.990, 0.937] at that of a cut
_COUNTED = 7.0  # [0.997, 0.931]; with counts (counts.py) on 44 sites of text captures: recall 0.828 and 0.972
TEMPLATE = -4.0  # there, forms filled with names, text alone: 1,600 of 1,676 pairs joined, 143 with it
_PLACE = 2.5  # [0.997, 0.931]

_TITLE_LEAST = 4.0
"""Units of the shortest title that is looked for in a text."""
_BEHIND_TITLE = 16
"""Characters that may stand behind the title that an excerpt ends with."""

_DIGIT = re.compile(r"\d")


def weigh(
    left: CardKeys, right: CardKeys, known: PairContext = NOTHING, before: Verdict | None = None
) -> Verdict:
    """Weigh every signal of one pair. Symmetric.

    `before` is the verdict on the same pair when less was known: its texts need not be aligned again.
    """
    counts = known.uncounted
    if counts:
        left, right = left._replace(text=counts.left), right._replace(text=counts.right)
    if before:
        of_texts = before.of_texts
    else:
        of_texts = tuple(_text_signals(_without_titles(left, right), _without_titles(right, left)))
    signals = [*of_texts]
    if known.text_posts > 1:
        signals = [Signal("same text, of works", _TEXT_SHARED, str(known.text_posts))]
    text = sum(s.weight for s in signals)
    whole = bool(signals) and signals[0].name in _WHOLE
    titles = _title_signals(left, right, known)
    signals += titles
    edited = bool(of_texts) and not whole and of_texts[0].name != _OTHER
    if edited and titles and left.title != right.title and _one_word_in_both(left, right):
        signals.append(Signal("one word changed in title and text", _WORD_IN_BOTH))
    numbered = any(s.name == "number" for s in signals)
    # numbers change as well where an article is edited, but then its address must be the same, too
    rewritten = text < _OTHER_TEXT and (not numbered or _same_address(left, right, known))
    if rewritten and titles and titles[0].name == "same title":
        signals.append(Signal("rewritten under its title", _OTHER_TEXT - text))
    signals += _url_signals(left.url, right.url, known)
    if left.date is not None and right.date is not None:
        days = abs(left.date - right.date)
        if days == 0:
            signals.append(Signal("same date", _DATE))
        elif days > 1:  # one day is the time zone of a feed
            weight = max(_DATES_MOST, _DATES - math.log2(days / 2) / 2)
            signals.append(Signal("dates apart by days", weight, str(days)))
    if left.author and right.author and left.author != right.author:
        signals.append(Signal("other author", _AUTHORS))
    if left.categories and right.categories and not left.categories & right.categories:
        signals.append(Signal("other categories", _CATEGORIES))
    if known.same_capture:
        if not _same_address(left, right, known):
            weight = _ON_CAPTURE
            if whole and not (counts and counts.differ) and not _differ(left, right):
                weight = _REPEATED_ON_CAPTURE if left.text == right.text else _CUT_ON_CAPTURE
            signals.append(Signal("on one capture", weight))
    else:
        if known.same_crawl_session and not whole:
            signals.append(Signal("at one time on two captures", _AT_ONE_TIME))
        if known.same_neighbours and signals:  # by itself it says nothing: one post may go and another come
            signals.append(Signal("in one place between the same neighbours", _PLACE))
        if counts and counts.grew:
            signals.append(Signal(COUNTER, _COUNTED))
        kept = known.same_neighbours or _same_entry(left, right, known)
        if kept and numbered and not known.counterpart and only_numbers(left.text, right.text):
            signals.append(Signal(COUNTER, _COUNTED))
    if text > 0 and (known.siblings > Kinship.NUMBERED or (known.siblings and not _numbered(left, right))):
        kind = "edit" if not whole else "same" if left.text == right.text else "cut"
        shared = whole and known.siblings == Kinship.WHOLE
        weight = _SIBLING_WHOLE if shared else _SIBLING[kind]
        signals.append(Signal("another post has nearly this text", weight))
    elif known.template:
        signals.append(Signal("a place filled in three ways", TEMPLATE))
    return Verdict(sum(s.weight for s in signals), tuple(signals), text, whole, of_texts)


def absent(left: CardKeys, right: CardKeys, known: PairContext) -> tuple[Signal, ...]:
    """The signals that could still turn up between two cards, each at the most that it can weigh."""
    found = []
    if not (left.url and right.url):
        found += [Signal("same address", _URL), Signal("other address", _URL_OTHER)]
    if not (left.title and right.title):
        found += [Signal("same title", _TITLE_MOST), Signal("other title", _TITLE_OTHER)]
    if left.date is None or right.date is None:
        found += [Signal("same date", _DATE), Signal("dates apart by days", _DATES)]
    if not known.same_capture:
        found.append(Signal("on one capture", _ON_CAPTURE))
        if not known.same_neighbours:
            found.append(Signal("in one place between the same neighbours", _PLACE))
    return tuple(found)


def weigh_texts(a: str, b: str, shared: int) -> tuple[float, bool]:
    """The log odds of two different texts alone, and whether a signal contradicts.

    `shared`: the characters that both begin with. `weigh` without its account: several times as fast on cuts
    of one text and on the texts of a template, where the number that parts them is found without aligning.
    """
    short = a if len(a) < len(b) else b
    if shared == len(short) > 0 and not short[-1].isdigit():
        return min(_CUT_TEXT_MOST, units(short[:_TOLD]) / 4 - 1), False
    if numbers_part(a, b, shared):
        return _NUMBER, True
    signals = _text_signals(a, b)
    return sum(s.weight for s in signals), any(s.weight <= CONTRADICTION for s in signals)


_CUT = "cut of one text at units"
_OTHER = "other text"
_WHOLE = ("same text", "same text, of works", _CUT)


def _cut_in_number(a: str, b: str) -> bool:
    """Whether one text ends within a number of the other, which may be a cut, or 1 against 12."""
    short, long = sorted((a, b), key=len)
    return short[-1].isdigit() and long.startswith(short) and long[len(short)].isdigit()


def _text_signals(a: str, b: str) -> list[Signal]:
    if not a or not b:
        return []
    if a == b:
        return [Signal("same text", min(_SAME_TEXT_MOST, 0.5 + units(a) / 4))]
    found = align(a, b)
    if found.cost == 0 and not found.parted and not found.numbers:
        signals = [Signal(_CUT, min(_CUT_TEXT_MOST, found.matched / 4 - 1), found.matched)]
        if _cut_in_number(a, b):
            signals.append(Signal("cut within a number", _CUT_IN_NUMBER))
        return signals
    if math.isinf(found.cost):
        return [Signal(_OTHER, _OTHER_TEXT)]
    odds = min(_EDITED_TEXT_MOST, 0.5 + found.matched / 8) - 4.5 * found.cost / (1 + found.matched / 18)
    signals = [
        Signal("text shared in units", max(_OTHER_TEXT, odds), f"{found.matched:.0f}, edits {found.cost:.1f}")
    ]
    if found.parted:
        signals.append(Signal("texts part for units", max(_PARTED_MOST, -found.parted / 4), found.parted))
    if found.numbers:
        signals.append(Signal("number", _NUMBER, f"{found.numbers.left} against {found.numbers.right}"))
    return signals


def _without_titles(face: CardKeys, other: CardKeys) -> str:
    """A card's text without the titles that themes print in it.

    Off comes its own title among its last words (continue reading "..."), and the other card's at its
    beginning, where that one bears it beside its text.
    """
    text, own, its = face.text, face.title, other.title
    if units(own) >= _TITLE_LEAST:
        at = text.rfind(own, max(1, len(text) - len(own) - _BEHIND_TITLE))
        text = text[:at] if at > 0 else text
    elif not own and units(its) >= _TITLE_LEAST and text.startswith(its) and not other.text.startswith(its):
        text = text[len(its) :]
    return text


def _title_signals(left: CardKeys, right: CardKeys, known: PairContext) -> list[Signal]:
    a, b = left.title, right.title
    if not a or not b:
        title, text = (a, right.text) if a else (b, left.text)
        # one page prints the title apart, the other as the first words of the text
        return (
            [Signal("title in the text", _TITLE_IN_TEXT)]
            if units(title) >= _TITLE_LEAST and text.startswith(title)
            else []
        )
    if a == b:
        if known.title_posts > 1:
            return [Signal("same title, of works", _TITLE_SHARED, str(known.title_posts))]
        most = _TITLE_MOST if known.title_dates == 1 else _TITLE_OF_DATE
        return [Signal("same title", min(most, 1.5 + units(a) / 4))]
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


def _one_word_in_both(left: CardKeys, right: CardKeys) -> bool:
    """Whether a word that one text has in the place of the other's stands for it in the title as well."""
    if not (left.title and right.title and left.text and right.text):
        return False
    if not changes(left.title, right.title).isdisjoint(changes(left.text, right.text)):
        return True
    for _, _, (x, y) in replaced(left.text, right.text):
        only_left = x in left.title and x not in right.title
        if only_left and y in right.title and y not in left.title:
            return True
    return False


def _url_signals(a: str, b: str, known: PairContext) -> list[Signal]:
    if not a or not b:
        return []
    if a == b:
        if known.url_posts == 1:
            return [Signal("same address", _URL)]
        weight = _URL_OF_TWO if known.url_posts == 2 else _URL_OF_FEW if known.url_posts < 5 else 0.0
        return [Signal("same address, of works", weight, str(known.url_posts))]
    end = a.rpartition("/")[2]
    if units(end) >= 3 and end == b.rpartition("/")[2]:
        return [Signal("same end of address", _URL_END)]
    return [Signal("other address", _URL_OTHER)]


def _same_entry(left: CardKeys, right: CardKeys, known: PairContext) -> bool:
    """Whether the two share an address that stands for one work, or such a title and their date."""
    dated = left.date is not None and left.date == right.date
    title = bool(left.title) and left.title == right.title and known.title_posts == 1
    url = _same_address(left, right, known)
    return (title and dated) or (url and (dated or left.date is None or right.date is None))


def _same_address(left: CardKeys, right: CardKeys, known: PairContext) -> bool:
    """Whether the two share an address that stands for one work."""
    return bool(left.url) and left.url == right.url and known.url_posts == 1


def only_numbers(a: str, b: str) -> bool:
    """Whether nothing but numbers tells two texts apart."""
    return NUMERALS.sub("", a) == NUMERALS.sub("", b)


def _numbered(left: CardKeys, right: CardKeys) -> bool:
    """Whether both texts show a number; that the numbers agree is known by then."""
    return bool(_DIGIT.search(left.text) and _DIGIT.search(right.text))


def _differ(left: CardKeys, right: CardKeys) -> bool:
    """Whether a field that both have tells them apart: a card repeated on a page shows the same fields."""
    pairs = ((left.url, right.url), (left.date, right.date), (left.author, right.author))
    if any(a and b and a != b for a, b in pairs):
        return True
    if left.categories and right.categories and left.categories != right.categories:
        return True
    a, b = left.title, right.title
    return bool(a and b) and not (a.startswith(b) or b.startswith(a))
