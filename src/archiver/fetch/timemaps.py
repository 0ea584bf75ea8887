"""TimeMaps (RFC 7089, section 5): a link-format document in, the captures that it lists out.

A long TimeMap comes in pages, which name each other by `rel=timemap`. Mementos without a time that can be
read are counted, not guessed.
"""

from datetime import datetime
from typing import NamedTuple

from archiver.fetch.retries import parse_http_date
from archiver.fetch.weblinks import parse_links

_LINK_FORMAT = "application/link-format"


class TimeMapEntry(NamedTuple):
    """A memento: the URL of its replay as written, and its time."""

    url: str
    time: datetime


class TimeMap(NamedTuple):
    """A page of a TimeMap.

    `original` is the URL of which it lists the captures, None where it states none. `others` are the URLs of
    other pages of it; `unread` counts mementos without a time.
    """

    original: str | None
    mementos: list[TimeMapEntry]
    others: list[str]
    unread: int


def read_timemap(text: str, now: datetime) -> TimeMap:
    """Read a page of a TimeMap. Raises ValueError with a clause where the text is none."""
    original: str | None = None
    mementos: list[TimeMapEntry] = []
    others: list[str] = []
    unread = 0
    for link in parse_links(text):
        if "memento" in link.relations:
            time = parse_http_date(link.parameters.get("datetime", ""), now)
            if time:
                mementos.append(TimeMapEntry(link.target, time))
            else:
                unread += 1
        elif "timemap" in link.relations:
            if link.parameters.get("type", _LINK_FORMAT).startswith(_LINK_FORMAT):
                others.append(link.target)
        elif "original" in link.relations:
            original = original or link.target
    if not (original or mementos or others):
        raise ValueError("is no TimeMap in link-format")
    return TimeMap(original, mementos, others, unread)
