"""Which repeated elements of a page may be its cards, the best first.

A page comes in; its groups with their scores go out. A candidate is a list of elements of one tag path that
share a class (or none), or of one tag and class wherever they stand. Elements that do not lead to different
places are no group. The same cards come as several groups (the card, its body, its heading, a wrapper round
two of them): text, purity and dates distinguish these.
"""

import itertools
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import eq
from typing import NamedTuple

from archiver.parse.document.links import LEAST, Links, begins_sentence
from archiver.parse.document.tree import Tree
from archiver.parse.listing.align import align
from archiver.parse.listing.flat import member_spans
from archiver.parse.listing.rating import rate
from archiver.parse.listing.score import Evidence, Group, Member, measure, score_upper_bound
from archiver.parse.listing.single import single_card

_MOST_RATED = 8
"""Groups, the best first, that are aligned and rated."""
_LEAST_BOUND = 0.05
"""Upper bound of the score below which a candidate is not looked at."""
_MOST_CLASSES = 8
"""Classes of one element that are looked at."""
FEW = 4
"""Members that a group beside the chosen one has at the least."""
_TRIES = 3
"""Candidates for such a group that are scored at the most."""
_LEAST_PART = 3
"""Elements of a path that are looked at apart from the others, at the least."""
_LISTS = frozenset({"ul", "ol", "dl", "table", "tbody"})
"""Elements that hold the items of one list."""
_TURNING = frozenset({"tr", "dd", "dt"})
"""Elements of which several are one record."""
_LONGEST_PERIOD, _LONGEST_FORM, _LEAST_ALIKE = 8, 40, 0.9
"""Elements of a record, tags of one that are compared, and the share of elements that must be alike."""
_PROSE = 0.8
"""Share of the permalinks that begin sentences which makes the elements paragraphs."""
_LEAST_KEPT = 0.4
"""Share of the elements that must become members."""


class Candidate(NamedTuple):
    """Elements that may be cards, by the tag and class that they share."""

    signature: str
    elements: list[int]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The groups of a page, the best first, and the candidates that were not scored, the likeliest first."""

    groups: list[Group]
    unscored: list[Candidate]


class _Bounded(NamedTuple):
    """A candidate with the highest score that it can have, and its number on the page."""

    upper_bound: float
    number: int
    candidate: Candidate


def rank_groups(evidence: Evidence) -> Ranking:
    """Rank the groups that may be the cards.

    Candidates with the highest upper bound are scored first: most of the others cannot become their rivals,
    and are not scored. Only rivals are aligned.
    """
    found, unscored = best_scored(evidence)
    rated = rate(evidence, found)
    return Ranking(sorted(rated, key=lambda g: -(g.log_odds or 0.0)), unscored)


def best_scored(evidence: Evidence) -> tuple[list[Group], list[Candidate]]:
    """Return the groups with the highest scores, aligned, and the candidates that cannot be among them.

    The same cards come as a group of whole cards, of their bodies and of their headings: of groups with the
    same permalinks the one with the highest score is taken, which holds the whole cards.
    """
    bounded = sorted(_bounded(evidence), key=lambda b: (-b.upper_bound, b.number))
    found: dict[frozenset[str], Group] = {}
    least = 0.0  # the lowest score of the groups that are rated, once there are enough
    whole: defaultdict[int, list[list[int]]] = defaultdict(list)  # by the number of the cards
    unscored: list[Candidate] = []
    for at, (upper_bound, _, candidate) in enumerate(bounded):
        if upper_bound < least:
            unscored = [b.candidate for b in bounded[at:]]
            break
        elements = candidate.elements
        if any(_are_parts(evidence.tree, elements, cards) for cards in whole[len(elements)]):
            continue
        group = _group(evidence, candidate)
        if group:
            _keep_best(found, evidence, group)
            if len(found) >= _MOST_RATED and group.score > least:
                least = nlargest(_MOST_RATED, (group.score for group in found.values()))[-1]
            if group.features.purity == group.features.kept == 1:
                whole[len(elements)].append(elements)
    aligned: dict[frozenset[str], Group] = {}
    for group in nlargest(_MOST_RATED, found.values(), key=lambda group: group.score):
        for variant in align(evidence, group):
            _keep_best(aligned, evidence, variant)
    one = single_card(evidence)
    return [*aligned.values(), *([one] if one else [])], unscored


def _keep_best(found: dict[frozenset[str], Group], evidence: Evidence, group: Group) -> None:
    """Keep a group if it has the highest score of those with its permalinks."""
    keys = frozenset([evidence.links.key[m.row] for m in group.members])
    if keys not in found or group.score > found[keys].score:
        found[keys] = group


def _are_parts(tree: Tree, elements: list[int], cards: list[int]) -> bool:
    """Return whether each of the elements lies in one of as many cards, each in another: bodies, headings."""
    return cards[0] <= elements[0] < tree.end[cards[0]] and all(
        card <= i < tree.end[card] for i, card in zip(elements, cards, strict=True)
    )


def disjoint_group(evidence: Evidence, chosen: Group, unscored: Sequence[Candidate]) -> Group | None:
    """Return a group of the unscored candidates that has no element in common with the chosen one."""
    ends = [m.end for m in chosen.members]
    starts = [m.start for m in chosen.members]
    tries = 0
    for candidate in unscored:
        elements = candidate.elements
        last = evidence.tree.end[elements[-1]]
        at = bisect_left(ends, elements[0] + 1)
        if len(elements) < FEW or (at < len(starts) and starts[at] < last):
            continue
        group = _group(evidence, candidate)
        if group and len(group.members) >= FEW:
            return group
        tries += 1
        if tries == _TRIES:
            break
    return None


def _bounded(evidence: Evidence) -> Iterator[_Bounded]:
    """Yield the candidates that can be listings."""
    seen: set[tuple[int, ...]] = set()
    for number, candidate in enumerate(_candidates(evidence.tree, evidence.links)):
        key = tuple(candidate.elements)
        if len(key) < 2 or key in seen:
            continue
        seen.add(key)
        upper_bound = _upper_bound(evidence, candidate.elements)
        if upper_bound >= _LEAST_BOUND:
            yield _Bounded(upper_bound, number, candidate)


def _candidates(tree: Tree, links: Links) -> list[Candidate]:
    """List the elements that hold a possible permalink, by tag path and class, and by tag and class alone."""
    on_path: dict[tuple[int, str], list[list[int]]] = {}
    anywhere: dict[tuple[str, str], list[list[int]]] = {}
    for (chain, written), elements in _alike(tree, links).items():
        tag = tree.tags[elements[0]]
        on_path.setdefault((chain, ""), []).append(elements)
        for name in dict.fromkeys(written.split(None, _MOST_CLASSES)[:_MOST_CLASSES]):
            on_path.setdefault((chain, name), []).append(elements)
            anywhere.setdefault((tag, name), []).append(elements)
        if tag == "article":
            anywhere.setdefault(("article", ""), []).append(elements)
    result = []
    taken: set[int] = set()  # first elements of lists that were taken: another class of theirs adds nothing
    for (_, name), lists in on_path.items():
        first = lists[0][0]
        if len(lists) == 1:
            if len(lists[0]) < 2 or first in taken:
                continue
            taken.add(first)
        elements = _merged(lists)
        result.append(Candidate(_signature(tree.tags[first], name), elements))
        if not name:
            result.extend(Candidate(tree.tags[first], part) for part in _parts(tree, elements))
    for (tag, name), lists in anywhere.items():
        if len(lists) > 1 and any(tree.path[one[0]] != tree.path[lists[0][0]] for one in lists):
            result.append(Candidate(_signature(tag, name), _outermost(tree, _merged(lists))))
    return result


def _alike(tree: Tree, links: Links) -> dict[tuple[int, str], list[int]]:
    """List the elements that hold a possible permalink, by tag path and all their classes at once."""
    parents, path, classes = tree.parents, tree.path, tree.classes
    held: set[int] = set()
    for link, points in zip(links.element, links.points, strict=True):
        if points > LEAST:
            i = link
            while i >= 0 and i not in held:
                held.add(i)
                i = parents[i]
    alike: dict[tuple[int, str], list[int]] = {}
    for i in sorted(held):
        alike.setdefault((path[i], classes[i]), []).append(i)
    return alike


def _parts(tree: Tree, elements: list[int]) -> Iterator[list[int]]:
    """Yield parts of the elements of a path that may be cards without the others.

    These are the children of the one parent with the most of their text, where others are a menu's; and,
    where a parent's children take turns (the rows of a record), those that begin a turn.
    """
    parents = tree.parents
    largest = elements
    if parents[elements[0]] != parents[elements[-1]]:
        if tree.tags[parents[elements[0]]] in _LISTS:
            around = _largest_part(tree, elements, [_holder(tree, i) for i in elements])
            if _LEAST_PART <= len(around) < len(elements):
                yield around
        of_parent = Counter(parents[i] for i in elements)
        if max(of_parent.values()) < _LEAST_PART:  # they stand in cards of their own
            return
        largest = _largest_part(tree, elements, [parents[i] for i in elements])
        if _LEAST_PART <= len(largest) < len(elements):
            yield largest
    if tree.tags[elements[0]] in _TURNING and len(largest) >= 2 * _LEAST_PART:
        turns = _turns(tree, parents[largest[0]])
        if turns:
            yield turns


def _largest_part(tree: Tree, elements: list[int], holders: Sequence[int]) -> list[int]:
    """Return the elements of the holder with the most of their text."""
    parts: dict[int, list[int]] = {}
    for i, holder in zip(elements, holders, strict=True):
        parts.setdefault(holder, []).append(i)
    return max(parts.values(), key=lambda part: sum(map(tree.size, part)))


def _holder(tree: Tree, i: int) -> int:
    """Return the element that holds the list of an item, and other lists under other headings."""
    i = tree.parents[i]
    while i >= 0 and tree.tags[i] in _LISTS:
        i = tree.parents[i]
    return i


def _turns(tree: Tree, parent: int) -> list[int]:
    """Return the children of a parent that begin a record of several of them; none where each is alike.

    Children are alike if the same tags stand in them. The shortest period counts after which nearly all
    children are alike again; a record begins with the child that the list begins with.
    """
    children, i = [], parent + 1
    while i < tree.end[parent]:
        children.append(i)
        i = tree.end[i]
    forms = [tuple(tree.tags[i : min(tree.end[i], i + _LONGEST_FORM)]) for i in children]
    for period in range(1, _LONGEST_PERIOD + 1):
        alike = sum(map(eq, forms, forms[period:]))
        if len(forms) > 2 * period and alike >= _LEAST_ALIKE * (len(forms) - period):
            return children[::period] if period > 1 else []
    return []


def _signature(tag: str, name: str) -> str:
    return f"{tag}.{name}" if name else tag


def _merged(lists: list[list[int]]) -> list[int]:
    """Return the elements of several lists in document order."""
    return lists[0] if len(lists) == 1 else sorted(itertools.chain.from_iterable(lists))


def _outermost(tree: Tree, elements: list[int]) -> list[int]:
    """Return the elements that lie in none of the others."""
    result: list[int] = []
    for i in elements:
        if not result or i >= tree.end[result[-1]]:
            result.append(i)
    return result


def _upper_bound(evidence: Evidence, elements: list[int]) -> float:
    """Return the highest score that these elements can have."""
    tree = evidence.tree
    region, parents, length = tree.region, tree.parents, tree.length
    in_region = sum(region[i] >= 0 for i in elements) / len(elements)
    above = [parents[i] for i in elements]
    if any(map(eq, above, above[1:])):
        last = max(elements[-1], above[-1])  # a flat list reaches over more than its elements
        size = length[tree.text_end[last]] - length[tree.text_start[elements[0]]]
    else:
        start, end = tree.text_start, tree.text_end
        size = sum(length[end[i]] - length[start[i]] for i in elements)
    return score_upper_bound(len(elements), min(1.0, size / evidence.content), in_region)


def _group(evidence: Evidence, candidate: Candidate) -> Group | None:
    """Return the candidate as a group with its score; None where its elements cannot be cards."""
    elements, keys_of = candidate.elements, evidence.links.key
    members = []
    keys: set[str] = set()
    repeats = strong = 0
    for span in member_spans(evidence.tree, evidence.links, elements):
        permalink = evidence.permalink(span.start, span.end)
        if permalink is None:
            continue
        key = keys_of[permalink.row]
        if key in keys:
            repeats += 1
            continue
        keys.add(key)
        members.append(Member(span.start, span.end, span.text_start, span.text_end, permalink.row))
        strong += max(1, permalink.strong)
    n = len(members)
    if n < 2 or n < repeats or n < _LEAST_KEPT * len(elements) or _says_nothing(evidence, members):
        return None
    return measure(evidence, candidate.signature, members, n / len(elements), n / strong)


def _say_the_same(tree: Tree, members: Sequence[Member]) -> bool:
    """Return whether all members have the same text; the first texts of two show that most have not."""
    one, other = (tree.texts[m.text_start : min(m.text_start + 1, m.text_end)] for m in members[:2])
    if not one or not other or not (one[0].startswith(other[0]) or other[0].startswith(one[0])):
        return False
    texts = (tree.join(m.text_start, m.text_end) for m in members)
    first = next(texts)
    return all(text == first for text in texts)


def _says_nothing(evidence: Evidence, members: Sequence[Member]) -> bool:
    """Return whether all members say the same ("more", again and again), or are the paragraphs of a text.

    Such paragraphs begin with a label and go on with the sentence; where a date is in one, it is a note's.
    """
    tree, links = evidence.tree, evidence.links
    if _say_the_same(tree, members):
        return True
    if tree.tags[members[0].start] != "p" or any(
        evidence.has_date(m.text_start, m.text_end) for m in members
    ):
        return False
    return sum(begins_sentence(tree, links.element[m.row]) for m in members) > _PROSE * len(members)
