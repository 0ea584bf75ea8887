"""How much a group of elements looks like the cards of its page: one measure, all weights in one place.

In: a tree, its links, members. Out: a `Group` with its facts and a score. Refuses to look at words: what is
measured is how many members there are, where their permalinks stand, whether they hold headings, dates and
text, and how much of the page's text they take. The one surprise: text outside the group counts against it,
since a page with more prose beside the cards than in them is an article with a box of related stories.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from archiver.parse.document.links import LEAST, STRONG, Links
from archiver.parse.document.tree import Tree

_CARD_CLASS = re.compile(
    r"(?:^|[\s_-])(?:h-?entry|posts?|entry|article|card|story|teaser|item|excerpt|blog|news|topic|thread|"
    r"discussion|question|product|result|summary)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SENTENCE = 100
"""Characters: a text of more is a part of an article or of an excerpt."""
_PROSE = 140
"""Characters: a card of more text than this shows more than its title."""
_MOST_LINKS = 60
"""So many links of one element are looked at; more stand on no card and would cost time."""
_FULL_POINTS = 7.0
"""Points of a permalink that is as good as can be: a bookmarked link in a heading."""


@dataclass(frozen=True, slots=True)
class Weights:
    """All that the choice of the cards rests on; what each multiplies stands in `score`.

    A group of less than *rival* times the best one's score, or that cannot have more, is not looked at.
    """

    most_members: int = 12
    base: float = 0.15
    dated: float = 0.5
    above: float = 0.6
    prose: float = 0.35
    card_class: float = 0.15
    coverage: float = 0.6
    impure: float = 1.5
    aside: float = 0.08
    own_text: float = 0.65
    boxed: float = 1.5
    few: int = 4
    few_strength: float = 0.3
    few_exposed: float = 0.6
    least_alike: float = 0.6
    least_strength: float = 0.03
    posts: float = 0.6
    rival: float = 0.7
    accept: float = 0.55
    accept_bare: float = 0.8


WEIGHTS = Weights()


@dataclass(slots=True)
class Member:
    """One card's place: elements `start` to `end`, texts `text_start` to `text_end`, its permalink's row."""

    start: int
    end: int
    text_start: int
    text_end: int
    row: int


@dataclass(slots=True)
class Group:
    """Elements that may be the cards.

    `signature` names them by tag and class, so that another page of the site could be asked for the same.
    `facts` are the measures that the score is made of, by name.
    """

    signature: str
    members: list[Member]
    score: float
    facts: dict[str, float]


@dataclass(slots=True)
class Evidence:
    """A page as the judgement needs it: sums over its texts, made once."""

    tree: Tree
    links: Links
    page_url: str
    dated: list[int]
    """How many of the first k texts are dates."""
    prose: list[int] = field(init=False)
    """How many characters of the first k texts are sentences, outside links and outside what is aside."""
    content: int = field(init=False)
    """Characters of text outside what is aside; at least 1."""
    unjudged: list[tuple[str, list[int]]] = field(default_factory=list)
    """Signature and elements of candidates that are no rivals of the best group, most hopeful first."""
    best_rows: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tree = self.tree
        in_links = bytearray(len(tree.texts))
        for i in tree.links:
            start, end = tree.text_start[i], tree.text_end[i]
            in_links[start:end] = b"\1" * (end - start)
        prose, content = [], 1
        for text, linked, owner in zip(tree.texts, in_links, tree.owner, strict=True):
            size = len(text) if owner < 0 or tree.aside[owner] < 0 else 0
            content += size
            prose.append(size if size > _SENTENCE and not linked else 0)
        self.prose = [0, *accumulate(prose)]
        self.content = content

    def best_row(self, start: int, end: int) -> tuple[int, int]:
        """`best_row` of these elements, which several groups may ask for."""
        key = start, end
        known = self.best_rows.get(key)
        if known is None:
            known = self.best_rows[key] = best_row(self.links, start, end)
        return known

    def has_date(self, text_start: int, text_end: int) -> bool:
        """Whether one of these texts is a date."""
        return self.dated[text_end] > self.dated[text_start]


@lru_cache(maxsize=20_000)
def is_card_name(classes: str) -> bool:
    """Whether an element's classes say that it is a card."""
    return _CARD_CLASS.search(classes) is not None


def whole(tree: Tree, i: int, row: int) -> Member:
    """Element *i* as a member."""
    return Member(i, tree.end[i], tree.text_start[i], tree.text_end[i], row)


def measure(
    evidence: Evidence, signature: str, members: list[Member], kept: float, purity: float, alike: float = 1.0
) -> Group:
    """The members as a group with its facts and score.

    *kept* is the share of the elements that became members, *purity* members per strong link, *alike* the
    share of members whose permalink stands where most have it.
    """
    tree, links, n = evidence.tree, evidence.links, len(members)
    length, sentences_of, dated_of = tree.length, evidence.prose, evidence.dated
    called_as: dict[str, bool] = {}
    strength = 0.0
    size = above = dated = prose = aside = called = headed = sentences = before = 0
    for m in members:
        start, end, row, classes = m.text_start, m.text_end, m.row, tree.classes[m.start]
        characters = length[end] - length[start]
        size += characters
        prose += characters > _PROSE
        sentences += sentences_of[end] - sentences_of[start]
        if dated_of[end] > dated_of[start]:
            dated += 1
        elif start > before and dated_of[start] > dated_of[start - 1] and (above or m is members[0]):
            above += 1  # where none stands above the first, those between stand below the others
        before = end
        aside += tree.aside[m.start] >= 0
        if classes:
            if classes not in called_as:
                called_as[classes] = is_card_name(classes)
            called += called_as[classes]
        headed += links.heading[row] >= 0
        points = links.points[row]
        if points > 0:
            strength += min(points, _FULL_POINTS)
    facts = {
        "members": float(n),
        "strength": strength / _FULL_POINTS / n,
        "headed": headed / n,
        "dated": dated / n,
        "above": above / n,
        "prose": prose / n,
        "called": called / n,
        "coverage": min(1.0, size / evidence.content),
        "exposed": size / max(1, size + evidence.prose[-1] - sentences),
        "purity": purity,
        "aside": aside / n,
        "kept": kept,
        "alike": alike,
    }
    return Group(signature, members, score(facts), facts)


def score(f: dict[str, float]) -> float:
    """The product of what speaks for a group, from 0 to about 7."""
    w = WEIGHTS
    points: float = min(f["members"], w.most_members) ** 0.5
    points *= w.base + f["strength"]
    dated = f["dated"] + w.above * f["above"]
    points *= 1 + w.dated * dated + w.prose * f["prose"] + w.card_class * f["called"]
    points *= (0.02 + f["coverage"]) ** w.coverage
    points *= min(1.0, f["exposed"] / w.own_text) ** w.boxed
    points *= f["purity"] ** w.impure
    points *= 1 - (1 - w.aside) * f["aside"]
    points *= f["kept"] ** 0.5
    points *= f["alike"]
    return points


def most_score(members: int, coverage: float) -> float:
    """The score that a group of so many members and so much text can have at the most."""
    w = WEIGHTS
    best = 1 + w.dated + w.prose + w.card_class
    return float(min(members, w.most_members) ** 0.5 * (w.base + 1) * best * (0.02 + coverage) ** w.coverage)


def is_listing(group: Group) -> bool:
    """Whether a group is good enough to be called the cards of its page.

    Two or three members must be alike: a few links with nothing beside them are a page's own sections.
    Bare links in rows, without headings, dates or text, are a menu or a calendar more often than cards. Links
    that say nothing ("permalink", "#") are no cards' unless dated prose stands at each and fills the page.
    """
    f, w = group.facts, WEIGHTS
    if f["alike"] < w.least_alike or (f["members"] < w.few and not _are_alike(f)):
        return False
    if f["strength"] < w.least_strength and min(f["alike"], f["prose"], _dated(f), f["coverage"]) < w.posts:
        return False
    return group.score >= (w.accept_bare if is_bare(f) else w.accept)


def _are_alike(f: dict[str, float]) -> bool:
    """Whether two or three members may be the cards: any two blocks of a layout have a link and text.

    All have their permalink at one place, none stands aside, they hold most of the page's prose, and all are
    dated, or all have headings or a card's name over text.
    """
    w = WEIGHTS
    if f["alike"] < 1 or f["aside"] > 0 or f["exposed"] < w.few_exposed:
        return False
    named = max(f["called"], f["headed"]) == 1 and f["prose"] > 0 and f["strength"] >= w.few_strength
    return named or _dated(f) == 1


def _dated(f: dict[str, float]) -> float:
    """The share of members with a date in them or right above."""
    return f["dated"] + f["above"]


def is_bare(facts: dict[str, float]) -> bool:
    """Whether most members have neither heading nor date nor text."""
    return max(facts["headed"], _dated(facts), facts["prose"]) < 0.5


def best_row(links: Links, start: int, end: int) -> tuple[int, int]:
    """The likeliest permalink among the elements *start* to *end* (-1: none), and how many strong ones.

    An address that is linked again in the same card (picture, title, "read more") gains by it.
    """
    first = bisect_left(links.element, start)
    last = bisect_left(links.element, end, first)
    points = links.points
    if last - first == 1:
        return (first, int(points[first] >= STRONG)) if points[first] > LEAST else (-1, 0)
    best, best_points = -1, LEAST
    of_key: dict[str, float] = {}
    strong: set[str] = set()
    for row in range(first, min(last, first + _MOST_LINKS)):
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
    return best, len(strong)


Place = tuple[int, bool, str, str]


def place(tree: Tree, links: Links, member: Member, row: int) -> Place:
    """Where in its member a link stands, in terms that are the same in all cards of a template."""
    i, headed = links.element[row], links.heading[row] >= 0
    parent = tree.parents[i]
    around = "" if headed or parent < member.start else tree.classes[parent]
    return tree.depth[i] - tree.depth[member.start], headed, tree.classes[i], around
