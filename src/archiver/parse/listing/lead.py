"""The lead card above a list: one story in a template of its own.

A page, its chosen group and its other rated groups come in; the group with its lead card goes out. Boxes of
several cards are looked for later (`boxes`): they are lists of their own.
"""

from collections.abc import Sequence
from dataclasses import replace

from archiver.parse.listing.forms import url_form
from archiver.parse.listing.rating import is_listing
from archiver.parse.listing.score import Evidence, Group


def with_lead_card(evidence: Evidence, chosen: Group, groups: Sequence[Group]) -> Group:
    """Return the chosen group with the one card above it that is likely a card by itself.

    It stands in the content, and its permalink has the form of theirs: the same parts of a path, whatever
    they say.
    """
    links = evidence.links
    for group in groups:
        lead = group.members[0]
        if (
            len(group.members) == 1
            and is_listing(group)
            and group.features.in_region == 0
            and lead.end <= chosen.members[0].start
            and all(links.key[m.row] != links.key[lead.row] for m in chosen.members)
            and url_form(links.url[lead.row]) in {url_form(links.url[m.row]) for m in chosen.members}
        ):
            return replace(chosen, members=[lead, *chosen.members])
    return chosen
