"""Sources on disk: saved pages and card records. `fetch` serves the sources that are URLs."""

from archiver.sources.faults import EXAMPLES, RowFaults
from archiver.sources.files import ImportOptions, find_files, read_capture
from archiver.sources.found import FoundCapture
from archiver.sources.kinds import read_file
from archiver.sources.opml import is_feed_list, read_feed_list
from archiver.sources.paths import parse_time
from archiver.sources.records import (
    STANDARD_INPUT,
    begins_as_records,
    is_record_file,
    is_record_source,
    read_records,
)
from archiver.sources.repository import is_repository, is_shallow, read_repository
from archiver.sources.tables import COLUMNS as RECORD_FIELDS

__all__ = [
    "EXAMPLES",
    "RECORD_FIELDS",
    "STANDARD_INPUT",
    "FoundCapture",
    "ImportOptions",
    "RowFaults",
    "begins_as_records",
    "find_files",
    "is_feed_list",
    "is_record_file",
    "is_record_source",
    "is_repository",
    "is_shallow",
    "parse_time",
    "read_capture",
    "read_feed_list",
    "read_file",
    "read_records",
    "read_repository",
]
