"""The rows of an export, in the archive's one order, streamed.

In: an open database. Out: one dictionary per row with the fields of the export, nested as JSON shows them.
Refuses: nothing. The one surprise: no row depends on the order in which captures were taken in, but for
where a record stands in the WARC files.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlite_utils import Database

from archiver.store.db.posts import CAPTURE_ORDER

Row = dict[str, Any]


def posts(db: Database, keys: Sequence[str] | None = None) -> Iterator[Row]:
    """One row per post, by first sighting, then by id, with its revisions in order of time.

    With *keys* only the posts with these public ids.
    """
    only = "" if keys is None else "WHERE posts.key IN (SELECT value FROM json_each(:keys))"
    wanted = {"keys": json.dumps(keys)}
    revisions = db.execute(
        "SELECT posts.key, r.title, r.excerpt, r.first_seen, r.last_seen, r.sightings FROM posts"
        f" JOIN revisions r ON r.post_id = posts.id {only} ORDER BY posts.first_seen, posts.key, r.id",
        wanted,
    )
    waiting = revisions.fetchone()
    for row in db.execute(
        "SELECT key, url, urls, title, date, author, categories, tags, excerpt, language,"
        f" first_seen, last_seen, sightings, captures FROM posts {only} ORDER BY first_seen, key",
        wanted,
    ):
        key, url, urls, title, date, author, categories, tags, excerpt, language, *seen = row
        own: list[Row] = []
        while waiting and waiting[0] == key:
            own.append(
                dict(
                    zip(
                        ("title", "excerpt", "first_seen", "last_seen", "sightings"), waiting[1:], strict=True
                    )
                )
            )
            waiting = revisions.fetchone()
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
    """One row per sighting, in capture order, then by position."""
    for row in db.execute(
        "SELECT captures.key, captures.url, captures.path, captures.captured_at, sightings.position,"
        " cards.key, posts.key, cards.url, cards.title, cards.date, cards.author, cards.categories,"
        " cards.tags, cards.excerpt"
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
    """One row per capture, in capture order."""
    for row in db.execute(
        "SELECT captures.key, captures.url, captures.path, captures.captured_at, captures.time_basis,"
        " captures.status, captures.media_type, pages.charset, payloads.digest,"
        " (SELECT count(*) FROM sightings WHERE capture_id = captures.id), pages.next_url, pages.feeds,"
        " warc_files.name, captures.warc_offset, captures.warc_length, pages.error"
        " FROM captures JOIN payloads ON payloads.id = captures.payload_id"
        " JOIN warc_files ON warc_files.id = captures.warc_file_id"
        f" LEFT JOIN pages ON pages.capture_id = captures.id ORDER BY {CAPTURE_ORDER}"
    ):
        (key, url, path, captured_at, time_basis, status, media_type, charset, digest, *rest) = row
        card_count, next_url, feeds, file, offset, length, error = rest
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
            "error": error,
        }


def revisions(db: Database) -> Iterator[Row]:
    """One row per revision, by post, then in order of time."""
    for post in posts(db):
        for revision in post["revisions"]:
            yield {"post_id": post["id"], **revision}
