"""Laws of the store: what goes in comes out, in one order, however the work is split."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.archive import Archive
from archiver.export import write
from archiver.models import Capture, Card, Page, PrintedDate
from archiver.store import Store
from tests.dumps import dump

TEXT = st.none() | st.text(st.characters(), max_size=25)
CARD = st.builds(
    Card,
    url=TEXT,
    title=TEXT,
    date=st.none() | st.dates().map(lambda date: date.isoformat()),
    author=TEXT,
    categories=st.lists(st.text(max_size=6), max_size=3).map(tuple),
    tags=st.lists(st.text(max_size=6), max_size=3).map(tuple),
    excerpt=TEXT,
    href=TEXT,
    printed=st.none()
    | st.builds(PrintedDate, text=st.text("May 2024", min_size=1, max_size=9).filter(str.strip)),
    updated=st.none() | st.dates().map(lambda date: date.isoformat()),
    image=TEXT,
    language=st.sampled_from([None, "de"]),
    list_number=st.integers(0, 3),
)
FIELDS = ("url", "title", "date", "author", "categories", "tags", "excerpt")


def capture(number):
    return Capture(
        url=f"https://harbour.example/{number % 3}",
        captured_at=datetime(2026, 3, 1, 12, number % 5, tzinfo=UTC),
        payload=str(number).encode(),
        path=f"{number}.html",
        time_basis="path",
        url_basis="base_url",
    )


def keep(folder, numbered):
    for number, cards in numbered:
        one = capture(number)
        page = Page(url=one.url, kind="listing", confidence=1, cards=tuple(cards))
        with Store(folder, "create") as store:
            kept = store.captures.add(one)
            if kept.new:
                store.pages.add(kept.id, page)


def export(folder, kind):
    with Store(folder, "read") as store:
        return b"".join(write(store.rows(kind), kind, "json"))


def details(folder):
    with Store(folder, "read") as store:
        rows = store.db.execute(
            "SELECT captures.key, v.position, v.href, v.printed, v.updated, v.image, v.language,"
            " v.list_number FROM cards_as_shown v JOIN captures ON captures.url = v.page"
            " AND captures.captured_at = v.captured_at"
        )
        return sorted(rows, key=str)


@settings(max_examples=25)
@given(
    pages=st.lists(st.lists(CARD, max_size=4), min_size=1, max_size=5),
    order=st.randoms(use_true_random=False),
)
def test_cards_come_out_as_they_went_in_whatever_the_order(pages, order):
    numbered = list(enumerate(pages))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        keep(Path(one), numbered)
        order.shuffle(numbered)
        keep(Path(two), [*numbered, *numbered])
        assert export(Path(one), "cards") == export(Path(two), "cards")
        assert details(Path(one)) == details(Path(two))
        assert details(Path(one)) == sorted(
            [
                (capture(n).key, at, c.href or c.url, printed, c.updated, c.image, c.language, c.list_number)
                for n, cards in enumerate(pages)
                for at, c in enumerate(cards, 1)
                for printed in [c.printed.text if c.printed else None]
            ],
            key=str,
        )
        shown: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for row in json.loads(export(Path(one), "cards")):
            shown.setdefault(row["capture"]["path"], []).append((row["position"], row))
    for number, cards in enumerate(pages):
        rows = shown.get(f"{number}.html", [])
        assert [position for position, _ in rows] == list(range(1, len(cards) + 1))
        for card, (_, row) in zip(cards, rows, strict=True):
            assert {name: row[name] for name in FIELDS} == card.model_dump(mode="json", include=set(FIELDS))
            assert row["card_id"] == card.key


@settings(max_examples=25)
@given(
    pages=st.lists(st.tuples(st.lists(CARD, max_size=3), st.lists(CARD, max_size=3)), min_size=1, max_size=4)
)
def test_a_page_that_is_read_again_leaves_nothing_of_its_former_reading(pages):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        keep(Path(one), enumerate(before for before, _ in pages))
        keep(Path(two), enumerate(after for _, after in pages))
        archive = Archive(Path(one))
        archive.dedupe()
        with Store(Path(one), "write") as store:
            for number, (_, after) in enumerate(pages):
                page = Page(url=capture(number).url, kind="listing", confidence=1, cards=tuple(after))
                store.pages.replace({number + 1: page})
        assert list(archive.verify()) == []
        archive.dedupe()
        Archive(Path(two)).dedupe()
        assert dump(Path(one)) == dump(Path(two))
