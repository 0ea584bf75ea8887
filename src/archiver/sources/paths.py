"""What the path of a saved page says: the time of its capture, and the URL below its site.

The names are those that web-archive tools give their files. A path goes in; nothing is read.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

_TIMESTAMP = re.compile(r"(?<![0-9A-Za-z])(\d{14})(?:[a-z]{2}_)?(?![0-9A-Za-z])")
"""14 digits that stand alone, optionally followed by a replay mode (`20230306163859id_`)."""
_QUERY = re.compile(rb"\?|%3f(?=.*(?:=|%3d))", re.IGNORECASE | re.DOTALL)
"""What begins a query in a file's name. Encoded it may be a title's mark, unless a name and value follow."""
_SAVED_AS = re.compile(rb"\.html?$", re.IGNORECASE)
"""What `wget --adjust-extension` appends to a name with a query."""


def parse_time(text: str) -> datetime:
    """Parse a time, ISO 8601 or 14 digits (a prefix means its first second); UTC unless it has a zone.

    Raises ValueError.
    """
    if re.fullmatch(r"\d{4}(\d\d){0,5}", text):
        return datetime.strptime(text + "00000101000000"[len(text) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


class PathTimestamp(NamedTuple):
    """A timestamp in a path, and the index of the part that holds it."""

    time: datetime
    part: int


def timestamp_in(path: Path) -> PathTimestamp | None:
    """Find the last timestamp among the folders of a path, else one in the file name."""
    parts = path.parts
    for index in (*range(len(parts) - 2, -1, -1), len(parts) - 1):
        for found in _TIMESTAMP.finditer(parts[index]):
            try:
                time = parse_time(found[1])
            except ValueError:
                continue  # 14 digits that are no time
            if time.year >= 1990:  # the web is not older
                return PathTimestamp(time, index)
    return None


def as_url(path: PurePath) -> str:
    """Return a relative path as a URL, with the query that the name of the file has."""
    name = os.fsencode(path.as_posix())
    mark = _QUERY.search(name)
    if mark is None:
        return quote(name, safe="/%")
    query = _SAVED_AS.sub(b"", name[mark.end() :])
    if mark[0] != b"?":  # the whole name was encoded once more
        query = re.sub(rb"%(3d|26)", lambda found: unquote_to_bytes(found[0]), query, flags=re.IGNORECASE)
    return f"{quote(name[: mark.start()], safe='/%')}?{quote(query, safe='/%?=&+;:,@!$~*')}"
