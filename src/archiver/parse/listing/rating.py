"""Rating groups by the learned model.

A page and a group come in; the group goes out with the log odds that it is the cards of the page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import inf

from archiver.parse.listing.features import LIKELY, group_features, page_facts
from archiver.parse.listing.model import MODEL
from archiver.parse.listing.score import Evidence, Group, Member

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
    lead story, or a row of another colour, makes a group a little less alike.
    """
    found = max(filter(is_listing, groups), key=_log_odds, default=None)
    if found is None:
        return None
    keys = {evidence.links.key[m.row] for m in found.members}
    whole = [
        group
        for group in groups
        if _log_odds(group) >= _log_odds(found) - _NEARLY
        and keys < {evidence.links.key[m.row] for m in group.members}
        and all(_is_likely(evidence, m) for m in group.members if evidence.links.key[m.row] not in keys)
    ]
    return max(whole, key=lambda group: len(group.members), default=found)


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
