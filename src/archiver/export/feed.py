"""What the feeds have in common: ids, times and URLs of entries, and how posts are divided into pages.

Posts come in by the time at which they were first seen, oldest first. Pages are filled from the oldest post
on, so that a full page stays as it is while newer posts come; the current page repeats the newest posts.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha1
from typing import NamedTuple
from uuid import UUID, uuid5

from archiver.export.days import day_of
from archiver.rows import PostRow

PAGE_POSTS = 100
"""Posts on a page of a feed that has pages."""

_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_NO_URL_CHARS = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?@A-Z_a-z~\xa0-\U0010ffff]|%(?![0-9A-Fa-f]{2})")


_NO_HOST_CHARS = re.compile(_NO_URL_CHARS.pattern.replace("[^", r"[^\[\]"))
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
"""A language tag as the schema of Atom has it (RFC 4287, appendix B)."""


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed says of itself.

    `archive` names the archive, `selection` which of its posts are in the feed ("" for all): both make the
    feed's id. `updated` is the time of the last revision among the posts, in UTC, None where there is none.
    """

    archive: UUID
    title: str
    updated: str | None
    selection: str = ""

    @property
    def urn(self) -> str:
        """Return the feed's id."""
        return uuid5(self.archive, f"feed:{self.selection}").urn


class FeedPage(NamedTuple):
    """A page of a feed, newest post first.

    `number` counts the archive pages from 1 on, and is None for the current page. `older` is the number of
    the archive page before it, None where there is none.
    """

    number: int | None
    posts: list[PostRow]
    older: int | None


def entry_urn(archive: UUID, post_id: str) -> str:
    """Return the id of a post's entry, which stays the same when the post's URL changes.

    It is `uuid5(archive, post_id).urn` (RFC 9562, section 5.5), in a third of its time.
    """
    digest = sha1(archive.bytes + post_id.encode(), usedforsecurity=False).hexdigest()
    variant = "89ab"[int(digest[16], 16) & 3]
    return f"urn:uuid:{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def updated(post: PostRow) -> str:
    """Return when the last revision of a post was first seen: seeing it again is no update."""
    return max((revision["first_seen"] for revision in post["revisions"]), default=post["first_seen"])


def published(post: PostRow) -> str | None:
    """Return the printed date as a time (RFC 3339), midnight in UTC: feeds know no dates without a time."""
    return f"{post['date']}T00:00:00Z" if post["date"] and day_of(post["date"]) else None


def topics(post: PostRow) -> list[str]:
    """Return the categories and tags, each once: feeds have one list for both."""
    return list(dict.fromkeys(filter(None, [*post["categories"], *post["tags"]])))


def language_tag(post: PostRow) -> str | None:
    """Return the language of a post; None for what is no language tag."""
    language = post["language"]
    return language if language and _LANGUAGE.fullmatch(language) else None


def web_url(url: str | None) -> str | None:
    """Return a URL that may be a hyperlink of a feed; None for `javascript:`, `file:` and all but http(s).

    Characters that no IRI has (RFC 3987) are percent-encoded; brackets stay in the host, where IPv6 has them.
    """
    origin = _ORIGIN.match(url or "")
    if not url or not origin:
        return None
    host, path = origin[0], url[origin.end() :]
    return _NO_HOST_CHARS.sub(_percent_encoded, host) + _NO_URL_CHARS.sub(_percent_encoded, path)


def _percent_encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "replace"))


def feed_pages(posts: Iterable[PostRow], size: int = PAGE_POSTS) -> Iterator[FeedPage]:
    """Divide posts into pages: full archive pages, the oldest first, then the current page of the newest."""
    newest: deque[PostRow] = deque(maxlen=size)
    full = 0
    filling: list[PostRow] = []
    for post in posts:
        newest.appendleft(post)
        filling.append(post)
        if len(filling) == size:
            full += 1
            yield FeedPage(full, filling[::-1], full - 1 or None)
            filling = []
    yield FeedPage(None, list(newest), full or None)
