"""Wrapper induction: the template of a site, learned from the blocks that its pages show.

The blocks of all pages of one site come in, as the unaided parser saw them; a `SiteTemplate` goes out: the
listings of the site, and its boilerplate blocks. The template is a function of the set of pages, in whatever
order they come. Nothing is learned from a block that was seen once. One URL alone does not make a block
boilerplate: a listing without news does not change either. A listing is only looked for at URLs of the shapes
that showed it, so that articles are not taken for cards.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from archiver.models import PageBlock, SeenBlock, content_key
from archiver.parse.wrapper.signatures import from_text

MIN_CARDS = 4
"""Cards of a page that a listing is learned from, at the least."""
CERTAIN_SCORE = 1.5
"""Score from which a chosen block is the page's listing, whatever the template is."""
MIN_SCORE = 1.0
"""Score from which a listing is learned from a chosen block."""
MIN_SCORE_PASSED_OVER = 0.55
"""The same for a block that the parser passed over for a boilerplate block."""
MIN_URLS = 3
"""Distinct URLs of one day that can show whether a block is boilerplate."""
UNCHANGED_SHARE = 0.75
"""Share of these URLs on which a boilerplate block has the same hyperlinks."""
_LEAST_SIZE = 64
"""Characters: smaller sizes are rounded up to this one."""

_SCHEME = re.compile(r"https?://(?:www\.)?")
_FRONT = re.compile(r"/(?:page/1/?|(?:index|default)\.\w+)?$")
_INDEX = re.compile(r"(?:index|default)\.\w+$")
_DIGITS = re.compile(r"\d+")


class LearnedListing(NamedTuple):
    """A listing that pages of the site have: its signature, the shapes of their URLs, and its bounds.

    `outside` is the most prose of a page outside the listing, `longest` the size of its longest card. Both
    are in characters, rounded up to a power of two, so that they hardly ever change.
    """

    signature: str
    outside: int
    longest: int
    shapes: tuple[str, ...]


class SiteTemplate(NamedTuple):
    """The template of a site: its listings and the signatures of its boilerplate blocks."""

    listings: tuple[LearnedListing, ...] = ()
    boilerplate: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """A digest: equal for equal templates."""
        return content_key([tuple(listing) for listing in self.listings], sorted(self.boilerplate))

    def listings_for(self, url: str) -> list[LearnedListing]:
        """List the listings that the page at *url* may have: any of them at the root, where no article is."""
        own = shape(url)
        return [listing for listing in self.listings if own in listing.shapes or "/" not in own]

    def concerns(self, url: str, blocks: tuple[PageBlock, ...]) -> bool:
        """Return whether the page at *url* with these blocks is to be parsed with the template."""
        if not self.listings_for(url):
            return False
        if not blocks or not blocks[0].chosen:
            return True
        chosen = blocks[0]
        if chosen.signature in self.boilerplate:
            return True
        return chosen.score < CERTAIN_SCORE and not self.is_listing(chosen.signature)

    def is_listing(self, signature: str) -> bool:
        """Return whether the signature is that of a learned listing, or a special case of one."""
        own = from_text(signature)
        return any(from_text(listing.signature).fits(own) for listing in self.listings)


class PageWithBlocks(Protocol):
    """A page of the site, as far as a template is learned from it."""

    @property
    def url(self) -> str:
        """The URL of the page."""

    @property
    def blocks(self) -> tuple[PageBlock, ...]:
        """The blocks of the page, the chosen one first."""


def boilerplate_blocks(seen: Iterable[SeenBlock]) -> frozenset[str]:
    """Find the signatures of the blocks that are the same on most pages.

    *seen* is sorted by signature, then by day. Pages of one day are compared with each other: a boilerplate
    block may change from one day to the next.
    """
    found = set()
    for signature, of_signature in groupby(seen, key=attrgetter("signature")):
        urls = unchanged = 0
        for _, of_day in groupby(of_signature, key=attrgetter("day")):
            pages: dict[str, set[str]] = {}
            for block in of_day:
                pages.setdefault(block.permalinks, set()).add(page_key(block.url))
            urls_of_day = len(set().union(*pages.values()))
            if urls_of_day >= MIN_URLS:
                urls += urls_of_day
                unchanged += max(map(len, pages.values()))
        if urls and unchanged >= UNCHANGED_SHARE * urls:
            found.add(signature)
    return frozenset(found)


@dataclass(slots=True)
class _ListingSightings:
    """What the pages that show one listing have in common, so far."""

    permalinks: set[str] = field(default_factory=set)
    """Digests of its permalinks: two are enough to know that they differ."""
    outside: int = 0
    longest: int = 0
    shapes: set[str] = field(default_factory=set)

    def add(self, url: str, block: PageBlock) -> None:
        """Add the block of the page at *url*."""
        if len(self.permalinks) < 2:
            self.permalinks.add(block.permalinks)
        self.outside = max(self.outside, _rounded(block.outside))
        self.longest = max(self.longest, _rounded(block.longest))
        self.shapes.add(shape(url))


def learn(pages: Iterable[PageWithBlocks], boilerplate: frozenset[str]) -> SiteTemplate:
    """Learn the template of a site from its pages.

    Args:
        pages: The pages of the site, each with its blocks.
        boilerplate: The signatures of the `boilerplate_blocks`, which are no listings.
    """
    sightings: dict[str, _ListingSightings] = {}
    for page in pages:
        block = _listing_block(page.blocks, boilerplate)
        if block:
            sightings.setdefault(block.signature, _ListingSightings()).add(page.url, block)
    return SiteTemplate(tuple(_listings(sightings)), boilerplate)


def _listing_block(blocks: tuple[PageBlock, ...], boilerplate: frozenset[str]) -> PageBlock | None:
    """Find the block of a page that is good enough to learn a listing from."""
    block = next((b for b in blocks if b.signature not in boilerplate), None)
    if block is None or block.cards < MIN_CARDS or not blocks[0].chosen:
        return None
    if block.score < (MIN_SCORE if block.chosen else MIN_SCORE_PASSED_OVER):
        return None
    if block.chosen and block.outside > block.longest * block.cards:  # a box of cards on an article's page
        return None
    return block


def _listings(sightings: dict[str, _ListingSightings]) -> Iterator[LearnedListing]:
    """Yield the listings that were seen with different permalinks, by signature."""
    for signature, seen in sorted(sightings.items()):
        if len(seen.permalinks) > 1:
            yield LearnedListing(signature, seen.outside, seen.longest, tuple(sorted(seen.shapes)))


def page_key(url: str) -> str:
    """Return the URL without what does not change the page: two names of a front page have one key."""
    place, _, query = _SCHEME.sub("", url.partition("#")[0]).partition("?")
    return f"{_FRONT.sub('', place)}?{query}"


def shape(url: str) -> str:
    """Return what URLs of one kind of page share: host and path without page number and last name.

    The suffix of the last name is kept: where articles are files, listings may be folders.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    names = [name for name in parts.path.split("/") if name]
    if names and _INDEX.match(names[-1]):
        names.pop()
    if names and names[-1].isdigit():
        names[-2:] = []
    if names:
        names[-1] = "*" + PurePosixPath(names[-1]).suffix
    keys = sorted(
        key
        for pair in parts.query.split("&")
        if pair and not pair.partition("=")[2].isdigit()
        for key in [pair.partition("=")[0]]
    )
    host = (parts.hostname or "").removeprefix("www.")
    return _DIGITS.sub("#", "/".join([host, *names])) + "".join(f"?{key}" for key in keys)


def _rounded(size: int) -> int:
    """Round a number of characters up to a power of two."""
    return 1 << (size - 1).bit_length() if size > _LEAST_SIZE else _LEAST_SIZE
