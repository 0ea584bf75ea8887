"""Damaged pages are pages: nothing is raised, and the same damage gives the same page.

`make fuzz PAGES=DIR` does this with 10,000 mutations of the pages of a folder.
"""

import os
import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.models import Capture
from archiver.parse import parse_page
from tests.mutations import mutated
from tests.paths import FIXTURES

COUNT = int(os.environ.get("ARCHIVER_MUTATIONS", "400"))
FOLDER = Path(os.environ.get("ARCHIVER_PAGES", FIXTURES))
PAGES = sorted(
    path for path in FOLDER.rglob("*") if path.suffix in {".html", ".htm", ".xml", ".txt"} and path.is_file()
)
BATCHES = 8


@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_damaged_page_is_a_page(batch: int) -> None:
    for seed in range(batch, COUNT, BATCHES):
        r = random.Random(seed)
        path = r.choice(PAGES)
        payload = mutated(path.read_bytes(), r.choice(PAGES).read_bytes(), seed)
        kind = r.choice(["text/html", "text/html; charset=gbk", "text/plain", "application/rss+xml", ""])
        capture = Capture(
            url=r.choice(["https://h.example/list/page/2/", "file:///tmp/a.html", "not an address"]),
            captured_at=datetime(2024, 3, 5, tzinfo=UTC),
            payload=payload,
            headers=(("Content-Type", kind),),
        )
        page = parse_page(capture)
        assert page.url == capture.url, (seed, path)
        assert parse_page(capture) == page, (seed, path)
