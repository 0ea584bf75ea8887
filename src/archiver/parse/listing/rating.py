"""Rating groups by the learned model.

A page and a group come in; the group goes out with the log odds that it is the cards of the page.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf

from archiver.parse.listing.features import LIKELY, group_features, page_facts
from archiver.parse.listing.forms import folders_of_several, names_story, url_form
from archiver.parse.listing.model import MODEL
from archiver.parse.listing.score import Evidence, Group, Member

_WRAPS = 0.5
"""Purity up to which the elements of a group hold several cards each."""
_ALL_TEXT, _MOST_TEXT = 0.95, 0.8
"""Shares of the text of such elements, and of lists with what is above them, that stands in these cards."""
_LISTS = frozenset({"ul", "ol", "dl", "table", "tbody"})
"""Elements that hold cards and are none."""
_HEADED = 0.2
"""Share of members right below a date where these are the headings of a list."""
_NEARLY = 0.7
"""Log odds: groups that differ by less are taken for equally likely."""


def rate(evidence: Evidence, groups: Iterable[Group]) -> list[Group]:
    """Return the groups with their log odds, in the same order."""
    page = page_facts(evidence)
    return [_rated(group, group_features(page, group)) for group in groups]


def _rated(group: Group, features: Mapping[str, float]) -> Group:
    return replace(group, log_odds=MODEL.log_odds(features), weighed=features)


def likeliest(evidence: Evidence, groups: Sequence[Group]) -> Group | None:
    """Return the group that is the cards of the page, if one of the rated *groups* is likely enough.

    Of groups that are nearly as likely, one that has all cards of the likeliest and more is taken instead: a
    lead story, or a row of another colour, makes a group a little less alike. Where its rows hold several
    cards each, these are taken; and where others than a menu's items stand elsewhere, only these.
    """
    found = max(filter(is_listing, groups), key=_log_odds, default=None)
    if found is None:
        return None
    says_the_same = _say_the_same(evidence, found)
    records = [
        group
        for group in filter(is_listing, groups)
        if 2 * len(group.members) <= len(found.members)
        and _stand_several_in(evidence, found, group)
        and (says_the_same or _have_labels(evidence, found, group))
    ]
    found = max(records, key=_log_odds, default=found)
    tag = evidence.tree.tags[found.members[0].start]
    if tag in _LISTS:
        items = [g for g in filter(is_listing, groups) if _are_cards_of(found, g, 1.0, _MOST_TEXT)]
        found = max(items, key=_log_odds, default=found)
    elif tag == "tr" and found.features.purity <= _WRAPS:
        cells = [g for g in groups if _are_cards_of(found, g, _WRAPS, _ALL_TEXT)]
        found = max(cells, key=_log_odds, default=found)
    found = max((g for g in groups if _is_dated_part(evidence, found, g)), key=_log_odds, default=found)
    found = max((g for g in groups if _lacks_only_a_menu(evidence, found, g)), key=_log_odds, default=found)
    keys = {evidence.links.key[m.row] for m in found.members}
    whole = [
        group
        for group in groups
        if _log_odds(group) >= _log_odds(found) - _NEARLY
        and keys < {evidence.links.key[m.row] for m in group.members}
        and _adds_cards(evidence, group, keys)
    ]
    return max(whole, key=lambda group: len(group.members), default=found)


def _is_dated_part(evidence: Evidence, found: Group, group: Group) -> bool:
    """Return whether a group nearly as likely is the members with a date, and the others stand elsewhere.

    Those with a date in them stand in elements that hold no others, those below dates all in one element.
    """
    tree = evidence.tree
    if len(group.members) >= len(found.members) or _log_odds(group) < _log_odds(found) - _NEARLY:
        return False
    starts = {m.start for m in group.members}
    others = [m for m in found.members if m.start not in starts]
    if len(others) + len(starts) > len(found.members):
        return False
    if any(evidence.has_date(m.text_start, m.text_end) for m in others):
        return False
    if group.features.dated_above >= max(_HEADED, 2 / len(starts)):
        around = tree.parents[group.members[0].start]
        while around >= 0 and tree.end[around] < group.members[-1].end:
            around = tree.parents[around]
        return around >= 0 and not any(tree.inside(m.start, around) for m in others)
    homes = {tree.parents[m.start] for m in group.members}
    return group.features.dated >= _MOST_TEXT and not any(tree.parents[m.start] in homes for m in others)


def _lacks_only_a_menu(evidence: Evidence, found: Group, group: Group) -> bool:
    """Return whether a group nearly as likely is the members without a few that stand elsewhere: a menu.

    None of these few is likely to be a card by itself, and their URLs have other forms.
    """
    tree, links = evidence.tree, evidence.links
    if len(group.members) >= len(found.members) or _log_odds(group) < _log_odds(found) - _NEARLY:
        return False
    starts = {m.start for m in group.members}
    others = [m for m in found.members if m.start not in starts]
    if len(others) + len(starts) > len(found.members) or len(others) > len(starts):
        return False
    homes = {tree.parents[m.start] for m in group.members}
    forms = {url_form(links.url[m.row]) for m in group.members}
    return not any(
        tree.parents[m.start] in homes or url_form(links.url[m.row]) in forms or _is_likely(evidence, m)
        for m in others
    )


def _say_the_same(evidence: Evidence, group: Group) -> bool:
    """Return whether the labels of the permalinks take turns: "Opinion", "Audio", again and again."""
    labels = {evidence.links.text[m.row] for m in group.members}
    return len(labels) <= _WRAPS * len(group.members)


def _have_labels(evidence: Evidence, parts: Group, records: Group) -> bool:
    """Return whether parts are the permalinks of stories and their labels, which have URLs of other forms."""
    links = evidence.links
    stories = {links.key[m.row]: links.url[m.row] for m in records.members}
    forms = set(map(url_form, stories.values()))
    return (
        all(map(names_story, stories.values()))
        and stories.keys() <= {links.key[m.row] for m in parts.members}
        and all((links.key[m.row] in stories) == (url_form(links.url[m.row]) in forms) for m in parts.members)
    )


def _stand_several_in(evidence: Evidence, parts: Group, records: Group) -> bool:
    """Return whether nearly all members of a group stand in records, several to one, under other labels."""
    starts = [m.start for m in records.members]
    homes = [bisect_right(starts, m.start) - 1 for m in parts.members]
    inside = {
        (at, evidence.links.text[m.row])
        for at, m in zip(homes, parts.members, strict=True)
        if at >= 0 and m.start < records.members[at].end
    }
    return len(starts) <= _WRAPS * len(inside) and len(inside) >= _MOST_TEXT * len(homes)


def _are_cards_of(wrappers: Group, group: Group, per_card: float, text: float) -> bool:
    """Return whether a group is the cards that stand several to an element, which has hardly another text.

    So do the cells of a row. Where the row is a record, some of its cells have no hyperlink. At most
    *per_card* wrappers come to a card, and *text* is the least share of their text that the cards have.
    """
    starts = [m.start for m in wrappers.members]
    homes = [bisect_right(starts, m.start) - 1 for m in group.members]
    return (
        group.features.purity == 1
        and group.features.coverage >= text * wrappers.features.coverage
        and len(set(homes)) == len(starts) < len(homes)
        and len(starts) <= per_card * len(homes)
        and all(
            at >= 0 and m.end <= wrappers.members[at].end for at, m in zip(homes, group.members, strict=True)
        )
    )


def _adds_cards(evidence: Evidence, group: Group, keys: set[str]) -> bool:
    """Return whether the members of a group that have none of the *keys* may all be cards.

    The link to the folder in which several members stand is the heading of their box.
    """
    links = evidence.links
    added = [m for m in group.members if links.key[m.row] not in keys]
    if not all(_is_likely(evidence, m) for m in added):
        return False
    folders = folders_of_several(links.url[m.row] for m in group.members)
    return not any(links.url[m.row].partition("?")[0].rstrip("/") in folders for m in added)


def _is_likely(evidence: Evidence, member: Member) -> bool:
    """Return whether a member may be a card by itself: dated, or with a likely permalink."""
    return (
        evidence.has_date(member.text_start, member.text_end) or evidence.links.points[member.row] >= LIKELY
    )


def _log_odds(group: Group) -> float:
    """Return the log odds of a rated group."""
    return -inf if group.log_odds is None else group.log_odds


def is_listing(group: Group) -> bool:
    """Return whether a rated group is likely enough to be the cards of its page."""
    return group.log_odds is not None and group.log_odds >= MODEL.threshold
