"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/): posts come in, one feed goes out, or pages of one.

In a folder, `feed.json` has the newest posts, and `next_url` leads from page to page to the oldest. Posts
that were removed from their site are left out of feeds that may change: the format cannot say that they are
gone.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import orjson

from archiver.export.feed import (
    FeedHead,
    entry_urn,
    feed_pages,
    language_tag,
    published,
    topics,
    updated,
    web_url,
)
from archiver.rows import ExportFile, PostRow, RemovedPost

CURRENT = "feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def write_json_feed(
    posts: Iterable[PostRow], removed: Iterable[RemovedPost], head: FeedHead
) -> Iterator[bytes]:
    """Write all posts as one feed, oldest first."""
    gone = {post.id for post in removed}
    return _feed({"title": head.title}, (post for post in posts if post["id"] not in gone), head.archive)


def write_json_feed_pages(
    posts: Iterable[PostRow], removed: Iterable[RemovedPost], head: FeedHead
) -> Iterator[ExportFile]:
    """Write the pages of older posts, then the current one."""
    gone = {post.id for post in removed}
    for page in feed_pages(posts):
        is_current = page.number is None
        fields = {"title": head.title if is_current else f"Archived posts, page {page.number}"}
        if page.older:
            fields["next_url"] = _name(page.older)
        shown = [post for post in page.posts if not (is_current and post["id"] in gone)]
        yield ExportFile(_name(page.number), _feed(fields, shown, head.archive))


def _name(number: int | None) -> str:
    return CURRENT if number is None else f"archive-{number:05}.json"


def _feed(fields: dict[str, str], posts: Iterable[PostRow], archive: UUID) -> Iterator[bytes]:
    opening = orjson.dumps({"version": VERSION, **fields})
    before = opening[:-1] + b',"items":[\n'
    for post in posts:
        yield before + orjson.dumps(_item(post, archive))
        before = b",\n"
    yield b"\n]}\n" if before == b",\n" else before + b"]}\n"


def _item(post: PostRow, archive: UUID) -> dict[str, Any]:
    """Return an item; what is not known is left out, but for the text, which an item must have."""
    fields = {
        "id": entry_urn(archive, post["id"]),
        "url": web_url(post["url"]),
        "title": post["title"],
        "content_text": post["excerpt"] or "",
        "date_published": published(post),
        "date_modified": updated(post),
        "authors": [{"name": post["author"]}] if post["author"] else None,
        "tags": topics(post) or None,
        "language": language_tag(post),
    }
    return {name: value for name, value in fields.items() if value is not None}
