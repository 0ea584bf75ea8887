"""The type and the meaning of each column, as formats with types write them; an object's parts are columns.

The columns are those of CSV, in its order: `capture.id` is the part `id` of the object `capture`.
"""

from typing import Literal, NamedTuple

from archiver.export.columns import COLUMNS, NESTED

ColumnType = Literal["text", "number", "day", "time", "texts", "revisions"]


class Column(NamedTuple):
    """A column: the name in the row, the part of the object that is there ("" where it is none), its type."""

    field: str
    part: str
    type: ColumnType
    description: str

    @property
    def name(self) -> str:
        """Return the column's name."""
        return f"{self.field}.{self.part}" if self.part else self.field


_SEEN: dict[str, tuple[ColumnType, str]] = {
    "first_seen": ("time", "When it was first seen, in UTC"),
    "last_seen": ("time", "When it was last seen, in UTC"),
    "sightings": ("number", "How often it was seen"),
}
_SHOWN: dict[str, tuple[ColumnType, str]] = {
    "url": ("text", "URL of the post"),
    "title": ("text", "Title"),
    "date": ("day", "Date as printed, which no time zone has moved"),
    "author": ("text", "Author, or several"),
    "categories": ("texts", "Categories"),
    "tags": ("texts", "Tags"),
    "excerpt": ("text", "Text below the title, often cut off"),
}
_ABOUT: dict[str, dict[str, tuple[ColumnType, str]]] = {
    "posts": {
        "id": ("text", "Id of the post"),
        **_SHOWN,
        "urls": ("texts", "All URLs that the post had"),
        "language": ("text", "Language (BCP 47)"),
        **_SEEN,
        "captures": ("number", "On how many captures it was seen"),
        "revisions": ("revisions", "Distinct titles and texts, in order of time"),
    },
    "cards": {
        "capture.id": ("text", "Id of the capture on which the card was seen"),
        "capture.url": ("text", "URL of the capture"),
        "capture.path": ("text", "Path of the imported file, as given"),
        "capture.captured_at": ("time", "Time of the capture, in UTC"),
        "position": ("number", "Position of the card on its page, from 1 on"),
        "card_id": ("text", "Id of the card; identical cards are one"),
        "post_id": ("text", "Id of the post that the card belongs to"),
        **_SHOWN,
    },
    "captures": {
        "id": ("text", "Id of the capture"),
        "url": ("text", "URL of the captured page"),
        "path": ("text", "Path of the imported file, as given"),
        "captured_at": ("time", "Time of the capture, in UTC"),
        "time_basis": ("text", "Where the time is from"),
        "status": ("number", "HTTP status"),
        "media_type": ("text", "Media type"),
        "charset": ("text", "Character encoding"),
        "digest": ("text", "Hash of the payload"),
        "cards": ("number", "How many cards the page shows"),
        "next_url": ("text", "URL of the next older page"),
        "feeds": ("texts", "URLs of the feeds that the page announces"),
        "warc.file": ("text", "Name of the WARC file that holds the record"),
        "warc.offset": ("number", "Offset of the record in the WARC file, in bytes"),
        "warc.length": ("number", "Length of the compressed record, in bytes"),
        "error": ("text", "Why the page could not be read"),
    },
    "revisions": {
        "post_id": ("text", "Id of the post"),
        "title": ("text", "Title"),
        "excerpt": ("text", "Text below the title, often cut off"),
        **_SEEN,
    },
}
SCHEMAS: dict[str, tuple[Column, ...]] = {
    kind: tuple(
        Column(field, part, *_ABOUT[kind][f"{field}.{part}" if part else field])
        for field in fields
        for part in NESTED.get(field, ("",))
    )
    for kind, fields in COLUMNS.items()
}
"""The columns of each kind of export."""
