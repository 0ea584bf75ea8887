"""The pages of coverage: how often listings were captured, what may be missing, how much was posted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from archiver.coverage import ListingCoverage
from archiver.models import iso_time
from archiver.site.frame import Frame, SiteFile, numbered, pager, parts
from archiver.site.markup import Content, Html, element, outside
from archiver.site.plots import plot
from archiver.site.shown import minute

PER_PAGE = 20
_MOST_LINES = 50


def coverage_pages(
    frame: Frame, listings: Sequence[ListingCoverage], posts_by_month: Mapping[str, int]
) -> Iterator[SiteFile]:
    """Yield the pages; the first has the plots of the whole archive."""
    path = "coverage/index.html"
    captures: Counter[str] = Counter()
    for listing in listings:
        captures.update({month.month: month.captures for month in listing.months})
    whole = (
        plot("Captures", "capture", captures),
        plot("Posts by their dates,", "post", posts_by_month),
    )
    for part in parts(listings, PER_PAGE):
        title = "Coverage" if part.number == 1 else f"Coverage, page {part.number}"
        yield frame.page(
            numbered(path, part.number),
            title,
            element("h1", title),
            element(
                "p",
                "A listing shows a moving window of its posts. Where two successive visits share no post,"
                " posts may have come and gone unseen between them: that is a gap.",
                class_="lead",
            ),
            *(whole if part.number == 1 else ()),
            *map(_listing, part.items),
            element("p", "No listing was captured yet.") if not listings else None,
            pager(path, part),
            section="Coverage",
        )


def _listing(listing: ListingCoverage) -> Html:
    counts = {
        "Pages": listing.pages,
        "Captures": listing.captures,
        "Visits": listing.visits,
        "Posts": listing.posts,
        "Seen in one visit alone": listing.seen_once,
        "Gaps": len(listing.gaps),
    }
    facts = (
        element("div", element("dt", name), element("dd", f"{count:,}")) for name, count in counts.items()
    )
    gaps = (
        element("li", minute(iso_time(gap.after)), " to ", minute(iso_time(gap.before)))
        for gap in listing.gaps[:_MOST_LINES]
    )
    failed = (
        element("li", outside(page.url, class_="url"), f": {page.reason}")
        for page in listing.failed[:_MOST_LINES]
    )
    return element(
        "section",
        element("h2", outside(listing.url, class_="url")),
        element("dl", *facts, class_="counts"),
        plot("Captures", "capture", {month.month: month.captures for month in listing.months}),
        *_lines("Gaps: no post is shared by the visits of", gaps, len(listing.gaps)),
        *_lines("Pages that failed", failed, len(listing.failed)),
    )


def _lines(heading: str, lines: Iterator[Html], count: int) -> tuple[Content, ...]:
    if not count:
        return ()
    more = element("p", f"and {count - _MOST_LINES:,} more", class_="facts") if count > _MOST_LINES else None
    return element("h3", heading), element("ul", *lines), more
