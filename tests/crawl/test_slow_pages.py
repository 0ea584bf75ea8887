"""Pages that take too long: kept, marked and passed over, asked again by `reparse`; Ctrl-C is not held up."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.crawl import workers
from archiver.crawl.reading import ReceivedCapture, read_page
from archiver.crawl.workers import Readers, is_unread
from archiver.models import Capture
from archiver.parse import NOTHING_KNOWN
from tests.crashing import hang_or_read
from tests.paths import ROOT
from tests.servers import LISTING, site_server

MANY_CARDS = "".join(
    f"<article><h2><a href=/{n}>Note {n}</a></h2><p>Boats {n} came back.{' ' * 100}</article>"
    for n in range(6000)
)
LONG = f"<main>{MANY_CARDS}</main>"
LIMIT_S = 0.1
"""A page that is too large to be read in the program's process, and less than it takes on any processor."""
ENDS_S = 60
"""What a command gets that should end at once: it hangs if it needs longer, on any machine."""
HANGING = (
    "import sys; from archiver.crawl import captures, reparse, web, workers; from tests.crashing import hang;"
    "captures.read_received = web.read_received = reparse.read_placed = hang;"
    "workers.HERE_S = float(sys.argv.pop(1)); workers.LONGEST_S = 1e6;"
    "from archiver.cli.app import main; main()"
)
"""The command line with a parser that never ends."""


@pytest.fixture(autouse=True)
def _workers_find_the_tests(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))


@pytest.fixture
def short_limit(monkeypatch):
    """No page may take longer than LIMIT_S, but for the first that this process reads, which loads tables."""
    read_page(Capture(url="https://x.example/", captured_at=datetime.now(UTC), payload=LISTING))
    monkeypatch.setattr(workers, "HERE_S", LIMIT_S)
    monkeypatch.setattr(workers, "LONGEST_S", LIMIT_S)


@pytest.fixture
def on(run, tmp_path):
    return lambda *arguments: run("--archive", tmp_path / "archive", *arguments)


@pytest.fixture
def saved(tmp_path):
    """A folder of a long page between two short ones."""
    folder = tmp_path / "saved"
    folder.mkdir()
    for number, page in enumerate((LISTING, LONG.encode(), LISTING + b"<p>")):
        (folder / f"2026010100000{number}.html").write_bytes(page)
    return folder


def received(make_capture, payload):
    return ReceivedCapture(make_capture(payload), NOTHING_KNOWN)


@pytest.mark.parametrize("many", [True, False], ids=["many", "few"])
@pytest.mark.parametrize("where", [b"hang in Python", b"hang in C"])
def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read(make_capture, monkeypatch, many, where):
    monkeypatch.setattr(workers, "LONGEST_S", 1)  # the first page of a worker loads tables
    monkeypatch.setattr(workers, "HERE_BYTES", 5000)  # C code cannot be ended here
    hanging, good = received(make_capture, where * 1000), received(make_capture, LISTING)
    with Readers(hang_or_read, many=many) as readers:
        pages = [readers.submit(work).result() for work in (hanging, good, hanging)]
    late = "took more than 1 s to read"
    assert [page.error for page in pages] == [late, None, late]
    assert [is_unread(page) for page in pages] == [True, False, True]
    assert pages[1] == read_page(good.capture)


def test_a_page_that_takes_long_here_is_read_by_a_worker(make_capture, monkeypatch):
    monkeypatch.setattr(workers, "HERE_S", 0.01)
    work = received(make_capture, LONG.encode()[:1_000_000])
    former = signal.getsignal(signal.SIGVTALRM)
    with Readers(hang_or_read, many=False) as readers:
        assert readers.submit(work).result() == read_page(work.capture)
        assert len(readers._workers) == 1
    assert signal.getsignal(signal.SIGVTALRM) is former
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0, 0)


def test_pages_are_bounded_in_any_thread(make_capture, monkeypatch):
    """Signals are the main thread's, in which a notebook's crawl does not run."""
    monkeypatch.setattr(workers, "LONGEST_S", 0.3)
    pages = []

    def read():
        with Readers(hang_or_read, many=False) as readers:
            pages.append(readers.submit(received(make_capture, b"hang in Python")).result())

    thread = threading.Thread(target=read)
    thread.start()
    thread.join()
    assert is_unread(pages[0])


@pytest.mark.usefixtures("short_limit")
def test_a_late_page_is_marked_and_passed_over_until_reparse_asks_again(on, saved, monkeypatch):
    crawled = on("crawl", saved, "--base-url", "https://harbour.example/")
    assert crawled.code == 1
    assert "20260101000001.html: took more than 0.1 s to read; what was received is kept" in crawled.err
    assert "3 captures (3 new), 10 cards, 1 failed" in crawled.err
    assert b'"unread": 1' in on("status", "--json").out
    again = on("reparse")
    assert again.code == 1
    assert "took more than 0.1 s to read; its old page is kept" in again.err
    monkeypatch.undo()
    assert on("dedupe").err == "archiver: 5 posts from 10 sightings\n"  # which reads no page again
    assert on("crawl", saved, "--base-url", "https://harbour.example/").code == 1
    assert on("reparse").code == 0
    assert b'"unread": 0' in on("status", "--json").out
    assert on("dedupe").err == "archiver: 6005 posts from 6010 sightings\n"
    assert on("verify").code == 0


def test_a_page_that_was_read_once_is_kept_where_it_takes_too_long(on, saved, monkeypatch, request):
    on("crawl", saved, "--base-url", "https://harbour.example/")
    before = on("export", "cards").out
    monkeypatch.setattr("archiver.crawl.reading.PARSER_VERSION", 99)
    request.getfixturevalue("short_limit")
    done = on("reparse")
    assert done.code == 1
    assert "took more than 0.1 s to read; its old page is kept" in done.err
    assert on("export", "cards").out == before


@pytest.mark.usefixtures("short_limit")
@pytest.mark.parametrize("command", ["dedupe", "rebuild"])
def test_a_page_that_an_interrupted_run_left_is_marked(on, tmp_path, monkeypatch, command):
    page = tmp_path / "20260101000000.html"
    page.write_text(LONG)
    with monkeypatch.context() as patched:
        patched.setattr("archiver.crawl.captures.Readers.submit", _interrupted)
        assert on("crawl", page).code == 130
    done = on(command)
    assert done.code == 0
    assert "20260101000000.html of 2026-01-01T00:00:00Z: took more than 0.1 s to read" in done.err
    assert b'"unread": 1' in on("status", "--json").out
    assert "took" not in on("dedupe").err
    assert on("verify").code == 0


@pytest.mark.usefixtures("short_limit")
def test_inspect_gives_a_late_page_up_too(on, saved):
    page = json.loads(on("inspect", saved / "20260101000001.html", "--json").out)
    assert (page["kind"], page["cards"]) == ("empty", [])
    assert on("inspect", saved / "20260101000001.html").out.count(b"took more than 0.1 s to read") == 1
    assert len(json.loads(on("inspect", saved / "20260101000000.html", "--json").out)["cards"]) == 5


@pytest.mark.usefixtures("short_limit")
def test_a_draft_of_a_rule_for_a_late_page_is_given_up(on, saved):
    ran = on("inspect", saved / "20260101000001.html", "--rule")
    assert (ran.code, ran.out) == (1, b"")
    assert ran.err.endswith("20260101000001.html: took more than 0.1 s to read\n")


def _interrupted(_readers, _work):
    raise KeyboardInterrupt


@pytest.mark.parametrize("here_s", ["1e6", "0.01"], ids=["in the program", "in a worker"])
@pytest.mark.parametrize("command", ["crawl files", "crawl URL", "reparse", "rebuild", "dedupe"])
def test_ctrl_c_ends_the_reading_of_a_page_that_never_ends(on, tmp_path, monkeypatch, command, here_s):
    page = tmp_path / "page.html"
    page.write_bytes(LISTING)
    name, _, source = command.partition(" ")
    if not source:
        with monkeypatch.context() as patched:  # it leaves a capture without a page
            patched.setattr("archiver.crawl.captures.Readers.submit", _interrupted)
            assert on("crawl", page).code == 130
    if command == "crawl URL" and here_s == "1e6":
        pytest.skip("the event loop attends to Ctrl-C once the page is read, or given to a worker")
    hanging = tmp_path / "hanging"
    hanging.mkdir()
    with site_server({"/": LISTING}) as site:
        sources = {"files": [page], "URL": [site.url + "/", "--delay", "0"], "": []}[source]
        running = subprocess.Popen(
            [sys.executable, "-c", HANGING, here_s, "--archive", tmp_path / "archive", name, *sources],
            env=os.environ | {"HANGING": str(hanging)},
            stderr=subprocess.PIPE,
            text=True,
        )
        here = str(running.pid)
        while not any((file.name == here) == (here_s == "1e6") for file in hanging.iterdir()):
            assert running.poll() is None, running.communicate()
            time.sleep(0.01)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=ENDS_S)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err or name not in ("crawl", "reparse")
    assert not any(Path("/proc", file.name).exists() for file in hanging.iterdir())
    assert on("verify").code == 0
    assert on("crawl", page).code == 0
    assert on("dedupe").err == "archiver: 5 posts from 5 sightings\n" or source == "URL"
