"""Migrations: a database of an older version becomes what a new one is."""

import pytest
from sqlite_utils import Database

from archiver.store.db.schema import migrations

OLD_WORDS = {
    *("former_cards", "details", "blocks", "signatures"),
    *("facts", "reading", "together", "site_asked", "said_at"),
}


@pytest.fixture
def db():
    db = Database(memory=True, execute_plugins=False)
    db.conn.create_function("indexed", 1, lambda text: text or "")
    migrations.apply(db, stop_before="m014_words")
    return db


@pytest.fixture
def filled(db):
    """A database with a row of each of the older tables."""
    db.execute("INSERT INTO warc_files VALUES (1, 'archiver-00001.warc.gz', 9)")
    db.execute("INSERT INTO payloads VALUES (1, 'sha256:0', 0, 1, 0, 9)")
    db.execute(
        "INSERT INTO captures (id, key, url, captured_at, time_basis, url_basis, payload_id, is_revisit,"
        " warc_file_id, warc_offset, warc_length)"
        " VALUES (1, 'a', 'https://a.example/', '2026-03-01T12:00:00Z', 'path', 'file', 1, 0, 1, 0, 9)"
    )
    db.execute(
        "INSERT INTO pages (capture_id, kind, confidence, feeds, labels, why, reading)"
        " VALUES (1, 'listing', 1, '[]', '[]', '', 'v1')"
    )
    db.execute("INSERT INTO cards (id, key, categories, tags) VALUES (1, 'c', '[]', '[]')")
    db.execute("INSERT INTO details (id, key, href) VALUES (1, 'd', '/one')")
    db.execute("INSERT INTO sightings VALUES (1, 1, 1, 1)")
    db.execute("INSERT INTO former_cards VALUES (1, 'f', 'p', '{}', 1, 0)")
    return db


def test_the_words_of_an_older_database_are_replaced_everywhere(db):
    migrations.apply(db)
    names = {table.name for table in db.tables} | {c.name for table in db.tables for c in table.columns}
    assert not names & OLD_WORDS


def test_rows_views_and_triggers_survive_the_new_words(filled):
    db = filled
    migrations.apply(db)
    page = db.execute("SELECT parser_version, same_page, template_applied FROM pages").fetchone()
    assert page == ("v1", 1, 0)
    assert db.execute("SELECT href FROM cards_as_shown").fetchone() == ("/one",)
    assert db.execute("SELECT card, snapshot FROM retired_cards").fetchone() == ("f", "{}")
    db.execute("UPDATE pages SET same_page = 0")
    assert db.execute("SELECT * FROM dedupe_changed_captures").fetchall() == [(1, 0)]
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []


def test_older_sightings_are_of_the_first_list(filled):
    migrations.apply(filled, stop_before="m017_list_numbers")
    before = filled.execute("SELECT * FROM cards_as_shown")
    names, row = [name for name, *_ in before.description], before.fetchone()
    migrations.apply(filled)
    after = filled.execute("SELECT * FROM cards_as_shown")
    assert [name for name, *_ in after.description] == [*names, "list_number"]
    assert after.fetchone() == (*row, 0)
