"""What a crawl tells on standard error: lines, JSON, a display on a terminal, a file of figures."""

import json
import re
import signal
import subprocess
import sys

import pytest

from tests.servers import LISTING, site_server
from tests.terminals import on_a_terminal, screen

ARCHIVER = [sys.executable, "-m", "archiver"]


def test_the_log_can_be_json(run, site, tmp_path):
    ran = run(
        "--archive",
        tmp_path,
        "--log-format",
        "json",
        "crawl",
        "--delay",
        "0",
        site.url + "/",
        site.url + "/x",
    )
    lines = [json.loads(line) for line in ran.err.splitlines()]
    assert all({"time", "level", "message"} <= line.keys() for line in lines)
    kept = next(line for line in lines if line.get("url") == site.url + "/")
    assert (kept["level"], kept["new"], kept["cards"], kept["bytes"]) == ("debug", True, 5, len(LISTING))
    failed = next(line for line in lines if line["level"] == "error")
    assert "404" in failed["error"]
    assert lines[-1] | {"seconds": 0, "time": ""} == {
        "time": "",
        "level": "info",
        "message": "2 captures (2 new), 5 cards, 1 failed; not seen: 1 page and what is behind it, which the"
        " next crawl asks for again",
        "event": "summary",
        "captures": 2,
        "new": 2,
        "cards": 5,
        "new_cards": 5,
        "bytes": len(LISTING) + len(b"not found\n"),
        "failed": 1,
        "unseen": 1,
        "seconds": 0,
        "robots": "obeyed",
        "failures": [{"url": site.url + "/x", "error": "the server answered with status 404"}],
    }


def test_the_figures_go_into_a_file(run, site, tmp_path):
    stats = tmp_path / "stats.json"
    assert (
        run("--archive", tmp_path, "crawl", "--delay", "0", "--stats-file", stats, site.url + "/").code == 0
    )
    assert json.loads(stats.read_text())["cards"] == 5


def test_every_page_is_told_on_request(run, site, tmp_path):
    assert f"{site.url}/: kept, 5 cards" in run("--archive", tmp_path, "-v", "crawl", site.url + "/").err


def test_that_robots_are_ignored_is_said_loudly(run, tmp_path):
    with site_server({"/": LISTING, "/robots.txt": b"User-agent: *\nDisallow: /"}) as site:
        ran = run("--archive", tmp_path, "crawl", "--ignore-robots", site.url + "/")
    assert ran.code == 0
    assert "ROBOTS.TXT WAS IGNORED" in ran.err
    assert "/robots.txt" not in site.counts


def test_a_contact_that_no_header_can_hold_is_refused(run, tmp_path):
    ran = run("--archive", tmp_path, "crawl", "--contact", "me\nX-Evil: 1", "http://127.0.0.1:1/")
    assert ran.code == 2
    assert "--contact" in ran.err


def test_a_terminal_shows_the_progress_and_the_summary(site, tmp_path):
    shown, out, code = on_a_terminal(
        [*ARCHIVER, "--archive", tmp_path, "crawl", "--delay", "0", site.url + "/"], columns=160
    )
    assert code == 0
    assert out == b""
    assert re.search(r"1 pages, 5 cards, 5 new, 0\.0 MB", shown)
    assert "1 captures (1 new), 5 cards, 0 failed" in shown


@pytest.mark.parametrize("columns", [80, 200])
def test_a_terminal_names_every_failure_of_many_sources(tmp_path, columns):
    """Also those that come while the display is shown, whose rows grow in number and are then removed."""
    urls = [f"/{'long-' * 14}{number}" for number in range(6)]
    with site_server({"/": LISTING}) as one, site_server({"/": LISTING}) as two:
        failing = [site.url + path for path in urls for site in (one, two)]
        sources = [one.url + "/", two.url + "/", *failing]
        command = [*ARCHIVER, "--archive", tmp_path, "crawl", "--delay", "0", "no-such-file.html", *sources]
        written, out, code = on_a_terminal(command, columns)
    shown = screen(written, columns)
    assert (code, out) == (1, b"")
    for url in failing:
        failure = f"archiver: {url}: the server answered with status 404; what was received is kept"
        assert shown.count(failure) == 1
    assert shown.count("archiver: no-such-file.html: No such file or directory") == 1
    last = [line for line in shown if line][-1]
    assert last.startswith("archiver: 14 captures (14 new), 10 cards, 13 failed; not seen: 12 pages")


def test_an_interrupted_crawl_keeps_what_it_has(run, site, tmp_path):
    """A pause of minutes after the first page, and Ctrl-C in it."""
    site.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 50\nDisallow:"
    site.pages["/"] = LISTING.replace(b"</main>", b'<a rel="next" href="/page/2/">Older</a></main>')
    crawl = subprocess.Popen(
        [*ARCHIVER, "--archive", tmp_path, "-v", "crawl", site.url + "/"], stderr=subprocess.PIPE, text=True
    )
    assert crawl.stderr is not None
    log = ""
    while not (": kept, 5 cards" in log and re.search(r"waiting [45]\d", log)):
        log += crawl.stderr.readline()
    crawl.send_signal(signal.SIGINT)
    _, rest = crawl.communicate()
    assert crawl.returncode == 130
    assert "interrupted; what was captured is kept" in rest
    assert "Traceback" not in rest
    assert run("--archive", tmp_path, "verify").code == 0
    assert len(json.loads(run("--archive", tmp_path, "export", "cards").out)) == 5
