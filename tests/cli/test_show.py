"""Looking at the archive: a post with all that is known of it, posts by their words, why cards are one."""

import json
import random
import sqlite3
from contextlib import closing

import pytest
import sqlite_utils
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from archiver.archive import Archive
from archiver.cli.printing import PIPED_WIDTH
from archiver.cli.show import print_posts
from archiver.models import Card, Page
from archiver.store import Store
from archiver.store.db.search import expression, indexed
from tests.paths import SAMPLE


@pytest.fixture
def on(run, tmp_path):
    """Run a command on an archive of the sample captures."""
    run("--archive", tmp_path, "crawl", SAMPLE, "--base-url", "https://harbour.example/")
    run("--archive", tmp_path, "dedupe")
    return lambda *arguments: run("--archive", tmp_path, *arguments)


def in_json(ran):
    assert ran.code == 0
    return json.loads(ran.out)


def bell(on):
    return next(post for post in in_json(on("export")) if "harbour-bell" in (post["url"] or ""))


def test_a_post_is_shown_with_all_that_is_known_of_it(on):
    post = bell(on)
    shown = in_json(on("show", post["id"][:6], "--json"))
    assert {name: shown[name] for name in post} == post
    assert len(shown["timeline"]) == post["sightings"] == sum(card["sightings"] for card in shown["cards"])
    assert shown["timeline"] == sorted(shown["timeline"], key=lambda one: one["captured_at"])
    cards = {card["id"]: card for card in shown["cards"]}
    for source in shown["sources"]:
        held = cards[source["card"]][{"urls": "url"}.get(source["field"], source["field"])]
        assert source["value"] in (held if isinstance(held, list) else [held])
    text = on("show", post["id"]).out.decode()
    for part in (post["title"], post["url"], "Revisions (2)", "Who rang the harbour bell?", *cards):
        assert part in text


def test_a_long_title_leaves_the_other_columns_alone(run, tmp_path):
    (tmp_path / "cards.jsonl").write_text(json.dumps({"title": "storm " * 60, "date": "2026-02-03"}))
    run("--archive", tmp_path, "crawl", tmp_path / "cards.jsonl")
    run("--archive", tmp_path, "dedupe")
    for command in (["posts"], ["show", in_json(run("--archive", tmp_path, "export"))[0]["id"]]):
        lines = run("--archive", tmp_path, *command).out.decode().splitlines()
        row = next(n for n, line in enumerate(lines) if "2026-02-03" in line and line.endswith("…"))
        heading = next(line for line in lines[row::-1] if "seen" in line)
        assert lines[row][heading.index("seen") : heading.index("seen") + 4] == "   1"


def test_posts_are_printed_as_they_come(capsys):
    seen = []

    def rows():
        for n in range(1000):
            title = "波" * 200 if n % 2 else "Nets"
            yield {
                "id": f"{n:016x}",
                "date": None,
                "sightings": n,
                "first_seen": "2026-03-01",
                "title": title,
            }
        seen.extend(capsys.readouterr().out.splitlines())

    print_posts(rows())
    assert len(seen) > 900
    seen += capsys.readouterr().out.splitlines()
    assert len(seen) == 1001
    assert seen[1].endswith("   0  2026-03-01  Nets")
    assert seen[2].endswith("…")
    assert {cell_len(line) for line in seen[2::2]} <= {PIPED_WIDTH - 1, PIPED_WIDTH}


def test_a_url_names_the_post_whose_cards_have_it(on):
    post = bell(on)
    assert in_json(on("show", post["url"], "--json"))["id"] == post["id"]
    assert on("explain", post["url"]).code == 0
    ran = on("show", "https://harbour.example/no-such-page")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, b"", 1)
    assert "no card has this URL" in ran.err


def test_a_url_is_understood_in_other_spellings(on):
    post = bell(on)
    rest = post["url"].partition("://")[2]
    for spelling in (rest, f"http://www.{rest}/", f"www.{rest}"):
        assert in_json(on("show", spelling, "--json"))["id"] == post["id"]


def test_ids_that_begin_alike_are_listed_with_their_titles(on, tmp_path):
    post = bell(on)
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db, db:
        other = db.execute(
            "SELECT posts.id, posts.title FROM posts JOIN cards ON post_id = posts.id WHERE posts.key != ?"
            " GROUP BY post_id HAVING count(*) = 1",
            (post["id"],),
        ).fetchone()
        like = f"{post['id'][:6]}ffffffffff"
        db.execute("UPDATE cards SET key = ? WHERE post_id = ?", (like, other[0]))
        db.execute("UPDATE posts SET key = ? WHERE id = ?", (like, other[0]))
    ran = on("show", post["id"][:6])
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, b"", 1)
    for named in (post["id"], post["title"], like, other[1]):
        assert named in ran.err
    assert on("show", post["id"][:7]).code == 0


def test_every_card_names_its_post(on):
    shown = in_json(on("show", bell(on)["id"], "--json"))
    for card in shown["cards"]:
        assert in_json(on("show", card["id"], "--json")) == shown


def test_a_former_id_of_a_post_still_names_it(on, run, tmp_path):
    """An earlier capture turns up: the post gets the id of the card that it shows."""
    before = bell(on)
    first = next(row for row in in_json(on("export", "cards")) if row["post_id"] == before["id"])
    page = tmp_path / "earlier" / "20200101000000" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_bytes(
        (SAMPLE / first["capture"]["path"]).read_bytes().replace(b"The bell on", b"The old bell on")
    )
    run("--archive", tmp_path, "crawl", tmp_path / "earlier", "--base-url", "https://harbour.example/")
    on("dedupe")
    after = bell(on)
    assert after["first_seen"] < before["first_seen"]
    assert after["id"] != before["id"]
    assert in_json(on("show", before["id"], "--json"))["id"] == after["id"]


@pytest.mark.parametrize("command", ["show", "explain"])
def test_what_names_no_post_is_told_in_a_line(on, command):
    for wrong, said in (("abc", "4 to 16"), ("ffffffffffff0000", "no card and no post")):
        ran = on(command, wrong)
        assert (ran.code, ran.out) == (2, b"")
        assert said in ran.err
        assert ran.err.count("\n") == 1


def test_before_a_dedupe_there_is_no_post_to_show(run, tmp_path):
    run("--archive", tmp_path, "crawl", SAMPLE)
    card = run("--archive", tmp_path, "export", "cards", "--format", "jsonl").rows()[0]["card_id"]
    ran = run("--archive", tmp_path, "show", card)
    assert ran.code == 2
    assert "archiver dedupe" in ran.err


def test_posts_are_found_by_their_words(on):
    def titles(*words):
        return [post["title"] for post in in_json(on("search", *words, "--json"))]

    assert titles("signal", "flags") == ["A dictionary of local signal flags"]
    assert titles("SIGNAL") == ["A dictionary of local signal flags"]
    assert titles("dictio*") == ["A dictionary of local signal flags"]
    assert titles('"flags signal"') == []
    assert titles("ida", "rang") == ["Who rang the harbour bell?"]  # a title that the post had before
    assert titles("Nature") != []
    text = on("search", "signal", "flags").out.decode()
    assert "A dictionary of local signal flags" in text
    assert text.endswith("1 post\n")
    assert on("search", "the", "--limit", "1").out.decode().endswith("the best 1 are shown (--limit)\n")


def test_no_words_are_a_syntax_error(on):
    for words in ('"', '" "', "*", "***", "(", "-", "a AND", "NEAR(", "x:y", 'a"b', "OR", "^a", "\\", "'"):
        ran = on("search", "--", words)
        assert ran.code == (0 if any(map(str.isalnum, words)) else 2)
        assert ran.err.count("\n") == (ran.code == 2)
        assert "Traceback" not in ran.err


DENSE = {
    "zh": ("港口的潮水在夜裡退得很慢", ["潮", "港", "慢", "潮水", "退得", "港口的潮水", "夜裡退得很慢"]),
    "ja": ("港の鐘がゆっくり鳴る夜", ["鐘", "夜", "ゆっくり", "鳴る", "の鐘", "港の鐘が"]),
    "ko": ("항구는 겨울에 조용하다", ["항구", "겨울", "조용", "조용하다", "항구는 겨울에"]),
    "mixed": ("用Go語言寫3D繪圖", ["Go", "語言", "Go語言", "3D", "寫", "3D繪圖", "語"]),
}


@pytest.mark.parametrize("language", DENSE)
def test_words_of_any_length_are_found_where_no_spaces_stand(run, tmp_path, make_capture, language):
    text, words = DENSE[language]
    cards = (Card(title="other", excerpt="風和日麗的一天"), Card(title="wanted", excerpt=text))
    with Store(tmp_path, "create") as store:
        page = Page(url="https://a.example/", kind="listing", confidence=1, cards=cards)
        store.pages.add(store.captures.add(make_capture()).id, page)
    Archive(tmp_path).dedupe()
    for word in words:
        quoted = f'"{word}"' if " " in word else word
        found = Archive(tmp_path).search(quoted)
        assert [post.title for post in found.posts] == ["wanted"], word
        shown = run("--archive", tmp_path, "search", quoted).out.decode()
        assert word in shown
    assert Archive(tmp_path).search("沒有").total == 0


def search_index(texts):
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE f USING fts5 (text, tokenize='unicode61 remove_diacritics 2')")
    db.executemany("INSERT INTO f VALUES (?)", ((indexed(text),) for text in texts))
    return db


DENSE_LETTERS = "潮水港口鐘のがゆり항구는"
AROUND = st.text(DENSE_LETTERS + "ab1 ，。", max_size=15)


@given(before=AROUND, piece=st.text(DENSE_LETTERS, min_size=1, max_size=8), after=AROUND)
def test_every_piece_of_a_dense_text_is_found_in_it(before, piece, after):
    with closing(search_index([before + piece + after])) as db:
        assert db.execute("SELECT count(*) FROM f WHERE f MATCH ?", (expression(piece),)).fetchone() == (1,)


@given(words=st.text(max_size=30))
def test_any_words_with_a_letter_or_digit_make_an_expression(words):
    assume(any(map(str.isalnum, words)))
    with closing(search_index(["a b"])) as db:
        db.execute("SELECT count(*) FROM f WHERE f MATCH ?", (expression(words),)).fetchone()


def test_the_index_follows_the_posts(on, tmp_path):
    ids = {post["title"]: post["id"] for post in in_json(on("export"))}
    on("merge", ids["The storm of 2 February"], ids["A dictionary of local signal flags"])
    found = in_json(on("search", "storm", "flags", "--json"))
    assert len(found) == 1
    on("split", ids["The storm of 2 February"], ids["A dictionary of local signal flags"])
    assert in_json(on("search", "storm", "flags", "--json")) == []
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        # the texts are ASCII, so that FTS5 can compare them with its entries
        db.execute("INSERT INTO posts_fts (posts_fts, rank) VALUES ('integrity-check', 1)")
        (count,) = db.execute("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH 'harbour'").fetchone()
    assert count == len(in_json(on("search", "harbour", "--limit", "99", "--json")))


def test_other_programs_find_the_index_of_the_posts(on, tmp_path):
    """Datasette looks for it by the same text in the schema as sqlite-utils."""
    assert on("status").code == 0
    with closing(sqlite_utils.Database(tmp_path / "archive.db", execute_plugins=False)) as db:
        assert db.table("posts").detect_fts() == "posts_fts"
        titles = {row["title"] for row in db.table("posts").search("dictionary flags")}
    assert titles == {"A dictionary of local signal flags"}


def test_a_post_that_another_reading_removes_leaves_the_index(tmp_path, make_capture):
    def page(*titles):
        cards = tuple(Card(title=title) for title in titles)
        return Page(url="https://a.example/", kind="listing", confidence=1, cards=cards)

    with Store(tmp_path, "create") as store:
        capture_id = store.captures.add(make_capture()).id
        store.pages.add(capture_id, page("Tide tables", "Winter moorings"))
    Archive(tmp_path).dedupe()
    with Store(tmp_path, "write") as store:
        store.pages.replace({capture_id: page("Winter moorings")})
        store.db.execute("INSERT INTO posts_fts (posts_fts, rank) VALUES ('integrity-check', 1)")
    assert [Archive(tmp_path).search(word).total for word in ("tide", "winter")] == [0, 1]


def test_a_post_is_explained_to_programs_and_people(on):
    post = bell(on)
    explained = in_json(on("explain", post["id"], "--json"))
    assert explained["post"] == post["id"]
    assert set(explained["shown"]) == set(explained["cards"])
    assert len(explained["tree"]) == len(explained["cards"]) - 1
    text = on("explain", post["id"]).out.decode()
    assert "weakest first" in text
    weakest = explained["weakest"]
    assert f"archiver split {weakest['left']} {weakest['right']}" in text
    assert all(card in text for card in explained["cards"])


def test_a_post_of_one_card_needs_no_reason(on):
    rows = in_json(on("export", "cards"))
    cards: dict[str, set[str]] = {row["post_id"]: set() for row in rows}
    for row in rows:
        cards[row["post_id"]].add(row["card_id"])
    alone = next(post for post, ids in cards.items() if len(ids) == 1)
    assert "nothing was merged" in on("explain", alone).out.decode()


def test_two_cards_are_explained_to_programs_and_people(on):
    ids = [post["id"] for post in in_json(on("export"))][:2]
    explained = in_json(on("explain", *ids, "--json"))
    assert explained["same"] is False
    assert {explained["left"], explained["right"]} == set(ids)
    text = on("explain", *ids).out.decode()
    assert "Two posts." in text
    assert f"archiver merge {explained['left']} {explained['right']}" in text
    on("merge", *ids)
    text = on("explain", *ids).out.decode()
    assert "One post." in text
    assert "A manual override decides" in text
    assert "archiver split" in text


def test_uncertain_decisions_come_with_the_command_that_corrects_them(run, tmp_path, make_capture):
    draw = random.Random(1)
    text = " ".join("".join(draw.choices("bcdfghjklmnprstvz", k=draw.randint(3, 8))) for _ in range(40))
    pages = (
        [Card(excerpt=text)],
        [Card(excerpt=text[:30])],
        [Card(title="Tide tables", excerpt=f"part 1 {text[::-1]}")],
        [Card(title="Tide tables", excerpt=f"part 2 {text[::-1]}")],
    )
    with Store(tmp_path, "create") as store:
        for minute, cards in enumerate(pages):
            page = Page(url="https://a.example/", kind="listing", confidence=1, cards=tuple(cards))
            store.pages.add(store.captures.add(make_capture(str(minute).encode(), minute)).id, page)
    Archive(tmp_path).dedupe()
    review_queue = in_json(run("--archive", tmp_path, "posts", "--review", "--json"))
    assert {decision["comparison"]["same"] for decision in review_queue} == {True, False}
    text = run("--archive", tmp_path, "posts", "--review").out.decode()
    for decision in review_queue:
        command = "split" if decision["comparison"]["same"] else "merge"
        assert (
            f"archiver {command} {decision['comparison']['left']} {decision['comparison']['right']}" in text
        )
    limited = in_json(run("--archive", tmp_path, "posts", "--review", "--limit", "1", "--json"))
    assert len(limited) == 2
