"""The columns of each kind of export, in order. Other programs rely on them."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "posts": (
        "id",
        "url",
        "urls",
        "title",
        "date",
        "author",
        "categories",
        "tags",
        "excerpt",
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
        "url",
        "title",
        "date",
        "author",
        "categories",
        "tags",
        "excerpt",
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
