"""What only the database before a rebuild still has, taken over into the new one.

A record that is damaged cannot be read again, but the former database has what was computed from it: such
captures come over with their pages, marked as lost. Overrides, thresholds and retired cards without a record
are recorded again.
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlite_utils import Database

from archiver.errors import CorruptError
from archiver.models import Card, Page, PrintedDate
from archiver.store.db.cards import as_json, read_cards_by_id
from archiver.store.db.transaction import transaction
from archiver.store.store import Store

_AT_ONCE = 1000
_CAPTURE = (
    "key, url, path, captured_at, time_basis, url_basis, status, media_type, etag, last_modified, truncated,"
    " robots, is_revisit, warc_offset, warc_length"
)
_PAGE = "kind, confidence, charset, language, next_url, feeds, labels, why, error, parser_version, same_page"
_SHOWN = (
    "SELECT position, card_id, list_number, href, printed, precision, place, updated, image, language"
    " FROM sightings LEFT JOIN card_details ON card_details.id = details_id"
    " WHERE capture_id = ? ORDER BY position"
)


class TakenOver(NamedTuple):
    """What was taken over: captures whose record is lost, and overrides and thresholds recorded again."""

    captures: int
    overrides: int


def take_over(store: Store, former: Store) -> TakenOver:
    """Take over into *store* what it lacks of *former*, the same archive's database before it."""
    with transaction(store.db):
        captures = sum(_take_capture(store, former.db, key) for key in _missing(store.db, former.db))
        overrides = store.overrides.take_over(former.db)
        overrides += store.thresholds.take_over(former.db)
        store.retired_cards.take_over(former.db)
        return TakenOver(captures, overrides)


def _missing(db: Database, former: Database) -> Iterator[str]:
    """Yield the public ids of the captures that only the former database has."""
    last = ""
    while keys := former.execute(
        f"SELECT key FROM captures WHERE key > ? ORDER BY key LIMIT {_AT_ONCE}", (last,)
    ).fetchall():
        last = keys[-1][0]
        missing = db.execute(
            "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT key FROM captures)",
            (as_json(key for (key,) in keys),),
        )
        yield from [key for (key,) in missing]


def _take_capture(store: Store, former: Database, key: str) -> bool:
    """Take over a capture with its page; False where its row was wrong: another capture's record is there."""
    db = store.db
    capture_id, payload_id, file_id, *values = former.execute(
        f"SELECT id, payload_id, warc_file_id, {_CAPTURE} FROM captures WHERE key = ?", (key,)
    ).fetchone()
    file_id = _take_file(db, former, file_id)
    taken = db.execute(
        "SELECT 1 FROM captures WHERE warc_file_id = ? AND warc_offset = ?", (file_id, values[-2])
    ).fetchone()
    if taken:
        return False
    marks = ", ".join("?" for _ in values)
    new_id = db.execute(
        f"INSERT INTO captures (payload_id, warc_file_id, is_lost, {_CAPTURE}) VALUES (?, ?, 0, {marks})",
        (_take_payload(db, former, payload_id), file_id, *values),
    ).lastrowid
    assert new_id is not None  # noqa: S101 - for the type checker: one row was inserted
    try:
        store.captures.read(new_id)
    except CorruptError:
        db.execute("UPDATE captures SET is_lost = 1 WHERE id = ?", (new_id,))
    if page := _page(former, capture_id):
        store.pages.add(new_id, page)
    return True


def _take_file(db: Database, former: Database, file_id: int) -> int:
    """Return the row of the file, by its id, else by its name; one that is missing on the disk comes over."""
    name, length, warcinfo, archive = former.execute(
        "SELECT name, length, warcinfo, archive FROM warc_files WHERE id = ?", (file_id,)
    ).fetchone()
    found = db.execute(
        "SELECT id FROM warc_files WHERE warcinfo = ? OR name = ? ORDER BY warcinfo = ? DESC LIMIT 1",
        (warcinfo, name, warcinfo),
    ).fetchone()
    if found:
        return int(found[0])
    return int(
        db.execute(
            "INSERT INTO warc_files (name, length, warcinfo, archive) VALUES (?, ?, ?, ?) RETURNING id",
            (name, length, warcinfo, archive),
        ).fetchone()[0]
    )


def _take_payload(db: Database, former: Database, payload_id: int) -> int:
    digest, length, file_id, offset, warc_length = former.execute(
        "SELECT digest, length, warc_file_id, warc_offset, warc_length FROM payloads WHERE id = ?",
        (payload_id,),
    ).fetchone()
    db.execute(
        "INSERT INTO payloads (digest, length, warc_file_id, warc_offset, warc_length)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING",
        (digest, length, _take_file(db, former, file_id), offset, warc_length),
    )
    return int(db.execute("SELECT id FROM payloads WHERE digest = ?", (digest,)).fetchone()[0])


def _page(former: Database, capture_id: int) -> Page | None:
    """Return the page of a capture as its rows have it, without the blocks; None without one."""
    row = former.execute(
        f"SELECT url, {_PAGE} FROM pages JOIN captures ON captures.id = capture_id WHERE capture_id = ?",
        (capture_id,),
    ).fetchone()
    if row is None:
        return None
    fields: dict[str, Any] = dict(zip(("url", *_PAGE.split(", ")), row, strict=True))
    shown = former.execute(_SHOWN, (capture_id,)).fetchall()
    cards = read_cards_by_id(
        former, "WHERE id IN (SELECT value FROM json_each(?))", as_json(s[1] for s in shown)
    )
    fields |= {
        "feeds": json.loads(fields["feeds"]),
        "labels": json.loads(fields["labels"]),
        "positions": tuple(position for position, *_ in shown) or None,
        "cards": tuple(_as_shown(cards[card_id][1], *details) for _, card_id, *details in shown),
    }
    return Page.model_validate(fields)


def _as_shown(
    card: Card,
    list_number: int,
    href: str | None,
    printed: str | None,
    precision: str | None,
    place: str | None,
    updated: str | None,
    image: str | None,
    language: str | None,
) -> Card:
    date = printed and PrintedDate.model_validate({"text": printed, "precision": precision, "place": place})
    return card.model_copy(
        update={
            "href": href or card.url,
            "printed": date or None,
            "updated": updated,
            "image": image,
            "language": language,
            "list_number": list_number,
        }
    )
