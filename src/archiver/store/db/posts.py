"""Values into rows and rows into values: the SQL of every table but those of the captures.

In: an open database inside a transaction (for writing), values of `archiver.models`. Out: the same values.
Refuses: to begin or end a transaction; the caller does. The one surprise: a card's row is shared by all
captures that show the identical card.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from archiver.models import Card, Post, Sighting, iso_time
from archiver.store.db import search

CAPTURE_ORDER = "captures.captured_at, captures.url, captures.key"
"""The order of captures everywhere: by time, then by URL, so that it never depends on the order of work."""

_as_json = json.JSONEncoder(ensure_ascii=False).encode  # of a string: at a tenth of the time of a list's


def as_json(values: Iterable[str | int]) -> str:
    """A list as the JSON array that its column holds."""
    return f"[{', '.join(map(_as_json, values))}]"


def read_cards(db: Database) -> dict[str, Card]:
    """Every card by its public id."""
    return dict(read_cards_by_id(db, "ORDER BY key").values())


def read_cards_by_id(db: Database, condition: str, *values: str) -> dict[int, tuple[str, Card]]:
    """The public ids and the fields of some cards, by the ids of their rows."""
    rows = db.execute(
        f"SELECT id, key, title, url, date, author, categories, tags, excerpt FROM cards {condition}", values
    )
    fields = set(Card.model_fields)  # one set for all: by itself it takes as much room as a card
    unknown = dict.fromkeys(("href", "printed", "updated", "image", "language"))
    return {
        # a card was validated before it became a row; to do it again takes five times as long
        card_id: (
            key,
            Card.model_construct(
                _fields_set=fields,
                title=title,
                url=url,
                date=date,
                author=author,
                categories=tuple(json.loads(categories)) if categories != "[]" else (),
                tags=tuple(json.loads(tags)) if tags != "[]" else (),
                excerpt=excerpt,
                **unknown,
            ),
        )
        for card_id, key, title, url, date, author, categories, tags, excerpt in rows
    }


def read_sightings(db: Database) -> Iterator[Sighting]:
    """Every sighting, in capture order, then by position."""
    rows = db.execute(
        "SELECT captures.key, captures.captured_at, sightings.position, cards.key,"
        " coalesce(card_details.language, pages.language), pages.same_page, captures.url"
        " FROM sightings JOIN captures ON captures.id = sightings.capture_id"
        " JOIN pages ON pages.capture_id = captures.id JOIN cards ON cards.id = sightings.card_id"
        " LEFT JOIN card_details ON card_details.id = sightings.details_id"
        f" ORDER BY {CAPTURE_ORDER}, sightings.position"
    )
    for capture, captured_at, position, card, language, together, url in rows:
        yield Sighting(
            capture=capture,
            captured_at=datetime.fromisoformat(captured_at),
            position=position,
            card=card,
            language=language,
            together=together,
            url=url,
        )


def remove_all_posts(db: Database) -> None:
    """Remove every post with what hangs on it; the cards stay."""
    db.execute("UPDATE cards SET post_id = NULL WHERE post_id IS NOT NULL")
    search.clear(db)
    for table in ("matches", "revisions", "field_sources", "posts"):
        db.execute(f"DELETE FROM {table}")


def replace_posts(
    db: Database, posts: Sequence[Post], cards: Mapping[str, int], captures: Mapping[str, int]
) -> None:
    """Put these posts in the place of those that any of the cards was in.

    `cards` and `captures` are the rows of all that the posts name, by public id.
    """
    row_ids = as_json(cards.values())
    of_cards = "IN (SELECT value FROM json_each(?))"
    gone = as_json(
        post
        for (post,) in db.execute(
            f"SELECT DISTINCT post_id FROM cards WHERE post_id IS NOT NULL AND id {of_cards}", (row_ids,)
        )
    )
    db.execute(f"UPDATE cards SET post_id = NULL WHERE post_id {of_cards}", (gone,))
    db.execute(f"DELETE FROM matches WHERE left_card_id {of_cards}", (row_ids,))
    search.remove(db, json.loads(gone))
    for table in ("field_sources", "revisions"):
        db.execute(f"DELETE FROM {table} WHERE post_id {of_cards}", (gone,))
    db.execute(f"DELETE FROM posts WHERE id {of_cards}", (gone,))
    (last,) = db.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()
    numbered = list(enumerate(posts, start=last + 1))
    _insert_posts(db, numbered, cards, captures)
    search.add(db, [post_id for post_id, _ in numbered])


def _insert_posts(
    db: Database,
    posts: Sequence[tuple[int, Post]],
    cards: Mapping[str, int],
    captures: Mapping[str, int],
) -> None:
    db.conn.executemany(
        "INSERT INTO posts (id, key, title, url, urls, date, author, categories, tags, excerpt, language,"
        " first_seen, last_seen, sightings, captures, former_titles)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                post_id,
                post.id,
                post.title,
                post.url,
                as_json(post.urls),
                post.date,
                post.author,
                as_json(post.categories),
                as_json(post.tags),
                post.excerpt,
                post.language,
                iso_time(post.first_seen),
                iso_time(post.last_seen),
                post.sightings,
                post.captures,
                as_json(dict.fromkeys(r.title for r in post.revisions if r.title and r.title != post.title)),
            )
            for post_id, post in posts
        ),
    )
    db.conn.executemany(
        "UPDATE cards SET post_id = ? WHERE id = ?",
        ((post_id, cards[card]) for post_id, post in posts for card in post.cards),
    )
    db.conn.executemany(
        "INSERT INTO field_sources (post_id, field, value, card_id, capture_id) VALUES (?, ?, ?, ?, ?)",
        (
            (post_id, s.field, s.value, cards[s.card], captures[s.capture])
            for post_id, post in posts
            for s in post.sources
        ),
    )
    db.conn.executemany(
        "INSERT INTO revisions (post_id, title, excerpt, first_seen, last_seen, sightings)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (post_id, r.title, r.excerpt, iso_time(r.first_seen), iso_time(r.last_seen), r.sightings)
            for post_id, post in posts
            for r in post.revisions
        ),
    )
    db.conn.executemany(
        "INSERT INTO matches (left_card_id, right_card_id, same, score, reasons) VALUES (?, ?, ?, ?, ?)",
        sorted(
            (cards[m.left], cards[m.right], m.same, m.score, as_json(m.reasons))
            for _, post in posts
            for m in post.matches
        ),
    )
