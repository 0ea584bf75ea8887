"""How much a group of elements looks like the cards of its page: one measure, all weights in one place.

A tree, its links and the members of a group come in; a `Group` with its features and its score goes out. No
word is looked at: the features count the members, and measure where their permalinks stand, whether they hold
headings, dates and text, and how much of the page's text they take. Text outside the group counts against it:
a page with more prose beside the cards than in them is an article with a box of related stories.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from archiver.parse.document.links import LEAST, STRONG, Links
from archiver.parse.document.structured import NO_DATA, StructuredData
from archiver.parse.document.tree import JOINED, Tree

_CARD_CLASS = re.compile(
    r"(?:^|[\s_-])(?:h-?entry|posts?|entry|article|card|story|teaser|item|excerpt|blog|news|topic|thread|"
    r"discussion|question|product|result|summary)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SENTENCE = 100
"""Characters: a longer text is a part of an article or of an excerpt."""
PROSE = 140
"""Characters: a card with more text shows more than its title."""
MOST_LINKS = 60
"""Links of one element that are looked at; no card has more, and they would cost time."""
FULL_POINTS = 7.0
"""Points of the best permalink there is: a bookmarked link in a heading."""
_OPENING = ("(", "[", "（", "［")
_LEAST_COVERAGE = 0.02
"""Added to a group's coverage: a group with hardly any text keeps a score that can be compared."""


@dataclass(frozen=True, slots=True)
class Weights:
    """All numbers that the choice of the cards rests on."""

    most_members: int = 12
    """Members that are counted; more of them make no better listing."""
    base: float = 0.15
    """The factor of permalinks that have no strength; strength is added to it."""
    dated: float = 0.5
    """Added to the factor 1 for a date in every member."""
    dated_above: float = 0.6
    """A date right above a member, as a share of a date in it."""
    prose: float = 0.35
    """Added to the factor 1 for text in every member."""
    card_class: float = 0.15
    """Added to the factor 1 where every member's class is a card's."""
    coverage: float = 0.6
    """The power of the share of the page's text that the group holds."""
    purity: float = 1.5
    """The power of the purity: an element that holds several cards is none itself."""
    in_region: float = 0.4
    """The factor of a group of which all members are in regions beside the content."""
    full_dominance: float = 0.65
    """The dominance from which on prose outside the group does not count."""
    dominance: float = 1.5
    """The power of the dominance below that, as a share of it."""


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Features:
    """What the score of a group is made of; all but the first are shares from 0 to 1."""

    members: int
    strength: float
    """The points of the permalinks, as a share of the best there are."""
    headed: float
    """Members with their permalink in a heading or round one."""
    dated: float
    """Members with a date in them."""
    dated_above: float
    """Members with a date right above them and none in them."""
    prose: float
    """Members with more text than a title."""
    card_class: float
    """Members whose class is a card's."""
    coverage: float
    """The group's text, as a share of the page's text outside regions."""
    dominance: float
    """The group's text, as a share of it and of the sentences outside the group."""
    purity: float
    """Members, as a share of the strong links in them: 1 where each holds one card."""
    in_region: float
    """Members in a region beside the content."""
    kept: float
    """Elements that became members."""
    aligned: float
    """Members whose permalink stands where most have it."""


@dataclass(slots=True)
class Member:
    """One card's place: elements `start` to `end`, texts `text_start` to `text_end`, its permalink's row.

    It is not frozen, nor a NamedTuple: a page makes hundreds, and these take 1.7 times as long to make.
    """

    start: int
    end: int
    text_start: int
    text_end: int
    row: int


@dataclass(frozen=True, slots=True)
class Group:
    """Elements that may be the cards.

    `signature` names them by tag and class, so that another page of the site could be asked for the same.
    """

    signature: str
    members: list[Member]
    score: float
    features: Features
    log_odds: float | None = None
    """What the learned model says of it (`rating.rate`); None where it was not asked."""
    weighed: Mapping[str, float] | None = None
    """The features that the model weighed for this."""


@dataclass(slots=True)
class Permalink:
    """The likeliest permalink of some elements: its row, and how many strong URLs compete for it."""

    row: int
    strong: int


LinkPlace = tuple[int, bool, str, str, int]
"""Where in its member a link stands, in terms that are the same in all cards of a template.

Its depth, whether it is in a heading, its classes, those of the element round it (none where that is a
heading's or a cell's, or not in the member), and in table rows the number of its cell. Only compared and
hashed, some 200 times a page: a NamedTuple takes 2% of it.
"""


@dataclass(slots=True)
class Evidence:
    """A page as the score needs it: its tree, its links, and sums over its texts."""

    tree: Tree
    links: Links
    page_url: str
    dated: list[int]
    """How many of the first k texts are dates."""
    data: StructuredData = NO_DATA
    prose: list[int] = field(init=False)
    """How many characters of the first k texts are sentences, outside links and outside regions."""
    content: int = field(init=False)
    """Characters of text outside regions; at least 1."""
    _permalinks: dict[tuple[int, int], Permalink | None] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        tree = self.tree
        in_links = bytearray(len(tree.texts))
        for i in tree.links:
            start, end = tree.text_start[i], tree.text_end[i]
            in_links[start:end] = b"\1" * (end - start)
        prose, content = [], 1
        for text, linked, owner in zip(tree.texts, in_links, tree.owner, strict=True):
            size = len(text) if owner < 0 or tree.region[owner] < 0 else 0
            content += size
            prose.append(size if size > _SENTENCE and not linked else 0)
        self.prose = [0, *accumulate(prose)]
        self.content = content

    def permalink(self, start: int, end: int) -> Permalink | None:
        """Return `find_permalink` of these elements, once for all groups that ask for it."""
        key = start, end
        if key not in self._permalinks:
            self._permalinks[key] = find_permalink(self.links, start, end)
        return self._permalinks[key]

    def has_date(self, text_start: int, text_end: int) -> bool:
        """Return whether one of these texts is a date."""
        return self.dated[text_end] > self.dated[text_start]


@lru_cache(maxsize=20_000)
def is_card_name(classes: str) -> bool:
    """Return whether an element's classes are a card's."""
    return _CARD_CLASS.search(classes) is not None


def is_in_brackets(tree: Tree, i: int) -> bool:
    """Return whether an element begins right behind an opening bracket: `(<a>dissent</a>)`."""
    k = tree.text_start[i]
    return 0 < k < len(tree.texts) and tree.gap[k] == JOINED and tree.texts[k - 1].endswith(_OPENING)


def whole(tree: Tree, i: int, row: int) -> Member:
    """Return element *i* as a member, with the link in *row* for its permalink."""
    return Member(i, tree.end[i], tree.text_start[i], tree.text_end[i], row)


def measure(
    evidence: Evidence,
    signature: str,
    members: list[Member],
    kept: float,
    purity: float,
    aligned: float = 1.0,
) -> Group:
    """Return the members as a group with its features and its score.

    Args:
        evidence: The page.
        signature: The group's tag and class.
        members: At least one.
        kept: The share of the elements that became members.
        purity: Members per strong link.
        aligned: The share of members whose permalink stands where most have it.
    """
    tree, links, n = evidence.tree, evidence.links, len(members)
    length, sentences_of = tree.length, evidence.prose
    strength = 0.0
    size = prose = in_region = named = headed = sentences = 0
    for m in members:
        start, end = m.text_start, m.text_end
        characters = length[end] - length[start]
        size += characters
        prose += characters > PROSE
        sentences += sentences_of[end] - sentences_of[start]
        in_region += tree.region[m.start] >= 0
        named += is_card_name(tree.classes[m.start])
        headed += links.heading[m.row] >= 0
        if (points := links.points[m.row]) > 0:
            strength += min(points, FULL_POINTS)
    dates = _count_dates(evidence.dated, members)
    features = Features(
        members=n,
        strength=strength / FULL_POINTS / n,
        headed=headed / n,
        dated=dates.inside / n,
        dated_above=dates.above / n,
        prose=prose / n,
        card_class=named / n,
        coverage=min(1.0, size / evidence.content),
        dominance=size / max(1, size + sentences_of[-1] - sentences),
        purity=purity,
        in_region=in_region / n,
        kept=kept,
        aligned=aligned,
    )
    return Group(signature, members, score(features), features)


def realigned(group: Group, purity: float, aligned: float) -> Group:
    """Return a group of the same members with another purity and alignment; see `measure`."""
    features = replace(group.features, purity=purity, aligned=aligned)
    return replace(group, score=score(features), features=features)


class _Dates(NamedTuple):
    """How many members have a date in them, and how many others have one right above."""

    inside: int
    above: int


def _count_dates(dated: Sequence[int], members: Sequence[Member]) -> _Dates:
    """Count the members with dates.

    Where no date stands above the first member, dates between members stand below the others.
    """
    inside = above = before = 0
    for at, m in enumerate(members):
        start, end = m.text_start, m.text_end
        if dated[end] > dated[start]:
            inside += 1
        elif start > before and dated[start] > dated[start - 1] and (above or at == 0):
            above += 1
        before = end
    return _Dates(inside, above)


def score(f: Features) -> float:
    """Return the product of what speaks for a group, from 0 to about 7."""
    w = WEIGHTS
    points: float = min(f.members, w.most_members) ** 0.5
    points *= w.base + f.strength
    dated = f.dated + w.dated_above * f.dated_above
    points *= 1 + w.dated * dated + w.prose * f.prose + w.card_class * f.card_class
    points *= (_LEAST_COVERAGE + f.coverage) ** w.coverage
    points *= min(1.0, f.dominance / w.full_dominance) ** w.dominance
    points *= f.purity**w.purity
    points *= 1 - (1 - w.in_region) * f.in_region
    points *= f.kept**0.5
    points *= f.aligned
    return points


def score_upper_bound(members: int, coverage: float, in_region: float = 0.0) -> float:
    """Return the highest score of any group with so many members and so much of the page's text.

    *in_region* is the share of its elements in regions beside the content.
    """
    w = WEIGHTS
    points: float = min(members, w.most_members) ** 0.5
    points *= w.base + 1
    points *= 1 + w.dated + w.prose + w.card_class
    points *= (_LEAST_COVERAGE + coverage) ** w.coverage
    points *= 1 - (1 - w.in_region) * in_region
    return points


def find_permalink(links: Links, start: int, end: int) -> Permalink | None:
    """Return the likeliest permalink among the elements *start* to *end* (excluded); None where none is.

    A URL that is linked again in the same card (picture, title, "read more") gains by it.
    """
    first = bisect_left(links.element, start)
    last = bisect_left(links.element, end, first)
    points = links.points
    if last - first == 1:
        return Permalink(first, int(points[first] >= STRONG)) if points[first] > LEAST else None
    best, best_points = -1, LEAST
    of_key: dict[str, float] = {}
    strong: set[str] = set()
    for row in range(first, min(last, first + MOST_LINKS)):
        own, key = points[row], links.key[row]
        if own >= STRONG:
            strong.add(key)
        again = of_key.get(key)
        worth = own if again is None else max(own, again) + 1.0
        of_key[key] = worth
        if worth > best_points:
            if again is None or best < 0 or links.key[best] != key or own > points[best]:
                best = row
            best_points = worth
    return Permalink(best, len(strong)) if best >= 0 else None


def likely_title(tree: Tree, links: Links, member: Member) -> int:
    """Return a member's likely title: the heading of its permalink, its first heading, or the permalink."""
    heading = links.heading[member.row]
    if heading < member.start:
        heading = next(iter(tree.within(tree.headings, member.start)), -1)
    return heading if member.start <= heading < member.end else links.element[member.row]


def place(tree: Tree, links: Links, member: Member, row: int) -> LinkPlace:
    """Return where in its member the link in *row* stands."""
    i, headed = links.element[row], links.heading[row] >= 0
    parent, cell = tree.parents[i], 0
    around = "" if headed or parent < member.start else tree.classes[parent]
    if tree.tags[member.start] == "tr":
        before = tree.tags[member.start : i]
        cell = before.count("td") + before.count("th")
        if tree.tags[parent] == "td":
            around = ""  # rows take turns in colour
    return tree.depth[i] - tree.depth[member.start], headed, tree.classes[i], around, cell
