"""Ctrl-C in the middle of an import: what was kept is what is counted."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import pytest

from archiver.crawl.interrupts import delayed_interrupt
from tests.servers import LISTING

CAPTURES = 4100
PAGES = 200


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """A file of so many captures that an import takes a while."""
    path = tmp_path_factory.mktemp("records") / "cards.jsonl"
    rows = (
        {
            "capture_url": f"https://harbour.example/{n}",
            "captured_at": "2026-03-01T12:00:00Z",
            "title": f"T{n}",
        }
        for n in range(CAPTURES)
    )
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


COUNT = {
    "captures": "SELECT count(*) FROM captures",
    "pages": "SELECT count(*) FROM pages",
    "sightings": "SELECT count(*) FROM sightings",
}


def rows_of(database, table):
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            return db.execute(COUNT[table]).fetchone()[0]
    except sqlite3.Error:  # not begun, or being changed
        return 0


@pytest.mark.parametrize("table", COUNT)
def test_an_interrupted_import_of_records_counts_what_was_kept(run, tmp_path, records, table):
    """The interrupt comes as soon as another process sees a row: right behind a commit."""
    command = [sys.executable, "-m", "archiver", "--archive", str(tmp_path), "crawl", str(records)]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while running.poll() is None and not rows_of(tmp_path / "archive.db", table):
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=120)
    kept = rows_of(tmp_path / "archive.db", "captures")
    assert 0 < kept < CAPTURES
    assert (running.returncode, "interrupted; what was captured is kept" in told) == (130, True), told
    assert re.findall(r"(\d+) captures", told) == [str(kept)]
    assert rows_of(tmp_path / "archive.db", "pages") == kept
    again = run("--archive", tmp_path, "crawl", records)
    assert (again.code, f"{CAPTURES} captures ({CAPTURES - kept} new)" in again.err) == (0, True)


def add_pages(folder, numbers):
    """Save so many pages that an import takes a while."""
    folder.mkdir(exist_ok=True)
    for n in numbers:
        (folder / f"{n}.html").write_bytes(LISTING.replace(b"/post-", b"/%d/post-" % n))


def test_an_interrupted_import_of_pages_counts_what_was_kept(run, tmp_path):
    """Also what it has stored and not read yet; some pages are held before it begins."""
    archive, pages, held = tmp_path / "archive", tmp_path / "pages", 30
    import_all = ("--archive", archive, "crawl", pages, "--base-url", "https://harbour.example/")
    add_pages(pages, range(held))
    run(*import_all)
    add_pages(pages, range(held, PAGES))
    command = [sys.executable, "-m", "archiver", *map(str, import_all)]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while running.poll() is None and rows_of(archive / "archive.db", "captures") < held + 20:
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=120)
    kept = rows_of(archive / "archive.db", "captures")
    assert held < kept < PAGES
    assert (running.returncode, "interrupted; what was captured is kept" in told) == (130, True), told
    assert re.findall(r"\((\d+) new\)", told) == [str(kept - held)]
    again = run(*import_all)
    assert (again.code, f"{PAGES} captures ({PAGES - kept} new)" in again.err) == (0, True), again.err
    assert rows_of(archive / "archive.db", "pages") == PAGES


def test_the_second_interrupt_is_not_delayed():
    def interrupt_twice():
        with delayed_interrupt() as interrupted:
            assert not interrupted()
            os.kill(os.getpid(), signal.SIGINT)
            while not interrupted():
                pass
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(60)

    with pytest.raises(KeyboardInterrupt):
        interrupt_twice()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
