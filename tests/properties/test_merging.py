"""What a run of `dedupe` finds does not depend on those before it: on random histories of an archive."""

import os
import random
import shutil
from datetime import UTC, datetime

import pytest

from archiver.archive import Archive
from archiver.dedupe import Rules, dedupe
from archiver.dedupe.blocking import keyindex
from archiver.dedupe.blocking.keyindex import InvertedIndex
from archiver.dedupe.clustering.resolve import load_batch, resolve_batch
from archiver.dedupe.incremental.state import CaptureId, IndexKind
from archiver.dedupe.incremental.textpairs import TextOrder
from archiver.export import write
from archiver.merging import bring_up_to_date
from archiver.models import Capture, Card, Page
from archiver.store import Store
from tests.dedupe.blocking.index import keys_of
from tests.dumps import dump

HISTORIES = int(os.environ.get("ARCHIVER_HISTORIES", "20"))
RULES = (Rules(), Rules(block_cap=3, block_reach=1, bulk_captures=2, rare_author_share=0.2))
"""Those of use, and such as a small archive meets: large blocks, times of many captures, rare authors."""
WORDS = ["".join(random.Random(i).choices("bcdfghjklmnprstvz", k=3 + i % 6)) for i in range(300)]
BANNERS = ["", "", "", "Image not found here: ", "Share Tweet Pin ", "Weekly news of the harbour "]
TAILS = ["", "", "…", " Read the whole entry »", " Shares 12"]


class History:
    """A site, what its pages show, and an archive that takes them in."""

    def __init__(self, seed, folder):
        self.r, self.folder, self.rules = random.Random(seed), folder, RULES[seed % len(RULES)]
        self.posts = []
        for n in range(self.r.choice([12, 30, 60])):
            body = " ".join(self.r.choices(WORDS, k=self.r.choice([3, 12, 30])))
            for part in range(self.r.choice([1, 1, 1, 6])):
                title = self.r.choice([None, f"Title {n}", f"News of {n // 5}", f"Part {part} of {n}"])
                url = f"https://a.example/{self.r.choice([n, n // 2, f'{n}/{part}'])}"
                author = self.r.choice(["Ada", "Bo", f"Writer {n // 2}"])
                self.posts.append((title, url, body.replace(" ", f" {part} ", 1), author))
        self.made, self.first = 0, []
        self.hosts = self.r.choice(
            [["a.example"], ["a.example", "b.example"], ["a.example", "b.example", "c.example"]]
        )

    def listing(self):
        """The URL of a listing page: the site has moved, or another one shows some of the same."""
        return f"https://{self.r.choice(self.hosts)}/page/{self.r.randint(1, 3)}"

    def page(self, url):
        """A page as the site might show it now: a run of its posts, in one theme, or notes without titles."""
        r = self.r
        banner, tail = r.choice(BANNERS), r.choice(TAILS)
        shows = {field for field in ("title", "url", "excerpt", "date", "author") if r.random() < 0.7}
        as_title = r.random() < 0.2  # then the text is what the page shows as a title
        shows = shows - {"excerpt"} | {"title"} if as_title else shows
        top, cards = r.randrange(len(self.posts)), []
        for title, link, text, author in self.posts[top : top + r.randint(1, 9)]:
            cut = text if r.random() < 0.5 else text[: r.randint(10, 90)]
            values = {
                "title": cut if as_title else title,
                "url": link,
                "excerpt": banner + cut + tail,
                "date": "2024-03-05",
                "author": author,
            }
            cards.append(
                Card.model_validate({field: value for field, value in values.items() if field in shows})
            )
        return Page(
            url=url,
            kind="listing",
            confidence=1,
            cards=tuple(cards),
            language=r.choice(["en", "de", None]),
            same_page=r.random() < 0.9,
        )

    def crawl(self, store):
        for _ in range(self.r.randint(1, 12)):
            self.made += 1
            day, hour = self.r.randint(1, 28), self.r.choice([3, 9])
            one = Capture(
                url=self.listing(),
                captured_at=datetime(2026, 3, day, hour, tzinfo=UTC),
                payload=str(self.made).encode(),
            )
            self.first.append(self.page(one.url))
            assert store.captures.add(one).id == self.made
            store.pages.add(self.made, self.first[-1])

    def reparse(self, store):
        """Some pages, or most, are read otherwise: as nothing, as others, or as they were at first."""
        most = self.r.choice([4, 4, 4, self.made])
        for capture in self.r.sample(range(1, self.made + 1), self.r.randint(1, min(self.made, most))):
            page = self.page("https://a.example/")
            kind = self.r.random()
            if kind < 0.3:
                page = page.model_copy(update={"cards": page.cards[:0]})
            elif kind < 0.6:
                page = self.first[capture - 1]
            store.pages.replace({capture: page})

    def tell(self, store):
        cards = sorted(store.cards.by_id())
        if len(cards) > 1:
            store.overrides.add(*self.r.sample(cards, 2), same=self.r.random() < 0.5)

    def dedupe(self, store, keep=None):
        keep = self.r.random() < 0.8 if keep is None else keep
        bring_up_to_date(store, rules=self.rules, dry_run=not keep)


def exports(folder):
    with Store(folder, "read") as store:
        kinds = ("posts", "cards", "captures", "revisions")
        return {kind: b"".join(write(store.rows(kind), kind, "json")) for kind in kinds}


def everything(folder):
    return exports(folder), dump(folder), Archive(folder).search("harbour")


def grounds(batch, overrides):
    """What the decisions about each card rest on."""
    similar = [*batch.similar_texts, *((b, a) for a, b in batch.similar_texts)]
    pairs = [(o.left, o.right, o.same) for o in overrides if {o.left, o.right} <= set(batch.ids)]
    return {
        card: (
            keys,
            {batch.captures[c] for c in seen.captures},
            {batch.captures[c] for c in seen.pieces},
            {batch.captures[c].captured_at for c in seen.sessions},
            {batch.captures[c] for c in seen.captures_before},
            seen._replace(captures=(), captures_before=(), pieces=(), sessions=(), first=(), last=()),
            {b for a, b in similar if a in (keys.text, keys.title)},
            {pair for pair in pairs if card in pair},
        )
        for card, keys, seen in zip(batch.ids, batch.keys, batch.sightings, strict=True)
    }


KEPT = {
    "cards": "SELECT cards.key, neighbour_key, coalesce(a.text, ''), coalesce(b.text, ''), prefix, suffix,"
    " suffix_length FROM dedupe_cards JOIN cards ON cards.id = card"
    " LEFT JOIN dedupe_texts AS a ON a.id = text_id LEFT JOIN dedupe_texts AS b ON b.id = title_id",
    "components": "SELECT a.key, b.key FROM dedupe_cards x JOIN dedupe_cards y USING (component)"
    " JOIN cards a ON a.id = x.card JOIN cards b ON b.id = y.card",
    "texts": "SELECT hash, text FROM dedupe_texts",
    "state": "SELECT algorithm_version, overrides, bulk_timestamps, kin_hosts FROM dedupe_state",
    "changes": "SELECT capture FROM dedupe_changed_captures UNION ALL SELECT card FROM dedupe_changed_cards",
}


def kept(folder):
    """What is kept for the next run, in terms that do not depend on the order of work."""
    with Store(folder, "read") as store:
        db = store.db
        found = {name: sorted(db.execute(query)) for name, query in KEPT.items()}
        cards = dict(db.execute("SELECT id, key FROM cards"))
        texts = dict(db.execute("SELECT id, text FROM dedupe_texts"))
        for kind in IndexKind:
            names = texts if kind == IndexKind.FINGERPRINTS else cards
            owned = keys_of(InvertedIndex.load(store.dedupe_state.segments(kind)), names)
            found[kind] = sorted((names[owner], sorted(keys)) for owner, keys in owned.items())
        order = TextOrder.load(store.dedupe_state.summary().text_order)
        found["order"] = [texts[text_id] for text_id in order.ids.tolist()]
        assert found["order"] == sorted(texts.values())
        return found


def copy(folder, name):
    return shutil.copytree(folder, folder.with_name(name))


def by_the_pure_stage(folder, rules):
    """The archive with the posts that all cards together give, with nothing kept from before."""
    with Store(folder, "write") as store, store.atomic():
        state = store.dedupe_state
        posts = dedupe(
            store.cards.by_id(), store.cards.sightings(), rules=rules, overrides=store.overrides.current()
        )
        captures = {
            ref.capture: row for row, ref in state.captures([CaptureId(row) for row in range(10_000)]).items()
        }
        state.reset("")
        state.replace_posts(posts, state.card_rows(store.cards.by_id()), captures)
    return folder


@pytest.fixture
def resolved_on(monkeypatch):
    """The grounds on which each card was resolved last."""
    found = {}

    def recorded(batch, rules, overrides):
        found.update(grounds(batch, overrides))
        return resolve_batch(batch, rules, overrides)

    monkeypatch.setattr("archiver.dedupe.incremental.run.resolve_batch", recorded)
    return found


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_run_finds_what_one_from_scratch_finds(seed, tmp_path, resolved_on, monkeypatch):
    monkeypatch.setattr(keyindex, "MOST_POSTINGS", 1 << 24 if seed % 3 else 40)
    history = History(seed, tmp_path / "archive")
    steps = (history.crawl, history.crawl, history.reparse, history.tell, history.dedupe)
    with Store(history.folder, "create") as store:
        history.crawl(store)
        for _ in range(history.r.randint(3, 14)):
            before = dict(resolved_on)
            history.r.choice(steps)(store)
            if any(store.dedupe_state.changes()):  # nothing was done, or it was taken back
                resolved_on.clear()
                resolved_on.update(before)
        history.dedupe(store, keep=True)
        cards, overrides = store.cards.by_id(), store.overrides.current()
        ids = sorted(cards)
        all_cards = load_batch([cards[i] for i in ids], ids, store.cards.sightings(), history.rules)
        now = grounds(all_cards, overrides)
    assert {card: resolved_on[card] for card in now} == now
    found = everything(history.folder)
    pure = by_the_pure_stage(copy(history.folder, "pure"), history.rules)
    assert found == everything(pure)
    scratch = copy(history.folder, "scratch")
    with Store(scratch, "write") as store:
        bring_up_to_date(store, rules=history.rules, from_scratch=True)
    assert found == everything(scratch)
    assert kept(history.folder) == kept(scratch)
    assert list(Archive(history.folder).verify()) == []
