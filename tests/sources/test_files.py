"""Saved pages: which files, which time, which URL, and what is refused."""

import gzip
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import SourceError
from archiver.sources import ImportOptions, find_files, parse_time, read_capture

BASE = "https://harbour.example/"


@pytest.fixture
def save(tmp_path):
    """Write a file below the test's folder; its path as text."""

    def write(name, payload=b"<p>hello"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(payload)
        return str(path)

    return write


def read(path, source=None, **options):
    return read_capture(Path(path), source or path, ImportOptions(**options))


def test_a_folder_gives_its_pages_in_the_order_of_their_paths(tmp_path, save):
    names = ["b/index.html", "a/page/2/index.htm", "a/index.html", "feed.XML", "x.json", "t.txt.gz"]
    for name in [*names, "style.css", ".git/index.html", "a/.hidden.html", "picture.png.gz"]:
        save(name)
    found = [str(path.relative_to(tmp_path)) for path in find_files(str(tmp_path)).pages]
    assert found == ["a/index.html", "a/page/2/index.htm", "b/index.html", "feed.XML", "t.txt.gz", "x.json"]


HTML = b"<!DOCTYPE html><title>Notes</title>"


@pytest.mark.parametrize(
    ("name", "payload", "kind"),
    [
        ("page/2", HTML, "text/html"),
        ("index.php?paged=3", b"\xef\xbb\xbf \n<HTML lang=en>", "text/html"),
        ("a.aspx", b"<!-- saved from url=(0030)https://harbour.example/ -->\n<html>", "text/html"),
        ("b.shtml", b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0'>", "text/html"),
        ("feed", b"<?xml version='1.0'?><?xml-stylesheet href='a'?><rss version='2.0'>", "application/xml"),
        ("atom.php", b"<feed xmlns='http://www.w3.org/2005/Atom'>", "application/xml"),
    ],
)
def test_a_page_of_another_name_is_known_by_its_bytes(tmp_path, save, name, payload, kind):
    path = save(name, payload)
    assert find_files(str(tmp_path)).pages == [Path(path)]
    assert read(path, str(tmp_path), base_url=BASE).header("Content-Type") == kind


def test_what_is_no_page_is_listed(tmp_path, save):
    save("index.html")
    names = ["cards.csv", "icon.svg", "logo.png", "notes", "script.php", "style.css"]
    others = [b"title,url", b"<?xml version='1.0'?><svg>", b"\x89PNG", b"<p>hello", b"<?php ?><html>", b"a{}"]
    for name, payload in zip(names, others, strict=True):
        save(name, payload)
    os.mkfifo(tmp_path / "pipe")
    found = find_files(str(tmp_path))
    assert [path.name for path in found.pages] == ["index.html"]
    assert [path.name for path in found.others] == sorted([*names, "pipe"])


def test_looking_for_a_page_takes_linear_time(tmp_path, save):
    """A file of comments, or of white space, is looked at up to a limit."""
    save("index.html")
    for name, payload in (("comments", b"<!--" * 500_000), ("space", b" " * 2_000_000)):
        save(name, payload)
    assert len(find_files(str(tmp_path)).others) == 2


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("20230306163859/index.html", "2023-03-06T16:38:59Z"),
        ("20230306163859/page/2/index.html", "2023-03-06T16:38:59Z"),
        ("20230306163859id_/index.html", "2023-03-06T16:38:59Z"),
        ("backup-20240101000000/20230306163859/index.html", "2023-03-06T16:38:59Z"),
        ("saved/20230306163859.html", "2023-03-06T16:38:59Z"),
        ("20230306163859/post-20240101000000.html", "2023-03-06T16:38:59Z"),
    ],
)
def test_the_time_is_the_timestamp_in_the_path(save, name, expected):
    capture = read(save(name), captured_at=datetime(2001, 1, 1, tzinfo=UTC))
    assert capture.captured_at.isoformat().replace("+00:00", "Z") == expected
    assert capture.time_basis == "path"


@pytest.mark.parametrize(
    "name",
    ["20231306163859/index.html", "99999999999999.html", "a20230306163859/i.html", "202303061638590/i.html"],
)
def test_digits_that_are_no_time_are_none(save, name):
    assert read(save(name)).time_basis == "mtime"


def test_the_option_comes_before_the_files_own_time(save):
    path = save("index.html")
    os.utime(path, (1_700_000_000.9, 1_700_000_000.9))
    assert read(path).captured_at == datetime.fromtimestamp(1_700_000_000, UTC)
    assert read(path).time_basis == "mtime"
    chosen = datetime(2020, 2, 29, tzinfo=UTC)
    assert (read(path, captured_at=chosen).captured_at, read(path, captured_at=chosen).time_basis) == (
        chosen,
        "option",
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("20230306163859/index.html", "https://harbour.example/index.html"),
        ("20230306163859/page/2/index.html", "https://harbour.example/page/2/index.html"),
        ("20230306163859/seen today/überall.html", "https://harbour.example/seen%20today/%C3%BCberall.html"),
        ("page/3.html", "https://harbour.example/page/3.html"),
        ("index.html?page=2.html", "https://harbour.example/index.html?page=2"),
        ("index.php?paged=3", "https://harbour.example/index.php?paged=3"),
        ("20230306163859/blog/?p=1&q=a b", "https://harbour.example/blog/?p=1&q=a%20b"),
        ("list%3Fpage%3D2%26all%3D1.html", "https://harbour.example/list?page=2&all=1"),
        ("list%3fpage=2", "https://harbour.example/list?page=2"),
        ("view?to=%2Fa%2Fb?c.htm", "https://harbour.example/view?to=%2Fa%2Fb?c"),
        ("is-it-late%3F.html", "https://harbour.example/is-it-late%3F.html"),
    ],
)
def test_the_url_is_the_base_joined_with_the_path(tmp_path, save, name, expected):
    capture = read(save(name, HTML), str(tmp_path), base_url=BASE)
    assert (capture.url, capture.url_basis) == (expected, "base_url")


def test_for_a_single_page_the_base_is_the_url(save):
    assert read(save("any.html"), base_url=BASE + "blog/?p=2").url == BASE + "blog/?p=2"


def test_without_a_base_the_url_is_the_files(tmp_path, save):
    capture = read(save("with space.html"))
    assert re.fullmatch("file:///folder-[0-9a-f]{8}/with%20space.html", capture.url)
    assert capture.url_basis == "file"
    assert read(save("with space.html"), str(tmp_path)).url == capture.url
    assert read(save("other/with space.html")).url.endswith("/with%20space.html")
    assert read(save("other/with space.html")).url != capture.url


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("home/me/pages", "pages/index.html"),
        ("home/me/pages/index.html", "index.html"),
        ("home/me/20230306163859", "20230306163859/page/2/index.html"),
        ("home/me/20230306163859/page/2/index.html", "20230306163859/page/2/index.html"),
    ],
)
def test_nothing_of_an_absolute_path_is_kept_but_its_end(save, tmp_path, source, kept):
    save(f"home/me/{kept}") if "/" in kept else save("home/me/pages/index.html")
    (found,) = find_files(str(tmp_path / source)).pages
    capture = read(found, str(tmp_path / source))
    assert capture.path == kept
    assert str(tmp_path) not in capture.url


def test_the_url_is_the_one_that_the_page_gives(save):
    page = b"<link rel=canonical href='https://harbour.example/page/2/'>"
    capture = read(save("page.html", page))
    assert (capture.url, capture.url_basis) == ("https://harbour.example/page/2/", "page")
    capture = read(save("page.html", page), base_url=BASE)
    assert (capture.url, capture.url_basis) == (BASE, "base_url")


def test_the_path_is_kept_as_given(save, monkeypatch, tmp_path):
    save("pages/index.html")
    monkeypatch.chdir(tmp_path)
    (found,) = find_files("pages/").pages
    assert read(found, "pages/").path == "pages/index.html"


def test_a_name_that_is_no_text_can_be_stored(tmp_path):
    path = os.fsencode(tmp_path) + b"/caf\xe9.html"
    with open(path, "wb") as file:  # noqa: PTH123 - a name made of bytes
        file.write(b"<p>hello")
    (found,) = find_files(str(tmp_path)).pages
    capture = read(found, str(tmp_path), base_url=BASE)
    assert capture.path == f"{tmp_path.name}/caf\\xe9.html"
    assert capture.url == BASE + "caf%E9.html"


def test_a_gzipped_page_is_unpacked(save):
    capture = read(save("20230306163859/page.html.gz", gzip.compress(b"<p>packed")))
    assert capture.payload == b"<p>packed"
    assert capture.header("content-type") == "text/html"


@pytest.mark.parametrize(
    ("name", "payload", "said"),
    [
        ("a.html.gz", gzip.compress(b"<p>packed" * 100)[:-9], "damaged gzip"),
        ("b.html.gz", b"no gzip", "damaged gzip"),
        ("c.html.gz", gzip.compress(b"x" * 90)[:12] + b"\xff" * 20, "damaged gzip"),
        ("d.pdf", b"%PDF", "unknown suffix"),
    ],
    ids=["cut short", "no gzip", "garbled", "another kind"],  # the bytes hold the time
)
def test_what_cannot_be_read_is_said_in_one_line(save, name, payload, said):
    with pytest.raises(SourceError, match=said) as caught:
        read(save(name, payload))
    assert "\n" not in str(caught.value)
    assert name in str(caught.value)


def test_files_that_cannot_be_opened(tmp_path, save, monkeypatch):
    with pytest.raises(SourceError, match="No such file"):
        find_files(str(tmp_path / "none"))
    with pytest.raises(SourceError, match="no saved pages in this folder"):
        find_files(str(tmp_path))
    loop = tmp_path / "loop.html"
    loop.symlink_to(loop)
    with pytest.raises(SourceError, match="levels of symbolic links"):
        read(str(loop))
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(SourceError, match="directory"):
        read(str(tmp_path / "folder.html"))
    monkeypatch.setattr("archiver.sources.files.MAX_PAYLOAD_BYTES", 1000)
    with pytest.raises(SourceError, match="larger than"):
        read(save("bomb.html.gz", gzip.compress(b"x" * 2000)))


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret.html").write_text("<p>not of this folder")
    folder = tmp_path / "saved"
    (folder / "below").mkdir(parents=True)
    (folder / "page.html").write_text("<p>of this folder")
    (folder / "out.html").symlink_to(tmp_path / "secret.html")
    (folder / "in.html").symlink_to("page.html")
    (folder / "below" / "in.html").symlink_to("../page.html")
    (tmp_path / "also-saved").symlink_to(folder)
    for source in (folder, tmp_path / "also-saved"):
        found = {file.relative_to(source).as_posix(): file for file in find_files(str(source)).pages}
        assert set(found) == {"below/in.html", "in.html", "out.html", "page.html"}
        with pytest.raises(SourceError, match=r"out\.html: a link to a file outside .*; name it as a source"):
            read_capture(found.pop("out.html"), str(source), ImportOptions())
        for file in found.values():
            assert read_capture(file, str(source), ImportOptions()).payload == b"<p>of this folder"
    assert read(str(folder / "out.html")).payload == b"<p>not of this folder"  # it is what the user named


@pytest.mark.parametrize("name", ["x.html", "x.html.gz", "x.csv", "x.jsonl.gz"])
def test_a_named_pipe_is_not_waited_for(run, tmp_path, name):
    os.mkfifo(tmp_path / name)
    crawled = run("--archive", tmp_path / "archive", "crawl", tmp_path / name)
    assert crawled.code == 1
    assert f"{name}: not a regular file" in crawled.err
    (tmp_path / "page.html").write_text("<p>hello")
    crawled = run("--archive", tmp_path / "archive", "crawl", tmp_path)
    assert crawled.code == 1  # no page of the source has a card
    assert "1 captures (1 new)" in crawled.err


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20230306163859", datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC)),
        ("2023", datetime(2023, 1, 1, tzinfo=UTC)),
        ("202302", datetime(2023, 2, 1, tzinfo=UTC)),
        ("2023-03-06", datetime(2023, 3, 6, tzinfo=UTC)),
        ("2023-03-06T16:38:59+08:00", datetime(2023, 3, 6, 8, 38, 59, tzinfo=UTC)),
        ("2023-03-06T16:38:59Z", datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC)),
    ],
)
def test_times_are_read_in_both_forms(text, expected):
    assert parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "20231345", "123", "2023-13-01"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_time(text)


@pytest.mark.parametrize(
    ("head", "url", "time", "basis"),
    [
        (
            f"<!-- saved from url=(0064)https://web.archive.org/web/20230306163859/{BASE}page/2/ -->",
            f"{BASE}page/2/",
            datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC),
            "page",
        ),
        (
            f'<link rel="canonical" href="https://web.archive.org/web/20230306163859/{BASE}">',
            BASE,
            datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC),
            "page",
        ),
        (
            f'<link rel="canonical" href="https://web.archive.org/web/99999999999999/{BASE}">',
            BASE,
            None,
            "mtime",
        ),
        (f'<link rel="canonical" href="{BASE}">', BASE, None, "mtime"),
    ],
)
def test_a_page_saved_from_a_web_archive_is_of_its_time(save, head, url, time, basis):
    capture = read(save("page.html", head.encode()))
    assert (capture.url, capture.url_basis, capture.time_basis) == (url, "page", basis)
    assert time is None or capture.captured_at == time


def test_the_time_of_a_web_archive_comes_before_the_one_that_the_user_gives(save):
    page = save("page.html", f"<base href=https://web.archive.org/web/20230306163859/{BASE}>".encode())
    read_at = read(page, captured_at=datetime(2023, 1, 1, tzinfo=UTC)).captured_at
    assert read_at == datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC)
    assert read(page, base_url=f"{BASE}mine/").url == f"{BASE}mine/"
