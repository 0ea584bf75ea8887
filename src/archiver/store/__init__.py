"""The archive on disk: WARC files and the SQLite database.

Captures are only ever added. Every public write is one transaction, and a record is on the disk before a row
points to it. Only this package uses `sqlite_utils` and `fastwarc`.
"""

from archiver.store.db.captures import LastPayload, NewCapture, StoredCapture
from archiver.store.db.database import ARCHIVE_ERRORS, DAMAGE_ERRORS
from archiver.store.db.frontier import DiscoveredUrl, FrontierEntry, SeenCard, UnseenPage
from archiver.store.db.lookup import FoundPosts
from archiver.store.db.pages import FormerPage
from archiver.store.db.search import indexed
from archiver.store.db.sites import SitePage, site_of
from archiver.store.db.visits import WindowSeen
from archiver.store.db.windows import PostFacts, ShownPost, WindowPlace, Windows
from archiver.store.former import FormerDatabase
from archiver.store.store import DB_NAME, Mode, Store, has_warc_files, utc_now
from archiver.store.takeover import TakenOver, take_over
from archiver.store.verify import verify
from archiver.store.warc.locate import CapturePlace, read_capture_at
from archiver.store.warc.records import RetiredCard

__all__ = [
    "ARCHIVE_ERRORS",
    "DAMAGE_ERRORS",
    "DB_NAME",
    "CapturePlace",
    "DiscoveredUrl",
    "FormerDatabase",
    "FormerPage",
    "FoundPosts",
    "FrontierEntry",
    "LastPayload",
    "Mode",
    "NewCapture",
    "PostFacts",
    "RetiredCard",
    "SeenCard",
    "ShownPost",
    "SitePage",
    "Store",
    "StoredCapture",
    "TakenOver",
    "UnseenPage",
    "WindowPlace",
    "WindowSeen",
    "Windows",
    "has_warc_files",
    "indexed",
    "read_capture_at",
    "site_of",
    "take_over",
    "utc_now",
    "verify",
]
