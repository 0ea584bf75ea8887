"""A capture as a page: what is parsed of it, and by which reading.

In: a `Capture`, or the place of one that is kept. Out: a `Page` that says by which reading it was made.
Refuses: to parse what an error status or a redirect came with. The one surprise: a reading's name is made of
the parser's own source, so that no change of the parser can be forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from archiver.fingerprint import fingerprint
from archiver.models import Capture, Page, PageBlock, PageKind
from archiver.parse import NOTHING_KNOWN, Site, SiteRule, parse_page, rule_for
from archiver.store.warc.locate import CapturePlace, read_capture_at

PARSER_VERSION = 1
"""Raised where the same captures become other pages though no code of the parser changes."""
PARSER_ROOTS = ("archiver.crawl.reading",)
"""Where the computation of a page begins."""


@dataclass(frozen=True, slots=True)
class Received:
    """A capture that is in hand, and what is known of its site."""

    capture: Capture
    site: Site

    @property
    def url(self) -> str:
        """The capture's URL."""
        return self.capture.url


@dataclass(frozen=True, slots=True)
class PlacedCapture:
    """A capture that is kept, and what is known of its site."""

    place: CapturePlace
    site: Site

    @property
    def url(self) -> str:
        """The capture's URL."""
        return self.place.url


def alone(rules: Sequence[SiteRule], url: str) -> Site:
    """What a page is read with that no other page has a word in."""
    return Site(rule=rule_for(rules, url))


def read_page(capture: Capture, site: Site = NOTHING_KNOWN) -> Page:
    """The page of any capture: parsed where it can be one, else empty with the reason."""
    if capture.status is not None and not 200 <= capture.status < 300 and capture.status != 304:
        return _no_page(capture.url, capture.status).model_copy(update={"reading": reading_by(site.rule)})
    page = parse_page(capture, site)
    fault = None
    if capture.truncated:
        fault = f"cut short by a limit: {capture.truncated}"
    elif capture.status == 206:
        fault = "the server sent a part of the page only (status 206)"
    alone = reading_by(site.rule)
    reading = alone if page.error else reading_of(site, page.url, page.kind, page.blocks)
    return page.model_copy(update={"error": page.error or fault, "reading": reading})


def read_received(received: Received) -> Page:
    """The page of a capture that is in hand."""
    return read_page(received.capture, received.site)


def read_placed(placed: PlacedCapture) -> Page:
    """The page of a capture that is kept. Raises CorruptError."""
    return read_page(read_capture_at(placed.place), placed.site)


def reading_of(site: Site, url: str, kind: PageKind, blocks: tuple[PageBlock, ...]) -> str:
    """The name of the reading of a page with these blocks: `reading_by`, and what the site had taught.

    Of a page whose cards a rule names, its site has nothing to teach.
    """
    alone = reading_by(site.rule)
    teachable = kind not in ("feed", "text") and not (site.rule and site.rule.cards)
    return f"{alone}+{site.template.key}" if teachable and site.template.concerns(url, blocks) else alone


def reading_by(rule: SiteRule | None) -> str:
    """The name of today's reading of a page that is read by this rule, or by none."""
    return f"{todays_reading()}-{rule.key}" if rule else todays_reading()


def is_by(rule: SiteRule | None, reading: str | None) -> bool:
    """Whether a page was read by today's reading and the rule, whatever its site had taught."""
    return (reading or "").partition("+")[0] == reading_by(rule)


def todays_reading() -> str:
    """The name of the reading that this program does: a digest of all that decides what a page becomes."""
    return fingerprint(PARSER_VERSION, PARSER_ROOTS)


def _no_page(url: str, status: int) -> Page:
    redirect = 300 <= status < 400
    return Page(
        url=url,
        kind="empty",
        confidence=1,
        why=f"a response with status {status} holds no cards",
        error=None if redirect else f"the server answered with status {status}",
    )
