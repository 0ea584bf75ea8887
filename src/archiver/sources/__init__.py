"""Sources on disk: saved pages, card records, WARC and WACZ files. `fetch` serves those that are URLs."""

from archiver.sources.containers import containers_of, open_container
from archiver.sources.faults import EXAMPLES, RowFaults
from archiver.sources.files import ImportOptions, find_files, is_container, open_regular, read_capture
from archiver.sources.found import FoundCapture, OutsideRecord, RevisitOf
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
from archiver.sources.selection import PassedOver, Selection
from archiver.sources.tables import COLUMNS as RECORD_FIELDS
from archiver.sources.warc import RecordFile, read_captures

__all__ = [
    "EXAMPLES",
    "RECORD_FIELDS",
    "STANDARD_INPUT",
    "FoundCapture",
    "ImportOptions",
    "OutsideRecord",
    "PassedOver",
    "RecordFile",
    "RevisitOf",
    "RowFaults",
    "Selection",
    "begins_as_records",
    "containers_of",
    "find_files",
    "is_container",
    "is_feed_list",
    "is_record_file",
    "is_record_source",
    "is_repository",
    "is_shallow",
    "open_container",
    "open_regular",
    "parse_time",
    "read_capture",
    "read_captures",
    "read_feed_list",
    "read_file",
    "read_records",
    "read_repository",
]
