"""`archiver serve` as a reader meets it: a real Datasette, over real HTTP and in a real browser."""

import random
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest

from archiver import Archive
from archiver.models import Capture, Card, Page
from archiver.store import Store

HOSTILE = '"><script>document.title="owned"</script><img src=x onerror=\'document.title="owned"\'>{{ 7*7 }}'
PAGE = "https://a.example/"
VISIBLE = {
    *("posts", "captures", "cards", "revisions", "sightings"),
    *("field_sources", "comparisons", "overrides", "pages"),
}
QUERIES = {
    "post_changes": {"since": ""},
    "sites": {},
    "coverage": {},
    "new_this_week": {},
    "edited_titles": {},
    "posts_by_month": {"site": "a.example"},
    "seen_once": {},
    "failed_pages": {},
    "search": {"words": "harbour"},
}


def uncertain_pages():
    """Pages whose cards make one uncertain merge and one uncertain refusal, and others that are certain."""
    draw = random.Random(1)
    text = " ".join("".join(draw.choices("bcdfghjklmnprstvz", k=draw.randint(3, 8))) for _ in range(40))
    return (
        [Card(excerpt=text)],
        [Card(excerpt=text[:30])],
        [Card(title="Tide tables", excerpt=f"part 1 {text[::-1]}")],
        [Card(title="Tide tables", excerpt=f"part 2 {text[::-1]}")],
        [
            Card(
                title="港口的鐘聲",
                url="https://a.example/bell",
                excerpt="誰敲響了港口的鐘？",
                date="2026-02-01",
            ),
            Card(title="The harbour bell", url="https://a.example/who", date="2026-02-03"),
        ],
        [Card(title="The harbour bell, found", url="https://a.example/who", date="2026-02-03")],
        [
            Card(
                title=HOSTILE,
                url=f"javascript:document.title='owned'//{HOSTILE}",
                author=HOSTILE,
                categories=(HOSTILE,),
                tags=(HOSTILE,),
                excerpt="</style><style>*{display:none}</style>"
                f"<svg onload=\"document.title='owned'\">{HOSTILE}",
            )
        ],
    )


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    with Store(folder, "create") as store:
        for minute, cards in enumerate(uncertain_pages()):
            capture = Capture(
                url=PAGE if minute < 6 else f"{PAGE}?{HOSTILE}",
                captured_at=datetime(2026, 3, 1, 12, minute, tzinfo=UTC),
                payload=str(minute).encode(),
                time_basis="fetched",
                url_basis="fetched",
                status=200,
            )
            page = Page(url=PAGE, kind="listing", confidence=1, cards=tuple(cards))
            store.pages.add(store.captures.add(capture).id, page)
    found = Archive(folder)
    found.dedupe()
    return found


@pytest.fixture(scope="module")
def reader(archive):
    """A client of a server that only reads."""
    with served(archive) as client:
        yield client


@pytest.fixture(scope="module")
def editor(archive):
    """A client of a server with `--edit`."""
    with served(archive, "--edit") as client:
        yield client


@contextmanager
def served(archive, *options):
    """The command on a free port; the client keeps no cookie and follows no redirect."""
    command = [
        sys.executable,
        "-m",
        "archiver",
        "--archive",
        archive.folder,
        "serve",
        "--port",
        "0",
        *options,
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        try:
            line = server.stderr.readline()
            (url,) = re.findall(r"http://127\.0\.0\.1:\d+/", line) or [
                pytest.fail(line + server.stderr.read())
            ]
            with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
                yield client
        finally:
            server.send_signal(signal.SIGINT)
            server.stderr.read()
            assert server.wait(60) == 0


def rows(client, path, **asked):
    answer = client.get(f"/archive/{path}.json", params={"_shape": "array", **asked})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_tables_searches_and_queries(archive, reader):
    tables = reader.get("/archive.json").json()["tables"]
    assert {table["name"] for table in tables if not table["hidden"]} == VISIBLE
    assert {"posts_fts", "frontier", "dedupe_cards", "index_segments", "warc_files"} <= {
        table["name"] for table in tables if table["hidden"]
    }
    assert {row["key"] for row in rows(reader, "posts")} == {row["id"] for row in archive.rows("posts")}
    faceted = reader.get("/archive/posts.json").json()["facet_results"]
    assert {result["value"] for result in faceted["site"]["results"]} == {"a.example"}

    for words in ("港口", "鐘", "敲響了港口"):  # the box of Datasette's own page, and the query
        assert [row["title"] for row in rows(reader, "posts", _search=words)] == ["港口的鐘聲"]
        assert [row["title"] for row in rows(reader, "search", words=words)] == ["港口的鐘聲"]
    for nothing in ("", "!", '"', "港日"):
        assert rows(reader, "search", words=nothing) == []

    answers = {name: rows(reader, name, **asked) for name, asked in QUERIES.items()}
    page = reader.get("/archive").text
    assert [name for name in QUERIES if f'href="/archive/{name}"' not in page] == []
    assert page.index("/archive/posts") < page.index("/archive/post_changes") < page.index("Tables")
    (edit,) = answers["edited_titles"]
    assert (edit["former_title"], edit["new_title"]) == ("The harbour bell", "The harbour bell, found")
    said = [(change.kind, change.post.id) for change in archive.changes()]
    assert sorted((row["kind"], row["post"]) for row in answers["post_changes"]) == sorted(said)
    assert any("The harbour bell -> " in (row["edits"] or "") for row in answers["post_changes"])
    assert rows(reader, "post_changes", since="2027-01-01") == []
    assert sum(row["posts"] for row in answers["sites"]) == archive.status().posts
    assert [row["listing"] for row in answers["coverage"]] == [one.url for one in archive.coverage()]
    assert sum(row["posts"] for row in answers["posts_by_month"]) == answers["sites"][0]["posts"]
    linked = reader.get("/archive/posts").text
    assert f'href="/-/post/{edit["post"]}"' in linked


def test_the_archive_is_written_while_it_is_served(archive, tmp_path, reader):
    before = len(rows(reader, "posts"))
    (tmp_path / "more.jsonl").write_text('{"title": "One more post", "url": "https://a.example/more"}\n')
    archive.crawl(tmp_path / "more.jsonl")
    archive.dedupe()
    assert len(rows(reader, "posts")) == before + 1
    assert reader.get("/archive", params={"sql": "DELETE FROM posts"}).status_code == 400
    assert archive.verify() == []


def test_other_hosts_are_not_answered(reader):
    port = reader.base_url.port
    for host in (
        "evil.example",
        f"evil.example:{port}",
        "127.0.0.1",
        f"127.0.0.1.evil.example:{port}",
        "",
    ):
        for path in ("/", "/-/review", "/archive/posts.json"):
            assert reader.get(path, headers={"Host": host}).status_code == 421
    for host in (f"localhost:{port}", f"[::1]:{port}"):
        assert reader.get("/", headers={"Host": host}).status_code == 200


def form_of(page, button):
    """The fields of the first form of a page, with one of its buttons pressed."""
    form = re.search(r"<form.*?</form>", page, re.DOTALL)
    assert form
    return dict(re.findall(r'name="(\w+)" value="([^"]*)">\n', form[0])) | {"decision": button}


def test_a_review_writes_an_override_that_the_next_page_shows(archive, editor):
    merge = next(item.comparison for item in archive.review_queue() if item.comparison.same)
    page = editor.get("/-/review").text
    form = form_of(page, "two")
    assert (form["left"], form["right"]) == (merge.left, merge.right)
    assert "Score " in page
    assert page.count("<article>") == len(archive.review_queue())

    decided = editor.post("/-/review/decide", data=form)
    assert (decided.status_code, urlsplit(decided.headers["Location"]).path) == (303, "/-/review")
    assert not archive.explain(merge.left, merge.right).same
    page = editor.get("/-/review").text
    latest = page.partition('id="decided"')[2]
    assert merge.left[:8] in latest
    assert "two posts" in latest

    editor.post("/-/review/decide", data=form | {"decision": "one"})  # the opposite button corrects it
    assert archive.explain(merge.left, merge.right).same


def test_a_forged_decision_is_refused(archive, editor):
    """What a page of another site can have a browser send: no token, whatever the headers and cookies."""
    pair = archive.review_queue()[0].comparison
    forged = {"left": pair.left, "right": pair.right, "decision": "two"}
    before = rows(editor, "overrides")
    cross_site = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    token = form_of(editor.get("/-/review").text, "two")["token"]
    for sent, headers in (
        (forged, cross_site),
        (forged, {}),
        (forged | {"token": ""}, {}),
        (forged | {"token": token[:-1]}, {}),
        (forged, cross_site | {"Cookie": f"token={token}; ds_csrftoken={token}"}),
    ):
        assert editor.post("/-/review/decide", data=sent, headers=headers).status_code == 403
    plain = {"Content-Type": "text/plain"}
    assert editor.post("/-/review/decide", content=b"\xff=\xfe", headers=plain).status_code == 403
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        answer = editor.request(method, "/-/review/decide", params=forged | {"token": token})
        assert answer.status_code == 405
    for wrong in ({"left": "zz"}, {"left": pair.right}, {"decision": "three"}):
        answer = editor.post("/-/review/decide", data=forged | {"token": token} | wrong)
        assert answer.status_code == 400
    assert rows(editor, "overrides") == before


def test_without_edit_nothing_can_be_written(reader):
    before = rows(reader, "overrides")
    page = reader.get("/-/review").text
    assert "<form" not in page
    assert "--edit" in page
    assert reader.post("/-/review/decide", data={"decision": "one"}).status_code in (404, 405)
    assert reader.post("/-/review", data={"decision": "one"}).status_code == 405
    assert rows(reader, "overrides") == before


def test_hostile_texts_are_shown_as_texts(archive, editor, tmp_path):
    hostile = next(row["id"] for row in archive.rows("posts") if "script" in (row["title"] or ""))
    own = [f"/-/post/{hostile}", "/-/review", "/-/post/abcd"]
    datasettes = [
        "/archive/posts",
        "/archive/cards",
        "/archive/captures",
        "/archive/post_changes",
        "/archive",
    ]
    for path in own + datasettes:
        answer = editor.get(path)
        policy = answer.headers.get_list("Content-Security-Policy")
        assert len(policy) == 1
        assert "default-src 'none'" in policy[0]
        assert ("script-src" in policy[0]) is (path in datasettes)
        for raw in ("<script>document", "<img src=x", "<svg onload", "<style>*", 'href="javascript:'):
            assert raw not in answer.text, (path, raw)
        assert ">49<" not in answer.text
    assert "{{ 7*7 }}" in editor.get(own[0]).text
    assert "javascript:document" in editor.get(own[0]).text
    assert editor.get("/-/post/abcd").status_code == 404

    if browser := shutil.which("chromium"):
        for path in [own[0], "/archive/posts"]:
            options = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}")
            command = [browser, *options, "--dump-dom", f"{editor.base_url}{path.lstrip('/')}"]
            shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            assert "<title>owned</title>" not in shown
            assert "7*7" in shown


def test_what_is_missing_is_said_in_a_line(run, tmp_path, archive, reader, monkeypatch):
    nowhere = run("--archive", tmp_path / "none", "serve", "--port", "0")
    assert nowhere.code == 2
    assert "no archive" in nowhere.err
    taken = run("--archive", archive.folder, "serve", "--port", str(reader.base_url.port))
    assert taken.code == 2
    assert "cannot be used" in taken.err
    monkeypatch.setitem(sys.modules, "archiver.serve", None)
    without = run("--archive", archive.folder, "serve")
    assert without.code == 2
    assert "listing-archiver[serve]" in without.err
