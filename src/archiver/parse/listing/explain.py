"""Why these are the cards of a page, in words, and what else might have been.

In: the groups that were judged. Out: sentences, and `RunnerUp`s. Refuses nothing. The one surprise: the
score is told as it is, the facts behind it only where they say something.
"""

from collections.abc import Iterable, Sequence

from archiver.models import RunnerUp
from archiver.parse.document.links import Links
from archiver.parse.listing.score import Group

_TITLES = 3
"""First titles of a group that are shown."""
_LONGEST_TITLE = 80
"""Characters of a title that are shown."""
_NAMED = {"headed": "a heading", "dated": "a date", "prose": "text"}
"""Facts that are shares of the members, as a sentence has them."""


def why(chosen: Group | None, others: Sequence[Group]) -> str:
    """Why the chosen group is the cards; where there is none, why there is none."""
    if chosen is None:
        best = f"; the best of them, {described(others[0])}" if others else ""
        return f"no group of elements is clearly the cards{best}"
    runner_up = f"; the next best, {described(others[0])}" if others else ""
    return f"{described(chosen)}{runner_up}"


def described(group: Group) -> str:
    """What a group is, and what speaks for it."""
    facts, n = group.facts, len(group.members)
    said = [
        name if share == n else f"{name} on {share}"
        for fact, name in _NAMED.items()
        if (share := round(facts[fact] * n))
    ]
    has = f"with {_listed(said)}" if said else "bare links"
    holds = f"holding {facts['coverage']:.0%} of the page's text"
    return f"{n} <{group.signature}>, {has}, {holds} (score {group.score:.2f})"


def runners_up(groups: Iterable[Group], links: Links) -> tuple[RunnerUp, ...]:
    """The groups as a user may look at them."""
    return tuple(
        RunnerUp(
            name=group.signature,
            cards=len(group.members),
            score=round(group.score, 2),
            facts=described(group),
            titles=tuple(links.text[m.row][:_LONGEST_TITLE] for m in group.members[:_TITLES]),
        )
        for group in groups
    )


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
