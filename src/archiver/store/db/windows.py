"""What each capture of a page shows, beside what the page showed before and after: the window of its posts.

Data sets are no pages, and cards in no post yet are left out: of neither can be said what came or went.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from archiver.models import Card, iso_time
from archiver.store.db.cards import CAPTURE_ORDER, as_json, read_cards_by_id

_CAPTURES = (
    "FROM captures JOIN pages ON pages.capture_id = captures.id WHERE pages.same_page"
    " AND EXISTS (SELECT 1 FROM sightings WHERE capture_id = captures.id)"
)
_OF_POST = (
    "FROM cards JOIN sightings ON card_id = cards.id JOIN captures ON captures.id = sightings.capture_id"
    " JOIN pages ON pages.capture_id = captures.id AND pages.same_page WHERE post_id = ?"
)
_STAMP = re.compile(r"\d{14}")
_GLOB_SIGN = re.compile(r"[*?[]")
_PLACE = "captures.id, captures.key, captures.url, captures.captured_at"
_NAME = 80
"""Characters of its text that name a post without a title."""


class WindowPlace(NamedTuple):
    """A capture that shows cards: its row, public id, URL and time."""

    row: int
    capture: str
    url: str
    at: datetime


class ShownPost(NamedTuple):
    """A post at one position of a capture, by its row; `card` is the row of the card that shows it.

    `title` and `date` are the post's, `first_seen` is the time of its first sighting. Texts sort by time.
    """

    post: int
    card: int
    list_number: int
    title: str | None
    date: str | None
    first_seen: str


class PostFacts(NamedTuple):
    """What a change says of its post; the times are those of its first and last sighting.

    `text` is the beginning of its text, where it has no title.
    """

    id: str
    title: str | None
    text: str | None
    url: str | None
    site: str | None
    first_seen: datetime
    last_seen: datetime


class Windows:
    """The windows of one archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def since(self, time: datetime | None) -> Iterator[WindowPlace]:
        """Yield the captures that show cards, from a time on, in capture order."""
        return self._places(f"AND captured_at >= ? ORDER BY {CAPTURE_ORDER}", iso_time(time) if time else "")

    def before(self, place: WindowPlace) -> WindowPlace | None:
        """Return the last capture of the same page before this one."""
        return next(
            self._places(
                f"AND {_same_page(place.url)} AND (captured_at, captures.key) < (?, ?)"
                " ORDER BY captured_at DESC, captures.key DESC LIMIT 1",
                _page_pattern(place.url),
                iso_time(place.at),
                place.capture,
            ),
            None,
        )

    def after(self, place: WindowPlace) -> WindowPlace | None:
        """Return the next capture of the same page after this one."""
        return next(
            self._places(
                f"AND {_same_page(place.url)} AND (captured_at, captures.key) > (?, ?)"
                " ORDER BY captured_at, captures.key LIMIT 1",
                _page_pattern(place.url),
                iso_time(place.at),
                place.capture,
            ),
            None,
        )

    def shown(self, row: int) -> tuple[ShownPost, ...]:
        """Return the posts that a capture shows, in order of their positions."""
        rows = self._db.execute(
            "SELECT post_id, card_id, list_number, posts.title, posts.date, first_seen FROM sightings"
            " JOIN cards ON cards.id = card_id JOIN posts ON posts.id = post_id"
            " WHERE capture_id = ? ORDER BY position",
            (row,),
        )
        return tuple(map(ShownPost._make, rows))

    def row_of_post(self, post: str) -> int:
        """Return the row of the post with that public id, which is there."""
        (row,) = self._db.execute("SELECT id FROM posts WHERE key = ?", (post,)).fetchone()
        return int(row)

    def showing(self, post: int) -> Iterator[WindowPlace]:
        """Yield the captures that show a post."""
        for found in self._db.execute(f"SELECT DISTINCT {_PLACE} {_OF_POST}", (post,)):
            yield _place(*found)

    def facts(self, post: int) -> PostFacts:
        """Return what is known of a post."""
        key, title, text, url, site, first, last = self._db.execute(
            f"SELECT key, title, iif(title IS NULL, substr(excerpt, 1, {_NAME}), NULL), url, site,"
            " first_seen, last_seen FROM posts WHERE id = ?",
            (post,),
        ).fetchone()
        seen = datetime.fromisoformat(first), datetime.fromisoformat(last)
        return PostFacts(key, title, text, url, site, *seen)

    def cards(self, rows: Sequence[int]) -> list[Card]:
        """Return cards by their rows, in the order given."""
        found = read_cards_by_id(self._db, "WHERE id IN (SELECT value FROM json_each(?))", as_json(rows))
        return [found[row][1] for row in rows]

    def cards_still_shown(self, post: int, time: datetime) -> list[int]:
        """Return the rows of a post's cards that are shown at that time or later, on any page."""
        rows = self._db.execute(
            "SELECT DISTINCT cards.id FROM cards JOIN sightings ON card_id = cards.id"
            " JOIN captures ON captures.id = capture_id WHERE post_id = ? AND captured_at >= ?"
            " ORDER BY cards.id",
            (post, iso_time(time)),
        )
        return [row for (row,) in rows]

    def seen_before(self, post: int, place: WindowPlace) -> tuple[WindowPlace, int] | None:
        """Return the last capture of any page that showed a post before this one, and the row of its card."""
        found = self._db.execute(
            f"SELECT {_PLACE}, cards.id {_OF_POST} AND (captured_at, captures.url, captures.key) < (?, ?, ?)"
            " ORDER BY captured_at DESC, captures.url DESC, captures.key DESC LIMIT 1",
            (post, iso_time(place.at), place.url, place.capture),
        ).fetchone()
        return (_place(*found[:4]), found[4]) if found else None

    def seen_after(self, post: int, time: datetime) -> datetime | None:
        """Return when any page shows a post for the first time after *time*."""
        (found,) = self._db.execute(
            f"SELECT min(captured_at) {_OF_POST} AND captured_at > ?", (post, iso_time(time))
        ).fetchone()
        return datetime.fromisoformat(found) if found else None

    def _places(self, condition: str, *values: str) -> Iterator[WindowPlace]:
        for found in self._db.execute(f"SELECT {_PLACE} {_CAPTURES} {condition}", values):
            yield _place(*found)


def _place(row: int, capture: str, url: str, captured_at: str) -> WindowPlace:
    return WindowPlace(row, capture, url, datetime.fromisoformat(captured_at))


def _same_page(url: str) -> str:
    return "url GLOB ?" if url.startswith("file:") else "url = ?"


def _page_pattern(url: str) -> str:
    """Return what finds the captures of a page: of a file those whose paths differ in a timestamp alone."""
    if not url.startswith("file:"):
        return url
    return _STAMP.sub("[0-9]" * 14, _GLOB_SIGN.sub(r"[\g<0>]", url))
