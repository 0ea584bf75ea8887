"""Turn a capture into a page, and name the parser version that made it.

A `Capture` goes in; a `Page` comes out. Responses with an error status or a
redirect are not parsed. The name of a parser version is a digest of the parser's own code, so that no change
of the parser goes unnoticed; the user's rule and what the site's other pages taught are part of it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from archiver.fingerprint import fingerprint
from archiver.models import Capture, Page, PageBlock, PageKind
from archiver.parse import NOTHING_KNOWN, Site, SiteRule, parse_page, rule_for

logger = logging.getLogger(__name__)

PARSER_VERSION = 1
"""Raised where the same captures become other pages though no code of the parser changes."""
PARSER_ROOTS = ("archiver.crawl.reading",)
"""The modules in which the computation of a page begins."""


@dataclass(frozen=True, slots=True)
class ReceivedCapture:
    """A capture in memory, with what is known of its site."""

    capture: Capture
    site: Site

    @property
    def url(self) -> str:
        """The capture's URL."""
        return self.capture.url

    @property
    def size(self) -> int:
        """Bytes of the payload."""
        return len(self.capture.payload)


def site_by_rules(rules: Sequence[SiteRule], url: str) -> Site:
    """Return what the user's rules define for a site; nothing is learned from its other pages."""
    return Site(rule=rule_for(rules, url))


def read_page(capture: Capture, site: Site = NOTHING_KNOWN) -> Page:
    """Parse a capture if it can be a page; otherwise return an empty page with the reason.

    A page on which the parser fails is one of these, until another parser version reads it.
    """
    version = version_by_rule(site.rule)
    if capture.status is not None and not 200 <= capture.status < 300 and capture.status != 304:
        return _empty_page(capture.url, capture.status).model_copy(update={"parser_version": version})
    try:
        page = parse_page(capture, site)
    except Exception as error:
        logger.debug("%s: the parser failed", capture.url, exc_info=True)
        why = f"the parser failed on this page ({type(error).__name__}); please report it"
        page = Page(url=capture.url, kind="empty", confidence=1, error=why)
    if not page.error:
        version = version_of_page(site, page.url, page.kind, page.blocks)
    return page.model_copy(update={"error": page.error or _fault(capture), "parser_version": version})


def read_received(received: ReceivedCapture) -> Page:
    """Parse a capture in memory."""
    return read_page(received.capture, received.site)


def version_of_page(site: Site, url: str, kind: PageKind, blocks: tuple[PageBlock, ...]) -> str:
    """Name the parser version of a page with these blocks: `version_by_rule`, and the site's template.

    A site's template does not apply to feeds, to text captures and to pages whose cards a rule selects.
    """
    version = version_by_rule(site.rule)
    teachable = kind not in ("feed", "text") and not (site.rule and site.rule.cards)
    return f"{version}+{site.template.key}" if teachable and site.template.concerns(url, blocks) else version


def version_by_rule(rule: SiteRule | None) -> str:
    """Name the parser version of a page that is read by this rule, or by none."""
    return f"{parser_version()}-{rule.key}" if rule else parser_version()


def is_current(rule: SiteRule | None, version: str | None) -> bool:
    """Whether a page was made by this parser and this rule, whatever its site taught at the time."""
    return (version or "").partition("+")[0] == version_by_rule(rule)


def parser_version() -> str:
    """Name the code of this parser: the fingerprint of all that decides what a capture becomes."""
    return fingerprint(PARSER_VERSION, PARSER_ROOTS)


def _fault(capture: Capture) -> str | None:
    """Why a capture that can be parsed is still not whole."""
    if capture.truncated:
        return f"cut short by a limit: {capture.truncated}"
    return "the server sent only a part of the page (status 206)" if capture.status == 206 else None


def _empty_page(url: str, status: int) -> Page:
    is_redirect = 300 <= status < 400
    return Page(
        url=url,
        kind="empty",
        confidence=1,
        why=f"a response with status {status} holds no cards",
        error=None if is_redirect else f"the server answered with status {status}",
    )
