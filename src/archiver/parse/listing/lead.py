"""The lead card above a list: one story in a template of its own.

A page, its chosen group and its other rated groups come in; the group with its lead card goes out. Boxes of
several cards are looked for later (`boxes`): they are lists of their own.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from archiver.parse.document.urls import same_place
from archiver.parse.listing.forms import names_story, url_form
from archiver.parse.listing.headlines import elements_around
from archiver.parse.listing.rating import is_listing
from archiver.parse.listing.score import PROSE, Evidence, Group, whole

_MOST = 0.8
"""Share of members with a date from which on the lead card has one, too."""


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


def with_headline(evidence: Evidence, chosen: Group) -> Group:
    """Return the chosen group with the one story above it that it lacks, if it has a headline.

    Its URL has the form of theirs. It is an `h1`, or has a picture, some text, or a date, as they have.
    """
    tree, links, first = evidence.tree, evidence.links, chosen.members[0].start
    above = range(bisect_left(links.element, first))
    if all(links.heading[row] < 0 for row in above):
        return chosen
    forms = {url_form(links.url[m.row]) for m in chosen.members}
    stories = _lacking(evidence, chosen, forms, above)
    of_one = _of_one_story(evidence, stories)
    row = next((row for row in of_one if links.heading[row] >= 0), -1)
    if row < 0:
        return chosen
    headline = min(links.element[row], links.heading[row])
    *_, card = headline, *elements_around(evidence, headline, row, forms)
    lead = whole(tree, card, row)
    is_dated = evidence.has_date(lead.text_start, lead.text_end)
    if lead.end > first or (chosen.features.dated > _MOST and not is_dated):
        return chosen
    has_more = is_dated or "img" in tree.tags[card : lead.end] or tree.size(card) > PROSE
    is_title = tree.tags[links.heading[row]] == "h1"
    return replace(chosen, members=[lead, *chosen.members]) if has_more or is_title else chosen


def _of_one_story(evidence: Evidence, rows: Iterable[int]) -> list[int]:
    """Return the hyperlinks if all of them lead to one story; none if to several."""
    found: list[int] = []
    for row in rows:
        if found and evidence.links.key[row] != evidence.links.key[found[0]]:
            return []
        found.append(row)
    return found


def _lacking(
    evidence: Evidence, chosen: Group, forms: set[tuple[str, ...]], rows: Iterable[int]
) -> Iterator[int]:
    """Yield those hyperlinks in the content that lead to stories that a list lacks, by their *forms*."""
    tree, links = evidence.tree, evidence.links
    keys = {links.key[m.row] for m in chosen.members}
    here = same_place(evidence.page_url).partition("?")[0]
    for row in rows:
        if (
            links.home[row]
            and tree.region[links.element[row]] < 0
            and links.key[row] not in keys
            and links.key[row].partition("?")[0] != here
            and names_story(links.url[row])
            and url_form(links.url[row]) in forms
        ):
            yield row
