"""A whole site from the rows of an archive: pages, lists, the files of search, the style sheet and scripts.

Everything is streamed: no more than a page of each list is held, beside the counts by month and site, the
index of words and the notes of changes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import NamedTuple

from archiver.changes import Change
from archiver.coverage import ListingCoverage
from archiver.rows import ListedPost, PublishedPost
from archiver.site.changepages import ChangeNotes, change_pages, latest_changes
from archiver.site.coveragepages import coverage_pages
from archiver.site.frame import Frame, SiteFile
from archiver.site.lists import Totals, front_page, month_lists, site_index, site_lists
from archiver.site.postpage import REPLAY_SCRIPT, post_page
from archiver.site.searchpage import SearchIndex
from archiver.site.words import WordIndex

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
"""What can be drawn: a page may print no date, and the database of a stranger hold any text."""
_ASSETS = ("style.css", "search.js", REPLAY_SCRIPT)


class SiteRows(NamedTuple):
    """What a site is made of; each is iterated over once, in the order of the fields.

    Attributes:
        changes: What changed, in capture order.
        by_date: The posts, by date.
        by_site: The posts of one site after the other.
        posts: The posts with all that is known of them, in the order in which search shows them.
        coverage: What may have been missed of each listing.
        totals: What the archive holds.
        has_wacz: Whether `archive.wacz` lies beside the pages.
    """

    changes: Iterable[Change]
    by_date: Iterable[ListedPost]
    by_site: Iterable[ListedPost]
    posts: Iterable[PublishedPost]
    coverage: Sequence[ListingCoverage]
    totals: Totals
    has_wacz: bool


def build(rows: SiteRows, name: str) -> Iterator[SiteFile]:
    """Yield the files of a site; the same rows give the same bytes."""
    frame = Frame(name, rows.has_wacz)
    notes = ChangeNotes()
    months: Counter[str] = Counter()
    sites: Counter[str | None] = Counter()
    yield from change_pages(frame, rows.changes, notes)
    yield from month_lists(frame, rows.by_date, notes.gone, months)
    yield from site_lists(frame, rows.by_site, notes.gone, sites)
    yield from site_index(frame, sites)
    with WordIndex() as words:
        index = SearchIndex(words)
        for post in rows.posts:
            key = post.row["id"]
            yield post_page(frame, post, notes.of_post.get(key, ()), is_gone=key in notes.gone)
            yield from index.add(post)
        yield from index.files(frame)
    dated = {month: count for month, count in months.items() if _MONTH.fullmatch(month)}
    yield from coverage_pages(frame, rows.coverage, dated)
    yield front_page(frame, rows.totals, months, sites, latest_changes(notes.latest))
    assets = files("archiver.site") / "assets"
    for asset in _ASSETS:
        yield SiteFile(asset, (assets / asset).read_bytes())
