"""The state of an archive in words: what is counted, what is wrong, what to do, and how each source is."""

import json
import time

import pytest

from archiver.archive import Archive
from archiver.config import Subscription
from archiver.models import Page
from archiver.store import Store
from tests.paths import SAMPLE
from tests.servers import LISTING, site_server


@pytest.fixture
def told(run, tmp_path):
    """The text of `status` and its JSON."""

    def call(code=0):
        text, row = (run("--archive", tmp_path, "status", *more) for more in ([], ["--json"]))
        assert text.code == row.code == code
        return text.out.decode(), json.loads(row.out)

    return call


def test_each_figure_is_explained(run, told, tmp_path):
    run("--archive", tmp_path, "crawl", SAMPLE, "--base-url", "https://harbour.example/")
    text, row = told()
    assert f"{row['cards']} cards in no post yet: `archiver dedupe`" in text
    assert row["in_no_post"] == row["cards"] == 42
    ran = run("--archive", tmp_path, "dedupe")
    text, row = told()
    assert ran.err == f"archiver: {row['posts']} posts from {row['sightings']} sightings\n"
    figures = {line.split()[0]: line.split(maxsplit=2)[1:] for line in text.splitlines()[:7]}
    assert {name: int(figure[0]) for name, figure in figures.items()} == {name: row[name] for name in figures}
    assert figures["sightings"] == ["43", "cards that the captures show, counted each time"]
    assert figures["cards"][1].startswith("distinct cards")
    assert text.splitlines()[8:] == ["Nothing is wrong."]
    assert row["sources"] == []


def test_what_is_wrong_is_said_with_what_helps(told, tmp_path, make_capture):
    with Store(tmp_path, "create") as store:
        for n, version in enumerate((None, "1")):
            kept = store.captures.add(make_capture(b"%d" % n, minutes=n))
            page = Page(url="https://harbour.example/", kind="empty", confidence=0, error="no page")
            store.pages.add(kept.id, page)
            store.db.execute("UPDATE pages SET parser_version = ? WHERE capture_id = ?", (version, kept.id))
    text, _ = told()
    assert "What is wrong, and what to do" in text
    assert "1 capture not read, by time or a crash: `archiver reparse` tries again" in text
    assert "1 capture could not be read, and kept: `archiver captures` says why" in text


def test_the_health_of_each_source_is_shown(run, told, tmp_path):
    with site_server({"/": LISTING, "/quiet": b"<p>nothing here"}) as site:
        archive = Archive(tmp_path)
        for path in ("/", "/quiet"):
            archive.add_source(Subscription(url=site.url + path, delay=0))
        run("--archive", tmp_path, "crawl")
        text, row = told(code=1)
        well, quiet = row["sources"]
        assert (well["url"], well["failures"], well["unseen"]) == (site.url + "/", 0, 0)
        assert well["cards_at"] == next(archive.rows("captures"))["captured_at"]
        assert (quiet["failures"], quiet["cards_at"], quiet["layout_changed_at"]) == (1, None, None)
        lines = text.partition("Sources that were fetched")[2].splitlines()
        assert lines[2].split()[-2:] == ["well", site.url + "/"]
        assert "never" in lines[3]
        assert "failed" in lines[3]


def test_a_source_whose_layout_changed_says_since_when(run, told, tmp_path):
    pages = {"/": LISTING}
    with site_server(pages) as site:
        for _ in range(2):
            run("--archive", tmp_path, "crawl", site.url + "/", "--delay", "0")
        assert told()[1]["sources"][0]["layout_changed_at"] is None
        time.sleep(1.1)  # captures of one second stand in no order that says which was later
        pages["/"] = site.pages["/"] = b"<h1>Blog</h1><p>We have moved to a new system."
        run("--archive", tmp_path, "crawl", site.url + "/", "--delay", "0")
    text, row = told(code=1 if told_unseen(tmp_path) else 0)
    (change,) = row["layout_changes"]
    assert row["sources"][0]["layout_changed_at"] == change["since"]
    assert f"fewer cards since {change['since'][:10]}" in text
    assert f"`archiver inspect {site.url}/`" in text


def told_unseen(folder):
    return Archive(folder).status().unseen
