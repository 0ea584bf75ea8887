"""All captures read again: what comes out, what is told, and what a kill leaves."""

import contextlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from archiver.crawl.reading import parser_version, read_page
from archiver.models import Card
from archiver.store import Store
from tests.dumps import dump

ARCHIVER = [sys.executable, "-m", "archiver"]
OLD = "by an older parser"
PAGES = 120


def markup(number):
    cards = "".join(
        f'<article><h2><a href="/note-{k}/">Note {k}</a></h2><time>2026-02-{k % 28 + 1:02}</time>'
        f"<p>{random.Random(k).randbytes(60).hex(' ', 4)}</p></article>"
        for k in range(number, number + 5)
    )
    older = f'<nav><a rel="next" href="/page/{number + 2}/">Older</a></nav>'
    return f"<!DOCTYPE html><html lang=en><title>Notes</title><main>{cards}{older}</main></html>"


def as_once_read(page, number):
    """The page as an older parser might have read it: other details, less of it, other fields, nothing."""
    first, *others = page.cards
    changes = (
        {"cards": tuple(card.model_copy(update={"href": None, "image": "/old.jpg"}) for card in page.cards)},
        {"cards": tuple(others)},
        {"cards": (Card(url=first.url, title="Another title"), *others)},
        {"cards": (*page.cards, Card(title="Newsletter")), "next_url": None},
        {"cards": ()},
        {"cards": tuple(reversed(page.cards))},
    )
    return page.model_copy(update=changes[number % len(changes)] | {"parser_version": OLD})


@pytest.fixture
def fresh(run, tmp_path):
    """An archive that today's parser has read."""
    folder = tmp_path / "fresh"
    saved = tmp_path / "saved"
    for number in range(PAGES):
        path = saved / f"2026010112{number // 60:02}{number % 60:02}" / "index.html"
        path.parent.mkdir(parents=True)
        path.write_text(markup(number) if number else "<title>nothing</title>")
    assert run("--archive", folder, "crawl", saved, "--base-url", "https://harbour.example/").code == 0
    return folder


@pytest.fixture
def old(fresh, tmp_path, run):
    """The same archive as an older parser has read it, with its posts."""
    folder = tmp_path / "old"
    shutil.copytree(fresh, folder)
    with Store(folder, "write") as store:
        ids = [row[0] for row in store.db.execute("SELECT id FROM captures ORDER BY id")]
        with store.atomic():
            for number, capture_id in enumerate(ids[1:]):
                page = read_page(store.captures.read(capture_id))
                store.pages.replace({capture_id: as_once_read(page, number)})
    assert dump(folder) != dump(fresh)
    assert run("--archive", folder, "dedupe").code == 0
    return folder


def read_today(folder):
    """How many pages are of today's reading."""
    with contextlib.closing(sqlite3.connect(folder / "archive.db")) as db:
        count = "SELECT count(*) FROM pages WHERE parser_version LIKE ? || '%'"
        return db.execute(count, (parser_version(),)).fetchone()[0]


def test_a_reparse_gives_what_reading_for_the_first_time_gives(run, fresh, old):
    done = run("--archive", old, "-v", "reparse")
    assert done.code == 0
    assert done.out == b""
    *lines, summary = done.err.splitlines()
    number = PAGES - 1  # the first page has no cards and was read by today's parser
    differing = sum(number_ % 6 not in (0, 5) for number_ in range(number))
    assert summary == (
        f"archiver: {number} pages read again, {differing} show something else: "
        "120 cards gained, 20 lost, 20 changed, 20 next pages changed, 0 failed; "
        "`archiver dedupe` brings the posts up to date"
    )
    assert len(lines) == differing
    where = "https://harbour.example/index.html of 2026-01-01T12:00:02Z"
    assert lines[-1] == f"archiver: {where}: 5 cards: 1 gained, 0 lost, 0 changed"
    assert lines[-3].endswith("; next page https://harbour.example/page/6/, was none")
    assert run("--archive", old, "verify").code == 0
    for folder in (fresh, old):
        assert run("--archive", folder, "dedupe").code == 0
    assert dump(old) == dump(fresh)


def test_a_reparse_gives_what_a_rebuild_gives(run, old, tmp_path):
    shutil.copytree(old, tmp_path / "rebuilt")
    assert run("--archive", tmp_path / "rebuilt", "rebuild").code == 0
    assert run("--archive", old, "reparse").code == 0
    assert run("--archive", old, "dedupe").code == 0
    assert dump(old) == dump(tmp_path / "rebuilt")


def test_pages_of_this_parser_version_are_not_read_again(run, fresh):
    assert run("--archive", fresh, "reparse").err == "archiver: all pages are up to date with this parser\n"


def test_a_page_that_no_longer_shows_a_card_takes_it_along(old):
    with Store(old, "write") as store:
        for capture_id, *_ in list(store.pages.parsed_captures())[:-1]:
            page = read_page(store.captures.read(capture_id)).model_copy(update={"cards": ()})
            store.pages.replace({capture_id: page})
        assert store.counts() | {"captures": 0, "payloads": 0} == dict.fromkeys(store.counts(), 0)
        for query in ("SELECT count(*) FROM comparisons", "SELECT count(*) FROM field_sources"):
            assert store.db.execute(query).fetchone()[0] == 0


@pytest.mark.parametrize("killed_by", [signal.SIGKILL, signal.SIGINT])
def test_an_interrupted_reparse_goes_on_where_it_stopped(run, old, fresh, tmp_path, killed_by):
    for attempt in range(30):
        folder = tmp_path / f"stopped-{attempt}"
        shutil.copytree(old, folder)
        started = subprocess.Popen([*ARCHIVER, "--archive", folder, "reparse"], stderr=subprocess.PIPE)
        while read_today(folder) < 2 and started.poll() is None:
            time.sleep(0.001)
        started.send_signal(killed_by)
        told = started.communicate()[1].decode()
        read = read_today(folder)
        if read == PAGES:  # it was at its end before
            continue
        if killed_by == signal.SIGINT:
            assert started.returncode == 130
            assert told.startswith("archiver: interrupted; the same command resumes: ")
        rest = run("--archive", folder, "reparse")
        assert rest.code == 0
        assert f"archiver: {PAGES - read} pages read again" in rest.err
        assert run("--archive", folder, "verify").code == 0
        for archive in (fresh, folder):
            assert run("--archive", archive, "dedupe").code == 0
        assert dump(folder) == dump(fresh)
        return
    pytest.fail("no reparse was stopped before its end")


def test_a_damaged_record_leaves_its_page_as_it_was(run, old):
    with contextlib.closing(sqlite3.connect(old / "archive.db")) as db:
        name, offset, capture = db.execute(
            "SELECT name, warc_offset, captures.id FROM captures"
            " JOIN warc_files ON warc_files.id = warc_file_id ORDER BY captures.id LIMIT 1 OFFSET 7"
        ).fetchone()
    with (old / "warc" / name).open("r+b") as file:
        file.seek(offset + 40)
        file.write(b"damage damage damage")
    done = run("--archive", old, "reparse")
    assert done.code == 1
    assert "https://harbour.example/index.html of 2026-01-01T12:00:07Z: " in done.err
    assert "its old page is kept" in done.err
    with contextlib.closing(sqlite3.connect(old / "archive.db")) as db:
        others = db.execute("SELECT capture_id FROM pages WHERE parser_version = ?", (OLD,)).fetchall()
    assert others == [(capture,)]


def test_an_archive_of_an_earlier_version_is_read_again(run, fresh):
    """Its pages do not say by which reading they were made."""
    with contextlib.closing(sqlite3.connect(fresh / "archive.db")) as db:
        db.execute("UPDATE pages SET parser_version = NULL")
        db.commit()
    done = run("--archive", fresh, "reparse")
    assert done.err.startswith(f"archiver: {PAGES} pages read again, 0 show something else")
