"""Posts and cards with all that is known of them, looked up by id or by words.

An id may be shortened to its first digits. A post goes by the id of any card that ever showed it, also of a
retired one. Digits that several cards of one post begin with name that post. A URL names the cards
that have it.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlite_utils import Database

from archiver.errors import ConfigError
from archiver.filters import with_path
from archiver.models import CARD_FIELDS, LIST_FIELDS
from archiver.store.db import export_rows, retired_cards, search
from archiver.store.db.cards import CAPTURE_ORDER
from archiver.store.db.export_rows import Row
from archiver.store.db.windows import WindowPlace

_CARD = ("title", "url", *CARD_FIELDS[2:])
"""The fields of a card in the order in which they are shown."""
_ID_BEGINNING = re.compile(r"[0-9a-f]{4,16}")
_WEIGHTS = (8, 4, 1, 2, 2, 2)
"""The weight of a word in the title, a former title, the excerpt, the author, a category, a tag."""
_TIME = re.compile(r"\d{4}(?:-?\d\d(?:-?\d\d(?:[T ]?\d\d(?::?\d\d(?::?\d\d)?)?)?)?)?Z?")
"""A time in UTC, ISO 8601 or 14 digits, or the beginning of one."""
_END = "9999"
_BEST = f"""
WITH scored AS MATERIALIZED (
  SELECT rowid AS id, bm25(posts_fts, {", ".join(map(str, _WEIGHTS))}) AS score
  FROM posts_fts WHERE posts_fts MATCH :query
)
SELECT key FROM scored JOIN posts USING (id)
WHERE score <= (SELECT max(score) FROM (SELECT score FROM scored ORDER BY score LIMIT :limit))
ORDER BY score, first_seen, key LIMIT :limit
"""
"""The best matches. Only of the best are the rows of `posts` read, which order those of one score."""
_NAMED_IDS = 3
"""Ids that an error message lists where several begin alike."""
_NAME = 40
"""Characters of a title that stand beside such an id."""


class FoundPosts(NamedTuple):
    """How many posts have all the words, the best of them as they are exported, and the single words."""

    total: int
    posts: list[Row]
    terms: list[str]


class Lookup:
    """The posts and cards of one archive, by id or by words."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def card_id(self, digits: str) -> str:
        """Return the public id of the one card whose id begins with these digits, in either case.

        Raises:
            ConfigError: where none or several do.
        """
        return self._only_one("cards", digits, [*self._posts_by_card(digits)])

    def post_id(self, digits: str) -> str:
        """Return the public id of the post whose id, or a card's id, begins with these digits.

        Raises:
            ConfigError: where none or several do, or the card is in no post yet.
        """
        posts = sorted({post for post in self._posts_by_card(digits).values() if post})
        if not posts:
            raise ConfigError(
                f"{digits}: this card is in no post yet; dedupe the archive first", remedy="dedupe"
            )
        return self._only_one("posts", digits, posts)

    def _only_one(self, table: Literal["cards", "posts"], digits: str, ids: Sequence[str]) -> str:
        """Return the one id; raise ConfigError where there are several, and say which."""
        if len(ids) == 1:
            return ids[0]
        named = self._db.execute(
            f"SELECT key, coalesce(title, excerpt, url, '') FROM {table}"
            " WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key LIMIT ?",
            (json.dumps(list(ids)), _NAMED_IDS),
        )
        listed = ", ".join(f'{key} "{name[:_NAME]}"' for key, name in named)
        listed += ", ..." if len(ids) > _NAMED_IDS else ""
        if "/" in digits:
            raise ConfigError(f"{digits}: several have this URL ({listed}); give the id of one")
        raise ConfigError(f"{digits}: several ids begin with these digits ({listed}); give more")

    def _posts_by_card(self, digits: str) -> dict[str, str | None]:
        """Return the cards that an id with these digits leads to, each with its post, if it is in one."""
        if "/" in digits:
            return self._posts_by_card_with(digits)
        wanted = digits.lower()
        if not _ID_BEGINNING.fullmatch(wanted):
            raise ConfigError(f"{digits}: invalid id; give its first 4 to 16 hexadecimal digits, or a URL")
        select = "SELECT cards.key, posts.key FROM cards LEFT JOIN posts ON posts.id = post_id"
        in_order = f"{select} WHERE cards.key BETWEEN ? AND ? || 'g' ORDER BY cards.key"
        found = dict(self._db.execute(in_order, (wanted, wanted)))
        retired = retired_cards.ids_beginning(self._db, wanted)
        for card in retired:
            if now := retired_cards.resolve_id(self._db, card):
                found |= dict(self._db.execute(f"{select} WHERE cards.key = ?", (now,)))
        if not found and retired:
            raise ConfigError(f"{digits}: no page shows this card any more, nor any other of its post")
        if not found:
            raise ConfigError(f"{digits}: no card and no post has an id that begins with these digits")
        return found

    def _posts_by_card_with(self, url: str) -> dict[str, str | None]:
        """Return the cards that have this URL, each with its post.

        Where none has it as it is given, those that have it with another scheme, `www.` or last slash.
        """
        for spellings in ([url], _spellings(url)):
            found = dict(
                self._db.execute(
                    "SELECT cards.key, posts.key FROM cards LEFT JOIN posts ON posts.id = post_id"
                    " WHERE cards.url IN (SELECT value FROM json_each(?)) ORDER BY cards.key",
                    (json.dumps(spellings),),
                )
            )
            if found:
                return found
        raise ConfigError(f"{url}: no card has this URL; give an id (search the posts by words of theirs)")

    def capture(self, name: str) -> WindowPlace:
        """Return the capture that a name means: the first digits of its id, a URL, or `URL@TIME`.

        A URL means its last capture, with a time the last one up to then; a day or a month means its end.

        Raises:
            ConfigError: where none or several have such an id, none has the URL, or its cards are in no post.
        """
        found = self._captures_of_url(name) if "://" in name else self._captures_by_id(name)
        row, key, url, captured_at = found[0]
        if len(found) > 1:
            listed = ", ".join(f"{key} ({at} of {url})" for _, key, url, at in found[:_NAMED_IDS])
            raise ConfigError(f"{name}: several ids begin with these digits ({listed}); give more")
        (waiting,) = self._db.execute(
            "SELECT count(*) FROM sightings JOIN cards ON cards.id = card_id"
            " WHERE capture_id = ? AND post_id IS NULL",
            (row,),
        ).fetchone()
        if waiting:
            raise ConfigError(
                f"{name}: {waiting} of its cards are in no post yet; dedupe the archive first",
                remedy="dedupe",
            )
        return WindowPlace(row, key, url, datetime.fromisoformat(captured_at))

    def _captures_by_id(self, digits: str) -> list[tuple[int, str, str, str]]:
        wanted = digits.lower()
        if not _ID_BEGINNING.fullmatch(wanted):
            raise ConfigError(
                f"{digits}: invalid id; give its first 4 to 16 hexadecimal digits, a URL, or URL@TIME"
            )
        found = self._db.execute(
            "SELECT id, key, url, captured_at FROM captures WHERE key BETWEEN ? AND ? || 'g' ORDER BY key",
            (wanted, wanted),
        ).fetchall()
        if not found:
            raise ConfigError(f"{digits}: no capture has an id that begins with these digits")
        return found

    def _captures_of_url(self, name: str) -> list[tuple[int, str, str, str]]:
        """Return the last capture of a URL, or the last one up to the time that stands behind it."""
        url, _, time = name.rpartition("@")
        tries = [(name, _END)] + ([(url, _last_second(time))] if _TIME.fullmatch(time) else [])
        for wanted, until in tries:
            found = self._db.execute(
                "SELECT id, key, url, captured_at FROM captures WHERE url = ? AND captured_at <= ?"
                " ORDER BY captured_at DESC, key DESC LIMIT 1",
                (with_path(wanted), until),
            ).fetchall()
            if found:
                return found
        raise ConfigError(f"{name}: no capture of exactly this URL, or none up to that time")

    def post(self, post: str) -> Row:
        """Return a post as it is exported, with its cards, the source of each field, and every sighting.

        Args:
            post: a public id that the database has.
        """
        (row,) = export_rows.posts(self._db, [post])
        sources = self._db.execute(
            "SELECT field, value, cards.key, captures.key FROM field_sources"
            " JOIN posts ON posts.id = field_sources.post_id JOIN cards ON cards.id = card_id"
            " JOIN captures ON captures.id = capture_id WHERE posts.key = ? ORDER BY field, value",
            (post,),
        )
        seen = self._db.execute(
            "SELECT captures.captured_at, captures.url, captures.key, position, cards.key FROM sightings"
            " JOIN cards ON cards.id = card_id JOIN posts ON posts.id = cards.post_id"
            " JOIN captures ON captures.id = capture_id WHERE posts.key = ?"
            f" ORDER BY {CAPTURE_ORDER}, position",
            (post,),
        )
        timeline = _rows(("captured_at", "page", "capture", "position", "card"), seen)
        return {
            **row,
            "sources": _rows(("field", "value", "card", "capture"), sources),
            "cards": list(self.cards(dict.fromkeys(one["card"] for one in timeline)).values()),
            "timeline": timeline,
        }

    def cards(self, cards: Collection[str]) -> dict[str, Row]:
        """Return cards by public id, in the order given: their fields, how often, from and until when seen.

        Raises:
            KeyError: where the database does not have one of the ids.
        """
        found = self._db.execute(
            f"SELECT cards.key, {', '.join(f'cards.{name}' for name in _CARD)},"
            " count(captures.id), min(captured_at), max(captured_at), posts.key FROM cards"
            " LEFT JOIN posts ON posts.id = cards.post_id LEFT JOIN sightings ON card_id = cards.id"
            " LEFT JOIN captures ON captures.id = capture_id"
            " WHERE cards.key IN (SELECT value FROM json_each(?)) GROUP BY cards.id",
            (json.dumps(list(cards)),),
        )
        names = ("id", *_CARD, "sightings", "first_seen", "last_seen", "post")
        by_id = {row["id"]: row for row in _rows(names, found)}
        for card in by_id.values():
            for name in LIST_FIELDS:
                card[name] = json.loads(card[name])
        return {card: by_id[card] for card in cards}

    def find(self, words: str, limit: int) -> FoundPosts:
        """Return at most *limit* posts that have all the words, best match first.

        What matches best depends on the whole archive, not on the post alone.

        Raises:
            ConfigError: where there is no word.
        """
        query = search.expression(words)
        (total,) = self._db.execute(
            "SELECT count(*) FROM posts_fts WHERE posts_fts MATCH ?", (query,)
        ).fetchone()
        best = self._db.execute(
            _BEST,
            {"query": query, "limit": limit},
        )
        keys = [key for (key,) in best]
        by_id = {row["id"]: row for row in export_rows.posts(self._db, keys)}
        return FoundPosts(total, [by_id[key] for key in keys], search.terms(words))


def _rows(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Row]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _spellings(url: str) -> list[str]:
    """Return the ways to write a URL that lead to the same page on nearly all sites."""
    rest = url.partition("://")[2] or url
    rest = rest.removeprefix("www.").removesuffix("/")
    return [
        f"{scheme}://{www}{rest}{slash}"
        for scheme in ("https", "http")
        for www in ("", "www.")
        for slash in ("", "/")
    ]


def _last_second(time: str) -> str:
    """Return the last second that the beginning of a time means, in the form in which times are kept."""
    digits = re.sub(r"\D", "", time).ljust(14, "9")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:]}Z"
