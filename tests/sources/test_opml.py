"""Lists of feeds in OPML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.errors import SourceError
from archiver.sources import read_feed_list
from archiver.sources.opml import MAX_BYTES

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>
<opml version="2.0"><head><title>R&D</title></head><body>
<!-- <outline xmlUrl="https://old.example/feed"/> -->
<outline text="Harbours > boats">
  <outline type="rss" text="A & B" xmlUrl="https://a.example/feed?x=1&amp;y=2" htmlUrl="https://a.example/"/>
  <OUTLINE text='b' xmlurl='https://b.example/feed'></OUTLINE>
  <outline text="again" xmlUrl="https://b.example/feed"/>
</outline>
<outline type="link" text="c" url="https://c.example/"/>
<outline text="d" xmlUrl="file:///etc/passwd"/>
<outline text="e" xmlUrl="https://&b;/feed
"""


@pytest.fixture
def read(tmp_path):
    def found(data):
        file = tmp_path / "feeds.opml"
        file.write_bytes(data)
        return read_feed_list(str(file))

    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_feeds_are_those_of_the_outlines_each_once(read, encoding):
    feeds, others = read(LIST.encode(encoding))
    assert feeds == ["https://a.example/feed?x=1&y=2", "https://b.example/feed"]
    assert others == 2


@pytest.mark.parametrize(
    "data", [b"", b"<opml>", b"<outline text='a'/>", b"\x00" * 100, b"x" * (MAX_BYTES + 1)]
)
def test_what_is_no_list_is_refused_in_one_line(read, data):
    with pytest.raises(SourceError, match=r"feeds\.opml: .*feeds"):
        read(data)


def test_a_list_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(SourceError, match="No such file"):
        read_feed_list(str(tmp_path / "none.opml"))


@pytest.mark.parametrize("piece", ["<outline ", '<outline a="', "<outline a=", "<!--", "<", "a:", "&amp;"])
def test_no_list_takes_more_than_a_look(read, piece):
    with pytest.raises(SourceError, match="no feeds"):
        read(piece.encode() * (1_000_000 // len(piece)))


@given(st.text("<>outline \"'=xmlUrl&;/!-", max_size=200))
def test_no_text_is_another_error(tmp_path_factory, text):
    file = tmp_path_factory.mktemp("lists") / "a.opml"
    file.write_text(text)
    with pytest.raises(SourceError):
        read_feed_list(str(file))


def test_the_feeds_of_a_list_are_fetched(run, tmp_path, monkeypatch, site):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "feeds.opml").write_text(f'<outline xmlUrl="{site.url}/"/><outline url="http://x.example/"/>')
    ran = run("crawl", "feeds.opml", f"{site.url}/", "none.opml", "--delay", "0")
    assert ran.code == 1
    assert "feeds.opml: 1 entries are no feeds of http(s) and were passed over" in ran.err
    assert "none.opml: No such file" in ran.err
    assert "1 captures (1 new), 5 cards" in ran.err.splitlines()[-1]
    assert run("inspect", "feeds.opml").code == 2
