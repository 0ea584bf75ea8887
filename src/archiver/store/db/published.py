"""The posts as a static site shows them: in lists of two orders, and one by one with all their sightings.

The latest date comes first, posts without a date last. All is streamed; SQLite sorts many rows on the disk.
"""

from collections.abc import Iterator
from typing import cast

from sqlite_utils import Database

from archiver.filters import PostFilter
from archiver.rows import FieldCapture, ListedPost, PostRow, PostSighting, PublishedPost
from archiver.store.db.cards import CAPTURE_ORDER
from archiver.store.db.export_rows import posts_of
from archiver.store.db.post_query import post_query
from archiver.store.db.web_index import IS_INDEXED

_LATEST_FIRST = "date IS NULL, date DESC, key DESC"
_TEXT = 300
"""Characters of an excerpt that a list may need."""


class Published:
    """The posts of one archive, for the pages of a site."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def posts(self) -> Iterator[PublishedPost]:
        """Yield every post with its sightings and the captures that its fields come from."""
        for row in posts_of(self._db, post_query(PostFilter(sort="date", descending=True))):
            ((post, site),) = self._db.execute("SELECT id, site FROM posts WHERE key = ?", (row["id"],))
            sources = self._db.execute(
                "SELECT field, value, captures.key, captured_at FROM field_sources"
                " JOIN captures ON captures.id = capture_id WHERE post_id = ? ORDER BY field, value",
                (post,),
            )
            seen = self._db.execute(
                "SELECT captured_at, captures.url, captures.key, position,"
                f" {IS_INDEXED} AND captures.url LIKE 'http%://%'"
                " FROM cards JOIN sightings ON card_id = cards.id"
                f" JOIN captures ON captures.id = capture_id WHERE post_id = ? "
                f" ORDER BY {CAPTURE_ORDER}, position",
                (post,),
            )
            yield PublishedPost(
                cast("PostRow", row),
                site,
                tuple(map(FieldCapture._make, sources)),
                tuple(map(PostSighting._make, seen)),
            )

    def sites(self) -> list[str]:
        """Return the sites of the posts, in order; posts of no site count for nothing."""
        return [
            site
            for (site,) in self._db.execute("SELECT DISTINCT site FROM posts WHERE site > '' ORDER BY site")
        ]

    def by_date(self) -> Iterator[ListedPost]:
        """Yield the posts as a list names them."""
        return self._listed(_LATEST_FIRST)

    def by_site(self) -> Iterator[ListedPost]:
        """Yield the posts of one site after the other; those of no site come first."""
        return self._listed(f"site, {_LATEST_FIRST}")

    def _listed(self, order: str) -> Iterator[ListedPost]:
        rows = self._db.execute(
            f"SELECT key, title, url, date, site, author, substr(excerpt, 1, {_TEXT}),"
            f" (SELECT count(*) FROM revisions WHERE post_id = posts.id) FROM posts ORDER BY {order}"
        )
        yield from map(ListedPost._make, rows)
