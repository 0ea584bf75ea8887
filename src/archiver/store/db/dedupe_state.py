"""What the last `dedupe` left, and what has changed since: the database as the engine of dedupe sees it.

An open database comes in, inside a transaction for writing; `DedupeState` is its side of the protocol
`archiver.dedupe.incremental.state.DedupeStore`. What a change means for the posts is decided there. Triggers
note each sighting that comes or goes, in the transaction in which it does, so nothing is missed whoever
writes and whenever a process ends.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlite_utils import Database

from archiver.dedupe.blocking.keyindex import IndexUpdate, StoredSegment
from archiver.dedupe.evidence.sightings import CaptureRef
from archiver.dedupe.incremental.state import (
    ArchivedCard,
    CaptureId,
    CardId,
    Changes,
    ComponentId,
    DedupeCard,
    IndexKind,
    RunSummary,
    StateUpdate,
    TextId,
    TextUse,
)
from archiver.models import Override, Post, iso_time
from archiver.store.db.cards import read_cards_by_id
from archiver.store.db.overrides import Overrides
from archiver.store.db.posts import Posts, remove_all_posts

_IN = "IN (SELECT value FROM json_each(?))"
_KEPT = ("dedupe_cards", "dedupe_texts", "index_tombstones", "index_segments", "dedupe_state")
_CHANGES = ("dedupe_changed_captures", "dedupe_changed_cards")


class DedupeState:
    """The rows that `dedupe` reads and writes; every method that writes needs a transaction."""

    def __init__(self, db: Database, overrides: Overrides, posts: Posts) -> None:
        self._db = db
        self._overrides = overrides
        self._posts = posts

    def overrides(self) -> list[Override]:
        """Return the last override of each pair of cards."""
        return self._overrides.current()

    def card_rows(self, ids: Collection[str]) -> dict[str, CardId]:
        """Return the rows of cards by public id; those that the archive lacks are left out."""
        return dict(self._db.execute(f"SELECT key, id FROM cards WHERE key {_IN}", (_array(ids),)))

    def archived_cards(self, rows: Collection[CardId]) -> dict[CardId, ArchivedCard]:
        """Return these cards."""
        found = read_cards_by_id(self._db, f"WHERE id {_IN}", _array(rows))
        return {CardId(row): ArchivedCard(*card) for row, card in found.items()}

    def captures(self, rows: Collection[CaptureId]) -> dict[CaptureId, CaptureRef]:
        """Return these captures."""
        found = self._db.execute(
            "SELECT id, captured_at, url, key, same_page FROM captures JOIN pages ON capture_id = id"
            f" WHERE id {_IN}",
            (_array(rows),),
        )
        return {
            row: CaptureRef(datetime.fromisoformat(at), url, key, bool(same_page))
            for row, at, url, key, same_page in found
        }

    def sightings_on(self, captures: Collection[CaptureId]) -> Iterator[tuple[int, int, int]]:
        """Yield card, capture and position of all sightings on these captures."""
        return self._sightings("capture_id", captures)

    def sightings_of(self, cards: Collection[CardId]) -> Iterator[tuple[int, int, int]]:
        """Yield card, capture and position of all sightings of these cards."""
        return self._sightings("card_id", cards)

    def languages_at(self, places: Sequence[tuple[CaptureId, int]]) -> list[str | None]:
        """Return the language of each sighting, given by capture and position."""
        rows = self._db.execute(
            "SELECT coalesce(card_details.language, pages.language) FROM json_each(?) AS place"
            " JOIN sightings ON sightings.capture_id = json_extract(place.value, '$[0]')"
            " AND position = json_extract(place.value, '$[1]')"
            " JOIN pages ON pages.capture_id = sightings.capture_id"
            " LEFT JOIN card_details ON card_details.id = details_id ORDER BY place.key",
            (json.dumps(places),),
        )
        return [language for (language,) in rows]

    def captures_at_times_of(self, captures: Collection[CaptureId]) -> dict[datetime, int]:
        """Return the times of these captures, and how many captures with a sighting have that time."""
        rows = self._db.execute(
            "SELECT captured_at, sum(EXISTS (SELECT 1 FROM sightings WHERE capture_id = captures.id))"
            " FROM captures WHERE captured_at IN"
            f" (SELECT captured_at FROM captures WHERE id {_IN}) GROUP BY captured_at",
            (_array(captures),),
        )
        return {datetime.fromisoformat(at): count for at, count in rows}

    def captures_before(self, captures: Collection[CaptureId]) -> dict[CaptureId, CaptureId]:
        """Return for each of these the last capture before it that shows cards of the same URL, if any."""
        return self._captures_beside(captures, "<", "DESC")

    def captures_after(self, captures: Collection[CaptureId]) -> set[CaptureId]:
        """Return the next captures of the same URLs that show cards."""
        return set(self._captures_beside(captures, ">", "ASC").values())

    def _captures_beside(
        self, captures: Collection[CaptureId], compared: str, order: str
    ) -> dict[CaptureId, CaptureId]:
        rows = self._db.execute(
            "SELECT id, (SELECT other.id FROM captures AS other WHERE other.url = own.url"
            f" AND (other.captured_at, other.key) {compared} (own.captured_at, own.key)"
            " AND EXISTS (SELECT 1 FROM sightings WHERE capture_id = other.id)"
            f" ORDER BY other.captured_at {order}, other.key {order} LIMIT 1) AS beside"
            f" FROM captures AS own WHERE id {_IN} AND beside IS NOT NULL",
            (_array(captures),),
        )
        return dict(rows)

    def cards_at(self, times: Collection[datetime]) -> set[CardId]:
        """Return the cards that were seen at these times."""
        rows = self._db.execute(
            "SELECT DISTINCT card_id FROM sightings JOIN captures ON captures.id = capture_id"
            f" WHERE captured_at {_IN}",
            (_array(map(iso_time, times)),),
        )
        return {row for (row,) in rows}

    def algorithm_version(self) -> str | None:
        """Return by which algorithm version the posts were made; None where they never were."""
        row = self._db.execute("SELECT algorithm_version FROM dedupe_state").fetchone()
        return row[0] if row else None

    def changes(self) -> Changes:
        """Return what has changed since the last run."""
        captures = self._db.execute("SELECT capture, is_new FROM dedupe_changed_captures").fetchall()
        cards = self._db.execute("SELECT card FROM dedupe_changed_cards")
        return Changes(
            {row for row, is_new in captures if is_new},
            {row for row, is_new in captures if not is_new},
            {row for (row,) in cards},
        )

    def summary(self) -> RunSummary:
        """Return what the last run left as a whole."""
        pairs, times, text_order, kin = self._db.execute(
            "SELECT overrides, bulk_timestamps, text_order, kin_hosts FROM dedupe_state"
        ).fetchone()
        return RunSummary(
            [Override(left=left, right=right, same=same) for left, right, same in json.loads(pairs)],
            frozenset(map(datetime.fromisoformat, json.loads(times))),
            text_order,
            frozenset((x, y) for x, y in json.loads(kin)),
        )

    def cards(self, rows: Collection[CardId]) -> dict[CardId, DedupeCard]:
        """Return those of the cards that the last run knew."""
        return self._cards("card", rows)

    def members(self, components: Collection[ComponentId]) -> dict[CardId, DedupeCard]:
        """Return the cards of these components."""
        return self._cards("component", components)

    def component_sizes(self) -> Iterator[tuple[ComponentId, int]]:
        """Yield each component with the number of its cards."""
        return self._db.execute(
            "SELECT component, count(*) FROM dedupe_cards GROUP BY component ORDER BY component"
        )

    def texts(self, ids: Collection[TextId]) -> dict[TextId, str]:
        """Return these texts."""
        return dict(self._db.execute(f"SELECT id, text FROM dedupe_texts WHERE id {_IN}", (_array(ids),)))

    def text_ids(self, hashes: Collection[int]) -> dict[int, TextId]:
        """Return the ids of texts by hash; those that the last run did not know are left out."""
        rows = self._db.execute(f"SELECT hash, id FROM dedupe_texts WHERE hash {_IN}", (_array(hashes),))
        return dict(rows)

    def text_uses(self, ids: Collection[TextId]) -> set[TextUse]:
        """Return which of the cards that the last run knew have these texts."""
        rows = self._db.execute(
            f"SELECT card, text_id, 0 FROM dedupe_cards WHERE text_id {_IN}"
            f" UNION ALL SELECT card, title_id, 1 FROM dedupe_cards WHERE title_id {_IN}",
            (_array(ids), _array(ids)),
        )
        return {TextUse(card, text, bool(is_title)) for card, text, is_title in rows}

    def names_of_cards(self) -> Iterator[tuple[int, int, int]]:
        """Yield every card that the last run knew with its `text_of_title` and its neighbour key."""
        return self._db.execute(
            "SELECT card, iif(title_id IS NULL, 0, coalesce(text_id, 0)), neighbour_key FROM dedupe_cards"
        )

    def segments(self, kind: IndexKind) -> Iterator[StoredSegment]:
        """Yield the segments of an index, the oldest first."""
        rows = self._db.execute(
            "SELECT segment, keys, index_segments.owners, coalesce(index_tombstones.owners, x'')"
            " FROM index_segments LEFT JOIN index_tombstones USING (kind, segment)"
            " WHERE kind = ? ORDER BY segment",
            (kind,),
        )
        return (StoredSegment(*row) for row in rows)

    def reset(self, algorithm_version: str) -> None:
        """Remove all posts and all that the last run left: every capture is new."""
        remove_all_posts(self._db)
        for table in (*_KEPT, *_CHANGES):
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("INSERT INTO dedupe_state VALUES (?, '[]', '[]', x'', '[]')", (algorithm_version,))
        self._db.execute("INSERT INTO dedupe_changed_captures SELECT DISTINCT capture_id, 1 FROM sightings")

    def save(self, update: StateUpdate) -> None:
        """Keep what a run leaves for the next one; no change is due any more."""
        self._save_summary(update.summary)
        # a card refers to its text: texts come before the cards and go after them
        self._db.conn.executemany("INSERT INTO dedupe_texts VALUES (?, ?, ?)", update.texts)
        self._delete("dedupe_cards", "card", update.removed_cards)
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO dedupe_cards"
            " (card, component, neighbour_key, text_id, title_id, prefix, suffix, suffix_length)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (
                    own.row,
                    own.component,
                    own.neighbour_key,
                    own.text_id,
                    own.title_id,
                    own.prefix,
                    own.suffix,
                    own.suffix_length,
                )
                for own in update.cards
            ),
        )
        self._db.conn.executemany(
            "UPDATE dedupe_cards SET component = ?2 WHERE card = ?1", update.components.items()
        )
        self._delete("dedupe_texts", "id", update.removed_texts)
        for kind, index in update.indexes.items():
            self._save_index(kind, index)
        for table in _CHANGES:
            self._db.execute(f"DELETE FROM {table}")

    def replace_posts(
        self, new: Sequence[Post], cards: Mapping[str, CardId], captures: Mapping[str, CaptureId]
    ) -> None:
        """Put these posts in the place of those that any of the cards was in.

        Args:
            new: The new posts.
            cards: The rows of the posts' cards, by public id.
            captures: The rows of the captures that the posts name, by public id.
        """
        self._posts.replace(new, cards, captures)

    def _save_summary(self, summary: RunSummary) -> None:
        self._db.execute(
            "UPDATE dedupe_state SET overrides = ?, bulk_timestamps = ?, text_order = ?, kin_hosts = ?",
            (
                json.dumps([(own.left, own.right, own.same) for own in summary.overrides]),
                json.dumps(sorted(map(iso_time, summary.bulk_timestamps))),
                summary.text_order,
                json.dumps(sorted(summary.kin_hosts)),
            ),
        )

    def _save_index(self, kind: IndexKind, index: IndexUpdate) -> None:
        self._db.execute("DELETE FROM index_tombstones WHERE kind = ?", (kind,))
        self._db.conn.executemany(
            "DELETE FROM index_segments WHERE kind = ? AND segment = ?",
            ((kind, number) for number in index.removed()),
        )
        self._db.conn.executemany(
            "INSERT INTO index_segments VALUES (?, ?, ?, ?)",
            ((kind, new.number, new.keys, new.owners) for new in index.added()),
        )
        self._db.conn.executemany(
            "INSERT INTO index_tombstones VALUES (?, ?, ?)",
            ((kind, number, owners) for number, owners in index.tombstones()),
        )

    def _sightings(self, column: str, values: Collection[int]) -> Iterator[tuple[int, int, int]]:
        return self._db.execute(
            f"SELECT card_id, capture_id, position FROM sightings WHERE {column} {_IN}", (_array(values),)
        )

    def _cards(self, column: str, values: Collection[int]) -> dict[CardId, DedupeCard]:
        rows = self._db.execute(
            "SELECT card, component, neighbour_key, text_id, title_id, prefix, coalesce(text, ''), suffix,"
            f" suffix_length FROM dedupe_cards LEFT JOIN dedupe_texts ON id = text_id WHERE {column} {_IN}",
            (_array(values),),
        )
        return {row[0]: DedupeCard(*row) for row in rows}

    def _delete(self, table: str, column: str, values: Collection[int]) -> None:
        self._db.execute(f"DELETE FROM {table} WHERE {column} {_IN}", (_array(values),))


def _array(values: Iterable[str | int]) -> str:
    """Return values as a JSON array, the one parameter that `_IN` takes."""
    return json.dumps([*values])
