"""What Datasette is told of the database: titles, labels, facets, queries, and which tables are hidden.

What changed and what may have been missed are no tables: Python computes them from the captures. Two SQL
functions give them as JSON (`archive_changes`, `archive_coverage`), of which queries make rows: they can be
filtered, and read as JSON and CSV, as any other.
"""

from collections.abc import Iterable
from typing import Any

DATABASE = "archive"
"""The name of the database, after its file."""

_TABLES: dict[str, dict[str, Any]] = {
    "posts": {
        "description": "A post is what the cards of one article, merged, say of it.",
        "label_column": "title",
        "sort_desc": "first_seen",
        "facets": ["site", "language", "author"],
        "fts_table": "posts_fts",
        "fts_pk": "id",
        "columns": {
            "key": "The post's id, in exports and commands.",
            "first_seen": "Time of the first capture that shows it (UTC).",
            "sightings": "How often a card of it stood on a page.",
        },
    },
    "captures": {
        "description": "A page as it was fetched or imported; its bytes are in the WARC file.",
        "label_column": "url",
        "sort_desc": "captured_at",
        "facets": ["status", "media_type", "time_basis"],
    },
    "cards": {
        "description": "What pages show of a post; different values, another card.",
        "label_column": "title",
    },
    "revisions": {
        "description": "Each title and text that a post was shown with, and when.",
        "label_column": "title",
        "sort_desc": "first_seen",
    },
    "sightings": {"description": "Which card stood where on which capture."},
    "field_sources": {"description": "The card and capture that each value of a post is from."},
    "comparisons": {
        "description": "Pairs of cards that were scored, with the evidence; score is from 0 to 100.",
        "facets": ["same"],
    },
    "overrides": {
        "description": "Pairs of cards that a person called one post, or two.",
        "label_column": "key",
    },
    "pages": {
        "description": "What the parser made of each capture.",
        "facets": ["kind", "language", "error"],
    },
}

_QUERIES: dict[str, dict[str, str]] = {
    "post_changes": {
        "title": "What changed: posts that came, were edited, went, came back",
        "description": "Since a time (2026-03-01); by default in the 30 days before the last capture."
        " A post is gone only where a capture shows its neighbours on both sides and not the post.",
        "sql": """
SELECT json_extract(value, '$.at') AS at,
       json_extract(value, '$.kind') AS kind,
       json_extract(value, '$.site') AS site,
       json_extract(value, '$.post.id') AS post,
       json_extract(value, '$.post.title') AS title,
       (SELECT group_concat(json_extract(edit.value, '$.field') || ': ' || json_extract(edit.value, '$.old')
                            || ' -> ' || json_extract(edit.value, '$.new'), char(10))
        FROM json_each(changes.value, '$.edits') AS edit) AS edits,
       json_extract(value, '$.page') AS page,
       json_extract(value, '$.capture') AS capture,
       json_extract(value, '$.before') AS capture_before
FROM json_each(archive_changes(coalesce(
       nullif(:since, ''), (SELECT date(max(captured_at), '-30 days') FROM captures)))) AS changes
ORDER BY at DESC""",
    },
    "sites": {
        "title": "Sites",
        "sql": """
SELECT site, count(*) AS posts, sum(sightings = 1) AS seen_once, min(first_seen) AS first_seen,
       max(last_seen) AS last_seen
FROM posts GROUP BY site ORDER BY posts DESC, site""",
    },
    "coverage": {
        "title": "Coverage: what may have been missed of each listing",
        "description": "A gap is two successive visits that share no post: posts may have come and gone.",
        "sql": """
SELECT json_extract(value, '$.url') AS listing,
       json_extract(value, '$.captures') AS captures,
       json_extract(value, '$.visits') AS visits,
       json_extract(value, '$.posts') AS posts,
       json_extract(value, '$.seen_once') AS seen_once,
       json_extract(value, '$.first') AS first,
       json_extract(value, '$.last') AS last,
       json_array_length(value, '$.gaps') AS gaps,
       json_array_length(value, '$.failed') AS failed_pages
FROM json_each(archive_coverage()) ORDER BY listing""",
    },
    "new_this_week": {
        "title": "Posts seen for the first time in the last seven days",
        "sql": """
SELECT key AS post, first_seen, site, date, title, url FROM posts
WHERE first_seen >= strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-7 days') ORDER BY first_seen DESC, key""",
    },
    "edited_titles": {
        "title": "Posts whose title was edited",
        "sql": """
SELECT post, seen_from, former_title, new_title FROM (
  SELECT posts.key AS post, revisions.first_seen AS seen_from, revisions.title AS new_title,
         lag(revisions.title) OVER (PARTITION BY post_id ORDER BY revisions.first_seen, revisions.id)
           AS former_title
  FROM revisions JOIN posts ON posts.id = post_id)
WHERE former_title <> new_title ORDER BY seen_from DESC, post""",
    },
    "posts_by_month": {
        "title": "Posts of a site by month",
        "description": "By their date, or else by their first sighting. Without a site: of all.",
        "sql": """
SELECT substr(coalesce(date, first_seen), 1, 7) AS month, count(*) AS posts, sum(date IS NULL) AS undated
FROM posts WHERE :site IN ('', site) GROUP BY month ORDER BY month""",
    },
    "seen_once": {
        "title": "Posts that were seen once",
        "sql": "SELECT key AS post, first_seen, site, date, title, url FROM posts WHERE sightings = 1"
        " ORDER BY first_seen DESC, key",
    },
    "failed_pages": {
        "title": "Pages that failed, and pages that could not be read",
        "sql": """
SELECT 'not fetched' AS what, url, reason, NULL AS captured_at FROM frontier WHERE state = 'failed'
UNION ALL
SELECT 'not read', captures.url, pages.error, captured_at
FROM pages JOIN captures ON captures.id = capture_id WHERE error IS NOT NULL
ORDER BY what, url, captured_at""",
    },
    "search": {
        "title": "Search, best match first",
        "description": 'Posts that have all the words; "words in quotes" are a phrase, wo* is a prefix.'
        " Chinese, Japanese and Korean words of any length are found.",
        "sql": """
SELECT posts.key AS post, posts.title, posts.date, posts.site, posts.excerpt
FROM posts_fts JOIN posts ON posts.id = posts_fts.rowid
WHERE posts_fts MATCH escape_fts(:words) ORDER BY bm25(posts_fts, 8, 4, 1, 2, 2, 2), posts.key""",
    },
}
"""The queries in the order in which they are listed: first what is asked for most."""


def metadata(folder: str, existing: Iterable[str] = ()) -> dict[str, Any]:
    """Return Datasette's metadata of the archive in a folder.

    Args:
        folder: Its name, for the title.
        existing: The tables that the database has; those that are of use to no reader are hidden.
    """
    hidden: dict[str, dict[str, Any]] = {name: {"hidden": True} for name in existing if name not in _TABLES}
    return {
        "title": f"{folder}: an archive of listing pages",
        "description_html": _FIRST_LINKS,
        "databases": {
            DATABASE: {"description_html": _FIRST_LINKS, "tables": _TABLES | hidden, "queries": _QUERIES}
        },
    }


_FIRST_LINKS = " · ".join(
    f'<a href="/{path}">{text}</a>'
    for path, text in (
        (f"{DATABASE}/posts", "posts"),
        (f"{DATABASE}/post_changes", "what changed"),
        (f"{DATABASE}/sites", "sites"),
        (f"{DATABASE}/coverage", "coverage"),
        (f"{DATABASE}/search", "search"),
        ("-/review", "merge review"),
    )
)
