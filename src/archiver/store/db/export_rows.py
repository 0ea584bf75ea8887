"""The rows of an export, in the archive's one order, streamed: dictionaries, nested as JSON shows them.

No row depends on the order in which captures were imported, but for where a record is in the WARC files. Rows
are unpacked by name in the order of `CARD_FIELDS`: a dictionary from `zip` takes 0.8 of 9 µs more a row.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlite_utils import Database

from archiver.filters import ALL_POSTS, CaptureFilter, PostFilter
from archiver.models import CARD_FIELDS
from archiver.store.db.cards import CAPTURE_ORDER
from archiver.store.db.post_query import PostQuery, capture_query, post_query, query_of_ids
from archiver.urlkey import host_of

Row = dict[str, Any]

_REVISION = ("title", "excerpt", "first_seen", "last_seen", "sightings")
_CARD = ", ".join(f"cards.{name}" for name in CARD_FIELDS)


def posts(db: Database, keys: Sequence[str] | None = None) -> Iterator[Row]:
    """Yield the posts, by first sighting, then by id, each with its revisions in order of time.

    With *keys* only the posts with these public ids.
    """
    if keys is None:
        yield from posts_of(db, post_query(ALL_POSTS))
    else:
        ids = "SELECT id FROM posts WHERE key IN (SELECT value FROM json_each(:keys))"
        query = query_of_ids(ids, "posts.first_seen, posts.key", {"keys": json.dumps(list(keys))})
        yield from posts_of(db, query)


def posts_where(db: Database, where: PostFilter, gone: Collection[str] = ()) -> Iterator[Row]:
    """Yield the posts of a filter; *gone* are the ids of the posts that are gone, if it asks for them."""
    query = post_query(where, gone)
    if where.limit is not None:
        ids = [post for (post,) in db.execute(query.ids, query.values)]
        query = query_of_ids("SELECT value FROM json_each(:ids)", query.order, {"ids": json.dumps(ids)})
    return posts_of(db, query)


def last_revised_at(db: Database, where: PostFilter, gone: Collection[str] = ()) -> str | None:
    """Return when the last revision of the posts of a filter was first seen; None where there is none."""
    query = post_query(where, gone)
    which = "" if where == ALL_POSTS else f" WHERE post_id IN ({query.ids})"
    row = db.execute(f"SELECT max(first_seen) FROM revisions{which}", query.values).fetchone()
    return str(row[0]) if row[0] else None


def posts_of(db: Database, query: PostQuery) -> Iterator[Row]:
    """Yield the posts of a query in its order, each with its revisions in order of time."""
    revision_rows = db.execute(
        f"SELECT posts.key, r.title, r.excerpt, r.first_seen, r.last_seen, r.sightings FROM {query.table}"
        f" JOIN revisions r ON r.post_id = posts.id ORDER BY {query.order}, r.id",
        query.values,
    )
    waiting = revision_rows.fetchone()
    for row in db.execute(
        f"SELECT key, urls, {', '.join(CARD_FIELDS)}, language, first_seen, last_seen, sightings, captures"
        f" FROM {query.table} ORDER BY {query.order}",
        query.values,
    ):
        key, urls, url, title, date, author, categories, tags, excerpt, language, *seen = row
        own: list[Row] = []
        while waiting and waiting[0] == key:
            own.append(dict(zip(_REVISION, waiting[1:], strict=True)))
            waiting = revision_rows.fetchone()
        yield {
            "id": key,
            "url": url,
            "urls": json.loads(urls),
            "title": title,
            "date": date,
            "author": author,
            "categories": json.loads(categories),
            "tags": json.loads(tags),
            "excerpt": excerpt,
            "language": language,
            **dict(zip(("first_seen", "last_seen", "sightings", "captures"), seen, strict=True)),
            "revisions": own,
        }


def cards(db: Database) -> Iterator[Row]:
    """Yield the sightings with their cards, in capture order, then by position."""
    for row in db.execute(
        "SELECT captures.key, captures.url, captures.path, captures.captured_at, sightings.position,"
        f" cards.key, posts.key, {_CARD}"
        " FROM sightings JOIN captures ON captures.id = sightings.capture_id"
        " JOIN cards ON cards.id = sightings.card_id LEFT JOIN posts ON posts.id = cards.post_id"
        f" ORDER BY {CAPTURE_ORDER}, sightings.position"
    ):
        (capture, capture_url, path, captured_at, position, card, post, *fields) = row
        url, title, date, author, categories, tags, excerpt = fields
        yield {
            "capture": {"id": capture, "url": capture_url, "path": path, "captured_at": captured_at},
            "position": position,
            "card_id": card,
            "post_id": post,
            "url": url,
            "title": title,
            "date": date,
            "author": author,
            "categories": json.loads(categories),
            "tags": json.loads(tags),
            "excerpt": excerpt,
        }


def captures(db: Database) -> Iterator[Row]:
    """Yield the captures, in capture order."""
    return _captures(db, f"ORDER BY {CAPTURE_ORDER}", {})


def captures_of(db: Database, where: CaptureFilter) -> Iterator[Row]:
    """Yield the captures of a filter, the latest first."""
    db.conn.create_function("host_of", 1, host_of, deterministic=True)  # for those of a site
    return _captures(db, *capture_query(where))


def _captures(db: Database, which: str, values: dict[str, str | int]) -> Iterator[Row]:
    """Yield the captures that conditions in SQL want, in the order that they give."""
    for row in db.execute(
        "SELECT captures.key, captures.url, captures.path, captures.captured_at, captures.time_basis,"
        " captures.status, captures.media_type, pages.charset, payloads.digest,"
        " (SELECT count(*) FROM sightings WHERE capture_id = captures.id), pages.next_url, pages.feeds,"
        " warc_files.name, captures.warc_offset, captures.warc_length, pages.error, captures.is_lost"
        " FROM captures JOIN payloads ON payloads.id = captures.payload_id"
        " JOIN warc_files ON warc_files.id = captures.warc_file_id"
        f" LEFT JOIN pages ON pages.capture_id = captures.id {which}",
        values,
    ):
        (key, url, path, captured_at, time_basis, status, media_type, charset, digest, *rest) = row
        card_count, next_url, feeds, file, offset, length, error, is_lost = rest
        yield {
            "id": key,
            "url": url,
            "path": path,
            "captured_at": captured_at,
            "time_basis": time_basis,
            "status": status,
            "media_type": media_type,
            "charset": charset,
            "digest": digest,
            "cards": card_count,
            "next_url": next_url,
            "feeds": json.loads(feeds or "[]"),
            "warc": {"file": file, "offset": offset, "length": length},
            "error": "the record is lost: what was read of it before is kept" if is_lost else error,
        }


def revisions(db: Database) -> Iterator[Row]:
    """Yield the revisions, by post, then in order of time."""
    for post in posts(db):
        for revision in post["revisions"]:
            yield {"post_id": post["id"], **revision}


EXPORTS = {"posts": posts, "cards": cards, "captures": captures, "revisions": revisions}
"""The rows of each kind of export."""
