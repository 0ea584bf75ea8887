"""Atom 1.0 (RFC 4287): posts come in, one complete feed goes out, or a current document and older ones.

One document has all posts and says so (RFC 5005, section 2). In a folder, `feed.atom` has the newest posts
and leads to archive documents (section 4). These bear no `next-archive`: the newest of them would change
when the next one comes, and a reader fetches each of them once. Posts that were removed from their site are
`at:deleted-entry` (RFC 6721), and no entry any more in documents that may change.
"""

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from archiver.export.feed import (
    FeedHead,
    FeedPage,
    entry_urn,
    feed_pages,
    language_tag,
    published,
    topics,
    updated,
    web_url,
)
from archiver.export.xmltext import attribute, element
from archiver.rows import ExportFile, PostRow, RemovedPost

CURRENT = "feed.atom"
_NO_TIME = "1970-01-01T00:00:00Z"
"""The update of a feed without entries, which must have one."""
_ROOT = (
    '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"'
    ' xmlns:fh="http://purl.org/syndication/history/1.0"'
    ' xmlns:at="http://purl.org/atompub/tombstones/1.0">\n'
)
_NO_AUTHOR = "<author><name/></author>\n"
"""A feed must have an author, unless all of its entries have one. An empty name invents nobody."""


def write_atom(posts: Iterable[PostRow], removed: Iterable[RemovedPost], head: FeedHead) -> Iterator[bytes]:
    """Write all posts as one document, oldest first."""
    gone = {post.id: post.when for post in removed}
    yield _head(head, head.title, head.updated, "<fh:complete/>\n").encode()
    yield from _tombstones(gone, head.archive)
    for post in posts:
        if post["id"] not in gone:
            yield _entry(post, head.archive).encode()
    yield b"</feed>\n"


def write_atom_pages(
    posts: Iterable[PostRow], removed: Iterable[RemovedPost], head: FeedHead
) -> Iterator[ExportFile]:
    """Write the archive documents, then the current one."""
    gone = {post.id: post.when for post in removed}
    for page in feed_pages(posts):
        yield ExportFile(_name(page.number), _page(page, gone, head))


def _name(number: int | None) -> str:
    return CURRENT if number is None else f"archive-{number:05}.atom"


def _page(page: FeedPage, gone: Mapping[str, str], head: FeedHead) -> Iterator[bytes]:
    is_current = page.number is None
    own = "" if is_current else f'<fh:archive/>\n<link rel="current" href="{CURRENT}"/>\n'
    if page.older:
        own += f'<link rel="prev-archive" href="{_name(page.older)}"/>\n'
    title = head.title if is_current else f"Archived posts, page {page.number}"
    yield _head(head, title, max(map(updated, page.posts), default=None), own).encode()
    if is_current:
        yield from _tombstones(gone, head.archive)
    for post in page.posts:
        if not (is_current and post["id"] in gone):
            yield _entry(post, head.archive).encode()
    yield b"</feed>\n"


def _head(head: FeedHead, title: str, when: str | None, own: str) -> str:
    return (
        f"{_ROOT}<id>{head.urn}</id>\n<title>{element(title)}</title>\n"
        f"<updated>{when or _NO_TIME}</updated>\n{_NO_AUTHOR}<generator>archiver</generator>\n{own}"
    )


def _tombstones(gone: Mapping[str, str], archive: UUID) -> Iterator[bytes]:
    for post_id, when in gone.items():
        yield f'<at:deleted-entry ref="{entry_urn(archive, post_id)}" when="{when}"/>\n'.encode()


def _entry(post: PostRow, archive: UUID) -> str:
    """Write an entry; one without a hyperlink must have content, so there the excerpt is that."""
    url, excerpt = web_url(post["url"]), post["excerpt"] or ""
    lines = [
        f'<entry xml:lang="{language}">' if (language := language_tag(post)) else "<entry>",
        f"<id>{entry_urn(archive, post['id'])}</id>",
        f"<title>{element(post['title'] or '')}</title>",
        f"<updated>{updated(post)}</updated>",
    ]
    if date := published(post):
        lines.append(f"<published>{date}</published>")
    if post["author"]:
        lines.append(f"<author><name>{element(post['author'])}</name></author>")
    if url:
        lines.append(f'<link rel="alternate" href="{attribute(url)}"/>')
    lines += [f'<category term="{attribute(topic)}"/>' for topic in topics(post)]
    if not url:
        lines.append(f'<content type="text">{element(excerpt)}</content>')
    elif excerpt:
        lines.append(f'<summary type="text">{element(excerpt)}</summary>')
    lines.append("</entry>\n")
    return "\n".join(lines)
