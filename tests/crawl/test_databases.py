"""Card records in a table of a SQLite database."""

import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def database(tmp_path, monkeypatch):
    """Make a database by a script; its name."""
    monkeypatch.chdir(tmp_path)

    def make(script):
        with closing(sqlite3.connect("scraped.db")) as opened:
            opened.executescript(script)
        return "scraped.db"

    return make


POSTS = """
CREATE TABLE posts (id INTEGER PRIMARY KEY, headline TEXT, url TEXT, date TEXT, tags TEXT, score REAL,
                    page BLOB);
INSERT INTO posts VALUES
  (1, 'The boat', 'https://harbour.example/boat', '2026-02-01', '["sea", "wood"]', 0.5, x'ff00'),
  (2, 'The gull', 'https://harbour.example/gull', '5 March 2026', 'sea; birds', NULL, NULL),
  (3, NULL, NULL, NULL, NULL, 3, NULL),
  (4, x'ff00', 'https://harbour.example/x', NULL, '', 1, NULL);
"""


def test_the_rows_of_a_table_are_cards(run, database):
    ran = run("crawl", database(POSTS), "--map", "title=headline")
    assert ran.code == 1
    assert "scraped.db:3: has none of url, title" in ran.err
    assert "scraped.db:4: binary data, not text: line 4" in ran.err
    assert "fields that are not read: 'id', 'page', 'score'" in ran.err
    cards = run("export", "cards", "--format", "jsonl").rows()
    assert [(card["title"], card["date"], card["tags"]) for card in cards] == [
        ("The boat", "2026-02-01", ["sea", "wood"]),
        ("The gull", "2026-03-05", ["sea", "birds"]),
    ]
    assert "(0 new)" in run("crawl", "scraped.db", "--map", "title=headline").err
    assert run("rebuild").code == run("verify").code == 0


def test_of_several_tables_one_is_named(run, database):
    more = """CREATE TABLE "a ""b" (title); INSERT INTO "a ""b" VALUES ('x');
        CREATE VIEW titles AS SELECT headline AS title FROM posts WHERE id = 1"""
    name = database(POSTS + more)
    ran = run("crawl", name)
    assert (ran.code, ran.err.splitlines()[1]) == (
        1,
        'archiver: scraped.db: name one of its tables; there are a "b, posts, titles',
    )
    assert "no table sqlite_schema" in run("crawl", name, "--table", "sqlite_schema").err
    for table in ('a "b', "titles"):
        assert "1 captures (1 new), 1 cards" in run("crawl", name, "--table", table).err


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("CREATE TABLE posts (title)", "the table has no rows"),
        ("PRAGMA user_version = 1", "there are none"),
        (
            "CREATE TABLE posts (a); CREATE VIEW v AS SELECT load_extension('x') AS title FROM posts",
            "name one of its tables",
        ),
    ],
)
def test_what_has_no_rows_is_refused_in_one_line(run, database, script, said):
    ran = run("crawl", database(script))
    assert ran.code == 1
    assert said in ran.err


def test_a_damaged_database_is_one_line_and_is_not_written_to(run, database, tmp_path):
    name = database(POSTS)
    file = tmp_path / name
    file.write_bytes(file.read_bytes()[:5000])
    before = sorted(tmp_path.iterdir())
    ran = run("--archive", tmp_path / "archive", "crawl", name)
    assert ran.code == 1
    assert "scraped.db: " in ran.err
    assert sorted(path for path in tmp_path.iterdir() if path.name != "archive") == before
