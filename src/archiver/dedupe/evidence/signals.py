"""The signals that speak for or against two cards being one post, what each weighs, and a pair's verdict.

A match weight is in natural log odds: above 0 it speaks for one post, below 0 for two posts, and a sum of 0
is a score of 50. What each signal weighs stands in `weights`; what each of them is worth was measured
(docs/quality.md, Signals). Most signals have no single weight, but a bound that grows with how much text
agrees.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from archiver.dedupe.evidence.weights import WEIGHTS

CONTRADICTION = -6.0
"""A match weight of this or below is enough alone for two cards to be two posts."""


class Signal(Enum):
    """One kind of evidence: its stable label, a sentence for people, its weight and what its value counts.

    The label is what an archive stores. The weight is the field of `WEIGHTS` that bounds it.
    """

    SAME_TEXT = "same-text", "the texts are the same", "same_text_most"
    SHARED_TEXT = "shared-text", "both have a text that several posts bear", "shared_text", "posts"
    TEXT_CUT = "text-cut", "one text is a piece of the other", "cut_text_most", "words shared"
    CUT_IN_NUMBER = "text-cut-in-number", "the piece ends within a number", "cut_in_number"
    OTHER_TEXT = "other-text", "the texts have nothing in common", "other_text"
    TEXT_EDITED = "text-edited", "the texts are alike", "edited_text_most", "words shared"
    TEXTS_PART = "texts-part", "the texts continue differently", "texts_part_most", "words"
    NUMBER = "number", "a number in the texts differs", "number"

    SAME_TITLE = "same-title", "the titles are the same", "same_title_most"
    SHARED_TITLE = (
        "shared-title",
        "the titles are the same, but several posts bear it",
        "shared_title",
        "posts",
    )
    TITLE_CUT = "title-cut", "one title is a piece of the other", "title_cut_most", "words shared"
    TITLE_EDITED = "title-edited", "the titles are alike", "title_edited_most", "words shared"
    TITLE_BASE = "title-base", "a third title stands in both titles", "title_base_most", "words shared"
    TITLE_WORD = "title-word", "the titles differ in one word", "title_word"
    TITLE_AND_TEXT = (
        "title-and-text",
        "title and text agree, as they may in a series",
        "title_and_text_most",
    )
    TITLE_IN_TEXT = "title-in-text", "the title of one is the beginning of the other's text", "title_in_text"
    TITLE_NUMBER = "title-number", "a number in the titles differs", "title_number"
    TITLE_NUMBER_ADDED = "title-number-added", "one title has one more number", "title_number_added"
    OTHER_TITLE = "other-title", "the titles differ", "other_title"
    WORD_IN_TITLE_AND_TEXT = (
        "word-in-title-and-text",
        "the same word differs in title and text",
        "word_in_title_and_text",
    )
    REWRITTEN_TEXT = (
        "rewritten-text",
        "the text may have been rewritten: the title is the same",
        "other_text",
    )

    OWN_URL = "own-url", "the URLs are the same, with a name of its own", "own_url"
    REWRITTEN = "rewritten", "what else differs may have been rewritten at this URL", "rewritten_most"
    SAME_URL = "same-url", "the URLs are the same", "same_url"
    SHARED_URL = (
        "shared-url",
        "the URLs are the same, but several posts have had it",
        "url_of_two_posts",
        "posts",
    )
    SAME_URL_END = "same-url-end", "the URLs end alike", "same_url_end"
    OTHER_URL = "other-url", "the URLs differ", "other_url"
    OTHER_URL_NUMBER = "other-url-number", "the URLs have one form and another number", "other_url_number"
    OTHER_URL_NAME = "other-url-name", "the URLs have one form and another name", "other_url_name"
    RENAMED_URL = "renamed-url", "the URLs have one form and names that are alike", "renamed_url"

    SAME_DATE = "same-date", "the printed dates are the same", "same_date"
    OTHER_DATE = "other-date", "the printed dates differ", "other_date", "days"
    DATE_AND_TEXT = (
        "other-date-and-text",
        "another date, with another text under one title",
        "other_date_and_text",
    )
    SAME_AUTHOR = "same-author", "the authors are the same", "same_author"
    RARE_AUTHOR = "rare-author", "the authors are the same, and few cards of the site have it", "rare_author"
    AUTHOR_IN_TURN = "author-in-turn", "one came as the other went, of one rare author", "author_in_turn"
    SAME_FRONT_PAGE = "same-front-page", "both lead to the front page of one other site", "same_front_page"
    OTHER_FRONT_PAGE = "other-front-page", "they lead to the front pages of two sites", "other_front_page"
    OTHER_SITE = "other-site", "they stood on the pages of two sites", "other_site"
    WORD_IN_TITLE_AND_URL = (
        "word-in-title-and-url",
        "the word that differs has a URL of its own",
        "word_in_title_and_url",
    )
    OTHER_AUTHOR = "other-author", "the authors differ", "other_author"
    OTHER_CATEGORIES = "other-categories", "the categories differ", "other_categories"

    SAME_CAPTURE = "same-capture", "both stand on one capture, as two entries", "same_capture"
    SAME_CRAWL_SESSION = (
        "same-crawl-session",
        "one crawl session showed both, on two captures",
        "same_crawl_session",
    )
    SAME_NEIGHBOURS = (
        "same-neighbours",
        "one replaced the other between the same neighbours",
        "same_neighbours",
    )
    COUNTER = "counter", "only a count (of views, of comments) changed", "counter"
    SIBLING = "sibling", "another post has nearly this text, too", "sibling_whole"
    TEMPLATE = "template", "the texts fill one template with words of their own", "template"

    OVERRIDE = "manual-override", "a manual override decides", None

    label: str
    sentence: str
    measure: str
    bound: str

    def __init__(self, label: str, sentence: str, weight: str | None, measure: str = "") -> None:
        self.label = label
        self.sentence = sentence
        self.measure = measure
        self.bound = weight or ""

    @classmethod
    def of_label(cls, label: str) -> "Signal":
        """Return the signal that an archive stores under this label. Raises KeyError where there is none."""
        return _BY_LABEL[label]

    @property
    def weight(self) -> float:
        """Its weight in log odds, or the bound of it; 0 for an override, which is not weighed."""
        return getattr(WEIGHTS, self.bound) if self.bound else 0.0

    def describe(self, value: str = "") -> str:
        """Return the sentence with the value that it rests on, where there is one."""
        if not value:
            return self.sentence
        return f"{self.sentence} ({self.measure}{': ' if self.measure else ''}{value})"


_BY_LABEL = {signal.label: signal for signal in Signal}
_COUNTER, _NUMBER = Signal.COUNTER, Signal.NUMBER  # Python 3.11 takes 0.2 us to look a member up


@dataclass(slots=True)
class MatchWeight:
    """What one signal weighs for a pair, in log odds, and the value that it rests on.

    It is not frozen, nor a NamedTuple: each pair makes several, and these take 1.7 times as long to make.
    """

    signal: Signal
    weight: float
    value: str | float = ""

    @property
    def value_text(self) -> str:
        """The value as it is shown; empty where there is none."""
        return f"{self.value:.1f}" if isinstance(self.value, float) else self.value

    def __str__(self) -> str:
        value = f" ({self.value_text})" if self.value else ""
        return f"{self.signal.label}{value}: {self.weight:+.1f}"


def is_contradiction(weights: Sequence[MatchWeight]) -> bool:
    """Return whether one of these weights is enough alone for two posts."""
    return min([w.weight for w in weights], default=0.0) <= CONTRADICTION


def total(weights: Sequence[MatchWeight]) -> float:
    """Return the log odds of all these weights together."""
    return sum([w.weight for w in weights])


class Verdict(NamedTuple):
    """Log odds that two cards show one post, with the match weights that make them up.

    `text` is the part of the odds that rests on the texts alone; `whole`: the texts are equal or one is a cut
    of the other. `of_texts` are the weights of the texts by themselves, whatever else is known.
    `contradicted`: a single signal is enough for two posts, more than that their texts are unlike.
    """

    odds: float
    match_weights: tuple[MatchWeight, ...]
    text: float
    whole: bool
    of_texts: tuple[MatchWeight, ...]
    contradicted: bool

    @property
    def score(self) -> float:
        """The odds as 0 to 100; 50 where nothing speaks for either side."""
        return score_of(self.odds)

    @property
    def text_alike(self) -> bool:
        """Whether the texts alone speak for one post."""
        return self.text > 0

    @property
    def counted(self) -> bool:
        """Whether what differs was taken for a counter (views, comments)."""
        return _COUNTER in [w.signal for w in self.match_weights]

    @property
    def likeness(self) -> float:
        """The odds of the texts without the number that differs: positive for the texts of one template."""
        return self.text - sum([w.weight for w in self.match_weights if w.signal is _NUMBER])


def score_of(odds: float) -> float:
    """Return log odds as a score of 0 to 100."""
    return round(100 / (1 + math.exp(-odds)), 2)


def log_odds(score: float) -> float:
    """Return the log odds behind a score of 0 to 100."""
    part = min(max(score / 100, 1e-9), 1 - 1e-9)
    return math.log(part / (1 - part))
