"""Markdown: front matter that YAML reads as it is meant, texts that stay texts, names that are safe."""

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from archiver import Archive, ConfigError, ImportOptions
from archiver.export import markdown, write_markdown
from archiver.export.slug import MAX_BYTES, slug_of
from tests.export.posts import CHARS, HOSTILE, POSTS, post
from tests.paths import SAMPLE


def pages(posts):
    return {file.name: b"".join(file.pieces).decode() for file in write_markdown(posts)}


def split(page):
    """The front matter and the body, as Jekyll divides them."""
    nothing, front, body = re.split(r"^---\n", page, maxsplit=2, flags=re.MULTILINE)
    assert nothing == ""
    return yaml.safe_load(front), body


def clean(text):
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


@given(POSTS)
def test_front_matter_gives_back_what_was_put_in(row):
    ((_, page),) = pages([row]).items()
    told, _ = split(page)
    assert told["title"] == clean(row["title"] or "")
    assert told.get("author") == (clean(row["author"]) if row["author"] else None)
    for name in ("categories", "tags"):
        assert told.get(name, []) == list(map(clean, row[name]))
    assert str(told.get("date")) == str(row["date"])
    assert told["extra"]["id"] == row["id"]
    assert told["extra"].get("url") == (clean(row["url"]) if row["url"] else None)


@given(st.text(CHARS, max_size=60))
def test_a_body_shows_its_text_and_nothing_else(text):
    _, body = split(next(iter(pages([post(excerpt=text)]).values())))
    assert text_of(body) == " ".join(clean(text).replace("\0", "\ufffd").split())
    assert not re.search(r"[{}<>]", body)


@pytest.mark.parametrize(
    "text",
    [
        *HOSTILE[:-1],
        "# A",
        "- a",
        "1. a",
        "12) a",
        "=== a",
        "--- a",
        ": a",
        "> a",
        "![a](b)",
        "[a]: b",
        "`a`",
        "~~a~~",
        "a  ",
        "*",
    ],
)
def test_no_text_is_markup(text):
    _, body = split(next(iter(pages([post(excerpt=text)]).values())))
    assert text_of(body) == " ".join(clean(text).replace("\0", "\ufffd").split())


def text_of(body):
    """The text of a body that is one paragraph of text, or nothing."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(body)
    if not tokens:
        return ""
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    shown = tokens[1].children or []
    assert {child.type for child in shown} <= {"text", "text_special"}
    return "".join(child.content for child in shown)


@given(POSTS)
def test_names_are_safe_on_every_system(row):
    (name,) = pages([row])
    assert PurePosixPath(name).name == PureWindowsPath(name).name == name
    assert name.endswith(f"{row['id']}.md")
    assert len(name.encode()) <= 143
    assert name == unicodedata.normalize("NFC", name) == name.strip(" .-")
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u202e\ud800-\udfff\\/:*?\"<>|\s]", name)


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Who rang the bell?", "who-rang-the-bell"),
        ("海の日、港の日", "海の日-港の日"),
        ("हिन्दी में", "हिन्दी-में"),
        ("../../etc/passwd", "etc-passwd"),
        ("CON", "con"),
        ("\u202eevil\u200b.exe", "evil-exe"),
        ("Straße", "strasse"),
        ("!!!", ""),
        ("漢" * 99, "漢" * (MAX_BYTES // 3)),
    ],
)
def test_slugs_keep_the_letters_of_all_scripts(text, slug):
    assert slug_of(text) == slug


def test_posts_of_one_title_and_day_are_two_files():
    assert len(pages([post(id="a" * 16), post(id="b" * 16)])) == 2


def test_a_post_without_a_date_has_none():
    ((name, page),) = pages([post(date=None)]).items()
    assert name == "who-rang-the-bell-0123456789abcdef.md"
    assert "date" not in split(page)[0]


def test_a_folder_is_written_again_as_it_was(tmp_path):
    archive = Archive(tmp_path / "archive")
    archive.crawl(SAMPLE, imports=ImportOptions(base_url="https://harbour.example/"))
    archive.dedupe()
    folder = archive.export("posts", tmp_path / "posts", "markdown")
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "of-an-older-export.md").write_text("gone")
    archive.export("posts", folder, "markdown")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    assert len(first) == 14 + 1
    with pytest.raises(ConfigError, match="is a folder of files"):
        archive.export_iter("posts", "markdown")


def test_the_readers_of_front_matter_end_it_where_it_ends():
    page = next(iter(pages([post(title="a\n---\nb", categories=["---"])]).values()))
    assert page.count("\n---\n") == 1
    assert markdown.write_markdown is write_markdown
