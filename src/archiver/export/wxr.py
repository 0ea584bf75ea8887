"""WordPress eXtended RSS 1.2: a blog brought back into WordPress, as far as its listings tell.

Posts come in, one file goes out, which the importer of WordPress reads: titles, excerpts, dates, authors,
categories, tags, and the last part of the URL as the name. The content is not known, and left out. A post
without a printed date is a draft, since WordPress would publish it as of today. Titles and excerpts are HTML
in WordPress, so plain text is escaped once for HTML and once for XML; and `[`, at which shortcodes begin.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from archiver.export.days import day_of
from archiver.export.feed import FeedHead, entry_urn, web_url
from archiver.export.slug import slug_of
from archiver.export.xmltext import element
from archiver.rows import PostRow

_ROOT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"'
    ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n'
)
_ENDINGS = (".html", ".htm", ".php", ".aspx", ".asp", ".shtml")


def write_wxr(posts: Iterable[PostRow], site: str, head: FeedHead) -> Iterator[bytes]:
    """Write the posts of a site, whose URL is *site* ("" where it is not known)."""
    title, url = element(head.title), element(site)
    yield (
        f"{_ROOT}<title>{title}</title>\n<link>{url}</link>\n<description></description>\n"
        f"<wp:wxr_version>1.2</wp:wxr_version>\n<wp:base_site_url>{url}</wp:base_site_url>\n"
        f"<wp:base_blog_url>{url}</wp:base_blog_url>\n<generator>archiver</generator>\n"
    ).encode()
    for number, post in enumerate(posts, 1):
        yield _item(post, number, entry_urn(head.archive, post["id"])).encode()
    yield b"</channel>\n</rss>\n"


def _item(post: PostRow, number: int, urn: str) -> str:
    """Write an item; each element stands on a line of its own, as the importer without XML needs it."""
    day = day_of(post["date"]) if post["date"] else None
    url = web_url(post["url"])
    lines = ["<item>", f"<title>{_html(post['title'])}</title>"]
    if url:
        lines.append(f"<link>{element(url)}</link>")
    if day:
        lines.append(f"<pubDate>{format_datetime(datetime.combine(day, time()))[:-5]}+0000</pubDate>")
    if post["author"]:
        lines.append(f"<dc:creator>{element(post['author'])}</dc:creator>")
    lines += [
        f'<guid isPermaLink="false">{urn}</guid>',
        "<description></description>",
        "<content:encoded></content:encoded>",
        f"<excerpt:encoded>{_html(post['excerpt'])}</excerpt:encoded>",
        f"<wp:post_id>{number}</wp:post_id>",
    ]
    if day:
        lines += [f"<wp:{name}>{day} 00:00:00</wp:{name}>" for name in ("post_date", "post_date_gmt")]
    lines += [
        f"<wp:post_name>{_post_name(url)}</wp:post_name>",
        f"<wp:status>{'publish' if day else 'draft'}</wp:status>",
        "<wp:post_type>post</wp:post_type>",
    ]
    lines += [_term("category", name) for name in post["categories"]]
    lines += [_term("post_tag", name) for name in post["tags"]]
    lines.append("</item>\n")
    return "\n".join(lines)


def _term(domain: str, name: str) -> str:
    return f'<category domain="{domain}" nicename="{_nicename(name)}">{_html(name)}</category>'


def _nicename(name: str) -> str:
    """Return the slug of a category or tag; by it WordPress knows them, and C++ is not C#.

    Where the slug does not say all of the name, a part of its hash does; names that differ in case are one.
    """
    slug, folded = slug_of(name), name.casefold()
    if slug.replace("-", " ") == folded:
        return slug
    digest = sha256(folded.encode("utf-8", "replace")).hexdigest()[:8]
    return "-".join(filter(None, [slug, digest]))


def _html(text: str | None) -> str:
    """Return a text as HTML within XML, on one line."""
    escaped = element(" ".join((text or "").split()))
    return escaped.replace("&", "&amp;").replace("[", "&amp;#91;")


def _post_name(url: str | None) -> str:
    """Return the name by which the old blog knew the post: the last part of a URL that has no query."""
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as a broken IPv6 host
        return ""
    name = unquote(parts.path.rstrip("/").rpartition("/")[2])
    for ending in _ENDINGS:
        name = name.removesuffix(ending)
    return "" if parts.query or name in ("index", "default") else slug_of(name)
