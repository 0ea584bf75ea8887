"""The columns of each kind of export, in order. Other programs rely on them."""

from archiver.models import CARD_FIELDS

COLUMNS: dict[str, tuple[str, ...]] = {
    "posts": (
        "id",
        "url",
        "urls",
        *CARD_FIELDS[1:],
        "language",
        "first_seen",
        "last_seen",
        "sightings",
        "captures",
        "revisions",
    ),
    "cards": (
        "capture",
        "position",
        "card_id",
        "post_id",
        *CARD_FIELDS,
    ),
    "captures": (
        "id",
        "url",
        "path",
        "captured_at",
        "time_basis",
        "status",
        "media_type",
        "charset",
        "digest",
        "cards",
        "next_url",
        "feeds",
        "warc",
        "error",
    ),
    "revisions": ("post_id", "title", "excerpt", "first_seen", "last_seen", "sightings"),
}

NESTED: dict[str, tuple[str, ...]] = {
    "capture": ("id", "url", "path", "captured_at"),
    "warc": ("file", "offset", "length"),
}
"""Columns that hold an object; in CSV each of its parts is a column of its own, such as `capture.id`."""
