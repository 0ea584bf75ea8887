"""How each source that was fetched is: when it was crawled, what failed, when it last showed cards.

An open store and what is known of failed pages and changed layouts come in; a `SourceHealth` for each source
goes out, by URL. Sources of files and folders are not watched: they are imported once.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from archiver.crawl.drift import LayoutChange
from archiver.models import Model, Time
from archiver.store import Store, UnseenPage


class SourceHealth(Model):
    """A source that was fetched.

    `failures` counts the crawls in a row without a card, where the source is a subscription. `unseen` counts
    the pages that failed, `cards_at` is the time of its last capture that shows cards, `layout_changed_at`
    the time since which one of its pages shows fewer cards than it used to.
    """

    url: str
    crawled_at: Time | None
    failures: int
    unseen: int
    cards_at: Time | None
    layout_changed_at: Time | None


def source_health(
    store: Store, unseen: Iterable[UnseenPage], changes: Sequence[LayoutChange]
) -> Iterator[SourceHealth]:
    """Yield the health of each source."""
    failed = Counter(page.source for page in unseen)
    visits = store.visits.all()
    seen = {one.source: one for one in store.visits.sources_seen()}
    changed = {
        source: change.since
        for change in sorted(changes, key=lambda change: change.since, reverse=True)
        for source in store.visits.sources_of(change.urls)
    }
    for source in sorted(seen.keys() | visits.keys()):
        visit, found = visits.get(source), seen.get(source)
        yield SourceHealth(
            url=source,
            crawled_at=visit.at if visit else found and found.captured_at,
            failures=visit.failures if visit else 0,
            unseen=failed[source],
            cards_at=found and found.cards_at,
            layout_changed_at=changed.get(source),
        )
