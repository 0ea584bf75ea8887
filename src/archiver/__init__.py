"""Archive listing pages, read the cards out of them, and merge the cards of one post.

`Archive` drives it all. The folders are the pipeline: `sources` and `fetch` bring captures, `store` keeps
them, `parse` reads cards out of them, `dedupe` merges the cards of one post, `export` writes the posts.

What is imported from here is loaded on first use: the parser and the network libraries take most of a second,
and a shell's completion or `--help` must not wait for them.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

__all__ = [
    "DEFAULT_THRESHOLD",
    "FORMATS",
    "KINDS",
    "MAX_PAGES",
    "POST_FORMATS",
    "WEB_ARCHIVE_FORMATS",
    "Archive",
    "ArchiverError",
    "CaptureDiff",
    "CaptureFilter",
    "CaptureRow",
    "Card",
    "CardDetails",
    "CardRow",
    "Change",
    "ConfigError",
    "CorruptError",
    "CoverageGap",
    "CrawlResult",
    "CrawlSummary",
    "Draft",
    "DueSummary",
    "EditedPost",
    "ExportFormat",
    "FailedPage",
    "FetchError",
    "FetchOptions",
    "FieldEdit",
    "FollowPolicy",
    "ForbiddenAddressError",
    "Format",
    "ImportOptions",
    "Kind",
    "LayoutChange",
    "ListingCoverage",
    "Merged",
    "MonthCount",
    "MonthOfCaptures",
    "MovedPost",
    "NamedCapture",
    "NamedPost",
    "NewPost",
    "NoResponseError",
    "OverrideResult",
    "Page",
    "PairExplanation",
    "PlacedPost",
    "PostDetails",
    "PostExplanation",
    "PostFilter",
    "PostFormat",
    "PostRecord",
    "PostRevision",
    "PostRow",
    "RateLimitedError",
    "Rebuilt",
    "ReparseSummary",
    "Reread",
    "ReviewItem",
    "RevisionRow",
    "RobotsDeniedError",
    "SchemaTooNewError",
    "SearchResult",
    "SiteRule",
    "Source",
    "SourceError",
    "SourceHealth",
    "SourceNews",
    "SourceStatus",
    "SourcedValue",
    "Status",
    "StoreError",
    "Subscription",
    "TimelineEntry",
    "UnseenUrl",
    "Wait",
    "WebArchiveFormat",
    "WebArchiveOptions",
    "__version__",
    "parse_time",
]

if TYPE_CHECKING:
    from archiver.archive import Archive
    from archiver.changes import Change, FieldEdit, NamedPost
    from archiver.checks import Source
    from archiver.config import Subscription
    from archiver.coverage import CoverageGap, FailedPage, ListingCoverage, MonthOfCaptures
    from archiver.crawl.drift import LayoutChange
    from archiver.crawl.outcome import CrawlResult, FollowPolicy
    from archiver.crawl.reparse import Reread
    from archiver.crawl.webarchive import MonthCount
    from archiver.defaults import DEFAULT_THRESHOLD, MAX_PAGES
    from archiver.diff import CaptureDiff, EditedPost, MovedPost, NamedCapture, PlacedPost
    from archiver.errors import (
        ArchiverError,
        ConfigError,
        CorruptError,
        FetchError,
        ForbiddenAddressError,
        NoResponseError,
        RateLimitedError,
        RobotsDeniedError,
        SchemaTooNewError,
        SourceError,
        StoreError,
    )
    from archiver.fetch import FetchOptions, Wait, WebArchiveOptions
    from archiver.filters import CaptureFilter, PostFilter
    from archiver.health import SourceHealth
    from archiver.merging import Merged
    from archiver.models import Card, Page
    from archiver.parse import Draft, SiteRule
    from archiver.results import (
        CardDetails,
        CrawlSummary,
        DueSummary,
        NewPost,
        OverrideResult,
        PairExplanation,
        PostDetails,
        PostExplanation,
        PostRecord,
        PostRevision,
        Rebuilt,
        ReparseSummary,
        ReviewItem,
        SearchResult,
        SourcedValue,
        SourceNews,
        SourceStatus,
        Status,
        TimelineEntry,
        UnseenUrl,
    )
    from archiver.rows import (
        FORMATS,
        KINDS,
        POST_FORMATS,
        WEB_ARCHIVE_FORMATS,
        CaptureRow,
        CardRow,
        ExportFormat,
        Format,
        Kind,
        PostFormat,
        PostRow,
        RevisionRow,
        WebArchiveFormat,
    )
    from archiver.sources import ImportOptions, parse_time
else:
    _NAMES = {
        "archiver.archive": "Archive",
        "archiver.changes": "Change FieldEdit NamedPost",
        "archiver.checks": "Source",
        "archiver.config": "Subscription",
        "archiver.coverage": "CoverageGap FailedPage ListingCoverage MonthOfCaptures",
        "archiver.crawl.drift": "LayoutChange",
        "archiver.crawl.reparse": "Reread",
        "archiver.crawl.webarchive": "MonthCount",
        "archiver.crawl.outcome": "CrawlResult FollowPolicy",
        "archiver.defaults": "DEFAULT_THRESHOLD MAX_PAGES",
        "archiver.diff": "CaptureDiff EditedPost MovedPost NamedCapture PlacedPost",
        "archiver.errors": """
            ArchiverError ConfigError CorruptError FetchError ForbiddenAddressError
            NoResponseError RateLimitedError RobotsDeniedError SchemaTooNewError SourceError
            StoreError""",
        "archiver.fetch": "FetchOptions Wait WebArchiveOptions",
        "archiver.filters": "CaptureFilter PostFilter",
        "archiver.health": "SourceHealth",
        "archiver.merging": "Merged",
        "archiver.models": "Card Page",
        "archiver.parse": "Draft SiteRule",
        "archiver.results": """
            CardDetails CrawlSummary DueSummary NewPost OverrideResult PairExplanation PostDetails
            PostExplanation PostRecord PostRevision Rebuilt ReparseSummary ReviewItem SearchResult
            SourceNews SourceStatus SourcedValue Status TimelineEntry UnseenUrl""",
        "archiver.rows": """
            FORMATS KINDS POST_FORMATS WEB_ARCHIVE_FORMATS CaptureRow CardRow ExportFormat Format Kind
            PostFormat PostRow RevisionRow WebArchiveFormat""",
        "archiver.sources": "ImportOptions parse_time",
    }
    _MODULES = {name: module for module, names in _NAMES.items() for name in names.split()}

    # Type checkers must not see this function: they would accept any name.
    def __getattr__(name):  # noqa: ANN001, ANN202
        """Load a public name from its module (PEP 562)."""
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_MODULES[name]), name)
        return value

    def __dir__():  # noqa: ANN202
        return sorted({*globals(), *__all__})
