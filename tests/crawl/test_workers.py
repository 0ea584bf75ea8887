"""Pages read in other processes: the same pages, whatever happens to a process."""

import json
import operator
import os
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from archiver import fingerprint
from archiver.crawl.reading import ReceivedCapture, parser_version, read_received
from archiver.crawl.workers import MANY, Readers
from archiver.models import Page
from archiver.parse import NOTHING_KNOWN
from tests.crashing import crash, read_by
from tests.paths import ROOT


@pytest.fixture
def captures(make_capture):
    return [
        ReceivedCapture(
            make_capture(f"<article><h2><a href=/{n}>Note {n}</a></h2></article>".encode() * 3, n),
            NOTHING_KNOWN,
        )
        for n in range(30)
    ]


def test_workers_read_what_is_read_here(captures):
    with Readers(read_received, many=True) as readers:
        futures = [readers.submit(capture) for capture in captures]
        assert [future.result() for future in futures] == [read_received(capture) for capture in captures]
    assert threading.active_count() == 1


def test_workers_are_started_where_more_pages_come_than_pay(captures, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    with Readers(read_by) as readers:
        pages = [readers.submit(capture).result() for capture in captures]
    here = [page.why == str(os.getpid()) for page in pages]
    assert here == [True] * MANY + [False] * (len(captures) - MANY)


def test_workers_name_the_parser_as_they_are_told(captures, monkeypatch):
    """What it takes to compute the name is spent once."""
    version = parser_version()
    monkeypatch.setattr("archiver.fingerprint.known", dict.fromkeys(fingerprint.known, "v0-told"))
    with Readers(read_received, many=True) as readers:
        assert readers.submit(captures[0]).result().parser_version == "v0-told" != version


def test_a_page_that_breaks_its_worker_is_a_page_with_an_error(captures, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]))
    with Readers(crash, many=True) as readers:
        pages = [future.result() for future in [readers.submit(capture) for capture in captures[:5]]]
    assert {page.error for page in pages} == {"the parser crashed on this page"}
    assert all(isinstance(page, Page) for page in pages)


def test_a_bug_is_raised_where_the_page_is_asked_for(captures):
    with Readers(operator.attrgetter("nothing"), many=True) as readers:
        with pytest.raises(AttributeError):
            readers.submit(captures[0]).result()
        with pytest.raises(AttributeError):
            readers.submit(captures[1]).result()


def test_a_worker_ends_with_its_parent():
    worker = subprocess.Popen([sys.executable, "-m", "archiver.crawl.workers"], stdin=subprocess.PIPE)
    assert worker.stdin
    worker.stdin.write(pickle.dumps((os.abort, 60, {})))
    worker.stdin.close()
    assert worker.wait() == 0


def test_a_script_without_a_guard_is_not_run_again(tmp_path):
    """What `multiprocessing` would do with the caller's script."""
    pages = tmp_path / "pages"
    pages.mkdir()
    for number in range(MANY + 5):
        (pages / f"{number}.html").write_text(f"<p>{number}")
    script = tmp_path / "script.py"
    script.write_text(
        "from archiver.archive import Archive\n"
        "print('once')\n"
        f"outcomes = Archive({str(tmp_path / 'archive')!r}).crawl([{str(pages)!r}])\n"
        "print(sum(outcome.new for outcome in outcomes))\n"
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert ran.stdout == f"once\n{MANY + 5}\n"


def test_many_pages_give_the_same_archive_as_few(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pages = Path("pages")
    pages.mkdir()
    for number in range(MANY + 5):
        cards = "".join(
            f"<article><h2><a href=/{number}-{k}>Note {number}-{k}</a></h2></article>" for k in range(4)
        )
        (pages / f"20260101{number:06}.html").write_text(f"<html lang=en><main>{cards}</main></html>")
    run("--archive", tmp_path / "many", "crawl", pages)
    run("--archive", tmp_path / "few", "crawl", *sorted(pages.iterdir()))
    many, few = (run("--archive", tmp_path / name, "export", "cards").out for name in ("many", "few"))
    assert len(json.loads(many)) == 4 * (MANY + 5)
    assert many == few
