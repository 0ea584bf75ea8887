"""What a crawl does beside its sources, and what came of each file and URL."""

from dataclasses import dataclass

from archiver.defaults import MAX_PAGES
from archiver.errors import Remedy


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """The result for one file or URL (`where`) of a source.

    `capture` is the public id of the capture that the archive now holds, None where there is none. `new` is
    False where the archive held it before. `new_cards` counts those of the `cards` that no earlier capture
    shows. `bytes` is the size of the payload. `error` is one line for the user; a capture that was kept but
    cannot be read as a page has one too. `unseen`: what this URL shows and leads to was not seen, and the
    next crawl of the source asks again. `remedy` names the method of `Archive` that shows more of an error.
    """

    source: str
    where: str
    capture: str | None = None
    new: bool = False
    cards: int = 0
    new_cards: int = 0
    bytes: int = 0
    error: str | None = None
    unseen: bool = False
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class FollowPolicy:
    """Which pages are fetched beside the source itself.

    `max_pages` bounds the pages of one listing. With `full`, a crawl continues beyond the first page whose
    cards the archive holds already. With `feeds`, the feeds that the source announces on its own site are
    fetched too.
    """

    max_pages: int = MAX_PAGES
    full: bool = False
    feeds: bool = False
