"""Polite HTTP: a URL that may be requested becomes captures.

`client` leads: it consults `robots`, waits for its turn in `throttle`, makes an `exchange` over a connection
that `addresses` guards and on which `heads` mends what comes, and retries where `retries` says that this can
help. What web archives list and serve is read by `cdx`, `timemaps` and `mementos`.
"""

from archiver.fetch.cdx import (
    PAGE_ROWS,
    ArchivedCapture,
    index_url,
    read_index,
    replay_prefix,
    wanted,
)
from archiver.fetch.client import Fetcher, FetchResult
from archiver.fetch.exchange import Exchange
from archiver.fetch.mementos import read_memento
from archiver.fetch.options import Contact, FetchOptions, ProxyUrl, WebArchiveOptions
from archiver.fetch.retries import TRANSIENT_STATUSES
from archiver.fetch.robots import RobotsDecision, inflate
from archiver.fetch.throttle import Clock, Wait
from archiver.fetch.timemaps import read_timemap
from archiver.fetch.urls import checked_url, redirect_target, redirected_url

__all__ = [
    "PAGE_ROWS",
    "TRANSIENT_STATUSES",
    "ArchivedCapture",
    "Clock",
    "Contact",
    "Exchange",
    "FetchOptions",
    "FetchResult",
    "Fetcher",
    "ProxyUrl",
    "RobotsDecision",
    "Wait",
    "WebArchiveOptions",
    "checked_url",
    "index_url",
    "inflate",
    "read_index",
    "read_memento",
    "read_timemap",
    "redirect_target",
    "redirected_url",
    "replay_prefix",
    "wanted",
]
