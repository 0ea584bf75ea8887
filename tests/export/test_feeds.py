"""Atom and JSON Feed: valid whatever the posts hold, with ids and times that only real changes move."""

import json
import re
from collections import Counter
from uuid import UUID, uuid5
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver import Archive, ConfigError, ImportOptions
from archiver.export import (
    FeedHead,
    feed,
    write_atom,
    write_atom_pages,
    write_json_feed,
    write_json_feed_pages,
)
from archiver.rows import RemovedPost
from tests.export.posts import HOSTILE, POSTS, as_held, numbered, post
from tests.paths import SAMPLE
from tests.servers import site_server

HEAD = FeedHead(UUID(int=1), "harbour.example", "2026-03-01T12:00:00Z")
ATOM = "{http://www.w3.org/2005/Atom}"
FH = "{http://purl.org/syndication/history/1.0}"
AT = "{http://purl.org/atompub/tombstones/1.0}"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def read_xml(data):
    return ElementTree.fromstring(data)  # noqa: S314 - our own


def atom(posts, removed=()):
    return b"".join(write_atom(posts, removed, HEAD))


def json_feed(posts, removed=()):
    return b"".join(write_json_feed(posts, removed, HEAD))


def pages(write, posts, removed=()):
    return {file.name: b"".join(file.pieces) for file in write(posts, removed, HEAD)}


def texts(element, name):
    return [found.text or "" for found in element.findall(ATOM + name)]


def atom_faults(data):
    """What RFC 4287 asks of a feed and its entries, beyond XML that is well formed."""
    root = read_xml(data)
    faults = [] if root.tag == f"{ATOM}feed" else [root.tag]
    entries = root.findall(f"{ATOM}entry")
    for place in (root, *entries):
        faults += [name for name in ("id", "title", "updated") if len(texts(place, name)) != 1]
        faults += [
            time
            for name in ("updated", "published")
            for time in texts(place, name)
            if not TIME.fullmatch(time)
        ]
        faults += [name for name in ("published", "summary", "content") if len(texts(place, name)) > 1]
        for link in place.findall(f"{ATOM}link"):
            faults += (
                [] if re.fullmatch(r"[^\x00- <>\"{}|\\^`]+", link.get("href", "")) else [link.get("href")]
            )
    for entry in entries:
        links = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
        if len(links) + len(texts(entry, "content")) != 1:
            faults.append("neither a link nor content, or more than one")
        faults += ["no term" for topic in entry.findall(f"{ATOM}category") if not topic.get("term")]
    if root.find(f"{ATOM}author/{ATOM}name") is None and not all(e.find(f"{ATOM}author") for e in entries):
        faults.append("no author")
    order = [child.tag for child in root]
    if f"{ATOM}entry" in order and set(order[order.index(f"{ATOM}entry") :]) != {f"{ATOM}entry"}:
        faults.append("something stands behind an entry")
    ids = Counter(texts(root, "id") + [i for entry in entries for i in texts(entry, "id")])
    return faults + [f"{key} twice" for key, count in ids.items() if count > 1]


@given(st.lists(POSTS, max_size=4, unique_by=lambda row: row["id"]))
def test_atom_is_valid_whatever_the_posts_hold(posts):
    data = atom(posts)
    assert atom_faults(data) == []
    for entry, row in zip(read_xml(data).findall(f"{ATOM}entry"), posts, strict=True):
        assert texts(entry, "title") == [in_xml(row["title"] or "")]
        assert texts(entry, f"author/{ATOM}name") == ([in_xml(row["author"])] if row["author"] else [])
        told = texts(entry, "summary") or texts(entry, "content") or [""]
        assert told == [in_xml(row["excerpt"] or "")]
        terms = [topic.get("term") for topic in entry.findall(f"{ATOM}category")]
        assert terms == list(map(in_xml, feed.topics(row)))


@given(st.lists(POSTS, max_size=4, unique_by=lambda row: row["id"]))
def test_a_json_feed_is_valid_whatever_the_posts_hold(posts):
    posts = list(map(as_held, posts))
    told = json.loads(json_feed(posts))
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    for item, row in zip(told["items"], posts, strict=True):
        assert item["id"] == uuid5(HEAD.archive, row["id"]).urn
        assert item["content_text"] == (row["excerpt"] or "")
        assert item.get("title") == row["title"]
        assert item.get("tags", []) == feed.topics(row)
        assert item.get("authors", [{}])[0].get("name") == (row["author"] or None)
        assert TIME.fullmatch(item["date_modified"])
        assert None not in item.values()


def in_xml(text):
    """What a reader has of a text: those characters are replaced that XML cannot hold."""
    return re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_out_of_its_element(text):
    row = post(
        **dict.fromkeys(("title", "author", "excerpt", "language"), text), categories=[text], tags=[text]
    )
    assert atom_faults(atom([row])) == []
    (entry,) = feedparser.parse(atom([row])).entries
    assert entry.get("link") == row["url"]
    assert len(entry.tags) == 1


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,<script>", None),
        (None, None),
        ("HTTPS://a.example/", "HTTPS://a.example/"),
        ('https://a.example/ "><x>', "https://a.example/%20%22%3E%3Cx%3E"),
        ("https://a.example/海?a=1&b={2}", "https://a.example/海?a=1&b=%7B2%7D"),
        ("https://a.example/%E6%B5%B7?100%", "https://a.example/%E6%B5%B7?100%25"),
        ("http://[::1]:80/?a[]=1", "http://[::1]:80/?a%5B%5D=1"),
    ],
)
def test_only_urls_of_the_web_are_hyperlinks(url, link):
    data = atom([post(url=url)])
    assert atom_faults(data) == []
    found = read_xml(data).find(f"{ATOM}entry/{ATOM}link")
    assert (None if found is None else found.get("href")) == link
    assert json.loads(json_feed([post(url=url)]))["items"][0].get("url") == link


def test_an_entry_keeps_its_id_when_its_url_changes_and_archives_differ():
    ids = {
        feed.entry_urn(UUID(int=1), "a"),
        feed.entry_urn(UUID(int=2), "a"),
        feed.entry_urn(UUID(int=1), "b"),
    }
    assert len(ids) == 3
    assert feed.entry_urn(HEAD.archive, "0123456789abcdef") == "urn:uuid:b0bf4467-5964-52bc-b5b8-6686a7953473"
    one, other = (read_xml(atom([post(url=url)])) for url in ("https://a.example/", None))
    assert one.findtext(f"{ATOM}entry/{ATOM}id") == other.findtext(f"{ATOM}entry/{ATOM}id")


def test_seeing_a_post_again_is_no_update():
    first = {"title": "A", "excerpt": None, "first_seen": "2026-01-01T00:00:00Z", "sightings": 1}
    seen = [first | {"last_seen": f"2026-0{month}-01T00:00:00Z"} for month in (1, 5)]
    assert atom([post(revisions=seen[:1])]) == atom([post(revisions=seen[1:], last_seen="x", sightings=9)])
    edited = first | {"title": "B", "first_seen": "2026-03-01T00:00:00Z"}
    assert feed.updated(post(revisions=[first, edited])) == "2026-03-01T00:00:00Z"


def test_what_is_not_known_is_not_told():
    bare = post(
        **dict.fromkeys(("url", "title", "date", "author", "excerpt", "language")), categories=[], tags=[]
    )
    (entry,) = read_xml(atom([bare])).findall(f"{ATOM}entry")
    assert [child.tag.removeprefix(ATOM) for child in entry] == ["id", "title", "updated", "content"]
    (item,) = json.loads(json_feed([bare]))["items"]
    assert set(item) == {"id", "content_text", "date_modified"}
    assert b"published" not in atom([post(date="2026-02-30")])


def test_a_removed_post_is_a_tombstone_and_no_entry():
    gone = [RemovedPost("post-2", "2026-02-01T00:00:00Z")]
    for data in (atom(numbered(3), gone), pages(write_atom_pages, numbered(3), gone)["feed.atom"]):
        root = read_xml(data)
        (tombstone,) = root.findall(f"{AT}deleted-entry")
        assert tombstone.attrib == {"ref": uuid5(HEAD.archive, "post-2").urn, "when": "2026-02-01T00:00:00Z"}
        assert len(root.findall(f"{ATOM}entry")) == 2
        assert atom_faults(data) == []
    assert len(json.loads(json_feed(numbered(3), gone))["items"]) == 2


def test_one_document_is_complete():
    root = read_xml(atom(numbered(3)))
    assert root.find(f"{FH}complete") is not None
    assert read_xml(atom([])).find(f"{ATOM}entry") is None
    assert atom_faults(atom([])) == []
    assert json.loads(json_feed([]))["items"] == []


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 7))
@pytest.mark.parametrize("write", [write_atom_pages, write_json_feed_pages])
def test_archive_pages_never_change_while_newer_posts_come(write, before, more, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed.feed_pages, "__defaults__", (size,))
        early, late = pages(write, numbered(before)), pages(write, numbered(before + more))
    for name, data in early.items():
        assert name.startswith("feed.") or late[name] == data
    for files, count in ((early, before), (late, before + more)):
        assert read_through(files) == {feed.entry_urn(HEAD.archive, row["id"]) for row in numbered(count)}


def read_through(files):
    """The ids of all entries, from the current page back to the oldest."""
    found = set()
    name = next(name for name in files if name.startswith("feed."))
    unread = dict(files)
    while name:
        data = unread.pop(name)
        if name.endswith(".json"):
            page = json.loads(data)
            found |= {item["id"] for item in page["items"]}
            name = page.get("next_url")
            continue
        assert atom_faults(data) == []
        root = read_xml(data)
        found |= {i for entry in root.findall(f"{ATOM}entry") for i in texts(entry, "id")}
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert (root.find(f"{FH}archive") is None) == name.startswith("feed.")
        assert links.get("current") == (None if name.startswith("feed.") else "feed.atom")
        name = links.get("prev-archive")
    assert unread == {}
    return found


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "archive")
    archive.crawl(SAMPLE, imports=ImportOptions(base_url="https://harbour.example/"))
    archive.dedupe()
    return archive


def told(rows):
    return sorted(
        (row["url"] or "", row["title"] or "", row["date"] or "", feed.topics(row), row["excerpt"] or "")
        for row in rows
    )


@pytest.mark.parametrize(("form", "ending"), [("atom", "atom"), ("jsonfeed", "json")])
def test_our_own_crawl_reads_the_same_posts(archive, tmp_path, monkeypatch, form, ending):
    """From a file, and over the web through all pages."""
    rows = list(archive.rows("posts"))
    whole = archive.export("posts", tmp_path / f"whole.{ending}", form)
    again = Archive(tmp_path / "again")
    again.crawl(whole)
    assert told(again.rows("cards")) == told(rows)
    monkeypatch.setattr(feed.feed_pages, "__defaults__", (4,))
    folder = archive.export("posts", tmp_path / "feed", form)
    with site_server({f"/{file.name}": file.read_bytes() for file in folder.glob(f"*.{ending}")}) as site:
        again = Archive(tmp_path / "through")
        again.crawl(f"{site.url}/feed.{ending}")
    cards = {row["card_id"]: row for row in again.rows("cards")}
    assert told(cards.values()) == told(rows)


def test_feedparser_reads_the_same_posts(archive):
    parsed = feedparser.parse(b"".join(archive.export_iter("posts", "atom")))
    assert not parsed.bozo
    assert parsed.version == "atom10"
    for entry, row in zip(parsed.entries, archive.rows("posts"), strict=True):
        assert (entry.link, entry.title, entry.published[:10]) == (row["url"], row["title"], row["date"])
        assert [tag.term for tag in entry.get("tags", [])] == feed.topics(row)
        assert entry.summary == row["excerpt"]


def test_the_same_archive_is_the_same_feed(archive, tmp_path):
    def exported(name):
        folder = archive.export("posts", tmp_path / name, "atom")
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    first, lone = exported("feed"), b"".join(archive.export_iter("posts", "atom"))
    archive.rebuild()
    archive.dedupe(from_scratch=True)
    assert exported("feed") == exported("other") == first
    assert b"".join(archive.export_iter("posts", "atom")) == lone
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "feed", "other"]


def test_a_folder_of_other_files_is_left_alone(archive, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "empty").mkdir()
    note = tmp_path / "mine" / "note.txt"
    note.write_text("keep me")
    with pytest.raises(ConfigError, match="holds other files"):
        archive.export("posts", tmp_path / "mine", "atom")
    assert [path.name for path in note.parent.iterdir()] == ["note.txt"]
    assert (archive.export("posts", tmp_path / "empty", "atom") / "feed.atom").is_file()
    with pytest.raises(ConfigError, match="file of the archive itself"):
        archive.export("posts", archive.folder / "warc", "atom")


def test_a_folder_that_cannot_be_finished_leaves_the_old_one(archive, tmp_path, monkeypatch):
    folder = archive.export("posts", tmp_path / "feed", "atom")
    before = (folder / "feed.atom").read_bytes()
    monkeypatch.setattr(feed, "updated", None)
    monkeypatch.setattr("archiver.export.atom.updated", None)
    with pytest.raises(TypeError):
        archive.export("posts", folder, "atom")
    assert (folder / "feed.atom").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "feed"]


def test_a_file_without_an_ending_stays_a_file(archive, tmp_path):
    (tmp_path / "feed").write_text("of another export")
    lone = archive.export("posts", tmp_path / "feed", "atom")
    assert lone.read_bytes() == b"".join(archive.export_iter("posts", "atom"))
    archive.export("posts", "/dev/null", "atom")


def test_feeds_hold_posts_alone(archive):
    with pytest.raises(ConfigError, match="holds posts, not cards"):
        archive.export_iter("cards", "atom")
