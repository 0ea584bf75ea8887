"""Which posts or captures are wanted, and in which order. Values: the store turns them into queries."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from archiver.models import IsoDate, Model, Time
from archiver.rows import PostOrder

_HOST_ALONE = re.compile(r"https?://[^/?#]+", re.IGNORECASE)


def with_path(url: str | None) -> str | None:
    """Write the URL of a host alone as captures have it, with the path `/`."""
    return f"{url}/" if url and _HOST_ALONE.fullmatch(url) else url


SourceUrl = Annotated[str | None, AfterValidator(with_path)]


class PostFilter(Model):
    """Which posts: those that meet every condition that is given, in an order.

    Attributes:
        new_since: Seen for the first time then or later.
        site: The host of the post's URL, without `www.`; that of its page where it has none.
        source: The URL of a page that showed it, or the source whose crawl brought it.
        category: One of its categories or tags, in any letter case.
        author: Its author, in any letter case.
        from_date: Dated that day or later, YYYY-MM-DD.
        to_date: Dated that day or earlier.
        edited: Its title or text was edited: it has more than one revision.
        gone: A capture shows that it was taken down, and it is not back (`archiver.changes`).
        sort: The field that orders the posts; those without a value come last, equal ones by id.
        descending: The other way round.
        limit: How many posts at most.
        skip: How many posts to leave out before the first.
    """

    new_since: Time | None = None
    site: str | None = None
    source: SourceUrl = None
    category: str | None = None
    author: str | None = None
    from_date: IsoDate = None
    to_date: IsoDate = None
    edited: bool = False
    gone: bool = False
    sort: PostOrder = "first_seen"
    descending: bool = False
    limit: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)


ALL_POSTS = PostFilter()


class CaptureFilter(Model):
    """Which captures: those that meet every condition that is given, the latest first.

    Attributes:
        site: The host of the capture's URL, without `www.`.
        source: The capture's URL, or the source whose crawl brought it.
        since: Captured then or later.
        limit: How many captures at most.
        skip: How many captures to leave out before the first.
    """

    site: str | None = None
    source: SourceUrl = None
    since: Time | None = None
    limit: int | None = Field(default=None, ge=1)
    skip: int = Field(default=0, ge=0)


ALL_CAPTURES = CaptureFilter()
