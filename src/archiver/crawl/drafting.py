"""Draft the rule of a page in the time that reading a page may take.

A capture in memory goes in, a `Draft` comes out. A draft reads the page once for each selector that it tries,
so that a page which is read in a second may well be given up here.
"""

from archiver.crawl.reading import ReceivedCapture
from archiver.crawl.workers import BoundedPool
from archiver.errors import SourceError
from archiver.parse import Draft, draft_rule


class _Drafters(BoundedPool[ReceivedCapture, Draft]):
    """A pool that drafts rules; raises SourceError for a page on which that takes too long."""

    def _late(self, url: str, why: str) -> Draft:
        raise SourceError(f"{url}: {why}")


def draft_received(received: ReceivedCapture) -> Draft:
    """Draft a rule for a capture in memory."""
    return draft_rule(received.capture)


def draft_in_time(received: ReceivedCapture) -> Draft:
    """Draft a rule for a capture; raises SourceError where that takes more than a minute."""
    with _Drafters(draft_received) as drafters:
        return drafters.submit(received).result()
