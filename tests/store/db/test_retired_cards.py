"""Retired cards: their ids lead to the cards in their places."""

import gzip
import json
from datetime import UTC

import pytest

from archiver.archive import Archive
from archiver.errors import ConfigError
from archiver.models import Card, Page
from archiver.store import Store, verify
from archiver.store.warc.records import RetirementRecord, read_record, retirement_record

CRANE = Card(title="The crane leaves", excerpt="The old harbour crane was lifted off its rails on Monday.")
FERRY = Card(title="A ferry less", excerpt="From spring on the ferry to the island goes twice a day only.")
SHED = Card(
    title="Sheds to let", excerpt="The port lets three of its sheds, dry and with a gate to the quay."
)
SIGNED = CRANE.model_copy(update={"author": "Ida"})
RULE = '[[rules]]\nhost = "harbour.example"\ncards = "article"\ntitle = "h2 a"\nexcerpt = "time"\n'


def page(*cards):
    return Page(url="https://harbour.example/", kind="listing", confidence=1, cards=cards)


@pytest.fixture
def archive(tmp_path, make_capture):
    """An archive of some pages (numbers) with their posts; what they show is read otherwise by `read`."""

    class Made(Archive):
        def keep(self, *pages):
            with Store(self.folder, "create") as store:
                for number, cards in enumerate(pages, store.captures.last_id()):
                    store.pages.add(store.captures.add(make_capture(b"%d" % number, number)).id, page(*cards))
            self.dedupe()

        def read(self, pages):
            with Store(self.folder, "write") as store:
                store.pages.replace({number + 1: page(*cards) for number, cards in pages.items()})
            self.dedupe()

        def post_of(self, card):
            return self.show(card).id

    return Made(tmp_path / "archive")


def test_a_card_that_is_read_otherwise_is_found_by_its_former_id(archive):
    archive.keep([CRANE, FERRY])
    archive.read({0: [SHED, SIGNED, FERRY]})
    assert archive.post_of(CRANE.key) == SIGNED.key
    assert archive.post_of(CRANE.key[:7].upper()) == SIGNED.key
    assert archive.explain(CRANE.key).post == SIGNED.key
    assert archive.explain(FERRY.key, CRANE.key).same is False
    assert archive.merge(CRANE.key, FERRY.key).one_post
    assert not archive.split(FERRY.key, CRANE.key).one_post
    assert list(archive.verify()) == []


def test_a_card_of_which_nothing_is_as_it_was_is_found_by_its_position(archive):
    other = Card(title="Kran", excerpt="Der alte Hafenkran ist fort.", url="https://harbour.example/kran")
    archive.keep([CRANE, FERRY])
    archive.read({0: [other, FERRY]})
    assert archive.post_of(CRANE.key) == other.key


def test_a_card_that_is_not_known_again_is_found_by_those_of_its_post(archive):
    archive.keep([CRANE], [SIGNED, FERRY])
    assert archive.post_of(SIGNED.key) == CRANE.key
    archive.read({0: []})
    assert archive.post_of(CRANE.key) == SIGNED.key
    archive.read({0: [], 1: [FERRY]})
    for card in (CRANE, SIGNED):
        with pytest.raises(ConfigError, match="no page shows this card any more, nor any other of its post"):
            archive.show(card.key)


def test_of_many_sightings_the_earliest_counts_in_any_order(archive):
    archive.keep([CRANE], [CRANE], [CRANE])
    archive.read({2: [FERRY], 1: [SHED], 0: [SIGNED]})
    assert archive.post_of(CRANE.key) == SIGNED.key


def test_an_id_that_comes_back_is_its_own(archive):
    archive.keep([CRANE, FERRY])
    archive.read({0: [SIGNED, FERRY]})
    archive.read({0: [SHED, FERRY]})
    assert archive.post_of(CRANE.key) == SHED.key
    assert archive.post_of(SIGNED.key) == SHED.key
    archive.read({0: [CRANE, FERRY]})
    assert archive.post_of(CRANE.key) == archive.post_of(SHED.key) == CRANE.key


def test_a_card_that_never_was_in_a_post_is_not_kept(archive, make_capture):
    with Store(archive.folder, "create") as store:
        store.pages.add(store.captures.add(make_capture()).id, page(CRANE))
        store.pages.replace({1: page(FERRY)})
        assert store.db.execute("SELECT count(*) FROM retired_cards").fetchone() == (0,)


def test_one_record_holds_all_cards_that_were_retired_together(archive):
    archive.keep([CRANE, FERRY], [SHED])
    (warc,) = (archive.folder / "warc").iterdir()
    before = warc.read_bytes()
    archive.read({0: [], 1: []})
    (member,) = [gzip.decompress(warc.read_bytes()[len(before) :])]
    record = read_record(member)
    assert record is not None
    assert (record.type, record.capture) == ("metadata", None)
    assert isinstance(record.own, RetirementRecord)
    assert record.own.retired_at.tzinfo is UTC
    assert {card.id for card in record.own.cards} == {CRANE.key, FERRY.key, SHED.key}
    again = read_record(gzip.decompress(retirement_record(record.own)))
    assert again is not None
    assert again.own == record.own


def test_ids_of_retired_cards_survive_a_rebuild(archive):
    archive.keep([CRANE, FERRY])
    archive.read({0: [SIGNED, FERRY]})
    (archive.folder / "archive.db").unlink()
    with Store(archive.folder, "create") as store:
        store.pages.add(1, page(SIGNED, FERRY))
    archive.dedupe()
    assert archive.post_of(CRANE.key) == SIGNED.key
    assert list(archive.verify()) == []


def test_a_record_whose_rows_are_lost_is_recovered(archive):
    """The run was killed between the record and the rows; the cards are still there."""
    archive.keep([CRANE, FERRY])
    database = archive.folder / "archive.db"
    before = database.read_bytes()
    archive.read({0: [SIGNED, FERRY]})
    database.write_bytes(before)
    archive.dedupe()
    assert archive.post_of(CRANE.key) == CRANE.key
    assert list(archive.verify()) == []
    archive.read({0: [SIGNED, FERRY]})
    assert archive.post_of(CRANE.key) == SIGNED.key


def test_verify_reports_rows_that_differ_from_the_record(archive):
    archive.keep([CRANE, FERRY])
    archive.read({0: [SIGNED, FERRY]})
    with Store(archive.folder, "write") as store:
        store.db.execute("UPDATE retired_cards SET snapshot = replace(snapshot, 'rails', 'wheels')")
        assert len(list(verify(store))) == 1
        store.db.execute("UPDATE retired_cards SET warc_offset = warc_offset + 1")
        assert len(list(verify(store))) == 2


def test_a_long_text_is_known_by_its_beginning(archive):
    long = [Card(excerpt=(CRANE.excerpt or "") * n) for n in (20, 21)]
    archive.keep([long[0], FERRY])
    archive.read({0: [SHED, FERRY, long[1]]})
    assert archive.post_of(long[0].key) == long[1].key
    with Store(archive.folder, "read") as store:
        (snapshot,) = store.db.execute("SELECT snapshot FROM retired_cards").fetchone()
    assert len(json.loads(snapshot)["excerpt"]) == 64


def saved_pages(folder):
    """Two captures of a listing that moved on by one."""
    notes = [
        f"<article><h2><a href=/note-{n}/>Note {n}</a></h2><time>2026-02-0{n}</time>" for n in range(1, 6)
    ]
    texts = [
        f"<p>{note} and what the harbour master said of it, at length.</p></article>" for note in "abcde"
    ]
    for day, shown in ((1, range(4)), (2, range(1, 5))):
        cards = "".join(notes[n] + texts[n] for n in shown)
        path = folder / f"2026030{day}120000" / "index.html"
        path.parent.mkdir(parents=True)
        path.write_text(f"<!DOCTYPE html><html lang=en><title>Notes</title><main>{cards}</main></html>")
    return folder


@pytest.mark.parametrize("way", ["reparse", "rebuild"])
def test_a_rule_that_changes_all_cards_leaves_their_ids_resolving(run, tmp_path, way):
    """A rebuild asks the old database, as long as it is there; what it finds is recorded as well."""
    folder, base = tmp_path / "archive", "https://harbour.example/"
    run("--archive", folder, "crawl", saved_pages(tmp_path / "saved"), "--base-url", base)
    run("--archive", folder, "dedupe")
    before = json.loads(run("--archive", folder, "export").out)
    (folder / "archiver.toml").write_text(RULE)
    assert run("--archive", folder, way).code == 0
    run("--archive", folder, "dedupe")
    after = {post["id"]: post for post in json.loads(run("--archive", folder, "export").out)}
    assert not {post["id"] for post in before} & after.keys()
    (folder / "archive.db").replace(tmp_path / "gone.db")
    assert run("--archive", folder, "rebuild").code == 0
    assert run("--archive", folder, "verify").code == 0
    for post in before:
        now = json.loads(run("--archive", folder, "show", post["id"], "--json").out)
        assert now["url"] == post["url"]
        assert now["id"] in after
