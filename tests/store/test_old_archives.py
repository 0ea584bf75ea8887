"""Archives of earlier versions open, and export the same."""

import json
import shutil
import sqlite3

import pytest

from archiver.archive import Archive
from tests.paths import FIXTURES

OLD = sorted(path for path in (FIXTURES / "archives").iterdir() if path.is_dir())
PAGES = """
SELECT captures.key AS capture, kind, confidence, charset, pages.language, next_url, feeds, labels, error,
  (SELECT group_concat(key) FROM
    (SELECT cards.key FROM sightings JOIN cards ON cards.id = card_id
     WHERE capture_id = captures.id ORDER BY position)) AS cards
FROM captures JOIN pages ON capture_id = captures.id ORDER BY captured_at, url
"""


@pytest.fixture(params=OLD, ids=lambda folder: folder.name)
def old(request, tmp_path):
    """A copy of an old archive, and the folder of its exports."""
    shutil.copytree(request.param / "archive", tmp_path / "archive")
    return Archive(tmp_path / "archive"), request.param / "exports"


def exported(archive, kind):
    return b"".join(archive.export_iter(kind, "jsonl")).decode()


def expected(exports, name):
    return (exports / f"{name}.jsonl").read_text(encoding="utf-8")


def pages(archive):
    """The rows of all pages as JSON Lines."""
    with sqlite3.connect(archive.folder / "archive.db") as db:
        db.row_factory = sqlite3.Row
        rows = [json.dumps(dict(row), ensure_ascii=False) for row in db.execute(PAGES)]
    return "".join(f"{row}\n" for row in rows)


def as_read(lines):
    """Rows of pages without the confidence, which each fit of the listing model changes."""
    rows = [json.loads(line) for line in lines.splitlines()]
    return [{name: value for name, value in row.items() if name != "confidence"} for row in rows]


def test_exports_are_the_same(old):
    archive, exports = old
    assert list(archive.verify()) == []
    for kind in ("posts", "cards", "captures", "revisions"):
        assert exported(archive, kind) == expected(exports, kind)
    assert pages(archive) == expected(exports, "pages")


def test_posts_keep_their_ids_after_dedupe(old):
    archive, exports = old
    archive.dedupe()
    for kind in ("posts", "cards"):
        assert exported(archive, kind) == expected(exports, f"{kind}-after-dedupe")


def test_pages_are_the_same_when_they_are_read_again(old):
    archive, exports = old
    archive.reparse()
    assert as_read(pages(archive)) == as_read(expected(exports, "pages"))


def test_a_rebuild_gives_the_same(old):
    archive, exports = old
    archive.rebuild()
    for kind in ("posts", "cards"):
        assert exported(archive, kind) == expected(exports, f"{kind}-after-dedupe")
    assert exported(archive, "captures") == expected(exports, "captures")
    assert as_read(pages(archive)) == as_read(expected(exports, "pages"))


def test_ids_that_were_given_out_resolve(old):
    archive, exports = old
    archive.dedupe()
    posts = [json.loads(line)["id"] for line in expected(exports, "posts").splitlines()]
    with sqlite3.connect(archive.folder / "archive.db") as db:
        retired = [card for (card,) in db.execute("SELECT card FROM retired_cards")]
    assert retired
    for card in [*posts, *retired]:
        assert archive.show(card).id in posts


def test_match_weights_are_filled_in_by_the_next_dedupe(old):
    archive, _ = old

    def weights():
        with sqlite3.connect(archive.folder / "archive.db") as db:
            return [json.loads(row) for (row,) in db.execute("SELECT match_weights FROM comparisons")]

    card = next(iter(archive.rows("cards")))["card_id"]
    assert archive.explain(card).cards
    assert weights()
    assert not any(weights())
    archive.dedupe()
    assert all({"signal", "weight", "value"} == set(one) for row in weights() for one in row)
    assert all(weights())
