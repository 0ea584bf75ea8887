"""Recovery of records without a row: after an interrupted run, or into an empty database.

Damage in the middle of a file is reported and skipped, never removed. A torn end is cut off, since no row
ever pointed to it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

from archiver.store.db.captures import Captures
from archiver.store.db.overrides import Overrides
from archiver.store.db.retired_cards import RetiredCards
from archiver.store.db.thresholds import Thresholds
from archiver.store.db.transaction import transaction
from archiver.store.warc import files
from archiver.store.warc.append import RecordStart, WarcAppender
from archiver.store.warc.files import Damage, GzipMember
from archiver.store.warc.records import OverrideRecord, RetirementRecord, ThresholdRecord, read_record


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was recovered from one WARC file, and what of it is damaged.

    `overrides` counts thresholds, too. A torn end among the *damage* was cut off.
    """

    file: str
    captures: int
    overrides: int
    damage: tuple[Damage, ...]

    def lines(self) -> Iterator[str]:
        """Yield what the user should know, one line for each kind."""
        if self.captures:
            yield f"{self.file}: recovered captures that were not in the database: {self.captures}"
        if self.overrides:
            yield f"{self.file}: recovered overrides that were not in the database: {self.overrides}"
        yield from self.damage_lines()

    def damage_lines(self) -> Iterator[str]:
        """Yield one line for each damaged span."""
        for span in self.damage:
            what = "an incomplete record, cut off the end" if span.torn else "no whole record, skipped"
            yield f"{self.file}: byte {span.offset}: {span.length} bytes are {what}"


@dataclass(frozen=True, slots=True)
class _Added:
    """Of what kind the rows are that a record gave."""

    captures: bool = False
    overrides: bool = False


class Recovery:
    """Recovers the records of an archive that have no row."""

    def __init__(
        self,
        db: Database,
        warc: WarcAppender,
        captures: Captures,
        overrides: Overrides,
        thresholds: Thresholds,
        retired_cards: RetiredCards,
    ) -> None:
        self._db = db
        self._warc = warc
        self._captures = captures
        self._overrides = overrides
        self._thresholds = thresholds
        self._retired_cards = retired_cards

    def run(self) -> Iterator[Recovered]:
        """Recover file by file, each in one transaction."""
        known = dict(self._db.execute("SELECT name, length FROM warc_files"))
        for path in files.list_files(self._warc.folder):
            if path.stat().st_size > known.get(path.name, 0):
                with transaction(self._db):
                    yield self._recover_file(path)

    def _recover_file(self, path: Path) -> Recovered:
        file = self._warc.known_file(path.name)
        end = file.length
        captures = overrides = 0
        damage: list[Damage] = []
        for span in files.members(path, end):
            if isinstance(span, Damage) and span.torn:
                files.truncate(path, span.offset)
                damage.append(span)
                break
            end = span.offset + span.length
            found = None if isinstance(span, Damage) else self._recover_record(span, file.id)
            if found is None:
                damage.append(Damage(span.offset, span.length, torn=False))
            else:
                captures += found.captures
                overrides += found.overrides
        self._warc.set_known_length(file.id, end)
        return Recovered(path.name, captures, overrides, tuple(damage))

    def _recover_record(self, member: GzipMember, file_id: int) -> _Added | None:
        """Add the rows of one record; None where it is damaged."""
        record = read_record(member.data)
        if record is None:
            return None
        start = RecordStart(file_id, member.offset)
        if record.capture:
            kept = self._captures.recover(record, start, member.length)
            return _Added(captures=kept.new) if kept else None
        if isinstance(record.own, OverrideRecord):
            return _Added(overrides=self._overrides.insert(record.own, start, member.length))
        if isinstance(record.own, ThresholdRecord):
            self._thresholds.insert(record.own, start)
            return _Added(overrides=True)
        if isinstance(record.own, RetirementRecord):
            self._retired_cards.insert(record.own.cards, start)
        return _Added()
