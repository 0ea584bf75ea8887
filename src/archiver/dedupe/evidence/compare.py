"""The evidence for one pair of cards: every signal there is, weighed on one scale.

Two `CardKeys` (cards reduced to their keys) and what the archive knows of the pair go in; a `Verdict` comes
out: the log odds that both show one post, with the match weights that make them up. No signal decides alone.
A field that one card lacks is no evidence, for pages show and hide fields as their themes change.

Each group of fields has a function of its own, which returns its match weights.
"""

import math
import re
from collections.abc import Iterable

from archiver.dedupe.evidence.align import Laid, Replacement, changes, replaced, replaced_in, units
from archiver.dedupe.evidence.appearance import on_one_capture, on_two_captures, same_post_url
from archiver.dedupe.evidence.pair import NOTHING, Kinship, PairContext
from archiver.dedupe.evidence.passages import TITLE_LEAST, MatchWeights, TextEvidence, text_evidence, texts_of
from archiver.dedupe.evidence.signals import MatchWeight, Signal, Verdict, is_contradiction, total
from archiver.dedupe.evidence.titles import TitleDifference, TitleKind, difference
from archiver.dedupe.evidence.urls import UrlRelation, has_own_part, relation
from archiver.dedupe.evidence.weights import WEIGHTS
from archiver.dedupe.keys.card import AuthorRank, CardKeys

# Python 3.11 takes 0.2 us to look a member up: these are asked for with each pair
_TITLE_WORD, _OWN_URL = Signal.TITLE_WORD, Signal.OWN_URL
_RARE, _COMMON = AuthorRank.RARE, AuthorRank.COMMON

_DIGIT = re.compile(r"\d")


class Compared:
    """How titles and URLs differ, each two compared once: several cards bear one title and one URL."""

    def __init__(self) -> None:
        self._titles: dict[tuple[str, str], TitleDifference] = {}
        self._changes: dict[tuple[str, str], set[Replacement]] = {}
        self._urls: dict[tuple[str, str], UrlRelation] = {}

    def titles(self, a: str, b: str) -> TitleDifference:
        """Return how two different titles differ."""
        pair = (a, b) if a < b else (b, a)
        found = self._titles.get(pair)
        if found is None:
            found = self._titles[pair] = difference(*pair)
        return found

    def changes_of_title(self, a: str, b: str) -> set[Replacement]:
        """Return what either of two titles has where the other has something else."""
        found = self._changes.get((a, b))
        if found is None:
            found = self._changes[a, b] = changes(a, b)
        return found

    def urls(self, a: str, b: str) -> UrlRelation:
        """Return how two different URLs stand to each other."""
        pair = (a, b) if a < b else (b, a)
        found = self._urls.get(pair)
        if found is None:
            found = self._urls[pair] = relation(*pair)
        return found


def weigh(
    left: CardKeys,
    right: CardKeys,
    context: PairContext = NOTHING,
    before: Verdict | None = None,
    compared: Compared | None = None,
) -> Verdict:
    """Weigh all signals of one pair. Symmetric.

    Args:
        left: one card.
        right: the other card.
        context: what the archive knows of the two together.
        before: the verdict on the same pair when less was known, so that its texts are not aligned again.
        compared: what is known of the titles and URLs of other pairs.
    """
    compared = compared or Compared()
    counts = context.uncounted
    if counts:
        left, right = left._replace(text=counts.left), right._replace(text=counts.right)
    of_texts, laid = (before.of_texts, None) if before else texts_of(left, right)
    texts = text_evidence(of_texts, laid, context)
    titles = _titles(left, right, context, texts, compared)
    urls = _urls(left.url, right.url, context, compared)
    weights = [*texts.weights, *titles, *_as_in_a_series(titles, texts), *urls]
    weights += _dates(left.date, right.date)
    weights += _word_in_title_and_url(titles, urls)
    weights += _daily(left, right, texts)
    if urls and urls[0].signal is _OWN_URL:
        weights += _rewritten(weights)
    weights += _authors(left, right, in_series=_may_be_a_series(titles, context))
    weights += _categories(left, right)
    if context.same_capture:
        weights += on_one_capture(left, right, context, texts)
    else:
        weights += on_two_captures(left, right, context, texts, anything_else=bool(weights))
    weights += _front_pages(left, right)
    if context.other_site and not (left.url and left.url == right.url):
        weights.append(MatchWeight(Signal.OTHER_SITE, WEIGHTS.other_site))
    weights += _rival_posts(left, right, context, texts)
    return Verdict(
        total(weights), tuple(weights), texts.odds, texts.whole, of_texts, is_contradiction(weights)
    )


def absent(left: CardKeys, right: CardKeys, context: PairContext) -> tuple[MatchWeight, ...]:
    """List the signals that could still turn up between two cards, each with its full weight."""
    found: list[Signal] = []
    if not (left.url and right.url):
        found += [Signal.SAME_URL, Signal.OTHER_URL]
    if not (left.title and right.title):
        found += [Signal.SAME_TITLE, Signal.OTHER_TITLE]
    if left.date is None or right.date is None:
        found += [Signal.SAME_DATE, Signal.OTHER_DATE]
    if not context.same_capture:
        found.append(Signal.SAME_CAPTURE)
        if not context.same_neighbours:
            found.append(Signal.SAME_NEIGHBOURS)
    return tuple(MatchWeight(signal, signal.weight) for signal in found)


# Titles


def _titles(
    left: CardKeys, right: CardKeys, context: PairContext, texts: TextEvidence, compared: Compared
) -> MatchWeights:
    """Weigh the titles, alone and together with the texts."""
    title = _title(left, right, context, compared)
    if title is None:
        return ()
    weights = [title]
    if texts.edited and left.title != right.title and _one_word_in_both(left, right, texts.laid, compared):
        weights.append(MatchWeight(Signal.WORD_IN_TITLE_AND_TEXT, WEIGHTS.word_in_title_and_text))
    # numbers change as well where an article is edited, but then its URL must be the same, too
    if (
        texts.odds < WEIGHTS.other_text
        and title.signal is Signal.SAME_TITLE
        and (not texts.numbered or same_post_url(left, right, context))
    ):
        weights.append(MatchWeight(Signal.REWRITTEN_TEXT, WEIGHTS.other_text - texts.odds))
    return weights


def _title(left: CardKeys, right: CardKeys, context: PairContext, compared: Compared) -> MatchWeight | None:
    a, b = left.title, right.title
    if not a or not b:
        title, text = (a, right.text) if a else (b, left.text)
        # one page prints the title apart, the other as the first words of the text
        in_text = units(title) >= TITLE_LEAST and text.startswith(title)
        return MatchWeight(Signal.TITLE_IN_TEXT, WEIGHTS.title_in_text) if in_text else None
    if a != b and context.base_title and not context.same_capture:
        shared = units(context.base_title)
        strength = min(1.0, (shared - 1) / 12)
        most = WEIGHTS.title_cut_beside_text if left.text and right.text else WEIGHTS.title_base_most
        return MatchWeight(Signal.TITLE_BASE, most * strength, shared)
    if a != b:
        return _two_titles(compared.titles(a, b), beside_text=bool(left.text and right.text))
    if context.title_posts > 1:
        return MatchWeight(Signal.SHARED_TITLE, WEIGHTS.shared_title, str(context.title_posts))
    most = WEIGHTS.same_title_most if context.title_dates == 1 else WEIGHTS.same_title_of_date_most
    return MatchWeight(Signal.SAME_TITLE, min(most, 1.5 + units(a) / 4))


def _two_titles(found: TitleDifference, *, beside_text: bool) -> MatchWeight:
    """Weigh two titles that differ."""
    match found.kind:
        case TitleKind.NUMBER:
            return MatchWeight(Signal.TITLE_NUMBER, WEIGHTS.title_number, found.value)
        case TitleKind.NUMBER_ADDED:
            return MatchWeight(Signal.TITLE_NUMBER_ADDED, WEIGHTS.title_number_added)
        case TitleKind.CUT:
            strength = min(1.0, (found.shared - 1) / 12)
            most = WEIGHTS.title_cut_beside_text if beside_text else WEIGHTS.title_cut_most
            return MatchWeight(Signal.TITLE_CUT, most * strength, found.shared)
        case TitleKind.WORD:
            return MatchWeight(Signal.TITLE_WORD, WEIGHTS.title_word, found.value)
        case TitleKind.EDITED:
            strength = (2 * found.share - 1) * min(1.0, found.shared / 12)
            return MatchWeight(Signal.TITLE_EDITED, WEIGHTS.title_edited_most * strength, found.shared)
    return MatchWeight(Signal.OTHER_TITLE, WEIGHTS.other_title)


def _as_in_a_series(titles: MatchWeights, texts: TextEvidence) -> MatchWeights:
    """Weigh that title and text agree, as in the posts of a series: one is no news beside the other."""
    agreed = min(texts.odds, sum(w.weight for w in titles))
    return (
        (MatchWeight(Signal.TITLE_AND_TEXT, max(WEIGHTS.title_and_text_most, -agreed)),) if agreed > 0 else ()
    )


def _one_word_in_both(left: CardKeys, right: CardKeys, laid: Laid | None, compared: Compared) -> bool:
    """Whether a word that one text has in the place of the other's stands for it in the title as well."""
    if not (left.title and right.title and left.text and right.text):
        return False
    in_titles = compared.changes_of_title(left.title, right.title)
    if in_titles and not in_titles.isdisjoint(changes(left.text, right.text)):
        return True
    a, b = left.text, right.text
    in_texts = replaced_in(laid, a, b) if laid else replaced(a, b)
    for x, y in (found.replacement for found in in_texts):
        only_left = x in left.title and x not in right.title
        if only_left and y in right.title and y not in left.title:
            return True
    return False


# URLs, dates, authors, categories


def _urls(a: str, b: str, context: PairContext, compared: Compared) -> MatchWeights:
    if not a or not b:
        return ()
    if a == b:
        posts = context.url_posts
        if posts == 1:
            if has_own_part(a):
                return (MatchWeight(Signal.OWN_URL, WEIGHTS.own_url),)
            return (MatchWeight(Signal.SAME_URL, WEIGHTS.same_url),)
        few = WEIGHTS.url_of_few_posts if posts < 5 else 0.0
        weight = WEIGHTS.url_of_two_posts if posts == 2 else few
        return (MatchWeight(Signal.SHARED_URL, weight, str(posts)),)
    signal = _OF_RELATION[compared.urls(a, b)]
    if context.slots and signal is not Signal.SAME_URL_END:
        return ()
    return (MatchWeight(signal, signal.weight),)


def _front_pages(left: CardKeys, right: CardKeys) -> MatchWeights:
    """Weigh that both cards lead to the front page of another site: of one, or of two."""
    if not (left.front_page and right.front_page):
        return ()
    if left.front_page == right.front_page:
        return (MatchWeight(Signal.SAME_FRONT_PAGE, WEIGHTS.same_front_page),)
    return (MatchWeight(Signal.OTHER_FRONT_PAGE, WEIGHTS.other_front_page),)


_OTHER_URLS = frozenset({Signal.OTHER_URL_NUMBER, Signal.OTHER_URL_NAME, Signal.RENAMED_URL})
_OF_RELATION = {
    UrlRelation.SAME_END: Signal.SAME_URL_END,
    UrlRelation.OTHER_NUMBER: Signal.OTHER_URL_NUMBER,
    UrlRelation.OTHER_NAME: Signal.OTHER_URL_NAME,
    UrlRelation.RENAMED: Signal.RENAMED_URL,
    UrlRelation.OTHER: Signal.OTHER_URL,
}


def _rewritten(weights: MatchWeights) -> MatchWeights:
    """Weigh that a post may be rewritten whole where its URL is its own: what differs counts up to a bound.

    A page that shows something new each day under one title and URL is another post each day.
    """
    against = sum(w.weight for w in weights if w.weight < 0)
    if against >= WEIGHTS.rewritten_most or any(w.signal is Signal.DATE_AND_TEXT for w in weights):
        return ()
    return (MatchWeight(Signal.REWRITTEN, WEIGHTS.rewritten_most - against),)


def _word_in_title_and_url(titles: MatchWeights, urls: MatchWeights) -> MatchWeights:
    """Weigh that a word in the place of another has a URL of its own: the part of a series, a city."""
    if titles and titles[0].signal is _TITLE_WORD and urls and urls[0].signal in _OTHER_URLS:
        return (MatchWeight(Signal.WORD_IN_TITLE_AND_URL, WEIGHTS.word_in_title_and_url),)
    return ()


def _daily(left: CardKeys, right: CardKeys, texts: TextEvidence) -> MatchWeights:
    """Weigh that one title stands over another text at another date, or none at one URL."""
    if (
        left.title == right.title
        and (left.title or left.url == right.url != "")
        and None not in (left.date, right.date)
        and left.date != right.date
        and texts.odds <= WEIGHTS.other_text
    ):
        return (MatchWeight(Signal.DATE_AND_TEXT, WEIGHTS.other_date_and_text),)
    return ()


def _dates(a: int | None, b: int | None) -> MatchWeights:
    """Weigh two days; one day apart is no evidence, for it may be the time zone of a feed."""
    if a is None or b is None:
        return ()
    days = abs(a - b)
    if days == 0:
        return (MatchWeight(Signal.SAME_DATE, WEIGHTS.same_date),)
    if days == 1:
        return ()
    weight = max(WEIGHTS.other_date_most, WEIGHTS.other_date - math.log2(days / 2) / 2)
    return (MatchWeight(Signal.OTHER_DATE, weight, str(days)),)


_OF_A_SERIES = frozenset({Signal.TITLE_NUMBER, Signal.TITLE_NUMBER_ADDED, Signal.TITLE_WORD})


def _may_be_a_series(titles: MatchWeights, context: PairContext) -> bool:
    """Whether one author is to be expected: of the parts of a series; of two sites it is a common name."""
    in_series = bool(titles) and titles[0].signal in _OF_A_SERIES
    return in_series or context.other_site or context.siblings > Kinship.NONE


def _authors(left: CardKeys, right: CardKeys, *, in_series: bool) -> MatchWeights:
    if left.author and right.author and left.author != right.author:
        return (MatchWeight(Signal.OTHER_AUTHOR, WEIGHTS.other_author),)
    if not left.author or left.author != right.author or in_series or left.author_rank is _COMMON:
        return ()
    if left.author_rank is _RARE:
        return (MatchWeight(Signal.RARE_AUTHOR, WEIGHTS.rare_author),)
    return (MatchWeight(Signal.SAME_AUTHOR, WEIGHTS.same_author),)


def _categories(left: CardKeys, right: CardKeys) -> MatchWeights:
    if left.categories and right.categories and not left.categories & right.categories:
        return (MatchWeight(Signal.OTHER_CATEGORIES, WEIGHTS.other_categories),)
    return ()


# Other posts with nearly these texts


def _rival_posts(
    left: CardKeys, right: CardKeys, context: PairContext, texts: TextEvidence
) -> Iterable[MatchWeight]:
    """Weigh that other posts have nearly one of these texts, or fill the same template."""
    kinship = context.siblings
    if texts.odds > 0 and (kinship > Kinship.NUMBERED or (kinship and not _numbered(left, right))):
        return (MatchWeight(Signal.SIBLING, _sibling_weight(kinship, texts)),)
    if context.template:
        return (MatchWeight(Signal.TEMPLATE, WEIGHTS.template),)
    return ()


def _sibling_weight(kinship: Kinship, texts: TextEvidence) -> float:
    if not texts.whole:
        return WEIGHTS.sibling_edit
    # what stands whole in another post's text is no evidence for either
    return max(WEIGHTS.sibling_whole, -texts.odds) if kinship == Kinship.WHOLE else WEIGHTS.sibling_same


def _numbered(left: CardKeys, right: CardKeys) -> bool:
    """Whether both texts show a number; that the numbers agree is known by then."""
    return bool(_DIGIT.search(left.text) and _DIGIT.search(right.text))
