"""The captures of a web archive, as it serves them and as it fails to."""

import gzip
import json
import re
import shlex
from contextlib import closing

import pytest

from archiver import Archive, FetchOptions, WebArchiveOptions
from archiver.crawl.webarchive import MAX_FAILURES
from tests.archives import BLOG, NAMES, as_table, faulty_archive
from tests.paths import ROOT
from tests.servers import LISTING

SOURCE = f"wayback:{BLOG}"
LATER = LISTING.replace(b"Notes of day 1<", b"Notes of the first day<")


@pytest.fixture
def archive():
    with faulty_archive() as running:
        yield running


@pytest.fixture
def crawl(run, tmp_path, archive):
    def call(*arguments, source=SOURCE):
        given = ("--cdx", archive.cdx) if source.startswith("wayback:") else ()
        return run(
            "--archive",
            tmp_path,
            "crawl",
            source,
            *given,
            "--delay",
            "0",
            "--contact",
            "a@b.example",
            *arguments,
        )

    return call


@pytest.fixture
def rows(run, tmp_path):
    return lambda kind="captures": json.loads(run("--archive", tmp_path, "export", kind).out)


def times(rows):
    return [row["captured_at"] for row in rows]


def test_captures_are_what_they_were_in_the_archive(archive, crawl, rows, run, tmp_path):
    archive.add("20230305120000")
    archive.add("20230309120000", body=LATER)
    ran = crawl()
    assert ran.code == 0, ran.err
    assert ran.err.endswith("archiver: 2 captures (2 new), 10 cards, 0 failed\n")
    first, second = rows()
    assert (first["url"], first["captured_at"], first["status"]) == (BLOG, "2023-03-05T12:00:00Z", 200)
    assert (first["time_basis"], first["path"], second["captured_at"]) == (
        "memento",
        None,
        "2023-03-09T12:00:00Z",
    )
    assert rows("cards")[0]["url"] == "https://blog.example/post-1/"
    assert all("archiver/" in agent and "a@b.example" in agent for agent in archive.agents)
    assert run("--archive", tmp_path, "verify").code == 0
    assert run("--archive", tmp_path, "rebuild").code == 0
    assert rows() == [first, second]


def test_what_is_held_is_not_asked_for_again(archive, crawl):
    archive.add("20230305120000")
    crawl()
    archive.add("20230309120000")
    ran = crawl()
    assert ran.err == "archiver: 2 captures (1 new), 10 cards, 0 failed\n"
    assert archive.replays == ["20230305120000", "20230309120000"]


@pytest.mark.parametrize("redirects", [True, False])
def test_another_time_is_kept_as_what_was_served(archive, crawl, rows, run, tmp_path, redirects):
    archive.redirects = redirects
    archive.add("20230305120000", served="20230309120000")
    archive.add("20230306120000", served="20230309120000")
    archive.add("20230309120000")
    assert crawl().code == 0
    assert times(rows()) == ["2023-03-09T12:00:00Z"]
    asked = list(archive.replays)
    assert len(asked) == len(set(asked))
    assert crawl().code == 0
    assert archive.replays == asked
    assert run("--archive", tmp_path, "rebuild").code == 0
    assert crawl().code == 0
    assert archive.replays == asked


def test_a_redirect_of_the_site_is_a_capture_and_is_not_followed(archive, crawl, rows, tmp_path):
    archive.add("20230305120000")
    archive.add("20230309120000", body=b"", status=301, location="https://blog.example/new/")
    assert crawl().code == 0
    assert [row["status"] for row in rows()] == [200, 301]
    assert len(archive.replays) == 2
    warc = b"".join(path.read_bytes() for path in (tmp_path / "warc").iterdir())
    text = gzip.decompress(warc).decode("latin-1")
    assert "Location: https://blog.example/new/\r\n" in text
    assert "nginx, of the blog" in text
    assert "the archive's own" not in text
    assert "X-Archive-Orig" not in text


@pytest.mark.parametrize("headers", [{"Retry-After": "1"}, {}])
def test_a_busy_archive_is_waited_for(archive, crawl, headers):
    archive.add("20230305120000")
    archive.busy = [(429, headers)]
    assert crawl().err.endswith("archiver: 1 captures (1 new), 5 cards, 0 failed\n")
    assert archive.replays == ["20230305120000"] * 2


def test_an_archive_that_stays_busy_is_left_alone(archive, crawl):
    archive.add("20230305120000")
    archive.add("20230309120000")
    archive.busy = [(429, {"Retry-After": "7200"})]
    ran = crawl()
    assert ran.code == 1
    assert "asks for a pause for 7200 s" in ran.err
    assert archive.replays == ["20230305120000"]
    asked = len(archive.requests)
    assert crawl().code == 1
    assert len(archive.requests) == asked  # the pause outlives the run


def test_a_cut_replay_is_not_kept_and_asked_for_again(archive, crawl, rows):
    archive.add("20230305120000")
    archive.add("20230309120000", body=LATER)
    archive.cut = {"20230305120000"}
    ran = crawl("--retries", "0")
    assert ran.code == 1
    assert "cut short" in ran.err
    assert times(rows()) == ["2023-03-09T12:00:00Z"]
    archive.cut = set()
    assert crawl().code == 0
    assert times(rows()) == ["2023-03-05T12:00:00Z", "2023-03-09T12:00:00Z"]
    assert archive.replays == ["20230305120000", "20230309120000", "20230305120000"]


def test_a_banner_in_the_bytes_gives_the_same_cards(archive, crawl, rows):
    archive.add("20230305120000")
    archive.add("20230309120000")
    assert crawl("--limit", "1").code == 0
    archive.rewrites = True
    assert crawl().code == 0
    one, other = (
        [row for row in rows("cards") if row["capture"]["captured_at"][8:10] == day] for day in ("05", "09")
    )
    assert [row["card_id"] for row in one] == [row["card_id"] for row in other]
    assert len(one) == 5


def test_a_page_of_the_archive_is_not_taken_for_a_capture(archive, crawl, rows):
    archive.add("20230305120000")
    archive.index = lambda found: as_table(
        [*found, ["example,blog)/", "20230401000000", BLOG, "text/html", "200", "X", "9"]]
    )
    ran = crawl()
    assert ran.code == 1
    assert "the archive answered with status 404; nothing is kept of it" in ran.err
    assert len(rows()) == 1


def test_a_long_index_is_read_by_its_resume_keys(archive, crawl, rows):
    for day in range(10, 17):
        archive.add(f"202303{day}120000")
    archive.page_rows = 3
    assert crawl().code == 0
    assert len(rows()) == 7
    assert len([path for path in archive.requests if path.startswith("/cdx/")]) == 3


def test_a_resume_key_that_comes_again_ends_the_index(archive, crawl):
    archive.add("20230305120000")
    archive.index = lambda found: json.dumps([NAMES, *found, [], ["again"]]).encode()
    ran = crawl()
    assert ran.code == 1
    assert "the same resume key" in ran.err
    assert len(archive.requests) == 2


def test_rows_out_of_order_and_empty_and_double_are_asked_for_once(archive, crawl):
    archive.add("20230309120000", body=LATER)
    archive.add("20230305120000")
    archive.index = lambda found: as_table(
        [found[0], [], found[1], found[0], ["example,blog)/", "never", BLOG]]
    )
    ran = crawl()
    assert ran.code == 0
    assert "1 captures whose row in the index cannot be read were passed over" in ran.err
    assert archive.replays == ["20230305120000", "20230309120000"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"<html><h1>We are down for maintenance</h1></html>", "answered with markup"),
        (b"[[" * 5000, "damaged JSON"),
        (b'[{"timestamp": 1}]', "no table"),
        (b'[["a", "b"], ["c", "d"]]', "without a row of names"),
        (b"Please try again later.", "answered with no rows"),
        (b"[]", "lists no captures"),
        (b"", "lists no captures"),
    ],
)
def test_an_index_that_is_none_is_one_line(archive, crawl, answer, said):
    archive.index = lambda _: answer
    ran = crawl()
    assert ran.code == 1
    assert said in ran.err
    assert len(ran.err.splitlines()) == 3
    assert len(archive.requests) == 1


def test_lines_of_pywb_are_read(archive, crawl, rows):
    archive.add("20230305120000")
    archive.add("20230309120000", body=LATER)
    archive.index = lambda found: b"\n".join(
        json.dumps({"urlkey": key, "timestamp": at, "url": url, "mime": kind, "status": status}).encode()
        if at.startswith("20230305")
        else f"{key} {at} {json.dumps({'url': url, 'mime': kind, 'status': status})}".encode()
        for key, at, url, kind, status, *_ in found
    )
    assert crawl().code == 0
    assert len(rows()) == 2


def test_what_is_no_page_is_counted_and_not_asked_for(archive, crawl):
    archive.add("20230305120000")
    archive.add("20230306120000", status=404)
    archive.add("20230307120000", media_type="image/png")
    ran = crawl()
    assert ran.code == 0
    assert "1 captures with an error status were passed over" in ran.err
    assert "1 captures of other media types than pages and feeds were passed over" in ran.err
    assert archive.replays == ["20230305120000"]


def test_from_and_to_include_the_time_that_they_name(archive, crawl):
    for month in ("202302", "202303", "202304"):
        archive.add(f"{month}01000000")
        archive.add(f"{month}28235959")
    crawl("--from", "202303", "--to", "2023-04-01")
    assert archive.replays == ["20230301000000", "20230328235959", "20230401000000"]


def test_collapse_keeps_a_page_that_went_back_to_what_it_was(archive, crawl):
    for day, digest in (("05", "A"), ("06", "A"), ("07", "B"), ("08", "A")):
        archive.add(f"202303{day}120000", digest=digest)
    crawl("--collapse", "digest")
    assert archive.replays == ["20230305120000", "20230307120000", "20230308120000"]


def test_collapse_by_time_takes_the_first_of_each(archive, crawl):
    for at in ("20230305080000", "20230305120000", "20230306120000"):
        archive.add(at)
    crawl("--collapse", "timestamp:8")
    assert archive.replays == ["20230305080000", "20230306120000"]


def test_a_timemap_is_read_page_by_page(archive, crawl, rows):
    for day in ("05", "06", "07", "08"):
        archive.add(f"202303{day}120000")
    assert crawl(source=f"timemap:{archive.url}/timemap/1/{BLOG}").code == 0
    assert [row["url"] for row in rows()] == [BLOG] * 4
    assert len(archive.replays) == 4
    assert all("id_/" in path for path in archive.requests if path.startswith("/web/"))


def test_robots_of_the_archive_are_obeyed(archive, crawl):
    archive.add("20230305120000")
    archive.robots = "User-agent: *\nDisallow: /web/\n"
    ran = crawl()
    assert ran.code == 1
    assert "robots.txt" in ran.err
    assert archive.replays == []


def test_a_dry_run_counts_and_asks_for_nothing(archive, crawl, tmp_path):
    archive.add("20230305120000")
    archive.add("20230405120000")
    archive.add("20230406120000")
    ran = crawl("--dry-run")
    size = len(LISTING)
    assert ran.out.decode().split() == [
        SOURCE,
        "2023-03",
        "1",
        f"{size}",
        SOURCE,
        "2023-04",
        "2",
        f"{2 * size}",
    ]
    assert (
        ran.err
        == f"archiver: {SOURCE}: 3 captures in 2 months, {3 * size} bytes as the web archive keeps them\n"
    )
    assert json.loads(crawl("--dry-run", "--json").out) == [
        {"source": SOURCE, "month": "2023-03", "captures": 1, "bytes": size},
        {"source": SOURCE, "month": "2023-04", "captures": 2, "bytes": 2 * size},
    ]
    assert archive.replays == []
    assert not (tmp_path / "archive.db").exists()
    assert (crawl("--json").code, archive.replays) == (2, [])


@pytest.mark.parametrize(
    "arguments",
    [
        ("--match-type", "all"),
        ("--collapse", "timestamp:15"),
        ("--from", "yesterday"),
        ("--cdx", "https://archive.example/search"),
    ],
)
def test_wrong_options_are_one_line(run, tmp_path, arguments):
    ran = run("--archive", tmp_path, "crawl", SOURCE, *arguments)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1


def test_options_that_no_source_takes_are_refused(run, tmp_path):
    ran = run("--archive", tmp_path, "crawl", BLOG, "--from", "2023")
    assert ran.code == 2
    assert "wayback:URL" in ran.err


def test_no_contact_is_a_warning(archive, run, tmp_path):
    archive.add("20230305120000")
    ran = run("--archive", tmp_path, "crawl", SOURCE, "--cdx", archive.cdx, "--delay", "0")
    assert ran.code == 0
    assert "ask for a contact" in ran.err


def test_an_interrupted_crawl_is_resumed(archive, tmp_path):
    days = [f"202303{day}120000" for day in range(10, 15)]
    for day in days:
        archive.add(day)
    own = Archive(tmp_path)
    which = WebArchiveOptions(index=archive.cdx)
    how = FetchOptions(delay_s=0, contact="a@b.example")
    with closing(own.crawl_iter(SOURCE, web_archive=which, fetching=how)) as results:
        assert next(results).new
    assert archive.replays == days[:1]
    assert own.crawl(SOURCE, web_archive=which, fetching=how).new == 4
    assert archive.replays == days


def test_an_archive_that_answers_no_longer_is_given_up(archive, crawl):
    for day in range(10, 20):
        archive.add(f"202303{day}120000")
    archive.busy = [(0, {})] * 9
    ran = crawl("--retries", "0")
    assert ran.code == 1
    assert "given up after 5 requests without a response" in ran.err
    assert len(archive.replays) == MAX_FAILURES


def test_the_commands_that_are_shown_run(archive, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    archive.add("20190305120000")
    archive.add("20190306120000", url=f"{BLOG}page/2/")
    guide = (ROOT / "docs" / "web-archives.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ archiver (.+)", guide, re.MULTILINE)
    assert len(lines) == 7
    places = {"all/cdx": "cdx/search/cdx", "timemap/link/": "timemap/1/"}
    for shown in lines:
        line = shown
        for place, own in places.items():
            line = line.replace(f"https://archive.example/{place}", f"{archive.url}/{own}")
        given = ["--delay", "0"] if line.startswith("crawl") else []
        given += ["--cdx", archive.cdx] if "wayback:" in line and "--cdx" not in line else []
        assert run(*shlex.split(line), *given).code == 0, line
