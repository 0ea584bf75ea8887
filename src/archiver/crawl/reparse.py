"""Reading what is kept: captures without a page, and all whose page another reading made.

In: an open store. Out: a `Reread` per page, as they come about. Refuses: to touch a page whose record cannot
be read; it stays as it was, and is told. The one surprise: each page's row says by which reading it was made,
and with what of its site, so a run that is killed anywhere is gone on with by the next one, and one with
nothing to do does nothing.

The latest captures are read first: of a card that many pages showed the earliest sighting is the last to go,
and that is where its id is looked for from then on, whatever the order in which the captures came.

The workers take the captures out of the WARC files themselves; this process compares and writes.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice

from archiver.crawl.reading import PlacedCapture, alone, is_by, read_placed, reading_by, reading_of
from archiver.crawl.workers import MANY, Readers
from archiver.errors import CorruptError
from archiver.models import Page
from archiver.parse import Site, SiteRule, SiteTemplate, furniture, learn, rule_for
from archiver.store import CapturePlace, FormerPage, Store, site_of

AHEAD = 64
"""Pages that may be waited for while others are written: what bounds the memory."""
SITES = 64
"""Sites whose lessons are remembered."""
AT_ONCE = 32
"""Pages that are written in one transaction: so many are read again after a kill, at the most."""


@dataclass(frozen=True, slots=True)
class Reread:
    """What came of reading a capture (again).

    Cards are counted: of those that the page showed, or shows now, `gained` and `lost` lead to addresses that
    the other reading did not have, and `changed` to the same ones with other fields. `next_url` and
    `next_before` are the next pages now and before. `is_new`: the capture had no page before. `error` is one
    line for the user where the capture cannot be read; its page is as it was.
    """

    url: str
    captured_at: str
    cards: int = 0
    gained: int = 0
    lost: int = 0
    changed: int = 0
    next_url: str | None = None
    next_before: str | None = None
    is_new: bool = False
    error: str | None = None

    @property
    def differs(self) -> bool:
        """Whether the page shows anything else than before."""
        return bool(self.gained or self.lost or self.changed) or self.next_url != self.next_before


def reparse(store: Store, rules: Sequence[SiteRule] = ()) -> Iterator[Reread]:
    """Read every capture whose page is not of today's reading by these rules; an outcome for each."""
    lesson = lru_cache(SITES)(lambda site: _lesson(store, site))  # they will hardly teach anything else

    def others() -> Iterator[tuple[int, Site]]:
        for capture_id, url, reading in store.pages.parsed_captures():
            rule = rule_for(rules, url)
            if not is_by(rule, reading):
                yield capture_id, Site(lesson(site_of(url)), rule)

    yield from _read(store, others())
    yield from ask_sites(store, rules)


def read_unparsed(store: Store, rules: Sequence[SiteRule] = ()) -> Iterator[Reread]:
    """Read the captures that an interrupted run kept and did not come to parse, and what it left in doubt."""
    waiting = (
        (capture_id, alone(rules, store.captures.place(capture_id).url))
        for capture_id in store.pages.unparsed()
    )
    yield from _read(store, waiting)
    yield from ask_sites(store, rules)


def ask_sites(store: Store, rules: Sequence[SiteRule] = ()) -> Iterator[Reread]:
    """Read the pages that leave a doubt again with what their sites' other pages teach, where some are new.

    Which pages are read, and how, depends on all pages of the site, but not on their order.
    """
    for site in store.sites.template_due():
        last_id = store.captures.last_id()
        yield from _read(store, iter(_in_doubt(store, site, _lesson(store, site), rules)))
        store.sites.set_template_applied(site, last_id)


def _lesson(store: Store, site: str) -> SiteTemplate:
    """What the pages of a site teach."""
    unchanged = furniture(store.sites.seen_blocks(site))
    return learn(((page.url, page.blocks) for page in store.sites.pages(site)), unchanged)


def _in_doubt(
    store: Store, site: str, learnt: SiteTemplate, rules: Sequence[SiteRule]
) -> list[tuple[int, Site]]:
    """The captures whose pages are to be read again, and what with: the lesson where it helps."""
    found = []
    for page in store.sites.pages(site):
        rule = rule_for(rules, page.url)
        known, without = Site(learnt, rule), Site(rule=rule)
        wanted = reading_of(known, page.url, page.kind, page.blocks)
        if is_by(rule, page.reading) and page.reading != wanted:
            found.append((page.capture_id, without if wanted == reading_by(rule) else known))
    return found


def _read(store: Store, captures: Iterator[tuple[int, Site]]) -> Iterator[Reread]:
    first = list(islice(captures, MANY))
    with Readers(read_placed, many=len(first) == MANY) as readers:
        pages = _read_ahead(store, readers, chain(first, captures))
        while some := list(islice(pages, AT_ONCE)):
            shown = store.pages.replace({at: page for at, _, page in some if isinstance(page, Page)})
            for capture_id, place, page in some:
                yield _reread(place, page, shown.get(capture_id))


def _read_ahead(
    store: Store, readers: Readers[PlacedCapture], captures: Iterable[tuple[int, Site]]
) -> Iterator[tuple[int, CapturePlace, Page | CorruptError]]:
    """The captures with their pages, in their order."""
    ahead: deque[tuple[int, CapturePlace, Future[Page]]] = deque()
    for capture_id, site in captures:
        place = store.captures.place(capture_id)
        ahead.append((capture_id, place, readers.submit(PlacedCapture(place, site))))
        if len(ahead) > AHEAD:
            yield _result(*ahead.popleft())
    for waiting in ahead:
        yield _result(*waiting)


def _result(
    capture_id: int, place: CapturePlace, future: Future[Page]
) -> tuple[int, CapturePlace, Page | CorruptError]:
    try:
        return capture_id, place, future.result()
    except CorruptError as error:
        return capture_id, place, error


def _reread(place: CapturePlace, page: Page | CorruptError, before: FormerPage | None) -> Reread:
    """What was read, compared with what was there."""
    if isinstance(page, CorruptError):
        return Reread(place.url, place.captured_at, error=str(page))
    gained, lost, changed = _compared(before, page)
    return Reread(
        place.url,
        place.captured_at,
        len(page.cards),
        gained,
        lost,
        changed,
        page.next_url,
        before.next_url if before else None,
        is_new=before is None,
    )


def _compared(before: FormerPage | None, page: Page) -> tuple[int, int, int]:
    """How many cards were gained, lost and changed: a card with another key at an address that was there."""
    old = dict(before.cards) if before else {}
    new = {card.key: card.url for card in page.cards}
    gone = Counter(url for key, url in old.items() if key not in new)
    come = Counter(url for key, url in new.items() if key not in old)
    changed = (gone & come).total()
    return come.total() - changed, gone.total() - changed, changed
