"""Recovery of records without a row: after an interrupted run, or into an empty database.

A file is read only if it is one of this archive, by the ids in its first record. Damage in the middle of a
file is reported and skipped, never removed. A torn end is cut off where no row ever pointed to it.
"""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from archiver.errors import CorruptError
from archiver.store.db.captures import Captures
from archiver.store.db.known_records import KnownRecords
from archiver.store.db.overrides import Overrides
from archiver.store.db.retired_cards import RetiredCards
from archiver.store.db.thresholds import Thresholds
from archiver.store.db.transaction import transaction
from archiver.store.warc import files
from archiver.store.warc.append import KnownFile, RecordStart, WarcAppender
from archiver.store.warc.files import Damage, GzipMember, OwnRecords
from archiver.store.warc.records import (
    OverrideRecord,
    RetirementRecord,
    ThresholdRecord,
    Warcinfo,
    read_record,
)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What was recovered from one WARC file, and what of it is damaged.

    `overrides` counts thresholds, too. A torn end among the *damage* was cut off. `refused` says why the file
    was not read at all. `missing` counts the files that the database knows and the folder lacks: this one is
    the first.
    """

    file: str
    captures: int = 0
    overrides: int = 0
    damage: tuple[Damage, ...] = ()
    refused: str | None = None
    missing: int = 0

    def lines(self) -> Iterator[str]:
        """Yield what the user should know, one line for each kind."""
        if self.captures:
            yield f"{self.file}: recovered captures that were not in the database: {self.captures}"
        if self.overrides:
            yield f"{self.file}: recovered overrides that were not in the database: {self.overrides}"
        if self.missing:
            others = f", and so are {self.missing - 1} more" if self.missing > 1 else ""
            yield f"{self.file}: is missing in warc/{others}; what was captured is there, so put it back"
        yield from self.damage_lines()

    def damage_lines(self) -> Iterator[str]:
        """Yield one line for each damaged span, or that the file was refused."""
        if self.refused:
            yield f"{self.file}: {self.refused}: it is not read; move it out of warc/"
        for span in self.damage:
            what = "an incomplete record, cut off the end" if span.torn else "no whole record, skipped"
            yield f"{self.file}: byte {span.offset}: {span.length} bytes are {what}"


@dataclass(frozen=True, slots=True)
class _Added:
    """Of what kind the rows are that a record gave."""

    captures: bool = False
    overrides: bool = False


class _Waiting(NamedTuple):
    """A revisit whose payload is not known yet, by its place."""

    path: Path
    file_id: int
    offset: int
    length: int


class Recovery:
    """Recovers the records of an archive that have no row.

    *former* is what the database knows that this one is to replace.
    """

    def __init__(
        self,
        db: Database,
        warc: WarcAppender,
        captures: Captures,
        overrides: Overrides,
        thresholds: Thresholds,
        retired_cards: RetiredCards,
        former: KnownRecords | None = None,
    ) -> None:
        self._db = db
        self._warc = warc
        self._captures = captures
        self._overrides = overrides
        self._thresholds = thresholds
        self._retired_cards = retired_cards
        self._known = KnownRecords(db)
        self._former = former
        self._waiting: list[_Waiting] = []

    def run(self) -> Iterator[Recovered]:
        """Recover file by file, each in one transaction.

        Raises CorruptError where the database is not that of the files, or where they are of two archives.
        """
        known = self._known.files()
        paths = files.list_files(self._warc.folder)
        if not known and not self._former:
            self._check_one_archive(paths)
        there = {path.name for path in paths}
        missing = sorted(name for name, file in known.items() if file.length and name not in there)
        if missing:
            yield Recovered(missing[0], missing=len(missing))
        for path in paths:
            row = known.get(path.name)
            if row:
                self._check_identity(path, row)
            if row is None or path.stat().st_size > row.length:
                with transaction(self._db):
                    yield self._recover_file(path)
        with transaction(self._db) if self._waiting else nullcontext():
            yield from self._recover_waiting()

    def _check_one_archive(self, paths: Iterable[Path]) -> None:
        """Raise CorruptError where the files are of two archives, and no database says which is ours."""
        first: dict[str, str] = {}
        for path in paths:
            warcinfo = files.warcinfo_of(path)
            if warcinfo and warcinfo.archive_id:
                first.setdefault(warcinfo.archive_id, path.name)
        if len(first) > 1:
            raise CorruptError(
                f"{self._warc.folder}: holds files of {len(first)} archives, which begin with"
                f" {', '.join(first.values())}; leave those of one there"
            )

    def _check_identity(self, path: Path, row: KnownFile) -> None:
        """Raise CorruptError where the file is another one than the database knows; learn which one it is."""
        warcinfo = files.warcinfo_of(path)
        if self._known.is_file(row, path, warcinfo) is False:
            raise CorruptError(
                f"{path}: is another file than the database knows by this name; put the right file or the"
                " right archive.db there, or rebuild the archive",
                remedy="rebuild",
            )
        if warcinfo and row.warcinfo_id is None:
            with transaction(self._db):
                self._warc.set_warcinfo(row.id, warcinfo)

    def _recover_file(self, path: Path) -> Recovered:
        warcinfo = files.warcinfo_of(path)
        file = self._known.files().get(path.name)
        if file is None:
            if refused := self._known.refusal(path.name, warcinfo, self._former):
                return Recovered(path.name, refused=refused)
            file = self._warc.add_file(path.name, warcinfo)
        former = self._former.file(path.name, warcinfo) if self._former else None
        if former and former.warcinfo_id and file.warcinfo_id is None:  # its first record is damaged since
            self._warc.set_warcinfo(file.id, Warcinfo(former.warcinfo_id, former.archive_id))
        end, captures, overrides = file.length, 0, 0
        damage: list[Damage] = []
        for span in files.members(path, self._own_records(file, former), end):
            if isinstance(span, Damage) and span.torn and span.offset >= (former.length if former else 0):
                files.truncate(path, span.offset)
                damage.append(span)
                if span.offset == 0:
                    self._warc.remove_file(file.id)
                break
            end = span.offset + span.length
            found = None if isinstance(span, Damage) else self._recover_record(span, path, file.id)
            if found is None:
                damage.append(Damage(span.offset, span.length, torn=False))
            else:
                captures += found.captures
                overrides += found.overrides
        self._warc.set_known_length(file.id, end)
        return Recovered(path.name, captures, overrides, tuple(damage))

    def _own_records(self, file: KnownFile, former: KnownFile | None) -> OwnRecords:
        """Return how records prove to be ours: by the file's id, or by the database before this one."""
        if self._former is None or former is None:
            return OwnRecords(file.named_by_records)
        return OwnRecords(
            file.named_by_records or former.named_by_records, partial(self._former.spans, former)
        )

    def _recover_waiting(self) -> Iterator[Recovered]:
        """Recover the revisits whose payload came after them: of files that changed their places."""
        for path, file_id, offset, length in self._waiting:
            member = GzipMember(offset, length, files.read_member(path, offset, length))
            found = self._recover_record(member, path, file_id, at_last=True)
            if found:
                yield Recovered(path.name, captures=found.captures)
            else:
                yield Recovered(path.name, damage=(Damage(offset, length, torn=False),))

    def _recover_record(
        self, member: GzipMember, path: Path, file_id: int, *, at_last: bool = False
    ) -> _Added | None:
        """Add the rows of one record; None where it is damaged.

        A revisit whose payload has not come yet waits, unless this is the last time that it is asked for.
        """
        record = read_record(member.data)
        if record is None:
            return None
        start = RecordStart(file_id, member.offset)
        waits = record.is_revisit and not at_last and not self._captures.has_payload(record.digest or "")
        if waits:
            self._waiting.append(_Waiting(path, file_id, member.offset, member.length))
            return _Added()
        if record.capture:
            kept = self._captures.recover(record, path, start, member.length)
            return _Added(captures=kept.new) if kept else None
        if isinstance(record.own, OverrideRecord):
            return _Added(overrides=self._overrides.insert(record.own, start, member.length))
        if isinstance(record.own, ThresholdRecord):
            self._thresholds.insert(record.own, start)
            return _Added(overrides=True)
        if isinstance(record.own, RetirementRecord):
            self._retired_cards.insert(record.own.cards, start)
        return _Added()
