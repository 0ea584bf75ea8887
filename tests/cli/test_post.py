"""One post on a terminal: what happened to it, how it was edited, and which capture shows each field."""

import json

import pytest

from archiver.archive import Archive
from archiver.models import Card, Page
from archiver.store import NewCapture, Store
from tests.test_changes import archive_of, post, posts

HEADLINE = "A wholly new headline of the third"


@pytest.fixture
def edited(tmp_path):
    """An archive with a post that was edited, taken down and put up again."""
    return archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3, 2, 1)),
        (24, "", [*posts(6, 5, 4), post(3, title=HEADLINE), *posts(2, 1)]),
        (48, "", posts(6, 5, 4, 2, 1)),
        (72, "", posts(6, 5, 4, 2, 1)),
        (96, "", [*posts(7, 6, 5, 4), post(3, title=HEADLINE), *posts(2)]),
    )


def shown(run, archive, *arguments):
    ran = run("--archive", archive.folder, "show", *arguments)
    assert ran.code == 0
    return ran.out.decode()


def test_what_happened_to_a_post_names_the_captures_that_show_it(run, edited):
    row = json.loads(shown(run, edited, post(3)["url"], "--json"))
    assert [change["kind"] for change in row["changes"]] == ["came", "edited", "gone", "back"]
    text = shown(run, edited, post(3)["url"])
    assert text.index("What happened to it") < text.index("Revisions (2)")
    assert [line.split()[2] for line in text.splitlines() if line.startswith("  2026-01-0")][:4] == [
        "came",
        "edited",
        "gone",
        "back",
    ]
    for change in row["changes"]:
        for capture in filter(None, (change["capture"], change["before"])):
            assert capture in text or change["kind"] == "came"
    assert f'between "{post(4)["title"]}" and' in " ".join(text.split())


def test_each_field_is_shown_with_its_capture(run, edited):
    row = json.loads(shown(run, edited, post(3)["url"], "--json"))
    lines = shown(run, edited, post(3)["url"]).split("What happened")[0].splitlines()
    captures = {source["field"]: source["capture"] for source in row["sources"]}
    for label, field in (("title", "title"), ("URL", "url"), ("author", "author"), ("text", "excerpt")):
        (line,) = (line for line in lines if line.startswith(f"{label} "))
        assert line.endswith(f"capture {captures[field]}")


def test_a_revision_is_shown_word_by_word_beside_the_one_before(run, tmp_path):
    archive = archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3)),
        (24, "", [post(5), post(4, title="港口的潮水在夜裡退得很慢"), post(3)]),
        (48, "", [post(5), post(4, title="港口的潮水在夜裡漲得很慢"), post(3)]),
    )
    text = shown(run, archive, post(4)["url"])
    assert "[-退-]{+漲+}得很慢" in text.partition("Revisions (3)")[2]


def test_colours_are_shown_on_a_terminal_alone(run, edited, monkeypatch):
    assert "\x1b" not in shown(run, edited, post(3)["url"])
    monkeypatch.setenv("FORCE_COLOR", "1")
    text = shown(run, edited, post(3)["url"])
    assert "\x1b[32m{+" in text
    assert "\x1b[31mgone" in text


def test_a_post_seen_five_hundred_times_is_shown_on_a_page(run, tmp_path, make_capture):
    """Its title says another number each time, and the page of each day has a URL of its own."""

    def cards(n):
        url = "https://harbour.example/the-tide"
        return (
            Card(url="https://harbour.example/first", title="The first of all notes"),
            Card(url=url, title=f"The tide of {n} boats", excerpt="Water came and went at the pier."),
            Card(url="https://harbour.example/last", title="The last of all notes"),
        )

    with Store(tmp_path, "create") as store:
        urls = [f"https://harbour.example/days/{n % 100}" for n in range(500)]
        captures = [
            NewCapture(make_capture(b"%d" % n, minutes=n * 100, url=url)) for n, url in enumerate(urls)
        ]
        kept = store.captures.add_all(captures)
        store.pages.add_all(
            [
                (one.id, Page(url=url, kind="listing", confidence=1, cards=cards(n)))
                for n, (one, url) in enumerate(zip(kept, urls, strict=True))
            ]
        )
    archive = Archive(tmp_path)
    archive.dedupe()
    row = json.loads(shown(run, archive, "https://harbour.example/first", "--json"))
    assert len(row["timeline"]) == 500
    seen = next(post for post in archive.rows("posts") if "tide" in (post["title"] or ""))
    text = shown(run, archive, seen["id"])
    assert "more (--json has them all)" in text
    assert len(text.splitlines()) < 200
