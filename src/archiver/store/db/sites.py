"""Sites: the pages of one host, with the blocks of repeated elements that the parser saw on each.

A page that is new, or was parsed again, is marked until the template of its site has been applied. So the
next run resumes what an interrupted one left.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from sqlite_utils import Database

from archiver.models import Page, PageBlock, PageKind, SeenBlock
from archiver.store.db.transaction import transaction

_HTTP = re.compile(r"https?://(?:www\.)?")
_ROOTS = ("http://", "https://", "http://www.", "https://www.")
_COLUMNS = "signature, chosen, cards, score, permalinks, outside, longest"
_IS_PAGE = (
    "error IS NULL AND NOT is_lost AND kind IN ('listing', 'article', 'empty')"
    " AND (status IS NULL OR status BETWEEN 200 AND 299 OR status = 304)"
)


class SitePage(NamedTuple):
    """A page of a site, the parser version that read it, and its blocks."""

    capture_id: int
    url: str
    kind: PageKind
    parser_version: str | None
    blocks: tuple[PageBlock, ...]


class Sites:
    """The sites of one archive, each named by its host without `www.`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def template_due(self) -> list[str]:
        """Return the sites with pages to which the site's template has not been applied yet."""
        urls = self._db.execute(
            "SELECT url FROM pages JOIN captures ON captures.id = capture_id WHERE NOT template_applied"
        )
        return sorted({site_of(url) for (url,) in urls})

    def set_template_applied(self, site: str, last_id: int) -> None:
        """Note that the template was applied to the site's pages of captures up to that row id."""
        where, values = _where(site)
        with transaction(self._db):
            self._db.execute(
                "UPDATE pages SET template_applied = 1 WHERE NOT template_applied AND capture_id <= ?"
                f" AND capture_id IN (SELECT id FROM captures WHERE {where})",
                (last_id, *values),
            )

    def seen_blocks(self, site: str) -> Iterator[SeenBlock]:
        """Yield the blocks of the site's pages, by signature, then by day."""
        where, values = _where(site)
        rows = self._db.execute(
            "SELECT signature, substr(captured_at, 1, 10), permalinks, url FROM captures"
            " JOIN page_blocks ON page_blocks.capture_id = captures.id"
            " JOIN block_signatures ON block_signatures.id = signature_id"
            f" WHERE {where} ORDER BY signature, 2",
            values,
        )
        return map(SeenBlock._make, rows)

    def pages(self, site: str) -> Iterator[SitePage]:
        """Yield the HTML pages of the site that could be read, latest first; the chosen block comes first."""
        where, values = _where(site)
        rows = self._db.execute(
            f"SELECT captures.id, url, kind, parser_version, {_COLUMNS} FROM captures"
            " JOIN pages ON pages.capture_id = captures.id"
            " LEFT JOIN page_blocks ON page_blocks.capture_id = captures.id"
            " LEFT JOIN block_signatures ON block_signatures.id = signature_id"
            f" WHERE {where} AND {_IS_PAGE} ORDER BY captured_at DESC, url DESC, key DESC, rank",
            values,
        )
        names = _COLUMNS.split(", ")
        for (capture_id, url, kind, reading), of_page in groupby(rows, key=itemgetter(0, 1, 2, 3)):
            blocks = (dict(zip(names, row[4:], strict=True)) for row in of_page if row[4] is not None)
            yield SitePage(capture_id, url, kind, reading, tuple(map(PageBlock.model_validate, blocks)))


def site_of(url: str) -> str:
    """Return the name of the site that a URL belongs to."""
    return _HTTP.sub("", "/".join(url.split("/", 3)[:3]))


def replace_blocks(db: Database, capture_id: int, page: Page) -> None:
    """Replace the blocks of a capture by those of a page."""
    db.execute("DELETE FROM page_blocks WHERE capture_id = ?", (capture_id,))
    for rank, block in enumerate(page.blocks):
        signature, *values = (getattr(block, name) for name in _COLUMNS.split(", "))
        db.execute("INSERT INTO block_signatures (signature) VALUES (?) ON CONFLICT DO NOTHING", (signature,))
        db.execute(
            "INSERT INTO page_blocks (capture_id, rank, signature_id, chosen, cards, score, permalinks,"
            " outside, longest) SELECT ?, ?, id, ?, ?, ?, ?, ?, ? FROM block_signatures WHERE signature = ?",
            (capture_id, rank, *values, signature),
        )


def _where(site: str) -> tuple[str, list[str]]:
    """Return the condition for URLs of a site, which uses the index, with its values."""
    roots = [site] if "://" in site else [root + site for root in _ROOTS]
    values = [value for root in roots for value in (root, f"{root}/", f"{root}0")]  # 0 comes after /
    return "(" + " OR ".join(["url = ? OR (url >= ? AND url < ?)"] * len(roots)) + ")", values
