"""Trees of saved pages: which folder is a host, and which files were only saved along with a page."""

from datetime import UTC, datetime
from pathlib import PurePath

import pytest

from archiver.sources import ImportOptions, find_files, read_capture

HTML = b"<!DOCTYPE html><title>Notes</title>"


def path_order(name):
    return PurePath(name).parts


def canonical(url):
    return HTML + f'<link rel="canonical" href="{url}">'.encode()


LINKED = HTML + b'<a href="https://www.harbour.example/about">About</a>'


@pytest.fixture
def save(tmp_path):
    """Write files below the test's folder, empty ones where only a name is given."""

    def write(*names, **files):
        for name in names:
            files.setdefault(name, b"")
        for name, payload in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(payload)

    return write


@pytest.fixture
def crawled(tmp_path, save):
    """Save files and read the pages among them: URL, basis of the URL, basis of the time, by path."""

    def read(files, source=".", **options):
        save(**files)
        folder = str(tmp_path / source)
        found = {}
        for file in find_files(folder).pages:
            capture = read_capture(file, folder, ImportOptions(**options))
            found[file.relative_to(tmp_path).as_posix()] = capture
        return found

    return read


@pytest.mark.parametrize(
    ("name", "payload", "url"),
    [
        ("20230306163859/harbour.example/index.html", HTML, "https://harbour.example/index.html"),
        (
            "20230306163859/harbour.example/page/2/index.html",
            HTML,
            "https://harbour.example/page/2/index.html",
        ),
        ("20230306163859id_/harbour.example/a.html", HTML, "https://harbour.example/a.html"),
        ("20230306163859/harbour.example:8080/a", HTML, "https://harbour.example:8080/a"),
        ("20230306163859/xn--hfen-loa.xn--p1ai/a", HTML, "https://xn--hfen-loa.xn--p1ai/a"),
        (
            "websites/harbour.example/20230306163859/blog/index.html",
            HTML,
            "https://harbour.example/blog/index.html",
        ),
        ("websites/harbour.example/blog/index.html", LINKED, "https://harbour.example/blog/index.html"),
        (
            "m/www.harbour.example/a.html",
            canonical("http://harbour.example/b"),
            "http://www.harbour.example/a.html",
        ),
        ("m/harbour.example/a.html", canonical("http://harbour.example/a"), "http://harbour.example/a"),
        (
            "harbour.example/index.html?page=2.html",
            canonical("https://harbour.example/"),
            "https://harbour.example/index.html?page=2",
        ),
        (
            "harbour.example/blog.php?p=3",
            canonical("https://harbour.example/"),
            "https://harbour.example/blog.php?p=3",
        ),
        (
            "harbour.example+8080/a.html",
            canonical("http://harbour.example:8080/"),
            "http://harbour.example:8080/a.html",
        ),
    ],
)
def test_a_folder_of_a_mirror_is_a_host(crawled, name, payload, url):
    (capture,) = crawled({name: payload}).values()
    assert (capture.url, capture.url_basis) == (url, "tree")


def test_the_folder_of_the_host_may_be_the_source(crawled):
    files = {"20230306163859/harbour.example/page/2": HTML}
    (capture,) = crawled(files, "20230306163859/harbour.example").values()
    assert (capture.url, capture.time_basis) == ("https://harbour.example/page/2", "path")


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("docs.old/index.html", HTML),
        ("docs.old/index.html", HTML + b"<a href=https://harbour.example/>"),
        ("asp.net/index.html", canonical("https://harbour.example/asp.net/")),
        ("20230306163859/asp.net/index.html", canonical("https://harbour.example/asp.net/")),
        ("websites/docs.old/index.html", HTML),
        ("harbour.example/index.html", LINKED),
        ("release-1.2/index.html", canonical("https://release-1.2/")),
        ("page.html", canonical("https://harbour.example/")),
    ],
)
def test_an_ordinary_folder_is_no_host(crawled, name, payload):
    (capture,) = crawled({name: payload}).values()
    assert capture.url_basis in ("file", "page")


def test_a_folder_of_a_site_between_others_is_no_host(crawled):
    """Below the timestamp stand the paths of one site, two of which are tags."""
    names = ("asp.net/index.html", "page/2/index.html", "index.html")
    found = crawled({f"20230306163859/{name}": HTML for name in names})
    assert {capture.url_basis for capture in found.values()} == {"file"}
    found = crawled({}, base_url="https://harbour.example/")
    assert [capture.url for capture in found.values()] == [
        f"https://harbour.example/{name}" for name in sorted(names)
    ]


def test_with_the_users_url_a_timestamp_is_no_evidence_for_another_host(crawled):
    files = {"20230306163859/asp.net/index.html": HTML, "20240306163859/harbour.example/a": HTML}
    found = crawled(files, base_url="https://www.harbour.example/")
    assert [capture.url for capture in found.values()] == [
        "https://www.harbour.example/asp.net/index.html",
        "https://harbour.example/a",
    ]


def test_wget_keeps_the_rules_of_robots_in_the_folder_of_the_host(crawled):
    found = crawled({"harbour.example/robots.txt": b"User-agent: *", "harbour.example/a/index.html": LINKED})
    assert {name: capture.url for name, capture in found.items()} == {
        "harbour.example/a/index.html": "https://harbour.example/a/index.html"
    }


def test_a_page_as_it_came_stands_for_the_one_whose_links_were_changed(crawled):
    found = crawled(
        {
            "harbour.example/a/index.html": HTML + b'<a href="../b.html">b</a>',
            "harbour.example/a/index.html.orig": canonical("https://harbour.example/a/"),
        }
    )
    assert {name: capture.url for name, capture in found.items()} == {
        "harbour.example/a/index.html.orig": "https://harbour.example/a/index.html"
    }


def test_httrack_says_its_url_and_time_and_its_own_files_are_no_pages(crawled):
    comment = (
        b"\n<!-- Mirrored from harbour.example/list.php?p=2 by HTTrack Website Copier/3.x [XR&CO'2014],"
        b" Mon, 06 Mar 2023 16:38:59 GMT -->\n"
    )
    files = {
        "mirror/hts-cache/new.txt": b"date size",
        "mirror/hts-log.txt": b"HTTrack3.49",
        "mirror/index.html": HTML + b"<title>Local index - HTTrack",
        "mirror/harbour.example/list4f5a.html": b"<!DOCTYPE html>" + comment,
        "mirror/harbour.example/about/index.html": HTML,
    }
    found = crawled(files)
    assert {name: capture.url for name, capture in found.items()} == {
        "mirror/harbour.example/about/index.html": "https://harbour.example/about/index.html",
        "mirror/harbour.example/list4f5a.html": "http://harbour.example/list.php?p=2",
    }
    dated = found["mirror/harbour.example/list4f5a.html"]
    assert (dated.captured_at, dated.time_basis) == (datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC), "page")


def test_what_a_saved_page_shows_is_no_page(tmp_path, save):
    pages = ("Notes.html", "Hafen.htm", "blog.html", "blog/2.html", "notes_files/a.html")
    assets = ("Notes_files/frame.html", "Notes_files/deep/b.html", "Hafen-Dateien/x.html", "robots.txt")
    save(**dict.fromkeys((*pages, *assets), HTML))
    found = find_files(str(tmp_path))
    assert [file.relative_to(tmp_path).as_posix() for file in found.pages] == sorted(pages, key=path_order)
    assert [file.relative_to(tmp_path).as_posix() for file in found.others] == sorted(assets, key=path_order)
