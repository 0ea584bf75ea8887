"""How a crawl of several sources ends: nothing is left behind, and no error of one source is another's."""

import asyncio
import json
import multiprocessing
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver import Archive, CrawlResult, FetchOptions
from archiver.crawl.workers import MANY
from tests.servers import Site, site_server

PAGES = 12
ARCHIVER = [sys.executable, "-m", "archiver"]
WITHOUT_WARNINGS = [sys.executable, "-X", "dev", "-W", "error", "-m", "archiver"]
ENDS_S = 60
"""What a command gets that should end at once: it hangs if it needs longer, on any machine."""


def words(seed: str) -> str:
    return f"What it is about, in a sentence of its own: {random.Random(seed).randbytes(200).hex()}."


def page(name: str, number: int) -> bytes:
    cards = "".join(
        f'<article><h2><a href="/{name}-{number}-{day}/">Note {day} of {name}, {number}</a></h2>'
        f"<time>2026-02-{day:02}</time><p>{words(f'{name} {number} {day}')}</p></article>"
        for day in range(1, 5)
    )
    older = f'<nav><a rel="next" href="/page/{number + 1}/">Older</a></nav>' if number < PAGES else ""
    return f"<!DOCTYPE html><html lang=en><title>{name}</title><main>{cards}{older}</main></html>".encode()


@pytest.fixture(scope="module")
def served() -> Iterator[list[Site]]:
    def pages(name: str) -> dict[str, bytes]:
        return {f"/page/{number}/": page(name, number) for number in range(1, PAGES + 1)}

    with site_server(pages("elm")) as elm, site_server(pages("oak")) as oak, site_server(pages("yew")) as yew:
        yield [elm, oak, yew]


@pytest.fixture
def sites(served: list[Site]) -> list[Site]:
    for site in served:
        site.requests.clear()
    return served


@pytest.fixture
def unreachable() -> str:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        return f"http://127.0.0.1:{unused.getsockname()[1]}/"


def first_pages(sites: list[Site]) -> list[str]:
    return [site.url + "/page/1/" for site in sites]


def single_pages(sites: list[Site]) -> list[str]:
    """So many sources that pages are read in other processes."""
    urls = [f"{site.url}/page/{number}/" for site in sites for number in range(1, PAGES + 1)]
    assert len(urls) >= MANY
    return urls


def start(
    folder: Path, *arguments: object, python: list[str] = ARCHIVER, **options: Any
) -> subprocess.Popen[str]:
    command = [*python, "--archive", str(folder), "crawl", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)


def end(crawl: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """The exit code and the lines on standard error.

    Left out are asyncio's remarks on slow steps (`-X dev`), and that an archive is new.
    """
    try:
        _, err = crawl.communicate(timeout=ENDS_S)
    except subprocess.TimeoutExpired:
        crawl.kill()
        _, err = crawl.communicate()
        pytest.fail(f"the crawl does not end: {err}")
    lines = [line for line in err.splitlines() if not line.startswith("Executing <")]
    return crawl.returncode, [line for line in lines if not line.endswith(": a new archive is begun here")]


def crawl(folder: Path, *arguments: object, **options: Any) -> tuple[int, list[str]]:
    return end(start(folder, *arguments, **options))


def captured(run: Callable, folder: Path) -> int:
    return len(json.loads(run("--archive", folder, "export", "captures").out))


@pytest.mark.parametrize("sources", [first_pages, single_pages])
def test_no_warning_and_nothing_but_the_summary(run, sites, tmp_path, sources):
    urls = sources(sites)
    limit = ("--max-pages", "3") if sources is first_pages else ("--max-pages", "1")
    code, lines = crawl(tmp_path, "--delay", "0", *limit, *urls, python=WITHOUT_WARNINGS)
    (summary,) = lines
    assert code == 0
    count = 9 if sources is first_pages else len(urls)
    assert summary.startswith(f"archiver: {count} captures ({count} new)")
    assert captured(run, tmp_path) == count


@pytest.mark.parametrize("sources", [first_pages, single_pages])
@pytest.mark.parametrize("leaves", [False, True], ids=["to the end", "left half way"])
def test_one_event_loop_and_no_thread_left(sites, tmp_path, monkeypatch, sources, leaves):
    loops = []

    def counted() -> asyncio.AbstractEventLoop:
        loops.append(make_loop())
        return loops[-1]

    make_loop = asyncio.events.new_event_loop
    monkeypatch.setattr(asyncio.events, "new_event_loop", counted)
    threads = threading.enumerate()
    outcomes = Archive(tmp_path).crawl_iter(sources(sites), fetching=FetchOptions(delay_s=0))
    got: list[CrawlResult] = []
    for outcome in outcomes:
        got.append(outcome)
        if leaves and len(got) == 5:
            outcomes.close()
    assert all(outcome.error is None for outcome in got)
    assert [loop.is_closed() for loop in loops] == [True]
    # a site of the test may still have a thread for a connection that was just closed
    assert [t for t in threading.enumerate() if t not in threads and "process_request" not in t.name] == []
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("sources", "limit"), [(first_pages, 20_000), (first_pages, 90_000), (single_pages, 90_000)]
)
def test_a_full_disk_ends_the_crawl_in_one_line(run, sites, tmp_path, sources, limit):
    """The limit on a file's size stands for the disk's end."""
    limited = (
        "import resource, signal; from archiver.cli.app import main;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); main()"
    )
    python = [sys.executable, "-c", limited]
    urls = sources(sites)
    code, lines = crawl(tmp_path, "--delay", "0", *urls, python=python)
    assert (code, len(lines)) == (1, 1), lines
    assert str(tmp_path) in lines[0]
    assert run("--archive", tmp_path, "verify").code == 0
    kept = captured(run, tmp_path)
    assert kept < 3 * PAGES
    code, lines = crawl(tmp_path, "--delay", "0", *urls)
    assert code == 0, lines
    assert run("--archive", tmp_path, "verify").code == 0
    assert captured(run, tmp_path) >= 3 * PAGES


def test_a_source_that_fails_does_not_end_the_others(run, sites, tmp_path, unreachable):
    failing = [unreachable, "http://[::1", f"https{sites[0].url[4:]}/", "http://no-such-host.invalid/"]
    options = ("--delay", "0", "--retries", "0", "--max-pages", "3")
    code, lines = crawl(tmp_path, *options, *failing, *first_pages(sites))
    *told, summary = lines
    assert code == 1
    assert len(told) == len(failing)
    assert all(any(source.rstrip("/") in line for line in told) for source in failing)
    assert f"9 captures (9 new), 36 cards, {len(failing)} failed" in summary
    assert captured(run, tmp_path) == 9


@pytest.mark.parametrize("sources", [first_pages, single_pages])
def test_an_interrupted_crawl_says_so_and_goes_on(run, sites, tmp_path, sources):
    arguments = ("--delay", "0", *sources(sites))
    running = start(tmp_path, *arguments)
    while sum(len(site.requests) for site in sites) < PAGES:
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    code, lines = end(running)
    (line,) = lines
    assert code == 130
    assert line.startswith("archiver: interrupted; ")
    told = int(line.split(" new)")[0].split("(")[-1])  # sources that meet share a capture, and each counts it
    assert told == captured(run, tmp_path)
    assert run("--archive", tmp_path, "verify").code == 0
    code, lines = crawl(tmp_path, *arguments)
    assert code == 0, lines
    if (
        sources is first_pages
    ):  # of which each goes on by itself; a single page that is done is asked for anew
        assert captured(run, tmp_path) == 3 * PAGES
        counts = [site.counts[f"/page/{number}/"] for site in sites for number in range(1, PAGES + 1)]
        assert min(counts) == 1
        assert sum(counts) <= 3 * PAGES + 3  # those in flight


def test_a_long_pause_can_be_interrupted(run, sites, tmp_path):
    running = start(tmp_path, "--delay", "3600", *first_pages(sites))
    while not any(site.requests for site in sites):  # all are on one host, so the others wait
        time.sleep(0.001)
    running.send_signal(signal.SIGINT)
    code, lines = end(running)
    assert (code, len(lines)) == (130, 1)
    assert "interrupted" in lines[0]
    assert captured(run, tmp_path) == 0
    assert run("--archive", tmp_path, "verify").code == 0
