"""Turn filters into SQL with its values.

Of a `PostFilter` comes a table expression of the posts that it wants, of a `CaptureFilter` what follows FROM.
"""

import json
from collections.abc import Collection
from typing import NamedTuple

from archiver.filters import CaptureFilter, PostFilter
from archiver.models import iso_time
from archiver.store.db.cards import CAPTURE_ORDER

_CONDITIONS = {
    "new_since": "first_seen >= :new_since",
    "site": "site = :site",
    "source": (
        "id IN (SELECT post_id FROM captures JOIN sightings ON capture_id = captures.id"
        " JOIN cards ON cards.id = card_id WHERE captures.url = :source"
        " OR captures.url IN (SELECT url FROM frontier WHERE source = :source))"
    ),
    "category": (
        "EXISTS (SELECT 1 FROM (SELECT value FROM json_each(categories) UNION ALL"
        " SELECT value FROM json_each(tags)) WHERE value = :category COLLATE NOCASE)"
    ),
    "author": "author = :author COLLATE NOCASE",
    "from_date": "date >= :from_date",
    "to_date": "date <= :to_date",
    "edited": "(SELECT count(*) FROM revisions WHERE post_id = posts.id) > 1",
    "gone": "key IN (SELECT value FROM json_each(:gone))",
}
_LATEST_FIRST = ", ".join(f"{column} DESC" for column in CAPTURE_ORDER.split(", "))
_CAPTURE_CONDITIONS = {
    "site": "host_of(captures.url) = :site",
    "source": "(captures.url = :source OR captures.url IN (SELECT url FROM frontier WHERE source = :source))",
    "since": "captured_at >= :since",
}


class PostQuery(NamedTuple):
    """A table expression for FROM, the expression that orders its rows, and the values of both.

    `ids` selects the row ids alone, which an index often has; of a page of posts they are read first.
    """

    ids: str
    table: str
    order: str
    values: dict[str, str | int]


def post_query(where: PostFilter, gone: Collection[str] = ()) -> PostQuery:
    """Return the query of a filter; *gone* are the ids of the posts that are gone, if it asks for them."""
    wanted = [sql for name, sql in _CONDITIONS.items() if getattr(where, name)]
    values: dict[str, str | int] = {
        name: getattr(where, name) for name in _CONDITIONS if isinstance(getattr(where, name), str)
    }
    if where.new_since:
        values["new_since"] = iso_time(where.new_since)
    if where.gone:
        values["gone"] = json.dumps(sorted(gone))
    way = " DESC" if where.descending else ""
    last = " NULLS LAST" if where.sort in ("date", "title") else ""
    order = f"posts.{where.sort}{way}{last}, posts.key{way}"
    which = f"FROM posts{' WHERE ' if wanted else ''}{' AND '.join(wanted)}"
    if where.limit is not None or where.skip:
        # as numbers and not as values, for SQLite picks the index by them
        which += f" ORDER BY {order} LIMIT {-1 if where.limit is None else where.limit} OFFSET {where.skip}"
    return PostQuery(f"SELECT id {which}", f"(SELECT * {which}) AS posts", order, values)


def query_of_ids(ids: str, order: str, values: dict[str, str | int]) -> PostQuery:
    """Return the query of the posts whose row ids an expression for IN selects."""
    which = f"FROM posts WHERE id IN ({ids})"
    return PostQuery(f"SELECT id {which}", f"(SELECT * {which}) AS posts", order, values)


class CaptureQuery(NamedTuple):
    """What follows FROM in a query of captures, and its values."""

    which: str
    values: dict[str, str | int]


def capture_query(where: CaptureFilter) -> CaptureQuery:
    """Return the query of a filter."""
    wanted = [sql for name, sql in _CAPTURE_CONDITIONS.items() if getattr(where, name)]
    values: dict[str, str | int] = {"limit": -1 if where.limit is None else where.limit, "skip": where.skip}
    values |= {name: value for name in ("site", "source") if (value := getattr(where, name))}
    if where.since:
        values["since"] = iso_time(where.since)
    condition = f"WHERE {' AND '.join(wanted)} " if wanted else ""
    return CaptureQuery(f"{condition}ORDER BY {_LATEST_FIRST} LIMIT :limit OFFSET :skip", values)
