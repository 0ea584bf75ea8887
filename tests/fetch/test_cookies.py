"""Cookies that the user gives: sent where they belong, and kept out of the archive."""

import gzip
import json

import pytest

from archiver.errors import ConfigError
from archiver.fetch.cookies import Cookies
from tests.servers import LISTING, Route, site_server

HEAD = "# Netscape HTTP Cookie File\n"
ROWS = (
    ("harbour.example", "FALSE", "/", "FALSE", "0", "session", "one"),
    (".harbour.example", "TRUE", "/members/", "TRUE", "9999999999", "member", "two"),
    ("#HttpOnly_.harbour.example", "TRUE", "/", "FALSE", "9999999999", "hidden", "three"),
    (".harbour.example", "TRUE", "/", "FALSE", "1000000000", "old", "four"),
)
"""Domain, whether subdomains count, path, whether it is for https only, expiry, name and value."""


@pytest.fixture
def cookies(tmp_path):
    """A file with these rows."""

    def written(*rows):
        file = tmp_path / "cookies.txt"
        file.write_text(HEAD + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        return file

    return written


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("https://harbour.example/members/list", {"member=two", "session=one", "hidden=three"}),
        ("http://harbour.example/members/list", {"session=one", "hidden=three"}),
        ("https://harbour.example/membership", {"session=one", "hidden=three"}),
        ("https://www.harbour.example/members/", {"member=two", "hidden=three"}),
        ("https://notharbour.example/members/", set()),
        ("https://example/", set()),
    ],
)
def test_a_cookie_is_sent_where_it_belongs(cookies, url, sent):
    header = Cookies(cookies(*ROWS)).header(url)
    assert set((header or "").split("; ")) - {""} == sent


@pytest.mark.parametrize("content", [b"", b"a=b; c=d\n", b"\xff\xfe\x00", HEAD.encode() + b"one\n"])
def test_other_files_are_refused(tmp_path, content):
    file = tmp_path / "cookies.txt"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"cookies\.txt: "):
        Cookies(file)


def test_a_site_gets_them_and_the_archive_does_not(run, tmp_path, cookies):
    file = cookies(("127.0.0.1", "FALSE", "/", "FALSE", "0", "session", "opensesame"))
    archive = tmp_path / "archive"
    with site_server({"/": Route(LISTING, headers={"Set-Cookie": "theirs=1"})}) as site:
        done = run("--archive", archive, "crawl", site.url + "/", "--delay", "0", "--cookies", file)
        assert done.code == 0
        assert run("--archive", archive, "add", site.url + "/", "--cookies", file).code == 0
        assert run("--archive", archive, "crawl").code == 0
    sent = {request.path: request.headers.get("Cookie") for request in site.requests}
    assert sent == {"/robots.txt": None, "/": "session=opensesame"}
    assert run("--archive", archive, "verify").code == 0
    kept = b"".join(file.read_bytes() for file in archive.rglob("*.db*"))
    kept += b"".join(gzip.decompress(file.read_bytes()) for file in archive.rglob("*.warc.gz"))
    assert b"theirs=1" in kept
    assert b"opensesame" not in kept
    assert json.loads(run("--archive", archive, "sources", "--json").out)[0]["failures"] == 0


def test_a_file_that_is_not_there_is_a_wrong_usage(run, tmp_path, site):
    done = run("--archive", tmp_path / "archive", "crawl", site.url, "--cookies", tmp_path / "none.txt")
    assert done.code == 2
    assert "none.txt: No such file" in done.err
