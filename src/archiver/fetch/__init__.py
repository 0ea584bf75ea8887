"""Polite HTTP: a URL that may be requested becomes captures.

`client` leads: it consults `robots`, waits for its turn in `throttle`, makes an `exchange` over a connection
that `addresses` guards and on which `heads` mends what comes, and retries where `retries` says that this can
help.
"""

from archiver.fetch.client import Fetcher, FetchResult
from archiver.fetch.exchange import Exchange
from archiver.fetch.options import Contact, FetchOptions, ProxyUrl
from archiver.fetch.retries import TRANSIENT_STATUSES
from archiver.fetch.robots import RobotsDecision
from archiver.fetch.throttle import Clock, Wait
from archiver.fetch.urls import checked_url, redirect_target, redirected_url

__all__ = [
    "TRANSIENT_STATUSES",
    "Clock",
    "Contact",
    "Exchange",
    "FetchOptions",
    "FetchResult",
    "Fetcher",
    "ProxyUrl",
    "RobotsDecision",
    "Wait",
    "checked_url",
    "redirect_target",
    "redirected_url",
]
