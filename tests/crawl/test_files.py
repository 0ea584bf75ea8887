"""Importing saved pages: what is no page, and pages without cards."""

import pytest

from archiver.crawl.files import crawl_files
from archiver.sources import ImportOptions, read_capture
from archiver.store import Store
from tests.servers import LISTING

ARTICLE = b"<!DOCTYPE html><title>A boat</title><article><h1>A boat</h1><p>" + b"It sails. " * 100


@pytest.fixture
def crawl(run, tmp_path, monkeypatch):
    """Write files into a folder and crawl it, or one of them."""

    def crawled(files, source="pages"):
        for name, payload in files.items():
            file = tmp_path / "pages" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(payload)
        monkeypatch.chdir(tmp_path)
        return run("crawl", source)

    return crawled


def test_a_mirror_is_taken_by_its_bytes_and_the_rest_is_counted(crawl):
    names = ("index.html", "page/2", "index.php?paged=3", "style.css", "logo.png", "cards.csv")
    files = dict.fromkeys(names[:3], LISTING) | dict.fromkeys(names[3:], b"p {}")
    ran = crawl(files)
    assert ran.code == 0
    passed, nameless, summary = ran.err.splitlines()[-3:]
    assert passed == "archiver: pages: 2 files are no pages and were passed over, such as pages/logo.png"
    assert nameless.startswith("archiver: saved pages that do not say which site they are of: 3;")
    assert "3 captures (3 new), 15 cards" in summary
    assert "1 files of card records are not imported" in ran.err


def test_a_source_without_cards_has_failed(crawl):
    for source in ("pages", "pages/a.html"):
        ran = crawl({"a.html": ARTICLE}, source)
        assert ran.code == 1
        assert ran.err.splitlines()[-2] == (
            "archiver: pages/a.html: no cards were found on this page (`archiver inspect pages/a.html`)"
        )
    ran = crawl({"b.html": ARTICLE + b"b", "c.html": ARTICLE + b"c"})
    assert ran.code == 1
    assert "pages/a.html: no cards were found on this page, nor on 2 more of pages (`archiver" in ran.err


def test_pages_without_cards_among_others_are_counted(crawl):
    ran = crawl({"a.html": ARTICLE, "index.html": LISTING})
    assert ran.code == 0
    assert ran.err.splitlines()[1:] == [
        "archiver: pages: no cards were found on 1 of 2 pages, such as pages/a.html",
        "archiver: saved pages that do not say which site they are of: 1; their cards link to files; import"
        " them with a base URL",
        "archiver: 2 captures (2 new), 5 cards, 0 failed",
    ]


def test_a_page_that_another_process_has_stored_and_not_yet_read_is_read(tmp_path):
    file = tmp_path / "a.html"
    file.write_bytes(LISTING)
    with Store(tmp_path / "archive", "create") as store:
        store.captures.add(read_capture(file, str(file), ImportOptions()))
        for _ in range(2):
            (result,) = crawl_files(store, str(file), ImportOptions(), ())
            assert (result.new, result.cards, result.error) == (False, 5, None)
