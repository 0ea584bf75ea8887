"""Sources on disk: saved pages and card records. `fetch` serves the sources that are URLs."""

from archiver.sources.files import ImportOptions, find_files, parse_time, read_capture
from archiver.sources.records import is_record_file, read_records

__all__ = [
    "ImportOptions",
    "find_files",
    "is_record_file",
    "parse_time",
    "read_capture",
    "read_records",
]
