"""Posts and cards with all that is known of them, looked up by id or by words.

An id may be shortened to its first digits. A post goes by the id of any card that ever showed it, also of a
retired one. Digits that several cards of one post begin with name that post. A URL names the cards
that have it.
"""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlite_utils import Database

from archiver.errors import ConfigError
from archiver.models import CARD_FIELDS, LIST_FIELDS
from archiver.store.db import export_rows, retired_cards, search
from archiver.store.db.cards import CAPTURE_ORDER
from archiver.store.db.export_rows import Row

_CARD = ("title", "url", *CARD_FIELDS[2:])
"""The fields of a card in the order in which they are shown."""
_ID_BEGINNING = re.compile(r"[0-9a-f]{4,16}")
_WEIGHTS = (8, 4, 1, 2, 2, 2)
"""The weight of a word in the title, a former title, the excerpt, the author, a category, a tag."""
_NAMED_IDS = 3
"""Ids that an error message lists where several begin alike."""


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
        return _only_one(digits, [*self._posts_by_card(digits)])

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
        return _only_one(digits, posts)

    def _posts_by_card(self, digits: str) -> dict[str, str | None]:
        """Return the cards that an id with these digits leads to, each with its post, if it is in one."""
        if "://" in digits:
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
        """Return the cards that have this URL, as it is printed, each with its post."""
        found = dict(
            self._db.execute(
                "SELECT cards.key, posts.key FROM cards LEFT JOIN posts ON posts.id = post_id"
                " WHERE cards.url = ? ORDER BY cards.key",
                (url,),
            )
        )
        if not found:
            raise ConfigError(
                f"{url}: no card has exactly this URL; give an id (search the posts by words of theirs)"
            )
        return found

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
            "SELECT key FROM posts_fts JOIN posts ON posts.id = posts_fts.rowid WHERE posts_fts MATCH ?"
            f" ORDER BY bm25(posts_fts, {', '.join(map(str, _WEIGHTS))}), first_seen, key LIMIT ?",
            (query, limit),
        )
        keys = [key for (key,) in best]
        by_id = {row["id"]: row for row in export_rows.posts(self._db, keys)}
        return FoundPosts(total, [by_id[key] for key in keys], search.terms(words))


def _rows(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Row]:
    return [dict(zip(names, row, strict=True)) for row in rows]


def _only_one(digits: str, ids: Sequence[str]) -> str:
    if len(ids) > 1:
        listed = ", ".join(ids[:_NAMED_IDS]) + (", ..." if len(ids) > _NAMED_IDS else "")
        if "://" in digits:
            raise ConfigError(f"{digits}: several have this URL ({listed}); give the id of one")
        raise ConfigError(f"{digits}: several ids begin with these digits ({listed}); give more")
    return ids[0]
