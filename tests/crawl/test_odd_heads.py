"""Responses whose heads are out of form: read like any other, and kept as they came."""

import gzip
import json

import pytest

from archiver.archive import Archive
from tests.servers import LISTING, raw_server

ODD = (
    b"app/page.php: userdata not supported\r\n"
    b"a warning\r\n"
    b" of two lines\r\n"
    b"X-Set By-Proxy: caf\xe9\r\n"
    b"Content-Type : text/html\r\n"
    b"X-Nul: a\0b\r\n"
    b"x-folded:  one\r\n\ttwo\r\n"
)


@pytest.mark.parametrize("end", [b"\r\n", b"\n"], ids=["CRLF", "LF"])
@pytest.mark.parametrize("framing", [b"Transfer-Encoding: identity\r\n", b""], ids=["identity", "nothing"])
def test_a_head_out_of_form_is_kept_as_it_came(run, tmp_path, framing, end):
    answer = (b"HTTP/1.1 200\r\n" + ODD + framing + b"\r\n").replace(b"\r\n", end) + LISTING
    with raw_server(answer) as url:
        ran = run("--archive", tmp_path, "crawl", "--delay", "0", url)
    assert ran.code == 0, ran.err
    assert ran.err.endswith("archiver: 1 captures (1 new), 5 cards, 0 failed\n")
    (warc,) = (tmp_path / "warc").iterdir()
    length = b"Content-Length: %d\r\n\r\n" % len(LISTING)
    assert b"\r\n\r\nHTTP/1.1 200\r\n" + ODD + length + LISTING in gzip.decompress(warc.read_bytes())

    archive = Archive(tmp_path)
    rows = list(archive.rows("captures"))
    assert (rows[0]["media_type"], rows[0]["cards"]) == ("text/html", 5)
    assert archive.verify() == []
    archive.rebuild()
    assert archive.verify() == []
    assert json.dumps(list(archive.rows("captures"))) == json.dumps(rows)


@pytest.mark.parametrize("validator", [b'ETag: "caf\xe9"', b"ETag: a\x01b", b"ETag: " + b"a" * 90_000])
def test_a_validator_out_of_form_does_not_stop_the_next_crawl(run, tmp_path, validator):
    answer = b"HTTP/1.1 200 OK\r\n" + validator + b"\r\nConnection: close\r\n\r\n" + LISTING
    with raw_server(answer) as url:
        for _ in range(2):
            ran = run("--archive", tmp_path, "crawl", "--delay", "0", url)
            assert (ran.code, "5 cards, 0 failed" in ran.err) == (0, True)
