"""Rows of posts, as hostile as pages can be."""

import json
from typing import Any

from hypothesis import strategies as st

HOSTILE = [
    "]]>",
    "]]><script>alert(1)</script><![CDATA[",
    "<script>alert('1')</script>",
    "</title></entry></feed>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt; &amp;amp; &#0; &nope;",
    "\x00\x01\x0b\x1f\x7f\x85\ufffe\uffff",
    "\ud800 lone \udfff",
    "a\r\nb\tc\u2028d",
    "---\ntitle: other\n---",
    "{{ page.secret }}{% include x %}{{< shortcode >}}",
    "=HYPERLINK(1)",
    "../../../etc/passwd",
    "\u202eevil\u200b",
    "海の日、港の日",
    "x" * 1_000_000,
]
CHARS = st.characters(exclude_categories=[]) | st.sampled_from("<>&\"']\x00\x0b\r\n\t\ud800{}%-=: ")
TEXT = st.text(CHARS, max_size=20)
TIMES = st.datetimes().map(lambda time: time.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0"))
REVISIONS = st.fixed_dictionaries(
    {
        "title": st.none() | TEXT,
        "excerpt": st.none() | TEXT,
        "first_seen": TIMES,
        "last_seen": TIMES,
        "sightings": st.integers(1, 9),
    }
)
POSTS: Any = st.fixed_dictionaries(
    {
        "id": st.from_regex(r"[0-9a-f]{16}", fullmatch=True),
        "url": st.none() | TEXT | TEXT.map("https://a.example/{}".format),
        "urls": st.lists(TEXT, max_size=2),
        "title": st.none() | TEXT,
        "date": st.none() | st.dates().map(str),
        "author": st.none() | TEXT,
        "categories": st.lists(TEXT, max_size=3),
        "tags": st.lists(TEXT, max_size=3),
        "excerpt": st.none() | TEXT,
        "language": st.none() | TEXT | st.sampled_from(["en", "zh-Hant"]),
        "first_seen": TIMES,
        "last_seen": TIMES,
        "sightings": st.integers(1, 9),
        "captures": st.integers(1, 9),
        "revisions": st.lists(REVISIONS, max_size=2),
    }
)


def post(**fields):
    """A post of which some fields are given."""
    return {
        "id": "0123456789abcdef",
        "url": "https://harbour.example/bell",
        "urls": ["https://harbour.example/bell"],
        "title": "Who rang the bell?",
        "date": "2026-01-02",
        "author": "Ada",
        "categories": ["Harbour"],
        "tags": ["bells"],
        "excerpt": "Nobody knows.",
        "language": "en",
        "first_seen": "2026-01-03T08:00:00Z",
        "last_seen": "2026-02-03T08:00:00Z",
        "sightings": 3,
        "captures": 3,
        "revisions": [],
    } | fields


def numbered(count):
    """So many posts, oldest first; the first of them are always the same."""
    return [
        post(id=f"post-{n}", title=f"Post {n}", first_seen=f"20{n // 12:02}-{n % 12 + 1:02}-01T00:00:00Z")
        for n in range(1, count + 1)
    ]


def as_held(row):
    """A row as a database can hold it: without surrogates."""
    text = json.dumps(row, ensure_ascii=False)
    return json.loads(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
