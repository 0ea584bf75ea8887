"""Sites that tests build, from values and from archives, and what they read out of their files."""

import json
import re
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from archiver.changes import Change
from archiver.coverage import CoverageGap, FailedPage, ListingCoverage, MonthOfCaptures
from archiver.rows import FieldCapture, ListedPost, PostSighting, PublishedPost
from archiver.site import SiteRows, Totals, build

NOON = "2026-03-01T12:00:00Z"
TIME = datetime(2026, 3, 1, 12, tzinfo=UTC)


def post(n=0, site: str | None = "harbour.example", **fields: Any) -> PublishedPost:
    """A post as the store gives it; fields replace those of its row."""
    row: dict[str, Any] = {
        "id": f"{n:016x}",
        "url": f"https://harbour.example/{n}",
        "urls": [f"https://harbour.example/{n}"],
        "title": f"Post {n}",
        "date": "2026-03-01",
        "author": "Ann Lee",
        "categories": ["Nature"],
        "tags": ["tides"],
        "excerpt": f"What post {n} says.",
        "language": "en",
        "first_seen": NOON,
        "last_seen": NOON,
        "sightings": 1,
        "captures": 1,
        "revisions": [],
    } | fields
    revisions = [{"title": row["title"], "excerpt": row["excerpt"]}, *row["revisions"]]
    seen = {"first_seen": NOON, "last_seen": NOON, "sightings": 1}
    row["revisions"] = [seen | revision for revision in revisions]
    sources = [
        FieldCapture(field, value, "c0ffee", NOON)
        for field in ("url", "urls", "title", "date", "author", "categories", "tags", "excerpt")
        for value in (row[field] if isinstance(row[field], list) else [row[field]])
        if value
    ]
    page = fields.get("page", "https://harbour.example/")
    row.pop("page", None)
    sighting = PostSighting(NOON, page, "c0ffee", 1, 1)
    return PublishedPost(row, site, tuple(sources), (sighting,))  # type: ignore[arg-type]


def listed(one: PublishedPost) -> ListedPost:
    row = one.row
    named = (row["id"], row["title"], row["url"], row["date"], one.site, row["author"])
    return ListedPost(*named, (row["excerpt"] or "")[:300] or None, len(row["revisions"]))


def change(kind, one: PublishedPost, **fields: Any) -> Change:
    named = {"id": one.row["id"], "title": one.row["title"]}
    facts = {"kind": kind, "at": TIME, "site": one.site, "post": named, "url": one.row["url"]}
    places = {"page": "https://harbour.example/", "capture": "c0ffee", "before": "c0ffee"}
    return Change.model_validate(facts | places | fields)


def listing(url="https://harbour.example/", **fields: Any) -> ListingCoverage:
    facts = {"url": url, "pages": 1, "captures": 2, "visits": 2, "posts": 3, "seen_once": 1}
    facts |= {"first": TIME, "last": TIME, "gaps": (CoverageGap(after=TIME, before=TIME),)}
    facts |= {"months": (MonthOfCaptures(month="2026-03", captures=2),)}
    facts |= {"failed": (FailedPage(url=url, reason="503 Service Unavailable"),)}
    return ListingCoverage.model_validate(facts | fields)


def built(posts=(), changes=(), coverage=(), *, name="Archive", has_wacz=True) -> dict[str, bytes]:
    """The files of a site by their paths."""
    by_date = sorted(posts, key=lambda one: one.row["date"] or "", reverse=True)
    rows = SiteRows(
        changes=changes,
        by_date=map(listed, by_date),
        by_site=sorted(map(listed, posts), key=lambda one: one.site or ""),
        posts=by_date,
        coverage=coverage,
        totals=Totals(len(posts), 1, NOON, NOON),
        has_wacz=has_wacz,
    )
    files = list(build(rows, name))
    assert len({file.path for file in files}) == len(files)
    return {file.path: file.data for file in files}


def pages(files: dict[str, bytes]) -> dict[str, LexborHTMLParser]:
    return {path: LexborHTMLParser(data) for path, data in files.items() if path.endswith(".html")}


def links(page: LexborHTMLParser) -> list[str]:
    """Where a page leads, and what it loads."""
    found = [*page.css("[href]"), *page.css("[src]"), *page.css("[action]")]
    return [
        value for node in found for name in ("href", "src", "action") if (value := node.attributes.get(name))
    ]


def broken_links(files: dict[str, bytes]) -> list[str]:
    """The links inside a site that lead nowhere."""
    parsed = pages(files)
    broken = []
    for path, page in parsed.items():
        for link in links(page):
            if re.match(r"https?://", link):
                continue
            place, _, fragment = link.partition("#")
            target = _joined(path, place)
            is_there = target in files or target == "archive.wacz"
            if not is_there or (fragment and not parsed[target].css(f'[id="{fragment}"]')):
                broken.append(f"{path}: {link}")
    return broken


def _joined(path: str, link: str) -> str:
    if not link:
        return path
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / link).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def words(files: dict[str, bytes]) -> dict[str, list[int]]:
    """The index of words: the numbers of the posts that have each."""
    found: dict[str, list[int]] = {}
    for n in range(sum(path.startswith("search/words-") for path in files)):
        text = files[f"search/words-{n}.js"].decode().removesuffix(");\n")
        _, _, entries = text.partition(",")
        for word, distances in json.loads(entries):
            post, found[word] = 0, []
            for distance in distances.split(" "):
                post += int(distance, 36)
                found[word].append(post)
    return found
