"""The lists of posts: by month and by site, a hundred to a page, and the pages that lead to these lists."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import groupby
from typing import NamedTuple

from archiver.rows import ListedPost
from archiver.site.frame import Frame, SiteFile, numbered, pager, parts, site_name, site_path
from archiver.site.markup import Content, Html, element, joined, text
from archiver.site.shown import badge, counted, cut, day, name_of, post_link

PER_PAGE = 100
_EXCERPT = 160
UNDATED = "undated"


def month_of(post: ListedPost) -> str:
    """Return the month that a post is dated, `YYYY-MM`; `undated` where it has no date."""
    return post.date[:7] if post.date else UNDATED


def month_name(month: str) -> str:
    """Return what the list of a month is called."""
    return "Posts without a date" if month == UNDATED else f"Posts dated {month}"


def month_path(month: str) -> str:
    """Return where the list of a month begins."""
    return f"months/{month}.html"


def month_lists(
    frame: Frame, posts: Iterable[ListedPost], gone: Container[str], counts: Counter[str]
) -> Iterator[SiteFile]:
    """Yield the lists of the months; *posts* are in order of their months, whose posts are counted."""
    for month, found in groupby(posts, key=month_of):
        seen = _counting(found, counts, month)
        yield from _list(frame, month_path(month), month_name(month), seen, gone)


def site_lists(
    frame: Frame, posts: Iterable[ListedPost], gone: Container[str], counts: Counter[str | None]
) -> Iterator[SiteFile]:
    """Yield the lists of the sites; *posts* are in order of their sites, whose posts are counted."""
    for site, found in groupby(posts, key=lambda post: post.site or None):
        seen = _counting(found, counts, site)
        yield from _list(frame, site_path(site), f"Posts of {site_name(site)}", seen, gone)


def site_index(frame: Frame, counts: Mapping[str | None, int]) -> Iterator[SiteFile]:
    """Yield the list of the sites."""
    path = "sites/index.html"
    for part in parts(sorted(counts, key=lambda site: (site is None, site)), PER_PAGE * 5):
        content = (
            element("h1", "Sites"),
            None if counts else element("p", "No post is in the archive yet."),
            element("ul", *(_site_item(site, counts[site], "../") for site in part.items), class_="columns"),
            pager(path, part),
        )
        yield frame.page(numbered(path, part.number), "Sites", *content, section="Sites")


class Totals(NamedTuple):
    """What an archive holds, and from when to when its captures are; None where it has none."""

    posts: int
    captures: int
    first: str | None
    last: str | None


def front_page(
    frame: Frame,
    totals: Totals,
    months: Mapping[str, int],
    sites: Mapping[str | None, int],
    changes: Content,
) -> SiteFile:
    """Return the page that the site opens with."""
    span = (
        joined(" between ", day(totals.first), " and ", day(totals.last))
        if totals.first and totals.last
        else None
    )
    most = sorted(sites, key=lambda site: (-sites[site], site or ""))[:20]
    more = element("p", element("a", f"All {len(sites):,} sites", href="sites/index.html"))
    return frame.page(
        "index.html",
        frame.name,
        element("h1", frame.name),
        element(
            "p",
            f"{counted(totals.posts, 'post')} of {counted(len(sites), 'site')}, as"
            f" {counted(totals.captures, 'capture')} of listing pages",
            span,
            " show them.",
            class_="lead",
        ),
        _section("Latest changes", changes) if changes else None,
        _section("By month", _months(months)) if months else None,
        _section(
            "By site",
            element("ul", *(_site_item(site, sites[site], "") for site in most), class_="columns"),
            more if len(sites) > len(most) else None,
        )
        if sites
        else element("p", "No post is in the archive yet."),
        section="Posts",
    )


def _section(heading: str, *content: Content) -> Html:
    return element("section", element("h2", heading), *content)


def _months(counts: Mapping[str, int]) -> Html:
    """Return the months of each year, the last year first."""
    dated = sorted((month for month in counts if month != UNDATED), reverse=True)
    rows = (
        element(
            "li",
            element("span", year, class_="year"),
            " ",
            element("ul", *(_month_item(month, counts[month]) for month in sorted(months))),
        )
        for year, months in groupby(dated, key=lambda month: month[:4])
    )
    undated = counts.get(UNDATED)
    return joined(
        element("ul", *rows, class_="years") if dated else None,
        element("p", element("a", month_name(UNDATED), href=month_path(UNDATED)), f" ({undated:,})")
        if undated
        else None,
    )


def _month_item(month: str, count: int) -> Html:
    words = element("span", f"{month[:5]}", class_="unseen")
    return element(
        "li",
        element("a", words, month[5:], href=month_path(month)),
        " ",
        element("small", f"{count:,}"),
    )


def _site_item(site: str | None, count: int, up: str) -> Html:
    return element(
        "li",
        element("a", text(site_name(site)), href=up + site_path(site)),
        " ",
        element("small", f"{count:,}"),
    )


def _list(
    frame: Frame, path: str, title: str, posts: Iterable[ListedPost], gone: Container[str]
) -> Iterator[SiteFile]:
    for part in parts(posts, PER_PAGE):
        items = (_item(post, post.id in gone) for post in part.items)
        heading = title if part.number == 1 else f"{title}, page {part.number}"
        yield frame.page(
            numbered(path, part.number),
            heading,
            element("h1", heading),
            element("ol", *items, class_="posts"),
            pager(path, part),
        )


def _item(post: ListedPost, is_gone: bool) -> Html:
    name = name_of(post.title, post.text, post.url)
    facts: list[Content] = [day(post.date) if post.date else "no date", text(site_name(post.site))]
    facts += [text(post.author)] if post.author else []
    return element(
        "li",
        element("h2", post_link(post.id, name, "../")),
        element("p", *_between(facts), _badges(post, is_gone), class_="facts"),
        element("p", cut(post.text, _EXCERPT), dir="auto") if post.text and post.title else None,
    )


def _badges(post: ListedPost, is_gone: bool) -> Html:
    return joined(
        " " if is_gone or post.revisions > 1 else None,
        badge("gone") if is_gone else None,
        badge("edited") if post.revisions > 1 else None,
    )


def _between(items: Iterable[Content], sign: str = " · ") -> Iterator[Content]:
    for n, item in enumerate(items):
        if n:
            yield sign
        yield item


def _counting(
    posts: Iterable[ListedPost], counts: Counter[str] | Counter[str | None], key: str | None
) -> Iterator[ListedPost]:
    for post in posts:
        counts[key] += 1  # type: ignore[index]
        yield post
