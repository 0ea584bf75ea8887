"""One post and single cards with all that is known of them, and posts by their words.

In: an open database, public ids, words. Out: rows as the exports have them, with more in them. Refuses: an id
that the database does not have (a KeyError). The one surprise: what is found by words comes with the best
first, which depends on the whole archive, not only on the post.
"""

import json
from collections.abc import Collection
from typing import NamedTuple

from sqlite_utils import Database

from archiver.store.db import export_rows, search
from archiver.store.db.export_rows import Row
from archiver.store.db.posts import CAPTURE_ORDER

_WEIGHTS = (8, 4, 1, 2, 2, 2)
"""What a word counts in the title, a former title, the excerpt, the author, a category, a tag."""


def post(db: Database, key: str) -> Row:
    """The post as it is exported, with its cards, the source of each field, and every sighting in order."""
    (row,) = export_rows.posts(db, [key])
    sources = db.execute(
        "SELECT field, value, cards.key, captures.key FROM field_sources"
        " JOIN posts ON posts.id = field_sources.post_id JOIN cards ON cards.id = card_id"
        " JOIN captures ON captures.id = capture_id WHERE posts.key = ? ORDER BY field, value",
        (key,),
    )
    seen = db.execute(
        "SELECT captures.captured_at, captures.url, captures.key, position, cards.key FROM sightings"
        " JOIN cards ON cards.id = card_id JOIN posts ON posts.id = cards.post_id"
        f" JOIN captures ON captures.id = capture_id WHERE posts.key = ? ORDER BY {CAPTURE_ORDER}, position",
        (key,),
    )
    timeline = [
        dict(zip(("captured_at", "page", "capture", "position", "card"), one, strict=True)) for one in seen
    ]
    return {
        **row,
        "sources": [dict(zip(("field", "value", "card", "capture"), one, strict=True)) for one in sources],
        "cards": list(cards(db, dict.fromkeys(one["card"] for one in timeline)).values()),
        "timeline": timeline,
    }


def cards(db: Database, keys: Collection[str]) -> dict[str, Row]:
    """The cards by public id, in the order given: their fields, how often and from when to when seen."""
    names = ("id", "title", "url", "date", "author", "categories", "tags", "excerpt")
    counted = ("sightings", "first_seen", "last_seen", "post")
    found = db.execute(
        "SELECT cards.key, cards.title, cards.url, cards.date, cards.author, cards.categories, cards.tags,"
        " cards.excerpt, count(captures.id), min(captured_at), max(captured_at), posts.key FROM cards"
        " LEFT JOIN posts ON posts.id = cards.post_id LEFT JOIN sightings ON card_id = cards.id"
        " LEFT JOIN captures ON captures.id = capture_id"
        " WHERE cards.key IN (SELECT value FROM json_each(?)) GROUP BY cards.id",
        (json.dumps(list(keys)),),
    )
    by_key = {row[0]: dict(zip(names + counted, row, strict=True)) for row in found}
    for card in by_key.values():
        card["categories"], card["tags"] = json.loads(card["categories"]), json.loads(card["tags"])
    return {key: by_key[key] for key in keys}


class FoundPosts(NamedTuple):
    """How many posts have all the words, the best of them as they are exported, and the single words."""

    total: int
    posts: list[Row]
    terms: list[str]


def find(db: Database, words: str, most: int) -> FoundPosts:
    """The posts that have all the words, at most so many. Raises ConfigError where there is no word."""
    asked = search.expression(words)
    (total,) = db.execute("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH ?", (asked,)).fetchone()
    best = db.execute(
        "SELECT key FROM posts_fts JOIN posts ON posts.id = posts_fts.rowid WHERE posts_fts MATCH ?"
        f" ORDER BY bm25(posts_fts, {', '.join(map(str, _WEIGHTS))}), first_seen, key LIMIT ?",
        (asked, most),
    )
    keys = [key for (key,) in best]
    by_key = {row["id"]: row for row in export_rows.posts(db, keys)}
    return FoundPosts(total, [by_key[key] for key in keys], search.terms(words))
