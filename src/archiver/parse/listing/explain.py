"""Why these are the cards of a page, in words, and what else might have been.

The groups come in; sentences and `RunnerUp`s go out. The log odds are shown where the learned model was
asked, a feature only where the group has it.
"""

from collections.abc import Iterable, Sequence

from archiver.models import RunnerUp
from archiver.parse.document.links import Links
from archiver.parse.listing.score import Group

_TITLES = 3
"""First titles of a group that are shown."""
_LONGEST_TITLE = 80
"""Characters of a title that are shown."""


def explain(chosen: Group | None, others: Sequence[Group]) -> str:
    """Explain why the chosen group is the cards; where there is none, why there is none."""
    if chosen is None:
        best = f"; the best of them, {describe(others[0])}" if others else ""
        return f"no group of elements is clearly the cards{best}"
    runner_up = f"; the next best, {describe(others[0])}" if others else ""
    return f"{describe(chosen)}{runner_up}"


def describe(group: Group) -> str:
    """Describe a group, and what speaks for it."""
    features, n = group.features, len(group.members)
    shares = {"a heading": features.headed, "a date": features.dated, "text": features.prose}
    counts = {name: round(share * n) for name, share in shares.items()}
    found = [name if count == n else f"{name} on {count}" for name, count in counts.items() if count]
    has = f"with {_enumerate(found)}" if found else "bare links"
    holds = f"holding {features.coverage:.0%} of the page's text"
    odds = "" if group.log_odds is None else f" (log odds {group.log_odds:+.1f})"
    return f"{n} <{group.signature}>, {has}, {holds}{odds}"


def runners_up(groups: Iterable[Group], links: Links) -> tuple[RunnerUp, ...]:
    """Return the groups as a user may look at them."""
    return tuple(
        RunnerUp(
            name=group.signature,
            cards=len(group.members),
            log_odds=round(group.log_odds or 0.0, 2),
            facts=describe(group),
            titles=tuple(links.text[m.row][:_LONGEST_TITLE] for m in group.members[:_TITLES]),
        )
        for group in groups
    )


def _enumerate(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
