"""What changed, on the command line: for people and programs, of a site, since a time, and of no archive."""

import json
from datetime import timedelta

import pytest

from archiver.archive import Archive
from archiver.cli.changes import difference_text
from archiver.models import Card, Page, iso_time
from archiver.store import Store
from tests.test_changes import START, archive_of, post, posts

HEADLINE = "A wholly new headline of the third"


@pytest.fixture
def archive(tmp_path):
    """Posts came, and one was edited, taken down and put up again, a day after the other."""
    return archive_of(
        tmp_path,
        (0, "", posts(5, 4, 3, 2, 1)),
        (24, "", [*posts(6, 5, 4), post(3, title=HEADLINE), *posts(2, 1)]),
        (48, "", posts(6, 5, 4, 2, 1)),
        (96, "", [*posts(7, 6, 5, 4), post(3, title=HEADLINE), *posts(2)]),
    )


@pytest.fixture
def kinds(run, archive):
    def call(*flags):
        ran = run("--archive", archive.folder, "changes", *flags, "--json")
        assert ran.code == 0, ran.err
        return [change["kind"] for change in json.loads(ran.out)]

    return call


def test_changes_are_printed_as_rows_and_as_lines(run, archive, kinds):
    assert kinds() == [*["came"] * 5, "came", "edited", "gone", "came", "back"]
    lines = run("--archive", archive.folder, "changes").out.decode().splitlines()
    assert lines[0] == "harbour.example: 7 came, 1 edited, 1 gone, 1 back"
    assert [line.split()[0] for line in lines[1:] if line.startswith("  ") and line[2] != " "] == kinds()
    text = "\n".join(lines)
    for change in (one.model_dump(mode="json") for one in archive.changes()):
        assert change["post"]["id"] in text
        if change["kind"] != "came":
            assert change["capture"] in text
            assert change["before"] in text
    assert "title: [-" in text
    assert f'between "{post(4)["title"]}" and "{post(2)["title"]}"' in text


def test_changes_since_a_time_or_of_a_site_are_those_alone(kinds):
    later = START + timedelta(hours=47)
    for form in (iso_time(later), f"{later:%Y%m%d%H%M%S}", f"{later:%Y-%m-%dT%H:%M}"):
        assert kinds("--since", form) == ["gone", "came", "back"]
    assert kinds("--since", f"{later + timedelta(days=1):%Y-%m-%d}") == ["came", "back"]
    assert kinds("--since", "1m") == []
    assert len(kinds("--since", "9999d")) == len(kinds("--site", "www.Harbour.example")) == 10
    assert kinds("--site", "pier.example") == []


def test_a_time_that_is_none_is_told(run, archive):
    ran = run("--archive", archive.folder, "changes", "--since", "soon")
    assert (ran.code, ran.out) == (2, b"")
    assert "invalid --since 'soon'" in ran.err


def test_no_archive_and_an_empty_one_are_told_apart(run, tmp_path):
    ran = run("--archive", tmp_path, "changes")
    assert (ran.code, ran.out) == (2, b"")
    assert "no archive here" in ran.err
    with Store(tmp_path, "create"):
        pass
    assert run("--archive", tmp_path, "changes", "--json").out == b"[]\n"
    ran = run("--archive", tmp_path, "changes")
    assert (ran.code, ran.out) == (0, b"")
    assert "the archive holds no cards" in ran.err


def test_of_a_long_text_the_words_next_to_a_difference_are_shown():
    ends = "gulls " * 40, "tides " * 40
    shown = difference_text(f"{ends[0]}old {ends[1]}", f"{ends[0]}new {ends[1]}").plain
    assert shown.startswith("… gulls ")
    assert "[-old-]{+new+}" in shown
    assert len(shown) < 120
    dense = difference_text("潮" * 200 + "舊" + "水" * 200, "潮" * 200 + "新" + "水" * 200).plain
    assert dense == "…" + "潮" * 40 + "[-舊-]{+新+}" + "水" * 40 + "…"


def test_posts_without_a_title_are_named_by_their_texts(run, tmp_path, make_capture):
    texts = [f"Nothing but the text number {n} that somebody wrote on the pier. " * 3 for n in range(2)]
    with Store(tmp_path, "create") as store:
        kept = store.captures.add(make_capture())
        cards = tuple(Card(excerpt=text) for text in texts)
        url = "https://harbour.example/"
        store.pages.add(kept.id, Page(url=url, kind="listing", confidence=1, cards=cards))
    Archive(tmp_path).dedupe()
    lines = run("--archive", tmp_path, "changes").out.decode().splitlines()
    assert [line.split("  ")[-2] for line in lines[1:]] == [text[:80].strip() for text in texts]
    found = list(Archive(tmp_path).changes())
    assert [(one.post.title, one.post.text) for one in found] == [(None, text[:80]) for text in texts]
