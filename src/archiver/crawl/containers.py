"""Import WARC, ARC and WACZ files: as sources, or in a folder.

An open store, the sources that the user named, the options and the user's rules go in; a `CrawlResult` comes
out for each capture and for each fault. What is passed over is counted and said.

A revisit whose original is not in the archive yet waits until all sources are imported: the files that hold
such are then read once more, for these records alone, so that nothing but their numbers is in memory.
"""

import logging
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from archiver.crawl.captures import SourceTally, crawl_captures
from archiver.crawl.originals import with_payload_of_original
from archiver.crawl.outcome import CrawlResult
from archiver.crawl.workers import MANY
from archiver.errors import SourceError
from archiver.parse import SiteRule
from archiver.sources import (
    EXAMPLES,
    FoundCapture,
    ImportOptions,
    PassedOver,
    RecordFile,
    Selection,
    containers_of,
    open_container,
    read_captures,
)
from archiver.store import Store

_NOT_IN_PLACE = "cannot be left in place: its records share a gzip member, or are in a zip file; import it"
MAX_FAULTS = 100
"""Faults of one file that have a line each: a file may be nothing but damage."""
MANY_BYTES = 1 << 20
"""Bytes of a source from which worker processes pay: so many hold some twenty pages, compressed."""

logger = logging.getLogger(__name__)


def crawl_containers(
    store: Store, sources: Sequence[str], options: ImportOptions, rules: Sequence[SiteRule]
) -> Iterator[CrawlResult]:
    """Store and read the captures of those sources that are such files, or folders with some.

    The files of the archive itself are none of its sources, also where it lies in a folder that is one.
    """
    imports: list[_ContainerImport] = []
    for name in sources:
        try:
            files = containers_of(name)
        except SourceError:
            continue  # whoever imports the saved pages of the folder reports it
        own = [file for file in files if file.resolve().parent == store.warc_folder.resolve()]
        if own == [Path(name)]:
            yield CrawlResult(name, name, error="is a file of this archive, which holds its captures already")
        if files := [file for file in files if file not in own]:
            if files != [Path(name)]:
                logger.info("%s: WARC and WACZ files in this folder: %d", name, len(files))
            imports.append(_ContainerImport(store, name, files, options, rules))
            yield from imports[-1].crawl()
    for one in imports:
        yield from one.crawl_waiting()


class _ContainerImport:
    """The import of one source."""

    def __init__(
        self,
        store: Store,
        name: str,
        files: Sequence[Path],
        options: ImportOptions,
        rules: Sequence[SiteRule],
    ) -> None:
        self._store = store
        self._name = name
        self._files = files
        self._rules = rules
        self._selection = Selection(options.include, options.exclude, everything=options.everything)
        self._listings_only = options.listings_only
        self._in_place = options.in_place
        self._passed = PassedOver()
        self._tally = SourceTally(name)
        self._waiting: dict[str, set[int]] = defaultdict(set)

    def crawl(self) -> Iterator[CrawlResult]:
        """Import all but the revisits whose original is not in the archive yet, which then wait."""
        return self._crawl(self._found(), many=_size(self._files) > MANY_BYTES)

    def crawl_waiting(self) -> Iterator[CrawlResult]:
        """Import the revisits that wait; report those whose original is nowhere, and all that was counted."""
        if self._waiting:
            waiting, self._waiting = self._waiting, defaultdict(set)
            number = sum(map(len, waiting.values()))
            yield from self._crawl(self._found(waiting), many=number >= MANY)
        if self._passed:
            logger.info("%s: records that were passed over: %s", self._name, self._passed)
        nowhere = sum(map(len, self._waiting.values()))
        if nowhere:
            files = ", ".join(list(self._waiting)[:EXAMPLES])
            error = (
                f"revisits whose original is neither here nor in the archive: {nowhere:,} in {files};"
                " import the file with their originals, then this one again"
            )
            yield CrawlResult(self._name, self._name, error=error)
        elif self._tally.is_empty:
            yield CrawlResult(self._name, self._name, error="holds no pages that were asked for")
        yield from self._tally.faults()

    def _crawl(self, found: Iterator[FoundCapture], *, many: bool) -> Iterator[CrawlResult]:
        return crawl_captures(
            self._store,
            self._name,
            found,
            self._rules,
            many=many,
            listings_only=self._listings_only,
            tally=self._tally,
        )

    def _found(self, only: Mapping[str, Collection[int]] | None = None) -> Iterator[FoundCapture]:
        """Yield the captures of all files; *only* has the numbers of the records to read, by file."""
        for file in self._files:
            try:
                with open_container(file, self._name) as inside:
                    for records in inside:
                        if isinstance(records, RecordFile):
                            yield from self._found_in(records, file, only)
                        elif only is None:
                            yield FoundCapture(self._name, error=str(records))
            except SourceError as error:
                yield FoundCapture(self._name, error=str(error))

    def _found_in(
        self, records: RecordFile, file: Path, only: Mapping[str, Collection[int]] | None
    ) -> Iterator[FoundCapture]:
        """Yield the captures of one file of records, those of revisits with their payloads."""
        numbers = None if only is None else only.get(records.name, ())
        if only is not None and not numbers:
            return
        faults = 0
        for one in read_captures(records, self._selection, self._passed, numbers):
            if one.capture is None:
                faults += 1
                if faults <= MAX_FAULTS:
                    yield one
            elif one.revisit_of is None and not self._in_place:
                yield one._replace(outside=None)
            elif one.revisit_of is None:
                if one.outside is None or records.name != str(file):  # a file in a zip has another name
                    raise SourceError(f"{records.name}: {_NOT_IN_PLACE}")
                yield one._replace(outside=one.outside._replace(file=self._kept_name(records.name)))
            elif whole := with_payload_of_original(self._store, one.capture, one.revisit_of):
                yield one._replace(capture=whole, outside=None)
            elif self._passed.has(one.revisit_of.digest):
                self._passed.add("revisits of such records")
            elif only is not None and self._listings_only:
                self._passed.add("revisits of what the archive does not hold")
            else:
                self._waiting[records.name].add(one.number)
        if faults > MAX_FAULTS:
            yield FoundCapture(records.name, error=f"{faults - MAX_FAULTS:,} more faults like these")

    def _kept_name(self, file: str) -> str:
        """Return a path by which the archive finds the file: absolute if given so, else from its folder."""
        return file if Path(file).is_absolute() else os.path.relpath(file, self._store.folder)


def _size(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files if file.is_file())
