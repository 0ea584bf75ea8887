"""What was seen, kept: WARC files and the SQLite database.

Captures are only ever added; every public write is one transaction; the payload is on the disk before any
row points to it. `sqlite_utils` and `fastwarc` are seen only here.
"""

from archiver.store.db.frontier import DiscoveredUrl, FrontierEntry
from archiver.store.db.lookup import FoundPosts
from archiver.store.db.pages import FormerPage
from archiver.store.db.sites import SitePage, site_of
from archiver.store.store import (
    DB_NAME,
    LastPayload,
    Mode,
    NewCapture,
    Store,
    StoredCapture,
    has_warc_files,
    remove_database,
)
from archiver.store.verify import verify
from archiver.store.warc.locate import CapturePlace, read_capture_at
from archiver.store.warc.records import RetiredCard

__all__ = [
    "DB_NAME",
    "CapturePlace",
    "DiscoveredUrl",
    "FormerPage",
    "FoundPosts",
    "FrontierEntry",
    "LastPayload",
    "Mode",
    "NewCapture",
    "RetiredCard",
    "SitePage",
    "Store",
    "StoredCapture",
    "has_warc_files",
    "read_capture_at",
    "remove_database",
    "site_of",
    "verify",
]
