"""Values into rows and rows into values: the SQL of every table but those of the captures.

In: an open database inside a transaction (for writing), values of `archiver.models`. Out: the same values.
Refuses: to begin or end a transaction; the caller does. The one surprise: a card's row is shared by all
captures that show the identical card.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from archiver.models import Card, Post, Sighting, iso_time
from archiver.store import search

CAPTURE_ORDER = "captures.captured_at, captures.url, captures.key"
"""The order of captures everywhere: by time, then by URL, so that it never depends on the order of work."""

_as_json = json.JSONEncoder(ensure_ascii=False).encode  # of a string: at a tenth of the time of a list's


def as_json(values: Iterable[str]) -> str:
    """A list as the JSON array that its column holds."""
    return f"[{', '.join(map(_as_json, values))}]"


def read_cards(db: Database) -> dict[str, Card]:
    """Every card by its public id."""
    rows = db.execute(
        "SELECT key, title, url, date, author, categories, tags, excerpt FROM cards ORDER BY key"
    )
    return {
        key: Card(
            title=title,
            url=url,
            date=date,
            author=author,
            categories=json.loads(categories),
            tags=json.loads(tags),
            excerpt=excerpt,
        )
        for key, title, url, date, author, categories, tags, excerpt in rows
    }


def read_sightings(db: Database) -> Iterator[Sighting]:
    """Every sighting, in capture order, then by position."""
    rows = db.execute(
        "SELECT captures.key, captures.captured_at, sightings.position, cards.key,"
        " coalesce(details.language, pages.language), pages.together, captures.url"
        " FROM sightings JOIN captures ON captures.id = sightings.capture_id"
        " JOIN pages ON pages.capture_id = captures.id JOIN cards ON cards.id = sightings.card_id"
        " LEFT JOIN details ON details.id = sightings.details_id"
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


def known_components(db: Database) -> set[str]:
    """The components whose posts are as a run made them."""
    return {name for (name,) in db.execute("SELECT component FROM posts WHERE component IS NOT NULL")}


def count_posts(db: Database, components: Collection[str]) -> int:
    """How many posts there are of these components."""
    counts = db.execute(
        "SELECT component, count(*) FROM posts WHERE component IS NOT NULL GROUP BY component"
    )
    return sum(count for component, count in counts if component in components)


def forget_component_of(db: Database, post_id: int) -> None:
    """Let the next run make the post anew, and all others of its component: a card of it is gone."""
    db.execute(
        "UPDATE posts SET component = NULL WHERE component = (SELECT component FROM posts WHERE id = ?)",
        (post_id,),
    )


def renew_posts(db: Database, standing: Collection[str], posts: Mapping[str, Sequence[Post]]) -> None:
    """Put these posts, by component, in the place of all but those of the standing components."""
    _remove_posts(
        db, [i for i, name in db.execute("SELECT id, component FROM posts") if name not in standing]
    )
    last = db.execute("SELECT coalesce(max(id), 0) FROM posts").fetchone()[0]
    made = [(component, post) for component, own in posts.items() for post in own]
    for post_id, (component, post) in enumerate(made, start=last + 1):
        _insert_post(db, post_id, post, component)
    search.add(db, range(last + 1, last + 1 + len(made)))


def _remove_posts(db: Database, post_ids: Sequence[int]) -> None:
    """Remove posts with all that is said of them; their cards are in none, then."""
    search.remove(db, post_ids)
    each = [(post_id,) for post_id in post_ids]
    db.conn.executemany(
        "DELETE FROM matches WHERE left_card_id IN (SELECT id FROM cards WHERE post_id = ?)", each
    )
    for table in ("field_sources", "revisions"):
        db.conn.executemany(f"DELETE FROM {table} WHERE post_id = ?", each)
    db.conn.executemany("UPDATE cards SET post_id = NULL WHERE post_id = ?", each)
    db.conn.executemany("DELETE FROM posts WHERE id = ?", each)


def _insert_post(db: Database, post_id: int, post: Post, component: str) -> None:
    db.execute(
        "INSERT INTO posts (id, key, title, url, urls, date, author, categories, tags, excerpt, language,"
        " first_seen, last_seen, sightings, captures, former_titles, component)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
            component,
        ),
    )
    db.conn.executemany(
        "UPDATE cards SET post_id = ? WHERE key = ?", ((post_id, card) for card in post.cards)
    )
    db.conn.executemany(
        "INSERT INTO field_sources (post_id, field, value, card_id, capture_id)"
        " SELECT ?, ?, ?, cards.id, captures.id FROM cards, captures"
        " WHERE cards.key = ? AND captures.key = ?",
        ((post_id, s.field, s.value, s.card, s.capture) for s in post.sources),
    )
    db.conn.executemany(
        "INSERT INTO revisions (post_id, title, excerpt, first_seen, last_seen, sightings)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (post_id, r.title, r.excerpt, iso_time(r.first_seen), iso_time(r.last_seen), r.sightings)
            for r in post.revisions
        ),
    )
    db.conn.executemany(
        "INSERT INTO matches (left_card_id, right_card_id, same, score, reasons)"
        " SELECT l.id, r.id, ?, ?, ? FROM cards l, cards r WHERE l.key = ? AND r.key = ?",
        ((m.same, m.score, as_json(m.reasons), m.left, m.right) for m in post.matches),
    )
