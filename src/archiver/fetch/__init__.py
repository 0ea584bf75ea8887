"""Polite HTTP: a URL that may be asked becomes captures.

`client` leads: it asks `robots`, takes a turn from `throttle`, makes an `exchange` on a connection that
`addresses` guards, and asks again where `retries` says that it can help.
"""

from archiver.fetch.client import Fetcher, FetchResult, checked_url
from archiver.fetch.exchange import Exchange, redirect_target
from archiver.fetch.options import FetchOptions
from archiver.fetch.robots import RobotsDecision
from archiver.fetch.throttle import Clock, Wait

__all__ = [
    "Clock",
    "Exchange",
    "FetchOptions",
    "FetchResult",
    "Fetcher",
    "RobotsDecision",
    "Wait",
    "checked_url",
    "redirect_target",
]
