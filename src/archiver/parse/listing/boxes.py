"""The other lists of a page that shows several: boxes by topic, a hero row, the lines below a lead story.

A page, its chosen group and its other rated groups come in; a group for each template of these lists goes
out. What stands beside the cards on all pages of a site (a slider, recent posts, the most read) looks just
like such a list, by its cards and by their URLs. Its place tells: a list of the page goes on where another
one ends, or begins under a link to the folder of its cards; what stands beside the content has a heading of
its own that leads nowhere. One list of dated cards is the whole of its page.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter

from archiver.parse.document.tree import Tree
from archiver.parse.listing.forms import is_folder, names_story, url_form
from archiver.parse.listing.lists import list_numbers
from archiver.parse.listing.score import PROSE, Evidence, Group, Member, whole
from archiver.parse.pager.step import names_page

_MOST = 0.8
"""Share of members with a date that makes a list a river; the least purity of a list."""
_LEAST_ODDS = -3.5
"""Log odds of a list beside the chosen one: less than alone, for it is short, and its place speaks for it."""
_LEVELS_ABOVE = 2
"""Levels above the element that holds a list where the lead card before it may stand."""
_PASSES = 3
"""Times that each box is looked at: one may begin where another ends that is less likely."""
_start = attrgetter("start")


@dataclass(slots=True)
class _Cards:
    """The cards that are taken, in page order, with the keys and the forms of their URLs."""

    members: list[Member]
    keys: set[str]
    forms: set[tuple[str, ...]]

    def around(self, box: Sequence[Member]) -> tuple[Member | None, Member | None]:
        """Return the last card that begins before a box, and the first that begins in it or after it."""
        at = bisect_left(self.members, box[0].start, key=_start)
        before = self.members[at - 1] if at else None
        return before, self.members[at] if at < len(self.members) else None


def other_lists(evidence: Evidence, chosen: Group, groups: Sequence[Group]) -> list[Group]:
    """Return the other lists of a page beside the chosen group, each template of theirs as a group."""
    others = [
        group
        for group in groups
        if len(group.members) > 1
        and (group.log_odds or 0.0) >= _LEAST_ODDS
        and group.features.purity > _MOST
        and group.features.in_region == 0
    ]
    if not others or not _may_be_one_of_several(evidence, chosen):
        return []
    links = evidence.links
    cards = _Cards(
        list(chosen.members),
        {links.key[m.row] for m in chosen.members},
        {url_form(links.url[m.row]) for m in chosen.members},
    )
    boxes = [(at, box) for at, group in enumerate(others) for box in _boxes(evidence, group.members, cards)]
    taken: list[list[Member]] = [[] for _ in others]
    for _ in range(_PASSES):
        left = []
        for at, box in boxes:
            if found := _take(evidence, cards, box):
                taken[at].extend(found)
            else:
                left.append((at, box))
        boxes = left
    return [
        replace(group, members=sorted(found, key=_start))
        for group, found in zip(others, taken, strict=True)
        if found
    ]


def _may_be_one_of_several(evidence: Evidence, chosen: Group) -> bool:
    """Return whether other lists may stand beside the chosen one.

    None does on a page that is one of several by its URL, or beside one list of dated cards.
    """
    features, members = chosen.features, chosen.members
    return (
        len(members) > 1
        and not names_page(evidence.page_url)
        and (features.dated + features.dated_above < _MOST or list_numbers(evidence.tree, members)[-1] > 0)
    )


def _boxes(evidence: Evidence, members: Sequence[Member], cards: _Cards) -> Iterator[list[Member]]:
    """Yield the runs of members between which stand neither a heading nor a card that is taken."""
    headings = evidence.tree.headings
    box = [members[0]]
    for a, b in pairwise(members):
        at = bisect_left(headings, a.end)
        is_headed = at < len(headings) and headings[at] < b.start
        if is_headed or cards.around([a])[1] is not cards.around([b])[1]:
            yield box
            box = []
        box.append(b)
    yield box


def _take(evidence: Evidence, cards: _Cards, box: list[Member]) -> list[Member]:
    """Take a box, with its lead card, if it is one of the lists of the page; return the cards so taken."""
    lead = _lead_above(evidence, cards, box)
    found = [lead, *box] if lead else box
    if not all(_is_free(evidence, cards, m) for m in found) or not _is_list(evidence, cards, found, lead):
        return []
    for m in found:
        insort(cards.members, m, key=_start)
        cards.keys.add(evidence.links.key[m.row])
        cards.forms.add(url_form(evidence.links.url[m.row]))
    return found


def _is_free(evidence: Evidence, cards: _Cards, member: Member) -> bool:
    """Return whether a member is named, lies in no card, and leads to a place of this host that none has."""
    links = evidence.links
    before, after = cards.around([member])
    return (
        links.key[member.row] not in cards.keys
        and links.home[member.row]
        and member.text_start < member.text_end
        and (before is None or before.end <= member.start)
        and (after is None or member.end <= after.start)
    )


def _is_list(evidence: Evidence, cards: _Cards, box: list[Member], lead: Member | None) -> bool:
    """Return whether a box begins under the link to its topic, or goes on where another list ends."""
    links = evidence.links
    above = box[0].text_start - 1
    heading = _row_around(evidence, above)
    urls = [links.url[m.row] for m in box]
    if heading is not None and is_folder(links.url[heading], urls):
        return True
    if not set(map(url_form, urls)) <= cards.forms or 2 * sum(map(names_story, urls)) < len(urls):
        return False
    before, after = cards.around(box)
    if before is not None and before.text_end > above:
        return True
    is_headed = above >= 0 and (heading is None or links.heading[heading] >= 0)
    return not is_headed and after is not None and (lead is not None or after.text_start == box[-1].text_end)


def _row_around(evidence: Evidence, k: int) -> int | None:
    """Return the row of the hyperlink that holds a text."""
    if k < 0:
        return None
    element, owner = evidence.links.element, evidence.tree.owner[k]
    row = bisect_right(element, owner) - 1
    return row if row >= 0 and evidence.tree.inside(owner, element[row]) else None


def _lead_above(evidence: Evidence, cards: _Cards, box: Sequence[Member]) -> Member | None:
    """Return the one card in the element right before those of a box, or before the list round it."""
    i = box[0].start
    for _ in range(_LEVELS_ABOVE):
        before = _sibling_before(evidence.tree, i)
        if before is not None:
            return _one_card(evidence, cards, before)
        i = evidence.tree.parents[i]
    return None


def _sibling_before(tree: Tree, i: int) -> int | None:
    """Return the element right before another one in their parent."""
    parent, before = tree.parents[i], i - 1
    if before <= parent:
        return None
    while tree.parents[before] != parent:
        before = tree.parents[before]
    return before


def _one_card(evidence: Evidence, cards: _Cards, i: int) -> Member | None:
    """Return an element as a card if all its hyperlinks lead to one story, over a picture or some text."""
    tree, links = evidence.tree, evidence.links
    rows = range(bisect_left(links.element, i), bisect_left(links.element, tree.end[i]))
    permalink = evidence.permalink(i, tree.end[i])
    if permalink is None or len({links.key[row] for row in rows}) > 1 or tree.region[i] >= 0:
        return None
    url, key = links.url[permalink.row], links.key[permalink.row]
    is_story = key not in cards.keys and url_form(url) in cards.forms and names_story(url)
    has_more = "img" in tree.tags[i : tree.end[i]] or tree.size(i) > PROSE
    return whole(tree, i, permalink.row) if is_story and has_more else None
