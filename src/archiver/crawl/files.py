"""Import saved pages: a file, all pages of a folder, or those in the history of a git repository.

An open store, the path that the user named, the options of the import and the user's rules go in; a
`CrawlResult` comes out for each page. What cannot be read is a result with an error.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from archiver.crawl.captures import crawl_captures
from archiver.crawl.outcome import CrawlResult
from archiver.crawl.workers import MANY
from archiver.errors import SourceError
from archiver.parse import SiteRule
from archiver.sources import (
    FoundCapture,
    ImportOptions,
    find_files,
    is_record_file,
    is_shallow,
    read_file,
    read_repository,
)
from archiver.store import Store

_KIND_OF_BASIS = {"tree": "pages of mirrored hosts", "entry": "responses in HAR files"}
"""What a capture was taken for, by where its URL comes from."""

logger = logging.getLogger(__name__)


def crawl_files(
    store: Store, source: str, options: ImportOptions, rules: Sequence[SiteRule]
) -> Iterator[CrawlResult]:
    """Store and read every page of a file or folder."""
    try:
        files, others = find_files(source)
    except SourceError as error:
        yield CrawlResult(source, source, error=str(error))
        return
    _log_passed_over(source, others)
    taken: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    found = _found(files, source, options, taken, passed)
    yield from crawl_captures(store, source, found, rules, many=len(files) >= MANY)
    if len(taken) > 1:  # a folder of mixed kinds
        _log_counts(source, "taken", taken)
    _log_counts(source, "passed over", passed)


def crawl_repository(
    store: Store, source: str, options: ImportOptions, rules: Sequence[SiteRule]
) -> Iterator[CrawlResult]:
    """Store and read every version of the pages of a git repository."""
    passed: Counter[str] = Counter()
    found = _versions(source, options, passed)
    yield from crawl_captures(store, source, found, rules, many=True)
    _log_counts(source, "passed over", passed)
    if is_shallow(source):
        logger.warning(
            "%s: this clone lacks its older commits; fetch them with git, and import it again",
            source,
        )


def _versions(source: str, options: ImportOptions, passed: Counter[str]) -> Iterator[FoundCapture]:
    is_empty = True
    try:
        for found in read_repository(source, options, passed):
            is_empty = False
            yield found
        if is_empty:
            yield FoundCapture(source, error=f"{source}: no commit changed a page")
    except SourceError as error:
        yield FoundCapture(source, error=str(error))


def _log_counts(source: str, done: str, counts: Counter[str]) -> None:
    if counts:
        listed = ", ".join(f"{what}: {count:,}" for what, count in sorted(counts.items()))
        logger.info("%s: %s: %s", source, done, listed)


def _found(
    files: Sequence[Path], source: str, options: ImportOptions, taken: Counter[str], passed: Counter[str]
) -> Iterator[FoundCapture]:
    for file in files:
        try:
            for found in read_file(file, source, options, passed):
                if found.capture:
                    taken[_KIND_OF_BASIS.get(found.capture.url_basis, "saved pages")] += 1
                yield found
        except SourceError as error:
            yield FoundCapture(str(file), error=str(error))


def _log_passed_over(source: str, files: Sequence[Path]) -> None:
    """Report the files of a folder that are no pages."""
    records = [file for file in files if is_record_file(file.name)]
    if records:
        logger.warning(
            "%s: %d files of card records are not imported with a folder; name each as a source, such as %s",
            source,
            len(records),
            records[0],
        )
    if passed := len(files) - len(records):
        example = next(file for file in files if not is_record_file(file.name))
        logger.info("%s: %d files are no pages and were passed over, such as %s", source, passed, example)
