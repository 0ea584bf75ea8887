"""Read stored captures again: those without a page, and those whose page another parser version made.

An open store goes in; a `Reread` comes out for each page, as it is done. Where a record cannot be read,
or its page takes too long, the old page is kept and the failure is reported. Each page's row names the parser
version that made it, so that an interrupted run is resumed by the next one, and a run with nothing to do does
nothing. A page that took too long has no version, so that each run asks again.

The latest captures are read first. Where many captures show one card, its earliest sighting is then the last
to go, and its id is looked for there from then on, in whatever order the captures came.

Workers load the captures from the WARC files themselves; this process compares and writes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from archiver.crawl.placed import PlacedCapture, read_placed
from archiver.crawl.reading import is_current, site_by_rules, version_by_rule, version_of_page
from archiver.crawl.workers import MANY, Readers, is_unread
from archiver.errors import CorruptError
from archiver.models import Page
from archiver.parse import Site, SiteRule, SiteTemplate, boilerplate_blocks, learn, rule_for
from archiver.store import CapturePlace, FormerPage, Store, site_of

AHEAD = 64
"""Pages that may be awaited while others are written: this bounds the memory."""
CACHED_TEMPLATES = 64
"""Sites whose templates are held in memory."""
AT_ONCE = 32
"""Pages that are written in one transaction: at most so many are read again after a kill."""


@dataclass(frozen=True, slots=True)
class Reread:
    """The result of reading one capture (again).

    `gained` and `lost` count cards whose URL the other version of the page does not show; `changed` counts
    cards that show other fields at the same URL. `next_url` and `next_before` are the next pages now and
    before. `is_new`: the capture had no page before. `error` is one line for the user where the capture
    cannot be read; its old page is kept then, and without one the error is its page's.
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


class _Due(NamedTuple):
    """A capture that is to be read, by row, with what is known of its site."""

    row: int
    site: Site


class _Located(NamedTuple):
    """A capture that is being read, by row and by location."""

    row: int
    capture: PlacedCapture


class _Difference(NamedTuple):
    """How many cards a page gained, lost and changed."""

    gained: int
    lost: int
    changed: int


def reparse(store: Store, rules: Sequence[SiteRule] = ()) -> Iterator[Reread]:
    """Read every capture whose page is not up to date with this parser and these rules."""
    # learned once per site: reading its pages again hardly changes what they teach
    template = lru_cache(CACHED_TEMPLATES)(lambda site: _template(store, site))

    def outdated() -> Iterator[_Due]:
        for row, url, version in store.pages.parsed_captures():
            rule = rule_for(rules, url)
            if not is_current(rule, version):
                yield _Due(row, Site(template(site_of(url)), rule))

    yield from _read(store, outdated())
    yield from apply_templates(store, rules)


def read_unparsed(store: Store, rules: Sequence[SiteRule] = ()) -> Iterator[Reread]:
    """Read the captures that an interrupted run stored but did not parse."""
    unparsed = (
        _Due(row, site_by_rules(rules, store.captures.place(row).url)) for row in store.pages.unparsed()
    )
    yield from _read(store, unparsed)
    yield from apply_templates(store, rules)


def apply_templates(store: Store, rules: Sequence[SiteRule] = ()) -> Iterator[Reread]:
    """Read pages again with their site's template, on sites that have new pages.

    Which pages are read, and how, depends on the set of the site's pages and not on their order.
    """
    for site in store.sites.template_due():
        last_id = store.captures.last_id()
        yield from _read(store, iter(_helped(store, site, _template(store, site), rules)))
        store.sites.set_template_applied(site, last_id)


def _template(store: Store, site: str) -> SiteTemplate:
    """Learn the template of a site from its pages."""
    boilerplate = boilerplate_blocks(store.sites.seen_blocks(site))
    return learn(store.sites.pages(site), boilerplate)


def _helped(store: Store, site: str, template: SiteTemplate, rules: Sequence[SiteRule]) -> list[_Due]:
    """Find the pages of a site that its template reads otherwise than they were read."""
    found = []
    for page in store.sites.pages(site):
        rule = rule_for(rules, page.url)
        with_template, without = Site(template, rule), Site(rule=rule)
        wanted = version_of_page(with_template, page.url, page.kind, page.blocks)
        if is_current(rule, page.parser_version) and page.parser_version != wanted:
            helps = wanted != version_by_rule(rule)
            found.append(_Due(page.capture_id, with_template if helps else without))
    return found


def _read(store: Store, due: Iterator[_Due]) -> Iterator[Reread]:
    def located() -> Iterator[_Located]:
        for row, site in chain(first, due):
            yield _Located(row, PlacedCapture(store.captures.place(row), site))

    def read() -> Iterator[tuple[_Located, Page | str]]:
        for one, future in readers.read_ahead(located(), lambda one: one.capture, AHEAD):
            try:
                page = future.result()
            except CorruptError as error:
                yield one, str(error)
            else:
                keeps_old = is_unread(page) and store.pages.has(one.row)
                yield one, (page.error or "") if keeps_old else page

    first = list(islice(due, MANY))
    with Readers(read_placed, many=len(first) == MANY) as readers:
        pages = read()
        while some := list(islice(pages, AT_ONCE)):
            former = store.pages.replace({one.row: page for one, page in some if isinstance(page, Page)})
            for one, page in some:
                if isinstance(page, Page):
                    yield _reread(one.capture.place, page, former.get(one.row))
                else:
                    is_new = not store.pages.has(one.row)
                    place = one.capture.place
                    yield Reread(place.url, place.captured_at, is_new=is_new, error=page)


def _reread(place: CapturePlace, page: Page, before: FormerPage | None) -> Reread:
    """Compare a page with the one that was stored before."""
    difference = _compared(before, page)
    return Reread(
        url=place.url,
        captured_at=place.captured_at,
        cards=len(page.cards),
        **difference._asdict(),
        next_url=page.next_url,
        next_before=before.next_url if before else None,
        is_new=before is None,
        error=page.error if is_unread(page) else None,
    )


def _compared(before: FormerPage | None, page: Page) -> _Difference:
    """Count the cards that differ; a changed card is one with another key at a URL that was shown before."""
    old = dict(before.cards) if before else {}
    new = {card.key: card.url for card in page.cards}
    gone = Counter(url for key, url in old.items() if key not in new)
    come = Counter(url for key, url in new.items() if key not in old)
    changed = (gone & come).total()
    return _Difference(come.total() - changed, gone.total() - changed, changed)
