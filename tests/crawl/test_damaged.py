"""A record that is damaged costs the crawl its own capture, and no other source."""

import json
import sqlite3

import pytest

from tests.servers import LISTING, Route, site_server

ETAG = {"ETag": '"one"'}


@pytest.fixture
def two(tmp_path, run):
    """An archive, and a site of two sources; the server confirms the first one's payload."""
    with site_server({"/a/": Route(LISTING, 200, ETAG), "/b/": LISTING.replace(b"day", b"night")}) as site:
        yield Two(tmp_path / "archive", run, site)


class Two:
    def __init__(self, folder, run, site):
        self.folder, self.run, self.site = folder, run, site

    def command(self, *arguments):
        return self.run("--archive", self.folder, *arguments)

    def crawl(self, *paths):
        urls = [self.site.url + path for path in paths]
        return self.command("crawl", *urls, "--delay", "0", "--retries", "0")

    def execute(self, sql, *values):
        db = sqlite3.connect(self.folder / "archive.db")
        with db:
            rows = db.execute(sql, values).fetchall()
        db.close()
        return rows

    def damage(self, path):
        """Flip a byte in the middle of the record of the capture of a URL."""
        ((offset, length),) = self.execute(
            "SELECT warc_offset, warc_length FROM captures WHERE url = ?", self.site.url + path
        )
        (file,) = (self.folder / "warc").iterdir()
        data = bytearray(file.read_bytes())
        data[offset + length // 2] ^= 0x10
        file.write_bytes(data)

    def cards(self, path):
        rows = json.loads(self.command("export", "cards").out)
        return sum(row["capture"]["url"] == self.site.url + path for row in rows)


def damaged(ran):
    return [line for line in ran.err.splitlines() if "cannot read a record" in line]


def test_a_damaged_payload_that_a_server_confirms_fails_its_source_alone(two):
    assert two.crawl("/a/").code == 0
    two.damage("/a/")
    ran = two.crawl("/a/", "/b/")
    assert ran.code == 1
    (line,) = damaged(ran)
    assert line.startswith(f"archiver: {two.site.url}/a/: what is held of it is damaged: ")
    assert line.endswith("(`archiver verify`)")
    assert "not seen: 1 page and what is behind it" in ran.err
    assert two.cards("/a/") == two.cards("/b/") == 5


def test_after_a_repair_the_page_is_fetched_whole(two):
    two.crawl("/a/")
    two.damage("/a/")
    two.crawl("/a/")
    assert two.command("verify", "--repair").code == 1  # what is lost is lost for good
    assert two.crawl("/a/").code == 0
    file = two.execute("SELECT max(id) FROM captures WHERE NOT is_lost")
    assert file != [(None,)]
    assert two.cards("/a/") in (5, 10)  # within one second the lost capture has a record again


def test_a_damaged_capture_that_a_crawl_resumes_from_is_fetched_anew_by_the_next(two):
    two.crawl("/a/")
    two.execute("UPDATE frontier SET state = 'in flight'")
    two.execute("DELETE FROM pages")
    two.execute("DELETE FROM sightings")
    two.damage("/a/")
    ran = two.crawl("/a/", "/b/")
    assert ran.code == 1
    assert sum("what is held of it is damaged" in line for line in damaged(ran)) == 1
    assert two.cards("/b/") == 5
    assert two.crawl("/a/", "/b/").code == 0
    assert two.cards("/a/") == 5


def test_a_page_that_two_sources_share_is_no_fault_of_a_third(two):
    """The response that is shared holds the payload of an earlier one, whose record is damaged."""
    two.site.pages["/a/"] = LISTING
    two.crawl("/a/")
    two.damage("/a/")
    two.execute("UPDATE captures SET key = 'of another second'")
    two.site.pages |= {path: Route(b"", 302, {"Location": "/a/"}) for path in ("/one/", "/two/")}
    ran = two.crawl("/one/", "/two/", "/b/")
    assert ran.code == 1
    assert len(damaged(ran)) == 1
    assert two.cards("/b/") == 5


COMMANDS = [
    ("dedupe",),
    ("export", "posts"),
    ("export", "cards"),
    ("export", "captures"),
    ("posts", "--review"),
    ("status",),
    ("search", "notes"),
]


@pytest.mark.parametrize("parsed", [True, False])
def test_other_commands_work_beside_a_damaged_record(two, parsed):
    two.crawl("/a/", "/b/")
    if not parsed:
        two.execute("DELETE FROM pages WHERE capture_id = 1")
        two.execute("DELETE FROM sightings WHERE capture_id = 1")
    two.execute("UPDATE pages SET parser_version = 'another'")
    (url,) = two.execute("SELECT url FROM captures WHERE id = 1")[0]
    two.damage(url.removeprefix(two.site.url))
    for command in COMMANDS:
        ran = two.command(*command)
        assert (command, ran.code) == (command, 0)
        assert len(damaged(ran)) == (command[0] == "dedupe" and not parsed)
    post = json.loads(two.command("export", "posts").out)[0]["id"]
    assert two.command("show", post).code == 0
    assert two.command("explain", post).code == 0
    ran = two.command("reparse")
    assert ran.code == 1
    assert len(damaged(ran)) == 1
    assert ("its old page is kept" in ran.err) is parsed
    assert "2 pages read again" in ran.err
    assert two.command("inspect", url).code == 0
