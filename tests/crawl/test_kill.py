"""A crawl that is killed at any moment goes on where it was.

`make torture` does this 200 times; ARCHIVER_KILLS says how often.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.servers import Route, site_server

KILLS = int(os.environ.get("ARCHIVER_KILLS", "3"))
PAGES = 300
ARCHIVER = [sys.executable, "-m", "archiver"]
CHANGES_WITH_TIME = {"id", "captured_at", "first_seen", "last_seen", "warc"}


def words(seed):
    return f"An excerpt that no other card has: {random.Random(seed).randbytes(30).hex()}"


def page(number):
    cards = "".join(
        f'<article><h2><a href="/note-{number}-{k}/">Note {k} of page {number}</a></h2>'
        f"<time>2026-02-{k:02}</time><p>{words(number * 10 + k)}</p></article>"
        for k in range(1, 5)
    )
    older = f'<nav><a rel="next" href="/page/{number + 1}/">Older</a></nav>' if number < PAGES else ""
    return f"<!DOCTYPE html><html lang=en><title>Notes</title><main>{cards}{older}</main></html>".encode()


SITE = {f"/page/{number}/": page(number) for number in range(2, PAGES + 1)} | {
    "/start": Route(status=302, headers={"Location": "/"}),
    "/": page(1),
}


def command(folder, site):
    source = site.url + "/start"
    return [*ARCHIVER, "--archive", folder, "crawl", "--delay", "0", "--max-pages", str(PAGES), source]


def without_times(value):
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k not in CHANGES_WITH_TIME}
    return [without_times(item) for item in value] if isinstance(value, list) else value


def exported(run, folder):
    """All exports without what depends on when the pages were captured, in an order that does not, either."""
    run("--archive", folder, "dedupe")
    kinds = ("captures", "cards", "posts")
    rows = [json.loads(run("--archive", folder, "export", kind).out) for kind in kinds]
    return [sorted(json.dumps(without_times(row), sort_keys=True) for row in kind) for kind in rows]


@pytest.fixture(scope="module")
def site():
    with site_server(SITE) as served:
        yield served


def first_request(site):
    """When the crawl asked for the first time."""
    while not site.requests:
        time.sleep(0.001)
    return time.monotonic()


@pytest.fixture
def uninterrupted(run, site, tmp_path):
    site.requests.clear()
    crawl = subprocess.Popen(command(tmp_path / "whole", site), stderr=subprocess.PIPE)
    start = first_request(site)
    crawl.communicate()
    seconds = time.monotonic() - start
    assert crawl.returncode == 0
    export = exported(run, tmp_path / "whole")
    assert len(export[0]) == PAGES + 1
    return seconds, export


def is_unfinished(folder):
    """Whether the crawl had begun and was not at its end."""
    if not (folder / "archive.db").exists():
        return False
    with contextlib.closing(sqlite3.connect(folder / "archive.db")) as db:
        try:
            states = [state for (state,) in db.execute("SELECT state FROM frontier")]
        except sqlite3.OperationalError:  # killed before the tables were made
            return False
    return "queued" in states or "in flight" in states


@pytest.mark.slow
def test_a_killed_crawl_goes_on_where_it_was(run, site, tmp_path, uninterrupted):
    seconds, expected = uninterrupted
    moments = random.Random(os.environ.get("ARCHIVER_KILLS_SEED", "kill"))
    killed = 0
    for attempt in range(KILLS * 5):
        folder = tmp_path / f"killed-{attempt}"
        site.requests.clear()
        crawl = subprocess.Popen(command(folder, site), stderr=subprocess.PIPE)
        first_request(site)
        time.sleep(moments.uniform(0, 1) * seconds)  # any moment will do: nothing depends on which
        crawl.send_signal(signal.SIGKILL)
        crawl.communicate()
        if not is_unfinished(folder):
            continue
        killed += 1
        finished = subprocess.run(command(folder, site), capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr
        assert exported(run, folder) == expected
        assert run("--archive", folder, "verify").code == 0
        for path in (folder / "warc").iterdir():
            subprocess.run(["gunzip", "-t", path], check=True)
        counts = [site.counts[path] for path in SITE]
        assert min(counts) == 1
        assert sum(counts) <= len(SITE) + 1  # the one in flight
        shutil.rmtree(folder)
        if killed == KILLS:
            return
    pytest.fail(f"only {killed} of {KILLS * 5} crawls were killed before their end")
