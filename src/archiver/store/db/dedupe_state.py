"""What the last `dedupe` knew, and what has changed since: so that the next one looks at that alone.

In: an open database inside a transaction (for writing), ids of its rows. Out: rows. Refuses to judge: what a
change means for the posts is decided elsewhere. The one surprise: triggers note each sighting that comes or
goes, in the transaction in which it does, so that nothing is missed whoever writes and whenever a run ends.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlite_utils import Database

from archiver.models import Card, Override
from archiver.store.db import posts
from archiver.store.db.cards import read_cards_by_id

_IN = "IN (SELECT value FROM json_each(?))"


class DedupeCard(NamedTuple):
    """A card as the last run left it: `front`, `text` and `back` are its text key, of which `text` counts.

    `component` and `name` as in the database; `text_id` is None where there is no text; `behind` is how much
    of the end is the site's.
    """

    id: int
    component: int
    name: int
    text_id: int | None
    front: str
    text: str
    back: str
    behind: int


class Changes(NamedTuple):
    """Captures with other sightings than at the last run, whether they lost any, and the cards that did."""

    captures: dict[int, bool]
    cards: set[int]


class RunMarks(NamedTuple):
    """The overrides that were heard, the times that are no visit's, the ids of the texts in order."""

    words: list[Override]
    crowded: set[str]
    order: bytes


class DedupeState:
    """The state between two runs of `dedupe`; every method that writes needs a transaction."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def recipe(self) -> str | None:
        """By which recipe the posts were made; None where they never were."""
        row = self._db.execute("SELECT recipe FROM settled").fetchone()
        return row[0] if row else None

    def is_current(self) -> bool:
        """Whether no sighting has come or gone since the last run."""
        return not any(
            self._db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
            for table in ("changed_captures", "changed_cards")
        )

    def begin(self, recipe: str) -> None:
        """Forget everything: no post is there, and every capture is new."""
        posts.remove_all_posts(self._db)
        for table in ("settled", "settled_cards", "settled_texts", "settled_gone", "settled_keys"):
            self._db.execute(f"DELETE FROM {table}")
        self.clear_changes()
        self._db.execute("INSERT INTO settled VALUES (?, '[]', '[]', x'')", (recipe,))
        self._db.execute("INSERT INTO changed_captures SELECT DISTINCT capture_id, 0 FROM sightings")

    def changes(self) -> Changes:
        """What has changed since the last run."""
        captures = {c: bool(again) for c, again in self._db.execute("SELECT * FROM changed_captures")}
        return Changes(captures, {card for (card,) in self._db.execute("SELECT card FROM changed_cards")})

    def clear_changes(self) -> None:
        """All changes are taken into account."""
        for table in ("changed_captures", "changed_cards"):
            self._db.execute(f"DELETE FROM {table}")

    def marks(self) -> RunMarks:
        """What was kept of the run as a whole."""
        words, crowded, order = self._db.execute(
            "SELECT words, crowded, texts_in_order FROM settled"
        ).fetchone()
        heard = [Override(left=a, right=b, same=same) for a, b, same in json.loads(words)]
        return RunMarks(heard, set(json.loads(crowded)), order)

    def set_marks(self, words: Iterable[Override], crowded: Iterable[str], order: bytes) -> None:
        """The same, to be kept."""
        heard = json.dumps([(word.left, word.right, word.same) for word in words])
        self._db.execute(
            "UPDATE settled SET words = ?, crowded = ?, texts_in_order = ?",
            (heard, json.dumps(sorted(crowded)), order),
        )

    def cards(self, ids: Collection[int]) -> dict[int, DedupeCard]:
        """Those of the cards that the last run knew."""
        return self._cards("card", ids)

    def components_of(self, ids: Collection[int]) -> set[int]:
        """The components of those of the cards that the last run knew."""
        return self._ids("SELECT DISTINCT component FROM settled_cards WHERE card", ids)

    def members(self, components: Collection[int]) -> dict[int, DedupeCard]:
        """The cards of these components."""
        return self._cards("component", components)

    def sizes(self) -> Iterator[tuple[int, int]]:
        """The components, each with the number of its cards."""
        return self._db.execute(
            "SELECT component, count(*) FROM settled_cards GROUP BY component ORDER BY component"
        )

    def bearers(self, text_ids: Collection[int]) -> set[int]:
        """The cards with these texts."""
        return self._ids("SELECT card FROM settled_cards WHERE text_id", text_ids)

    def put_cards(self, cards: Iterable[DedupeCard]) -> None:
        """Keep the cards as they are now; their texts must be there."""
        self._db.conn.executemany(
            "INSERT OR REPLACE INTO settled_cards (card, component, name, text_id, front, back, behind)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            ((c.id, c.component, c.name, c.text_id, c.front, c.back, c.behind) for c in cards),
        )

    def set_components(self, components: Mapping[int, int]) -> None:
        """The component of each of these cards."""
        self._db.conn.executemany(
            "UPDATE settled_cards SET component = ?2 WHERE card = ?1", components.items()
        )

    def remove_cards(self, ids: Collection[int]) -> None:
        """Forget these cards."""
        self._db.execute(f"DELETE FROM settled_cards WHERE card {_IN}", (json.dumps([*ids]),))

    def texts(self, text_ids: Collection[int]) -> dict[int, str]:
        """Texts by their ids."""
        rows = self._db.execute(
            f"SELECT id, text FROM settled_texts WHERE id {_IN}", (json.dumps([*text_ids]),)
        )
        return dict(rows)

    def text_ids(self, hashes: Collection[int]) -> dict[int, int]:
        """The ids of the texts that are known, by hash."""
        return dict(
            self._db.execute(f"SELECT hash, id FROM settled_texts WHERE hash {_IN}", (json.dumps([*hashes]),))
        )

    def add_texts(self, texts: Mapping[int, str]) -> dict[int, int]:
        """New texts by hash; their ids."""
        (last,) = self._db.execute("SELECT coalesce(max(id), 0) FROM settled_texts").fetchone()
        self._db.conn.executemany(
            "INSERT INTO settled_texts VALUES (?, ?, ?)",
            ((n, hashed, text) for n, (hashed, text) in enumerate(texts.items(), last + 1)),
        )
        return {hashed: n for n, hashed in enumerate(texts, last + 1)}

    def remove_unborne(self, text_ids: Collection[int]) -> set[int]:
        """Remove those of the texts that no card bears any more, and say which."""
        gone = set(text_ids) - self._ids("SELECT DISTINCT text_id FROM settled_cards WHERE text_id", text_ids)
        self._db.execute(f"DELETE FROM settled_texts WHERE id {_IN}", (json.dumps([*gone]),))
        return gone

    def keys(self, kind: str) -> Iterator[tuple[int, bytes, bytes, bytes]]:
        """The parts of an index, each with the owners that are gone from it."""
        return self._db.execute(
            "SELECT part, keys, settled_keys.owners, coalesce(settled_gone.owners, x'')"
            " FROM settled_keys LEFT JOIN settled_gone USING (kind, part) WHERE kind = ? ORDER BY part",
            (kind,),
        )

    def parts(self, kind: str) -> set[int]:
        """The numbers of the parts of an index that are kept."""
        return {part for (part,) in self._db.execute("SELECT part FROM settled_keys WHERE kind = ?", (kind,))}

    def put_keys(
        self,
        kind: str,
        parts: Iterable[int],
        new: Iterable[tuple[int, bytes, bytes]],
        gone: Iterable[tuple[int, bytes]],
    ) -> None:
        """Keep an index of these parts, of which `new` are to be written, and the owners gone from each."""
        self._db.execute("DELETE FROM settled_gone WHERE kind = ?", (kind,))
        self._db.conn.executemany(
            "DELETE FROM settled_keys WHERE kind = ? AND part = ?",
            ((kind, part) for part in self.parts(kind).difference(parts)),
        )
        self._db.conn.executemany(
            "INSERT INTO settled_keys VALUES (?, ?, ?, ?)", ((kind, *part) for part in new)
        )
        self._db.conn.executemany(
            "INSERT INTO settled_gone VALUES (?, ?, ?)", ((kind, *part) for part in gone)
        )

    def names(self, cards: Collection[int]) -> dict[int, int]:
        """What names these cards as neighbours."""
        return dict(
            self._db.execute(
                f"SELECT card, name FROM settled_cards WHERE card {_IN}", (json.dumps([*cards]),)
            )
        )

    def sightings_on(self, captures: Collection[int]) -> Iterator[tuple[int, int, int]]:
        """Card, capture and position of all sightings on these captures."""
        return self._sightings("capture_id", captures)

    def sightings_of(self, cards: Collection[int]) -> Iterator[tuple[int, int, int]]:
        """The same of all sightings of these cards."""
        return self._sightings("card_id", cards)

    def languages_at(self, places: Sequence[tuple[int, int]]) -> list[str | None]:
        """The language of each sighting, by capture and position."""
        rows = self._db.execute(
            "SELECT coalesce(card_details.language, pages.language) FROM json_each(?) AS place"
            " JOIN sightings ON sightings.capture_id = json_extract(place.value, '$[0]')"
            " AND position = json_extract(place.value, '$[1]')"
            " JOIN pages ON pages.capture_id = sightings.capture_id"
            " LEFT JOIN card_details ON card_details.id = details_id ORDER BY place.key",
            (json.dumps(places),),
        )
        return [language for (language,) in rows]

    def captures_of(self, cards: Collection[int]) -> set[int]:
        """The captures that show any of these cards."""
        return self._ids("SELECT DISTINCT capture_id FROM sightings WHERE card_id", cards)

    def shown(self, cards: Collection[int]) -> set[int]:
        """Those of the cards that some capture shows."""
        return self._ids(
            "SELECT id FROM cards WHERE EXISTS (SELECT 1 FROM sightings WHERE card_id = cards.id) AND id",
            cards,
        )

    def captures(self, ids: Collection[int]) -> dict[int, tuple[datetime, str, str, bool]]:
        """Of these captures the time, URL and public id, and whether their cards stood together."""
        rows = self._db.execute(
            "SELECT id, captured_at, url, key, same_page FROM captures JOIN pages ON capture_id = id"
            f" WHERE id {_IN}",
            (json.dumps([*ids]),),
        )
        return {
            capture: (datetime.fromisoformat(at), url, key, bool(together))
            for capture, at, url, key, together in rows
        }

    def together(self, ids: Collection[int]) -> dict[int, bool]:
        """Of each of these captures whether its cards stood together."""
        rows = self._db.execute(
            f"SELECT capture_id, same_page FROM pages WHERE capture_id {_IN}", (json.dumps([*ids]),)
        )
        return {capture: bool(together) for capture, together in rows}

    def times_of(self, captures: Collection[int]) -> dict[str, int]:
        """The times of these captures, each with the number of all captures of that time with a sighting."""
        return dict(
            self._db.execute(
                "SELECT captured_at, sum(EXISTS (SELECT 1 FROM sightings WHERE capture_id = captures.id))"
                " FROM captures WHERE captured_at IN"
                f" (SELECT captured_at FROM captures WHERE id {_IN}) GROUP BY captured_at",
                (json.dumps([*captures]),),
            )
        )

    def cards_at(self, times: Collection[str]) -> set[int]:
        """The cards that were seen at these times."""
        return self._ids(
            "SELECT DISTINCT card_id FROM sightings JOIN captures ON captures.id = capture_id"
            " WHERE captured_at",
            times,
        )

    def card_ids(self, keys: Collection[str]) -> set[int]:
        """The ids of these cards, by public id; those that are not there are left out."""
        return self._ids("SELECT id FROM cards WHERE key", keys)

    def card_values(self, ids: Collection[int]) -> dict[int, tuple[str, Card]]:
        """Public id and fields of these cards."""
        return read_cards_by_id(self._db, f"WHERE id {_IN}", json.dumps([*ids]))

    def _sightings(self, column: str, values: Collection[int]) -> Iterator[tuple[int, int, int]]:
        return self._db.execute(
            f"SELECT card_id, capture_id, position FROM sightings WHERE {column} {_IN}",
            (json.dumps([*values]),),
        )

    def _cards(self, column: str, values: Collection[int]) -> dict[int, DedupeCard]:
        rows = self._db.execute(
            "SELECT card, component, name, text_id, front, coalesce(text, ''), back, behind"
            f" FROM settled_cards LEFT JOIN settled_texts ON id = text_id WHERE {column} {_IN}",
            (json.dumps([*values]),),
        )
        return {row[0]: DedupeCard(*row) for row in rows}

    def _ids(self, select: str, values: Collection[int] | Collection[str]) -> set[int]:
        return {found for (found,) in self._db.execute(f"{select} {_IN}", (json.dumps([*values]),))}
