"""The commands as a user runs them: what they print where, and how they end."""

import contextlib
import gzip
import inspect
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from archiver import FetchOptions, FollowPolicy
from archiver.cli.collect import crawl
from tests.paths import SAMPLE

BASE = ("--base-url", "https://harbour.example/")
ARCHIVER = [sys.executable, "-m", "archiver"]


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def on(run, archive):
    """Run a command on the test's archive."""
    return lambda *arguments: run("--archive", archive, *arguments)


@pytest.fixture
def exports(on):
    """Every export of the archive, as bytes."""
    return lambda: [on("export", kind).out for kind in ("posts", "cards", "captures", "revisions")]


def test_the_whole_path_from_saved_pages_to_posts(on):
    crawled = on("crawl", SAMPLE, *BASE)
    assert (crawled.code, crawled.out) == (0, b"")
    assert crawled.err.splitlines()[1:] == ["archiver: 8 captures (8 new), 43 cards, 0 failed"]
    assert on("dedupe").err == "archiver: 14 posts from 43 sightings\n"
    posts = {post["title"]: post for post in json.loads(on("export").out)}
    assert len(posts) == 14
    bell = next(post for post in posts.values() if "harbour-bell" in (post["url"] or ""))
    assert bell["urls"] == ["https://harbour.example/notes/harbour-bell.html"]
    assert {revision["title"] for revision in bell["revisions"]} >= {
        "Who rang the harbour bell?",
        "Ida rang the harbour bell",
    }
    slipway = [post for title, post in posts.items() if title.startswith("Slipway repairs")]
    assert len(slipway) == 2
    assert all(len(post["urls"]) == 2 and post["date"] for post in slipway)
    flags = posts["A dictionary of local signal flags"]
    assert (flags["sightings"], flags["captures"]) == (5, 5)
    assert flags["categories"] == ["Nature"]
    assert flags["tags"] == ["flags"]
    assert flags["excerpt"].endswith("with the stitching.")


def test_pages_whose_site_nobody_knows_are_counted(on, tmp_path):
    page = "<ul>" + "".join(f"<li><h2><a href='{n}.html'>The storm {n}</a></h2>" for n in range(5))
    for name, head in (("a", ""), ("b", ""), ("c", "<link rel=canonical href=https://harbour.example/>")):
        (tmp_path / f"{name}.html").write_text(head + page)
    pages = [tmp_path / f"{name}.html" for name in "abc"]
    said = "saved pages that do not say which site they are of: 2; their cards link to files"
    assert said in on("crawl", *pages).err
    urls = [row["url"] for row in on("export", "cards", "--format", "jsonl").rows()]
    assert {url[:15] for url in urls} == {"file:///folder-", "https://harbour"}
    assert said not in on("crawl", *pages).err
    for kind in ("cards", "captures"):
        assert str(tmp_path).encode() not in on("export", kind).out


def test_a_second_run_stores_nothing(on, exports, archive):
    on("crawl", SAMPLE, *BASE)
    on("dedupe")
    before = exports()
    files = {path: path.read_bytes() for path in (archive / "warc").iterdir()}
    assert on("crawl", SAMPLE, *BASE).err == "archiver: 8 captures (0 new), 43 cards, 0 failed\n"
    on("dedupe")
    assert exports() == before
    assert {path: path.read_bytes() for path in (archive / "warc").iterdir()} == files


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_work_does_not_matter(run, tmp_path, seed):
    """All at once, and file by file in any order with a dedupe after each: the same posts and cards."""

    def export(name):
        with contextlib.closing(sqlite3.connect(tmp_path / name / "archive.db")) as db:
            shown = db.execute("SELECT * FROM cards_as_shown").fetchall()
        assert any(row[8] for row in shown)  # what is printed of a date
        return shown, [
            run("--archive", tmp_path / name, "export", kind).out for kind in ("posts", "cards", "revisions")
        ]

    files = sorted(path for path in SAMPLE.rglob("*") if path.is_file())
    random.Random(seed).shuffle(files)
    run("--archive", tmp_path / "one", "crawl", *files)
    run("--archive", tmp_path / "one", "dedupe")
    random.Random(seed + 100).shuffle(files)
    for file in files:
        assert run("--archive", tmp_path / "many", "crawl", file).code == 0
        assert run("--archive", tmp_path / "many", "dedupe").code == 0
    assert export("one") == export("many")


def test_a_deleted_database_comes_back_byte_for_byte(on, exports, archive):
    on("crawl", SAMPLE, *BASE)
    on("dedupe")
    before = exports()
    (archive / "archive.db").unlink()
    missing = on("export")
    assert (missing.code, missing.out) == (2, b"")
    assert "archiver rebuild" in missing.err
    assert on("rebuild").code == 0
    assert exports() == before
    assert on("verify").code == 0
    assert on("rebuild").code == 0  # over a database that is well
    assert exports() == before


def test_a_crawl_after_a_lost_database_goes_on(on, archive):
    on("crawl", SAMPLE / "20251216080000", *BASE)
    (archive / "archive.db").unlink()
    crawled = on("crawl", SAMPLE, *BASE)
    assert "recovered captures" in crawled.err
    assert crawled.err.endswith("8 captures (6 new), 43 cards, 0 failed\n")


def test_other_readers_find_no_fault(on, archive):
    on("crawl", SAMPLE, *BASE)
    for path in (archive / "warc").iterdir():
        for tool in ("warcio", "fastwarc"):
            subprocess.run([Path(sys.executable).with_name(tool), "check", path], check=True)
        subprocess.run(["gunzip", "-t", path], check=True)


def test_dedupe_can_say_what_would_be(on):
    on("crawl", SAMPLE, *BASE)
    assert on("dedupe", "--dry-run").err == "archiver: 14 posts from 43 sightings (nothing was written)\n"
    assert json.loads(on("export").out) == []
    assert all(row["post_id"] is None for row in on("export", "cards", "--format", "jsonl").rows())


def test_an_export_goes_into_a_file_in_the_format_of_its_ending(on, tmp_path):
    on("crawl", SAMPLE, *BASE)
    on("dedupe")
    for name, option in (
        ("posts.csv", "csv"),
        ("posts.jsonl", "jsonl"),
        ("posts.json", "json"),
        ("posts", "json"),
        ("posts.csv.gz", "csv"),
        ("POSTS.JSONL.GZ", "jsonl"),
        ("posts.gz", "json"),
    ):
        assert on("export", "-o", tmp_path / name).code == 0
        written = (tmp_path / name).read_bytes()
        unpacked = gzip.decompress(written) if name.lower().endswith(".gz") else written
        assert unpacked == on("export", "--format", option).out
        assert on("export", "-o", tmp_path / name).code == 0
        assert (tmp_path / name).read_bytes() == written
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("name", ["posts.xlsx", "posts.db", "posts.xml.gz", "posts.csv.zip"])
def test_an_ending_that_names_no_format_is_refused(on, tmp_path, name):
    on("crawl", SAMPLE, *BASE)
    ran = on("export", "-o", tmp_path / name)
    assert ran.code == 2
    assert "end the file in .json, .jsonl, .csv, " in ran.err
    assert not (tmp_path / name).exists()
    assert on("export", "-o", tmp_path / name, "--format", "csv").code == 0


def test_an_export_goes_through_a_pipe_and_where_a_link_leads(on, tmp_path):
    on("crawl", SAMPLE, *BASE)
    expected = on("export", "cards", "--format", "jsonl").out
    pipe, link, target = (tmp_path / name for name in ("pipe", "link.jsonl", "target"))
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert on("export", "cards", "--format", "jsonl", "-o", pipe).code == 0
        assert reader.communicate(timeout=60)[0] == expected
    assert pipe.is_fifo()
    link.symlink_to(target)
    assert on("export", "cards", "-o", link, "--format", "jsonl").code == 0
    assert link.is_symlink()
    assert target.read_bytes() == expected


def test_the_archive_is_shown(on):
    on("crawl", SAMPLE, *BASE)
    on("dedupe")
    shown = on("posts").out.decode()
    assert "2026-02-16" in shown
    assert "The storm of 2 February" in shown
    assert json.loads(on("posts", "--json").out) == json.loads(on("export").out)
    assert json.loads(on("status", "--json").out)["posts"] == 14
    assert "posts" in on("status").out.decode()


def test_a_table_without_posts_says_why(on, archive):
    on("crawl", "no-such-file")
    assert on("posts").err == f"archiver: {archive}: the archive holds no cards (`archiver crawl`)\n"
    on("crawl", SAMPLE, *BASE)
    assert on("posts").err.endswith("none of its 42 cards is in a post yet (`archiver dedupe`)\n")
    on("dedupe")
    assert on("posts").err == ""


@pytest.mark.parametrize(
    "arguments",
    """posts|status|show abcd|search x|explain abcd|merge abcd abce|split abcd abce|verify|verify --repair
    rebuild|reparse|dedupe|dedupe --dry-run|export|posts --review""".replace("\n    ", "|").split("|"),
)
@pytest.mark.parametrize("exists", [False, True])
def test_only_a_crawl_makes_an_archive(on, archive, arguments, exists):
    if exists:
        archive.mkdir()
    ran = on(*arguments.split())
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, b"", 1)
    assert not any(archive.iterdir()) if exists else not archive.exists()


def test_inspect_shows_one_page_and_stores_nothing(on, archive):
    page = SAMPLE / "20260317080000" / "index.html"
    seen = json.loads(on("inspect", page, "--base-url", "https://harbour.example/", "--json").out)
    assert list(seen) == [
        "url",
        "kind",
        "confidence",
        "cards",
        "next_url",
        "feeds",
        "why",
        "shares",
        "runners_up",
    ]
    assert seen["kind"] == "listing"
    assert len(seen["cards"]) == 7
    assert seen["next_url"] == "https://harbour.example/page/2/"
    assert seen["feeds"] == ["https://harbour.example/feed.xml"]
    assert "Two dredger models restored" in on("inspect", page).out.decode()
    assert not archive.exists()


def test_inspect_shows_what_each_feature_adds_to_the_log_odds(on):
    page = SAMPLE / "20260317080000" / "index.html"
    shares = json.loads(on("inspect", page, "--json").out)["shares"]
    sizes = [abs(share["log_odds"]) for share in shares]
    assert sizes == sorted(sizes, reverse=True)
    lines = on("inspect", page).out.decode().partition("\nlog odds ")[2].splitlines()
    assert [line.split(None, 1)[1] for line in lines[:10]] == [share["feature"] for share in shares[:10]]
    assert lines[10].split(None, 1)[1] == f"{len(shares) - 10} smaller shares"
    total, label = lines[11].split(None, 1)
    assert label == "in all"
    assert float(total) == pytest.approx(sum(share["log_odds"] for share in shares), abs=0.03)


def test_a_reader_that_has_enough_is_no_failure(on, archive, tmp_path):
    on("crawl", SAMPLE, *BASE)
    command = f"sleep 0.5; {sys.executable} -m archiver --archive {archive} status"
    # the shell waits for all of the pipe: the reader is gone before the first line is written
    subprocess.run(["sh", "-c", f"({command}; echo $? >{tmp_path / 'code'}) | true"], check=True)
    assert (tmp_path / "code").read_text() == "0\n"


def test_an_output_that_cannot_be_written_is_named_as_the_user_did(on, tmp_path):
    on("crawl", SAMPLE, *BASE)
    missing = tmp_path / "missing" / "posts.json"
    told = on("export", "posts", "-o", missing)
    assert told.code == 1
    assert told.err == f"archiver: {missing}: No such file or directory\n"


def test_what_is_piped_has_no_spaces_at_the_ends_of_lines(on):
    on("crawl", SAMPLE, *BASE)
    on("dedupe")
    post = json.loads(on("export").out)[0]["id"]
    page = SAMPLE / "20260317080000" / "index.html"
    for command in (["inspect", page], ["posts"], ["posts", "--review"], ["show", post], ["explain", post]):
        lines = on(*command).out.decode().splitlines()
        assert len(lines) > 3
        assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("name", ["cards.jsonl", "cards.csv", "cards.jsonl.gz"])
@pytest.mark.parametrize("option", [[], ["--rule"]])
def test_inspect_refuses_card_records(on, tmp_path, name, option):
    (tmp_path / name).write_text('{"title": "The storm"}\n')
    told = on("inspect", tmp_path / name, *option)
    assert (told.code, told.out) == (2, b"")
    assert told.err.endswith("holds card records, a card a line, not a page (`archiver crawl`)\n")
    assert told.err.count("\n") == 1


def test_sources_can_come_from_standard_input(archive):
    names = "".join(f"{path}\n" for path in sorted(SAMPLE.iterdir()))
    ran = subprocess.run(
        [*ARCHIVER, "--archive", archive, "crawl", "-", *BASE],
        input=names,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stderr.endswith("\narchiver: 8 captures (8 new), 43 cards, 0 failed\n")


def test_an_archive_that_a_crawl_begins_is_named(run, tmp_path):
    page = next(SAMPLE.iterdir())
    begun = f"archiver: {tmp_path / 'arhcive'}: a new archive is begun here\n"
    assert run("--archive", tmp_path / "arhcive", "crawl", page, *BASE).err.startswith(begun)
    assert begun not in run("--archive", tmp_path / "arhcive", "crawl", page, *BASE).err
    (tmp_path / "arhcive" / "archive.db").unlink()
    assert begun not in run("--archive", tmp_path / "arhcive", "crawl", page, *BASE).err


@pytest.mark.parametrize(
    ("name", "payload", "said"),
    [
        ("binary.html", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "binary"),
        ("empty.html", b"", "empty"),
        ("cut.html.gz", gzip.compress(b"<p>hello" * 1000)[:-20], "damaged gzip"),
    ],
    ids=["binary", "empty", "cut short"],  # the bytes hold the time
)
def test_a_bad_page_is_one_line_and_keeps_the_others(on, tmp_path, name, payload, said):
    pages = tmp_path / "pages"
    shutil.copytree(SAMPLE, pages)
    (pages / name).write_bytes(payload)
    ran = on("crawl", pages, *BASE)
    assert ran.code == 1
    _, told, summary = ran.err.splitlines()
    assert said in told
    assert name in told
    assert "43 cards, 1 failed" in summary
    again = on("crawl", pages, *BASE)
    assert (again.code, again.err.splitlines()[0]) == (1, told)
    assert on("verify").code == 0


def test_bytes_that_are_no_page_are_kept_all_the_same(on, tmp_path):
    (tmp_path / "binary.html").write_bytes(b"\x89PNG\r\n\x1a\n\0\0")
    on("crawl", tmp_path / "binary.html")
    (row,) = on("export", "captures", "--format", "jsonl").rows()
    assert row["cards"] == 0
    assert row["error"]
    assert row["digest"].startswith("sha256:")


def test_a_page_of_a_hundred_megabytes_is_told_in_a_line(on, tmp_path):
    page = tmp_path / "huge.html"
    with page.open("wb") as file:
        for _ in range(100):
            file.write(b"<div>" * 200_000)
    ran = on("crawl", page)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 3
    assert "huge.html" in ran.err
    (row,) = on("export", "captures", "--format", "jsonl").rows()
    assert row["error"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["crawl", "no-such-path"], 1, "no-such-path: No such file or directory"),
        (["crawl", "empty-folder"], 1, "no saved pages in this folder"),
        (["crawl", "loop.html"], 1, "symbolic links"),
        (["crawl", "notes.pdf"], 1, "unknown suffix"),
        (["crawl"], 2, "no source is named"),
        (["crawl", "pages", "--captured-at", "yesterday"], 2, "expected ISO 8601 or 14 digits"),
        (["crawl", "pages", "--max-pages", "0"], 2, "max-pages"),
        (["export"], 2, "no archive here"),
        (["dedupe"], 2, "no archive here"),
        (["verify"], 2, "no archive here"),
        (["rebuild"], 2, "holds no WARC files"),
        (["export", "--format", "xml"], 2, "xml"),
        (["publish"], 2, "No such command"),
    ],
)
def test_bad_usage_is_told_without_a_traceback(on, tmp_path, monkeypatch, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty-folder").mkdir()
    (tmp_path / "loop.html").symlink_to("loop.html")
    (tmp_path / "notes.pdf").write_bytes(b"%PDF")
    ran = on(*arguments)
    assert ran.code == code
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == b""


def test_a_damaged_database_says_how_to_get_it_back(on, archive, exports):
    on("crawl", SAMPLE, *BASE)
    on("dedupe")
    before = exports()
    (archive / "archive.db").write_bytes(b"\0" * 100_000)
    for command in ("export", "dedupe", "verify", "status"):
        ran = on(command)
        assert ran.code == 1
        assert len(ran.err.splitlines()) == 1
        assert "archiver rebuild" in ran.err
    assert on("rebuild").code == 0
    assert exports() == before


def test_a_newer_versions_database_is_not_replaced(on, archive):
    on("crawl", SAMPLE, *BASE)
    with contextlib.closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('archiver', 'm999', '')"
        )
    for command in ("rebuild", "export", "crawl"):
        ran = on(command, *([SAMPLE] if command == "crawl" else []))
        assert ran.code == 1
        assert ran.err.count("\n") == 1
        assert "upgrade archiver" in ran.err


def test_verify_tells_what_is_wrong(on, archive):
    on("crawl", SAMPLE, *BASE)
    assert on("verify", "--json").out == b"[]\n"
    (path,) = (archive / "warc").iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    ran = on("verify")
    assert ran.code == 1
    assert b"archiver-00001.warc.gz" in ran.out
    in_json = on("verify", "--json")
    assert (in_json.code, json.loads(in_json.out)) == (1, ran.out.decode().splitlines())
    rebuilt = on("rebuild")
    assert rebuilt.code == 1
    assert "skipped" in rebuilt.err
    assert "1 captures are lost for good" in rebuilt.err
    assert "8 captures" in rebuilt.err


def test_repair_mends_the_rows_and_leaves_the_records(on, archive, exports):
    on("crawl", SAMPLE, *BASE)
    on("dedupe")
    before = exports()
    with contextlib.closing(sqlite3.connect(archive / "archive.db")) as db, db:
        db.execute("UPDATE captures SET warc_offset = warc_offset + 1 WHERE id = 3")
        db.execute("DELETE FROM sightings WHERE capture_id = 4")
        db.execute("DELETE FROM pages WHERE capture_id = 4")
        db.execute("DELETE FROM captures WHERE id = 4")
    records = {path: path.read_bytes() for path in (archive / "warc").iterdir()}
    assert on("verify").code == 1
    mended = on("verify", "--repair")
    assert (mended.code, mended.out) == (0, b"")
    assert exports() == before
    assert {path: path.read_bytes() for path in (archive / "warc").iterdir()} == records
    (archive / "archive.db").write_bytes(b"\xff" * 5000)
    assert on("verify", "--repair").code == 0
    assert exports() == before


def test_repair_tells_what_it_cannot_mend(on, archive):
    on("crawl", SAMPLE, *BASE)
    (path,) = (archive / "warc").iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    left = on("verify", "--repair")
    assert left.code == 1
    assert b"no whole record" in left.out
    assert path.read_bytes() == bytes(data)
    assert on("status", "--json").out.startswith(b'{"captures": 8')


def test_a_full_disk_loses_nothing(archive, on):
    """The limit on a file's size stands for the disk's end: a write fails in the middle of a record."""
    on("crawl", SAMPLE / "20251216080000", *BASE)
    kept = on("export", "captures", "--format", "jsonl").rows()
    limited = (
        "import resource, signal, sys; from archiver.cli.app import main;"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000));"
        "main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", limited, "--archive", archive, "crawl", SAMPLE],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert on("verify").code == 0
    assert [row for row in on("export", "captures", "--format", "jsonl").rows() if row["path"]][
        : len(kept)
    ] == kept
    assert on("crawl", SAMPLE, *BASE).code == 0
    assert on("verify").code == 0


@pytest.mark.parametrize("command", ["status", "posts", "export", "inspect PAGE", "verify --help"])
@pytest.mark.parametrize("place", ["closed", "full"])
def test_output_that_cannot_be_written_is_told(on, archive, command, place):
    on("crawl", SAMPLE, *BASE)
    words = command.replace("PAGE", str(SAMPLE / "20260317080000" / "index.html"))
    to = {"closed": ">&-", "full": "> /dev/full"}[place]
    ran = subprocess.run(
        ["sh", "-c", f'"$0" "$@" {to}', *ARCHIVER, "--archive", archive, *words.split()],
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    reason = {"closed": "Bad file descriptor", "full": "No space left on device"}[place]
    assert (ran.returncode, ran.stderr.splitlines()[-1]) == (1, f"archiver: standard output: {reason}")
    assert "Traceback" not in ran.stderr
    assert on("verify").code == 0


@pytest.mark.parametrize("given", ["<&-", "</dev/null"])
def test_an_empty_list_of_sources_is_told(archive, given):
    ran = subprocess.run(
        ["sh", "-c", f'"$0" "$@" {given}', *ARCHIVER, "--archive", archive, "crawl", "-"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 2
    assert ran.stderr.startswith("archiver: standard input names no source; ")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_output_onto_a_full_disk_is_told(on, archive, unbuffered):
    on("crawl", SAMPLE, *BASE)
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [*ARCHIVER, "--archive", archive, "export", "cards"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=os.environ | {"PYTHONUNBUFFERED": unbuffered},
        )
    assert ran.returncode == 1
    assert ran.stderr == b"archiver: standard output: No space left on device\n"


@pytest.mark.parametrize(
    ("command", "closed", "code", "told"),
    [
        ("export", ">&-", 1, b"archiver: standard output: Bad file descriptor\n"),
        ("posts", ">&-", 1, b"archiver: standard output: Bad file descriptor\n"),
        ("status", ">&-", 1, b"archiver: standard output: Bad file descriptor\n"),
        ("dedupe", ">&-", 0, b"archiver: 14 posts from 43 sightings\n"),  # which prints no data
        ("dedupe", "2>&-", 0, b""),
        (
            "crawl -",
            "<&-",
            2,
            b"archiver: standard input names no source; give a list of them, or card records\n",
        ),
        ("status", "<&- >&- 2>&-", 1, b""),
    ],
)
def test_a_closed_stream_gets_no_traceback_and_no_file(on, archive, command, closed, code, told):
    on("crawl", SAMPLE, *BASE)
    line = f'exec "$0" -m archiver --archive "$1" {command} {closed}'
    ran = subprocess.run(
        ["sh", "-c", line, sys.executable, archive],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (code, told)
    assert on("verify").code == 0


def test_the_options_of_a_crawl_have_the_defaults_of_the_library():
    """They stand in the command's signature, so that its help loads nothing."""
    parameters = inspect.signature(crawl).parameters
    library = FetchOptions()
    for name, field in (
        ("delay", "delay_s"),
        ("timeout", "timeout_s"),
        ("retries", "retries"),
        ("max_bytes", "max_bytes"),
        ("concurrency", "concurrency"),
        ("ignore_robots", "ignore_robots"),
        ("contact", "contact"),
    ):
        assert parameters[name].default == getattr(library, field), name
    for name in ("max_pages", "full", "feeds"):
        assert parameters[name].default == getattr(FollowPolicy(), name), name


def test_the_version_is_told(run):
    assert run("--version").out.startswith(b"archiver ")


@pytest.mark.parametrize(
    "name", ["archive.db", "archive.db-wal", "archiver.toml", "warc/archiver-00001.warc.gz"]
)
def test_no_output_replaces_a_file_of_the_archive(on, archive, name):
    on("crawl", SAMPLE, *BASE)
    before = {path.name: path.read_bytes() for path in (archive / "warc").iterdir()}
    for command in (
        ("export", "cards", "--format", "csv", "-o", archive / name),
        ("crawl", SAMPLE, *BASE, "--stats-file", archive / name),
    ):
        ran = on(*command)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert "is a file of the archive itself" in ran.err
    assert {path.name: path.read_bytes() for path in (archive / "warc").iterdir()} == before
    assert on("verify").code == 0
    assert on("export", "cards", "-o", archive / "cards.json").code == 0


def test_commands_that_write_say_that_a_file_of_captures_is_missing(on, archive):
    on("crawl", SAMPLE, *BASE)
    shutil.rmtree(archive / "warc")
    for command in (("crawl", SAMPLE, *BASE), ("dedupe",)):
        assert "archiver: archiver-00001.warc.gz: is missing in warc/; what was" in on(*command).err


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--base-url", "javascript:alert(1)", "base URL 'javascript:alert(1)': expected http:// or"),
        ("--base-url", "blog.example.com", "base URL 'blog.example.com': expected http:// or https://"),
        ("--base-url", "", "base URL '': expected http:// or https://"),
        ("--timeout", "inf", "invalid --timeout inf: expected a finite number"),
        ("--delay", "inf", "invalid --delay inf: expected a finite number"),
        ("--contact", "a b", "invalid --contact 'a b': expected an e-mail or URL in ASCII"),
    ],
)
def test_an_option_that_cannot_be_is_named_before_anything_is_done(on, archive, option, value, said):
    ran = on("crawl", SAMPLE, option, value)
    assert (ran.code, ran.err.count("\n"), archive.exists()) == (2, 1, False)
    assert said in ran.err


def test_an_export_takes_the_filter_of_posts(on):
    on("crawl", SAMPLE, *BASE)
    on("dedupe")
    listed = on("posts", "--from", "2026-01-01", "--sort", "date", "--descending", "--limit", "3", "--json")
    exported = on("export", "posts", "--from", "2026-01-01", "--sort", "date", "--descending", "--limit", "3")
    assert exported.out == listed.out
    assert len(json.loads(exported.out)) == 3
    refused = on("export", "cards", "--site", "harbour.example")
    assert (refused.code, refused.err) == (2, "archiver: a filter is for posts, not for cards\n")
