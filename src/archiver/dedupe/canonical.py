"""One post out of the cards that show it (survivorship), with a source for every value.

In: the cards of one post, their faces and all their sightings. Out: a `Post`. Refuses to invent: every value
stands on one of the cards, spelled as there. The one surprise: the title is the one that was shown over the
longest stretch of time, not the latest, for a title of one day is as often a slip as an improvement.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from archiver.dedupe.compare import Face
from archiver.dedupe.seen import Seen, seen_order
from archiver.models import Card, FieldSource, Match, Post, Revision

_DIGITS = re.compile(r"\d+")
_EDGE = 30
"""Characters at either end of a text where a number that changes is a counter (shares, comments)."""


def canonical(
    cards: Mapping[str, Card],
    faces: Mapping[str, Face],
    sightings: Iterable[Seen],
    matches: Iterable[Match],
) -> Post:
    """The canonical post of `cards` (by id, as are their `faces`), each seen in one of `sightings`.

    The live permalink, the one of the latest sighting, leads `urls`; the others follow as first seen. The
    date is the first one printed; categories and tags are united in order of first mention; the excerpt is
    the fullest, of equals the one that appeared last.
    """
    seen = sorted(sightings, key=seen_order)
    first: dict[str, Seen] = {}
    for s in seen:
        first.setdefault(s.card, s)
    sources: list[FieldSource] = []

    def note(field: str, values: Mapping[str, str]) -> None:
        sources.extend(
            FieldSource(field=field, value=v, card=c, capture=first[c].capture) for v, c in values.items()
        )

    def one(field: str, pick: Callable[[Sequence[tuple[str, Seen]]], str | None]) -> str | None:
        shown = [(value, s) for s in seen if (value := getattr(cards[s.card], field))]
        value = pick(shown) if shown else None
        if value is None:
            return None
        note(field, {value: next(s.card for v, s in shown if v == value)})
        return value

    def union(field: str) -> dict[str, str]:
        values: dict[str, str] = {}
        for c in first:
            for value in getattr(cards[c], field):
                values.setdefault(value, c)
        note(field, values)
        return values

    url = one("url", lambda shown: shown[-1][0])
    others: dict[str, str] = {}
    for c in first:
        if (other := cards[c].url) and other != url:
            others.setdefault(other, c)
    note("urls", others)
    fullest = max(
        (c for c in reversed(first) if cards[c].excerpt), key=lambda c: len(faces[c].text), default=None
    )
    return Post(
        id=seen[0].card,
        url=url,
        urls=(*((url,) if url else ()), *others),
        title=one("title", _longest_shown),
        date=one("date", lambda shown: shown[0][0]),
        author=one("author", _longest_shown),
        categories=tuple(union("categories")),
        tags=tuple(union("tags")),
        excerpt=one("excerpt", lambda _: cards[fullest].excerpt or "") if fullest else None,
        language=_longest_shown([(s.language, s) for s in seen if s.language]),
        first_seen=seen[0].captured_at,
        last_seen=seen[-1].captured_at,
        sightings=len(seen),
        captures=len({s.capture for s in seen}),
        revisions=revisions(cards, faces, seen),
        cards=tuple(first),
        sources=tuple(sources),
        matches=tuple(sorted(matches, key=lambda m: (-m.score, m.left, m.right))),
    )


def _longest_shown(shown: Sequence[tuple[str, Seen]]) -> str | None:
    """The value with the longest stretch from first to last sighting; then the most seen, then the last."""
    spans: dict[str, tuple[datetime, datetime, int]] = {}
    for value, s in shown:
        since, _, count = spans.get(value, (s.captured_at, s.captured_at, 0))
        spans[value] = (since, s.captured_at, count + 1)

    def rank(value: str) -> tuple[timedelta, int, datetime, str]:
        since, until, count = spans[value]
        return (until - since, count, until, value)

    return max(spans, key=rank, default=None)


@dataclass(slots=True)
class _Run:
    """A revision in the making: what it says, and when it was shown."""

    title: str
    text: str
    shows: Card
    first_seen: datetime
    last_seen: datetime
    sightings: int

    def says(self, title: str, text: str) -> bool:
        """Whether a card says the same: a cut, a missing field and a changed counter are no edits."""
        if self.title and title and self.title != title:
            return False
        a, b = sorted((self.text, text), key=len)
        return b.startswith(a) or _differ_in_counters(a, b)


def revisions(
    cards: Mapping[str, Card], faces: Mapping[str, Face], seen: Sequence[Seen]
) -> tuple[Revision, ...]:
    """The distinct titles and texts of one post in order of time, each as its fullest card shows it."""
    runs: list[_Run] = []
    run_of: dict[str, _Run] = {}
    titles = sorted({f.title for f in faces.values() if f.title}, key=lambda t: (-len(t), t))
    for s in seen:
        run = run_of.get(s.card)
        if run is None:
            card, face = cards[s.card], faces[s.card]
            text = _without_title(face.text, titles)
            run = next((r for r in reversed(runs) if r.says(face.title, text)), None)
            if run is None:
                run = _Run(face.title, text, card, s.captured_at, s.captured_at, 0)
                runs.append(run)
            if len(text) > len(run.text):
                run.text = text
                run.shows = (
                    card
                    if card.title or not run.shows.title
                    else card.model_copy(update={"title": run.shows.title})
                )
            elif card.title and not run.shows.title:
                run.shows = run.shows.model_copy(update={"title": card.title})
            run.title = run.title or face.title
            run_of[s.card] = run
        run.last_seen = s.captured_at
        run.sightings += 1
    return tuple(
        Revision(
            title=r.shows.title,
            excerpt=r.shows.excerpt,
            first_seen=r.first_seen,
            last_seen=r.last_seen,
            sightings=r.sightings,
        )
        for r in runs
    )


def _without_title(text: str, titles: Sequence[str]) -> str:
    """The text without a title of the post in front: some themes print it there, some apart."""
    return next((text[len(t) :] for t in titles if text.startswith(t)), text)


def _differ_in_counters(a: str, b: str) -> bool:
    """Whether two texts are equal but for numbers close to their beginning or close to their end."""
    if len(a) <= 2 * _EDGE or len(b) - len(a) > 4 or _DIGITS.sub("", a) != _DIGITS.sub("", b):
        return False
    return a[:-_EDGE] == b[: len(a) - _EDGE] or a[_EDGE:] == b[len(b) - len(a) + _EDGE :]
