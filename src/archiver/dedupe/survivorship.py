"""Survivorship: one post out of the cards that show it, with a source for every value.

The cards of one post go in, with their keys and sightings; a `Post` comes out. Every value is one of a card,
spelled as there. The title is the one that was shown over the longest stretch of time, not the latest: a
title of one day is as often a slip as an improvement.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple

from archiver.dedupe.evidence.sightings import CaptureRef, CardSightings
from archiver.dedupe.keys.card import CardKeys
from archiver.dedupe.keys.normalize import FORMULA, text_keys
from archiver.models import Card, Comparison, FieldSource, Post, Revision

_DIGITS = re.compile(r"\d+")
_EDGE = 30
"""Characters at either end of a text where a number that changes is a counter (shares, comments)."""

_OPENING = 16
"""Characters by which the beginning of a text is found behind a byline."""
_BYLINE = 60
"""Characters of the longest byline."""
_COUNT = 14
"""Characters of the longest count with its word."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


_SITE_NAME = re.compile(r"\s+(?:[|–—·»-]|::)\s+")
"""The separator between a title and the name of its site."""
_LONGEST_FORMULA = 60
"""Characters that one text may show where the other has a formula."""


class Showing(NamedTuple):
    """A card of one post, with its keys and its sightings."""

    id: str
    card: Card
    keys: CardKeys
    sightings: CardSightings


def canonical(
    cards: Iterable[Showing], captures: Sequence[CaptureRef], comparisons: Iterable[Comparison]
) -> Post:
    """Make the canonical post of cards.

    The live permalink, the one of the latest sighting, leads `urls`; the others follow as first seen. The
    date is the first one printed. Categories and tags are united in order of first mention. The excerpt is
    the fullest, of equals the one that appeared last.

    Args:
        cards: The cards of the post, in any order.
        captures: The captures by number, of which the cards' sightings speak.
        comparisons: The pairs of cards that hold the post together.
    """
    first = sorted(cards, key=lambda c: (c.sightings.first, c.id))
    last = sorted(first, key=lambda c: (c.sightings.last, c.id))

    def longest(of_value: _Showings) -> str:
        return _longest_shown(of_value, captures)

    url = _one(first, "url", lambda _: next(c.card.url for c in reversed(last) if c.card.url))
    urls = url + _union("urls", ((u, c) for c in first if (u := c.card.url) and u != _value(url)))
    title, author = _one(first, "title", longest), _one(first, "author", longest)
    date = _one(first, "date", lambda dates: next(iter(dates)))
    categories = _union("categories", ((k, c) for c in first for k in c.card.categories))
    tags = _union("tags", ((t, c) for c in first for t in c.card.tags))
    excerpt = _one(first, "excerpt", lambda _: _fullest(first))
    languages = _by_value((c.sightings.language, c) for c in first)
    shown_on = frozenset[int]().union(
        *(c.sightings.captures for c in first), *(c.sightings.pieces for c in first)
    )
    return Post(
        id=first[0].id,
        url=_value(url),
        urls=tuple(chosen.value for chosen in urls),
        title=_value(title),
        date=_value(date),
        author=_value(author),
        categories=tuple(chosen.value for chosen in categories),
        tags=tuple(chosen.value for chosen in tags),
        excerpt=_value(excerpt),
        language=longest(languages) if languages else None,
        first_seen=captures[first[0].sightings.first[0]].captured_at,
        last_seen=captures[last[-1].sightings.last[0]].captured_at,
        sightings=sum(c.sightings.sightings for c in first),
        captures=len(shown_on),
        revisions=revisions(first, captures),
        cards=tuple(c.id for c in first),
        sources=tuple(
            FieldSource(field, value, c.id, captures[c.sightings.first[0]].capture)
            for field, value, c in chain(urls, title, date, author, categories, tags, excerpt)
        ),
        comparisons=tuple(sorted(comparisons, key=lambda m: (-m.score, m.left, m.right))),
    )


class _Chosen(NamedTuple):
    """A value of the post, and the card that showed it first."""

    field: str
    value: str
    showing: Showing


_Showings = Mapping[str, Sequence[Showing]]
"""The values of a field in order of first mention, each with the cards that show it."""


def _by_value(values: Iterable[tuple[str | None, Showing]]) -> _Showings:
    """Return the cards of each value that is there."""
    found: dict[str, list[Showing]] = {}
    for value, c in values:
        if value:
            found.setdefault(value, []).append(c)
    return found


def _one(cards: Sequence[Showing], field: str, pick: Callable[[_Showings], str | None]) -> list[_Chosen]:
    """Return the picked one of several values of a field, or nothing where no card has any."""
    of_value = _by_value((getattr(c.card, field), c) for c in cards)
    if not of_value:
        return []
    # nearly every post has one value, for which nothing has to be looked up
    value = pick(of_value) if len(of_value) > 1 else next(iter(of_value))
    return [] if value is None else [_Chosen(field, value, of_value[value][0])]


def _fullest(cards: Sequence[Showing]) -> str | None:
    """Return the excerpt with the longest key; of equals the last."""
    with_excerpt = (c for c in reversed(cards) if c.card.excerpt)
    return max(with_excerpt, key=lambda c: len(c.keys.text)).card.excerpt


def _union(field: str, values: Iterable[tuple[str, Showing]]) -> list[_Chosen]:
    """Return the distinct values in order of first mention."""
    found: dict[str, Showing] = {}
    for value, c in values:
        found.setdefault(value, c)
    return [_Chosen(field, value, c) for value, c in found.items()]


def _value(chosen: Sequence[_Chosen]) -> str | None:
    return chosen[0].value if chosen else None


def _longest_shown(of_value: _Showings, captures: Sequence[CaptureRef]) -> str:
    """Return the value that was shown over the longest stretch of time; then the most seen, then the last."""

    def stretch(value: str) -> tuple[timedelta, int, datetime, str]:
        seen = [c.sightings for c in of_value[value]]
        since = min(captures[s.first[0]].captured_at for s in seen)
        until = max(captures[s.last[0]].captured_at for s in seen)
        return until - since, sum(s.sightings for s in seen), until, value

    return max(of_value, key=stretch)


@dataclass(slots=True)
class _Run:
    """A revision that is being collected: its title and text, and when it was shown."""

    title: str
    bare: frozenset[str]
    text: str
    shows: Card
    first_seen: datetime
    last_seen: datetime
    sightings: int

    def matches(self, title: str, bare: frozenset[str], text: str, authors: Sequence[str]) -> bool:
        """Whether a card shows this revision."""
        return is_same_title(self.title, self.bare, title, bare) and is_same_text(self.text, text, authors)

    def take_in(self, card: Card, text: str) -> None:
        """Show the revision by this card where its text is fuller, with a title where either has one."""
        if len(text) > len(self.text):
            title = self.shows.title
            self.text = text
            self.shows = card if card.title or not title else card.model_copy(update={"title": title})
        elif card.title and not self.shows.title:
            self.shows = self.shows.model_copy(update={"title": card.title})


def revisions(cards: Sequence[Showing], captures: Sequence[CaptureRef]) -> tuple[Revision, ...]:
    """Return the distinct titles and texts of one post in order of time, each as its fullest card shows it.

    Args:
        cards: The cards of the post, sorted by first sighting.
        captures: The captures by number, of which the cards' sightings speak.
    """
    runs: list[_Run] = []
    titles = sorted({c.keys.title for c in cards if c.keys.title}, key=lambda t: (-len(t), t))
    authors = sorted({c.keys.author for c in cards if c.keys.author})
    for _, card, keys, seen in cards:
        since, until = captures[seen.first[0]].captured_at, captures[seen.last[0]].captured_at
        text = text_without_title(keys.text, titles)
        bare = bare_titles(card.title or "")
        run = next((r for r in reversed(runs) if r.matches(keys.title, bare, text, authors)), None)
        if run is None:
            run = _Run(keys.title, bare, text, card, since, until, 0)
            runs.append(run)
        run.take_in(card, text)
        if not run.title:
            run.title, run.bare = keys.title, bare
        run.last_seen = max(run.last_seen, until)
        run.sightings += seen.sightings
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


def is_same_title(title: str, bare: frozenset[str], other: str, other_bare: frozenset[str]) -> bool:
    """Whether two title keys are one title. A missing one, or the site's name beside it, is no edit."""
    return not (title and other) or title == other or title in other_bare or other in bare


def is_same_text(text: str, other: str, authors: Sequence[str]) -> bool:
    """Whether two text keys are one text. No edit is a cut, a missing one, a byline, a count, a formula."""
    a, b = sorted((text, other), key=len)
    if b.startswith(a) or _differ_in_counters(a, b) or _differ_in_formulas(a, b):
        return True
    return any(_lies_behind_byline(x, y, authors) for x, y in ((a, b), (b, a)))


def bare_titles(title: str) -> frozenset[str]:
    """Return the keys of a title without its last part and without its first: one may be the site's name."""
    parts = _SITE_NAME.split(title)
    if len(parts) < 2:
        return frozenset()
    return frozenset(text_keys([" ".join(parts[:-1]), " ".join(parts[1:])])) - {""}


def _differ_in_formulas(a: str, b: str) -> bool:
    """Whether two texts are equal, up to a cut, but for what either shows in the place of a formula."""
    if (FORMULA in a) == (FORMULA in b):
        return False
    marked, plain = (a, b) if FORMULA in a else (b, a)
    first, *rest = marked.split(FORMULA)
    if not plain.startswith(first):
        return False
    at = len(first)
    for part in rest:
        found = plain.find(part[:_OPENING], at, at + _LONGEST_FORMULA + _OPENING)
        if found < 0:
            return at >= _OPENING and len(plain) - at <= _LONGEST_FORMULA  # cut within the formula
        at = found + len(part)
        if not plain.startswith(part, found):
            return part.startswith(plain[found:])
    return at >= _OPENING


def text_without_title(text: str, titles: Sequence[str]) -> str:
    """Return the text without a title of the post in front: some themes print it there, some apart."""
    return next((text[len(t) :] for t in titles if text.startswith(t)), text)


def _differ_in_counters(a: str, b: str) -> bool:
    """Whether two texts are equal but for numbers close to their beginning or close to their end."""
    if len(a) <= 2 * _EDGE or len(b) - len(a) > 4 or _DIGITS.sub("", a) != _DIGITS.sub("", b):
        return False
    return a[:-_EDGE] == b[: len(a) - _EDGE] or a[_EDGE:] == b[len(b) - len(a) + _EDGE :]


def _lies_behind_byline(text: str, other: str, authors: Sequence[str]) -> bool:
    """Whether a text is the other with a byline in front: its author, a date, or a count ("3 min read")."""
    opening = text[:_OPENING]
    at = other.find(opening, 1, _BYLINE + len(opening)) if len(opening) == _OPENING else -1
    if at < 0 or not (other.startswith(text, at) or text.startswith(other[at:])):
        return False
    byline = other[:at]
    if any(author in byline for author in authors) or _YEAR.search(byline):
        return True
    return byline[0].isdigit() and len(byline) <= _COUNT
