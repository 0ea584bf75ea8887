"""Sites of real archives on the disk: brought up to date, the same again, no danger to other files."""

import json
import re
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from archiver import Archive, ConfigError, ImportOptions, StoreError
from archiver.errors import CorruptError
from archiver.store import Store
from tests.paths import SAMPLE
from tests.site.made import broken_links, pages
from tests.site.test_build import HOSTILE, foreign_markup
from tests.test_changes import archive_of, posts
from tests.wacz import wacz_faults

IMPORTS = ImportOptions(base_url="https://harbour.example/")


@pytest.fixture
def archive(tmp_path):
    made = Archive(tmp_path / "archive")
    made.crawl(SAMPLE, imports=IMPORTS)
    made.dedupe()
    return made


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_a_site_has_every_post_and_its_captures(archive, tmp_path):
    site = files_of(archive.write_site(tmp_path / "site", wacz=True))
    assert broken_links(site) == []
    assert wacz_faults(tmp_path / "site" / "archive.wacz") == []
    shown = pages(site)
    for row in archive.rows("posts"):
        page = shown[f"posts/{row['id'][:2]}/{row['id']}.html"]
        assert page.css_first("h1").text() == row["title"]  # type: ignore[union-attr]
        text = page.text()
        assert row["url"] in text
        assert all(category in text for category in row["categories"])
        assert len(page.css(".captures dd")) == row["sightings"]
        assert len(page.css(".pair")) == len(row["revisions"]) - 1
    titles = [
        link.text() for page in ("2026-01", "2026-02") for link in shown[f"months/{page}.html"].css("h2 a")
    ]
    dated = [
        row["title"] for row in archive.rows("posts") if (row["date"] or "")[:7] in ("2026-01", "2026-02")
    ]
    assert sorted(titles) == sorted(dated) != []


def test_what_is_gone_and_edited_is_told_with_its_captures(tmp_path):
    archive = archive_of(tmp_path, (0, "", posts(5, 4, 3, 2, 1)), (24, "", posts(6, 5, 4, 2, 1)))
    site = files_of(archive.write_site(tmp_path / "site"))
    assert broken_links(site) == []
    (gone,) = (change for change in archive.changes() if change.kind == "gone")
    page = pages(site)[f"posts/{gone.post.id[:2]}/{gone.post.id}.html"]
    (told,) = page.css(".history a")
    assert told.text() == "gone"
    path, _, anchor = (told.attributes["href"] or "").removeprefix("../../").partition("#")
    (item,) = pages(site)[path].css(f"#{anchor}")
    assert {gone.before, gone.capture} <= {node.text() for node in item.css("code")}


def test_the_same_archive_is_the_same_site_and_leaves_it_alone(archive, tmp_path):
    one = tmp_path / "site"
    archive.write_site(one, wacz=True)
    before, times = files_of(one), {path: path.stat().st_mtime_ns for path in one.rglob("*.html")}
    archive.write_site(one, wacz=True)
    assert files_of(one) == before
    assert {path: path.stat().st_mtime_ns for path in one.rglob("*.html")} == times
    archive.rebuild()
    assert files_of(archive.write_site(tmp_path / "two", wacz=True)) == before


def test_a_site_is_brought_up_to_date(archive, tmp_path):
    site = tmp_path / "site"
    archive.write_site(site, wacz=True)
    (site / "CNAME").write_text("archive.example")
    (site / ".git").mkdir()
    stale = site / "posts" / "00" / "0123456789abcdef.html"
    stale.parent.mkdir(exist_ok=True)
    stale.write_text("a post that was merged")
    (site / "months" / "2026-01.html").write_text("cut off")
    (site / "sites" / "index.html.1-2.part").write_text("of a run that was killed")
    archive.write_site(site)
    fresh = files_of(archive.write_site(tmp_path / "fresh"))
    assert files_of(site) == fresh | {"CNAME": b"archive.example"}
    assert (site / ".git").is_dir()


def test_a_folder_with_anything_else_is_refused(archive, tmp_path):
    photos = tmp_path / "photos"
    (photos / "posts").mkdir(parents=True)
    (photos / "posts" / "mine.html").write_text("mine")
    for folder, says in ((photos, "holds other files"), (photos / "posts" / "mine.html", "is a file")):
        with pytest.raises(ConfigError, match=says):
            archive.write_site(folder)
    with pytest.raises(ConfigError, match="file of the archive itself"):
        archive.write_site(archive.folder / "warc" / "site")
    with pytest.raises(ConfigError, match="holds other files"):
        archive.write_site(archive.folder)
    assert files_of(photos) == {"posts/mine.html": b"mine"}


def test_no_archive_makes_no_folder(tmp_path):
    with pytest.raises(ConfigError, match="no archive here"):
        Archive(tmp_path / "none").write_site(tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_an_archive_without_posts_is_a_site(tmp_path):
    with Store(tmp_path / "archive", "create"):
        pass
    site = files_of(Archive(tmp_path / "archive").write_site(tmp_path / "site", wacz=True))
    assert broken_links(site) == []


def test_the_database_of_a_stranger_writes_nowhere_else(archive, tmp_path):
    db = sqlite3.connect(archive.folder / "archive.db")
    db.execute("UPDATE posts SET key = '../../../../escaped' WHERE id = (SELECT min(id) FROM posts)")
    db.commit()
    db.close()
    with pytest.raises((CorruptError, StoreError)):
        archive.write_site(tmp_path / "a" / "b" / "site")
    assert not list(tmp_path.rglob("escaped*"))


def test_hostile_cards_are_texts(tmp_path):
    """What a site or a data set says gets no further than an element of its own."""
    fields = ("title", "url", "date", "author", "categories", "tags", "excerpt")
    rows = [
        dict.fromkeys(fields, text)
        | {
            "capture_url": "https://harbour.example/",
            "captured_at": f"2026-01-0{day}",
            "position": n,
        }
        for day in (1, 2)
        for n, text in enumerate(HOSTILE)
    ]
    (tmp_path / "cards.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    archive = Archive(tmp_path / "archive")
    archive.crawl(tmp_path / "cards.jsonl")
    archive.dedupe()
    site = files_of(archive.write_site(tmp_path / "site"))
    assert broken_links(site) == foreign_markup(site) == []
    assert "<script>document" in pages(site)["index.html"].text()


def test_no_time_of_the_clock_is_in_a_site(archive, tmp_path):
    site = archive.write_site(tmp_path / "site")
    this_year = f"{datetime.now():%Y-%m-%d}"  # noqa: DTZ005 - the local day would be wrong, too
    texts = b"".join(data for path, data in files_of(site).items() if path.endswith(".html")).decode()
    assert re.findall(re.escape(this_year), texts) == []
