"""Card records: every row becomes the sighting that it says, or is told with its line."""

import gzip
import json
import os
import random
import tempfile
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.archive import Archive
from archiver.cardrow import card_of, facts_of
from archiver.dedupe import dedupe
from archiver.export import write
from archiver.models import Card, Sighting, clean_text
from archiver.sources import ImportOptions, RowFaults, read_records, records, tables
from archiver.store import Store
from tests.servers import LISTING

HARBOUR = "https://harbour.example/"
NOON = "2026-03-01T12:00:00Z"
FIELDS = ("url", "title", "date", "author", "categories", "tags", "excerpt")


@pytest.fixture
def archive(tmp_path):
    return Archive(tmp_path / "archive")


@pytest.fixture
def take(tmp_path, archive):
    """Take in a file of these bytes, lines or rows; the errors that were told."""

    def call(content, name="cards.jsonl", **options):
        path = tmp_path / name
        if isinstance(content, str):
            content = content.encode()
        if not isinstance(content, bytes):
            content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content).encode()
        path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
        outcomes = list(archive.crawl([str(path)], imports=ImportOptions(**options)))
        return [
            (outcome.where.removeprefix(str(path)), outcome.error) for outcome in outcomes if outcome.error
        ]

    return call


def sightings(archive):
    """What the archive shows of each sighting: where it was, and the fields that the card has."""
    return [
        (
            row["capture"]["url"],
            row["capture"]["captured_at"],
            row["position"],
            *((field, row[field]) for field in FIELDS if row[field]),
        )
        for row in archive.rows("cards")
    ]


def test_every_field_comes_back_where_it_was_seen(take, archive):
    card = {
        "url": "https://harbour.example/bell/",
        "title": "The harbour bell",
        "date": "2026-02-28",
        "author": "Ada Pike",
        "categories": ["Town", "Sea; land"],
        "tags": ["bell"],
        "excerpt": "It rang at noon.",
    }
    assert take([{"capture_url": HARBOUR, "captured_at": NOON, "position": 4, **card}]) == []
    (row,) = archive.rows("cards")
    assert {field: row[field] for field in FIELDS} == card
    assert sightings(archive)[0][:3] == (HARBOUR, NOON, 4)
    (capture,) = archive.rows("captures")
    assert (capture["time_basis"], capture["status"]) == ("record", None)


@pytest.mark.parametrize(
    ("given_row", "field", "value"),
    [
        ({"date": "2026-02-28T23:30:00-08:00"}, "date", "2026-02-28"),
        ({"date": " 2026-02-28 23:30 "}, "date", "2026-02-28"),
        ({"categories": "Town; Sea"}, "categories", ["Town", "Sea"]),
        ({"categories": "Town"}, "categories", ["Town"]),
        ({"tags": ["a", " ", "a"]}, "tags", ["a"]),
        ({"title": "  The \n harbour  bell "}, "title", "The harbour bell"),
        ({"title": "x", "author": None}, "author", None),
        ({"title": "x", "author": " "}, "author", None),
        ({"title": "x", "date": "5 March 2023"}, "date", "2023-03-05"),
        ({"title": "x", "date": "Posted on Mar. 5th, 2023 by Ada"}, "date", "2023-03-05"),
        ({"title": "x", "date": "Sun, 05 Mar 2023 23:10:00 -0800"}, "date", "2023-03-05"),
        ({"title": "x", "date": "2023年3月5日"}, "date", "2023-03-05"),
        ({"title": "x", "date": "25/12/2023"}, "date", "2023-12-25"),
        ({"title": "x", "date": 1678060800}, "date", "2023-03-06"),
        ({"title": "x", "date": "March 2023"}, "date", None),
        ({"categories": '["Town", "Sea; land"]'}, "categories", ["Town", "Sea; land"]),
        ({"categories": "[Town]; [Sea"}, "categories", ["[Town]", "[Sea"]),
        ({"categories": "[" * 100_000}, "categories", ["[" * 100_000]),
    ],
)
def test_forms_that_people_have_are_understood(take, archive, given_row, field, value):
    assert take([given_row]) == []
    (row,) = archive.rows("cards")
    assert row[field] == value


@pytest.mark.parametrize(
    ("page", "url", "absolute"),
    [
        (HARBOUR, "/bell/", f"{HARBOUR}bell/"),
        (f"{HARBOUR}news/page/2/", "../storm", f"{HARBOUR}news/page/storm"),
        (HARBOUR, "//pier.example/x", "https://pier.example/x"),
        (HARBOUR, "http://pier.example/", "http://pier.example/"),
        (HARBOUR, "mailto:ada@harbour.example", "mailto:ada@harbour.example"),
        (HARBOUR, "//[pier", "//[pier"),
        (None, "/bell/", "/bell/"),
    ],
)
def test_a_relative_url_is_that_of_its_page(take, archive, page, url, absolute):
    assert take([{"capture_url": page, "url": url}]) == []
    (row,) = archive.rows("cards")
    assert row["url"] == absolute


@pytest.mark.parametrize("time", [NOON, "20260301120000", 20260301120000, "2026-03-01T13:00:00.7+01:00"])
def test_one_time_in_any_spelling_is_one_capture(take, archive, time):
    rows = [{"capture_url": HARBOUR, "captured_at": at, "title": str(at)} for at in (NOON, time)]
    assert take(rows) == []
    assert [row["cards"] for row in archive.rows("captures")] == [2]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("c.csv", 'title,capture_url,captured_at,position\r\nA,{h},{t},1\r\n"B, or\nnot",{h},{t},2\r\n'),
        ("c.csv", '\ufefftitle,capture_url,captured_at,position\nA,{h},{t},1\n\n"B, or not",{h},{t},2\n'),
        ("c.csv", "Title;capture_url;captured_at;position\nA;{h};{t};1\nB, or not;{h};{t};2.0\n"),
        ("c.csv", "title\tcapture_url\tcaptured_at\tposition\nA\t{h}\t{t}\t1\nB, or not\t{h}\t{t}\t2"),
        ("c.csv.gz", 'capture_url,captured_at,title\n{h},{t},A\n{h},{t},"B, or not"\n'),
        (
            "C.JSONL",
            '\ufeff{{"capture_url": "{h}", "captured_at": "{t}", "title": "A"}}\r\n\r\n'
            '{{"capture_url": "{h}", "captured_at": "{t}", "title": "B, or not", "position": "2"}}',
        ),
    ],
)
def test_the_same_facts_in_any_format_are_one_capture(take, archive, name, content):
    assert take(content.format(h=HARBOUR, t=NOON), name) == []
    assert take([{"capture_url": HARBOUR, "captured_at": NOON, "title": t} for t in ("A", "B, or not")]) == []
    assert sightings(archive) == [
        (HARBOUR, NOON, 1, ("title", "A")),
        (HARBOUR, NOON, 2, ("title", "B, or not")),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"title": "x"', "not JSON: "),
        ('["title"]', "not an object"),
        ('{"titel": "x"}', "has none of url, title"),
        ('{"title": 4}', "title: expected text in quotes: 4 in line 2"),
        ('{"title": "x", "tags": [1]}', "tags: expected text or a list of texts: [1] in line 2"),
        ('{"title": "x", "position": -1}', "position: expected a whole number from 0 to 2147483647: -1"),
        ('{"title": "x", "position": true}', "position: expected a whole number"),
        ('{"title": "x", "position": 1.5}', "position: expected a whole number"),
        ('{"title": "x", "captured_at": "noon"}', "or 14 digits: 'noon' in line 2"),
        ('{"title": "x", "captured_at": "0001-01-01T00:00:00+05:00"}', "expected ISO 8601"),
        ('{"title": "x", "capture_url": "a\\nb"}', "capture_url: expected a URL"),
        ('{"title": "x", "capture": {"title": "y"}}', "capture must be an object with only url"),
        ('{"title": "x", "capture_url": "a:b", "capture": {"url": "c:d"}}', "both capture_url and a capture"),
        ('{"title": " ", "tags": [], "position": 3}', "has none of url, title"),
        ('{"title": "nul \0"}', "not JSON: "),
        ("{}", "has none of url, title"),
    ],
)
def test_a_line_that_does_not_fit_is_told_and_the_others_are_taken(take, archive, line, said):
    ((where, error),) = take(f'{{"title": "before"}}\n{line}\n{{"title": "after"}}\n')
    assert where == ":2"
    assert said in error
    assert [row["title"] for row in archive.rows("cards")] == ["before", "after"]


def test_a_line_that_is_no_utf_8_is_told(take, archive):
    ((where, error),) = take(b'{"title": "caf\xe9"}\n{"title": "after"}\n')
    assert (where, error) == (":1", "not UTF-8; save the file as UTF-8: line 1")
    assert [row["title"] for row in archive.rows("cards")] == ["after"]


@pytest.mark.parametrize(
    "lines",
    ['{{"title": "{long}"}}', "title\n{long}", 'title,tags\n{short},"{long}', "title\n{long},,,"],
)
def test_a_line_that_is_too_long_is_told_and_never_held(take, archive, monkeypatch, lines):
    monkeypatch.setattr(tables, "MAX_LINE_BYTES", 1000)
    name = "c.jsonl" if lines.startswith("{") else "c.csv"
    after = '{"title": "after"}' if name == "c.jsonl" else "after" + "," * lines.count(",", 0, 12)
    ((where, error),) = take(lines.format(short="x", long="x" * 9000) + "\n" + after + "\n", name)
    assert where == (":1" if name == "c.jsonl" else ":2")
    assert "longer than" in error
    assert [row["title"] for row in archive.rows("cards")] == ["after"]


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (
            b"title,date\nA,2026-01-01\nB\nC,2026-01-02\n",
            ":3",
            "the first line names 2 columns: 1 cells in line 3",
        ),
        (b'title,date\nA,2026-01-01\n"B"x,2026-01-01\nC,2026-01-02\n', ":3", "expected after"),
        (b"title,date\nA,2026-01-01\nB\xff,2026-01-01\nC,2026-01-02\n", ":3", "not UTF-8"),
        (b'title,position\nA,1\n"B\nb",one\nC,2\n', ":3", "expected a whole number"),
        (b'title,date\nA,2026-01-01\nC,2026-01-02\n"B,2026-01-01\n', ":4", "unexpected end of data"),
    ],
)
def test_a_line_of_csv_that_does_not_fit_is_told(take, archive, content, where, said):
    ((told, error),) = take(content, "cards.csv")
    assert told == where
    assert said in error
    assert [row["title"] for row in archive.rows("cards")] == ["A", "C"]


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (
            b"titel,summary\nA,B\n",
            ":1",
            "unknown columns; map, rename or remove them; allowed are url, title",
        ),
        (b"link,summary\nA,B\n", ":1", "and those of an export of cards: 'link', 'summary'"),
        (b"title,Title\nA,B\n", ":1", "column title stands twice"),
        (b"title,date\n", "", "the file has no rows"),
        (b"", "", "the first line is empty"),
        (b"\n\n", "", "the first line is empty"),
        (b"PK\3\4\0\0", "", "binary data"),
        ("title\nA\n".encode("utf-16"), "", "text in UTF-16"),
    ],
)
def test_a_file_that_does_not_fit_gives_nothing(take, archive, content, where, said):
    ((_, error),) = take(content, "cards.csv")
    assert f"cards.csv{where}: " in error
    assert said in error
    assert list(archive.rows("captures")) == []


def test_a_torn_gzip_file_gives_nothing(tmp_path, archive):
    path = tmp_path / "cards.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"title": "x"}\n' * 1000)[:-20])
    (outcome,) = archive.crawl([str(path)])
    assert "damaged gzip file" in outcome.error
    assert archive.status().captures == 0


@pytest.mark.parametrize("rows", [10, 5000])
def test_no_room_for_the_temporary_file_is_told(take, archive, monkeypatch, rows):
    def on_a_full_disk(prefix):
        assert prefix
        return Path("/dev/full").open("w+b")

    monkeypatch.setattr(tempfile, "TemporaryFile", on_a_full_disk)
    ((_, error),) = take([{"title": f"{n}"} for n in range(rows)])
    assert "cards.jsonl: the disk is full in " in error
    assert "where its rows are sorted; make room or set TMPDIR to another folder" in error
    assert list(archive.rows("captures")) == []


@pytest.mark.parametrize("name", ["cards.jsonl", "cards.jsonl.gz"])
@pytest.mark.parametrize("packed", [True, False])
def test_what_is_packed_its_bytes_tell(tmp_path, archive, name, packed):
    path = tmp_path / name
    content = b'{"title": "x"}\n'
    path.write_bytes(gzip.compress(content) if packed else content)
    (outcome,) = archive.crawl([str(path)])
    assert (outcome.error, outcome.cards) == (None, 1)


def test_records_in_a_folder_of_pages_are_told(run, tmp_path):
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "page.html").write_bytes(LISTING)
    (folder / "cards.csv").write_text("title\nA\n")
    (folder / "more.jsonl.gz").write_bytes(b"")
    ran = run("--archive", tmp_path / "a", "crawl", folder)
    advice = f"are not imported with a folder; name each as a source, such as {folder}/cards.csv"
    assert f"{folder}: 2 files of card records {advice}" in ran.err
    assert ran.code == 0


def test_bad_lines_are_counted_by_kind_with_three_examples(take):
    rows = [*({"title": n} for n in range(2500)), {"title": "good"}, {"position": 1}]
    assert take(rows) == [
        (":1", "title: expected text in quotes: 2,500 rows, such as 0 in line 1, 1 in line 2, 2 in line 3"),
        (":2502", "has none of url, title, date, author, categories, tags, excerpt: line 2502"),
    ]


@pytest.mark.parametrize("name", ["cards.jsonl", "cards.csv"])
def test_a_bad_date_loses_the_date_and_not_the_row(run, tmp_path, name):
    """Also two that could be of two days, until a third proves their order."""
    dates = ["last week", "2026-02-30", "03/05/2024", "04/05/2024", "2024-05-06"]
    for more, known in (([], 1), (["25/12/2023"], 4)):
        rows = [{"title": f"{n}", "date": date} for n, date in enumerate(dates + more)]
        text = "".join(json.dumps(row) + "\n" for row in rows)
        if name.endswith("csv"):
            text = "title,date\n" + "".join(f"{row['title']},{row['date']}\n" for row in rows)
        (tmp_path / name).write_text(text)
        archive = tmp_path / f"archive-{known}"
        ran = run("--archive", archive, "crawl", tmp_path / name)
        assert ran.code == 0
        assert "could not be read as dates: 2, such as 'last week', '2026-02-30'" in ran.err
        cards = run("--archive", archive, "export", "cards", "--format", "jsonl").rows()
        assert len(cards) == len(rows)
        assert sum(card["date"] is not None for card in cards) == known


@pytest.mark.parametrize("url", ["http://[", "//", "x", "http://a.example:port/"])
def test_a_date_is_read_whatever_its_page_is_called(take, archive, url):
    assert take([{"capture_url": url, "title": "A", "date": "5 March 2023"}]) == []
    assert [row["date"] for row in archive.rows("cards")] == ["2023-03-05"]


def test_dates_in_numbers_are_those_of_the_country(take, archive):
    rows = [
        {"capture_url": f"https://{host}/", "title": host, "date": "03/05/2024"}
        for host in ("a.example", "a.gov", "a.co.uk")
    ]
    assert take(rows) == []
    dates = {row["title"]: row["date"] for row in archive.rows("cards")}
    assert dates == {"a.example": None, "a.gov": "2024-03-05", "a.co.uk": "2024-05-03"}


def test_fields_that_are_not_read_are_named_once(run, tmp_path):
    rows = [{"title": f"{n}", "votes": n, "thumb": "x", "id": n, "lang": "en"} for n in range(50)]
    path = tmp_path / "cards.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ran = run("--archive", tmp_path / "a", "crawl", path)
    assert ran.code == 0
    _, told, _ = ran.err.splitlines()
    assert told == f"archiver: {path}: fields that are not read: 4 (such as 'id', 'lang', 'thumb')"
    strict = run("--archive", tmp_path / "b", "crawl", path, "--strict")
    assert strict.code == 1
    assert "unknown columns; map, rename or remove them" in strict.err
    assert "50 rows, such as 'id', 'lang', 'thumb', 'votes' in line 1" in strict.err


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "c.jsonl",
            '{"Headline": "The storm", "link": "/a/", "title": "not this", "when": "5 March 2023"}\n',
        ),
        ("c.csv", "Headline,link,when\nThe storm,/a/,5 March 2023\n"),
        ("c.json", '[{"Headline": "The storm", "link": "/a/", "when": "5 March 2023"}]'),
    ],
)
def test_a_map_gives_the_names_that_a_file_has_for_fields(run, tmp_path, name, text):
    (tmp_path / name).write_text(text)
    names = "title=Headline, url=link,date=when"
    ran = run("--archive", tmp_path / "a", "crawl", tmp_path / name, "--map", names, "--strict")
    assert (ran.code, ran.err.splitlines()[1:]) == (0, ["archiver: 1 captures (1 new), 1 cards, 0 failed"])
    (card,) = run("--archive", tmp_path / "a", "export", "cards", "--format", "jsonl").rows()
    assert (card["title"], card["url"], card["date"]) == ("The storm", "/a/", "2023-03-05")


@pytest.mark.parametrize("names", ["titel=x", "title", "title=", "=x", "title=a,,"])
def test_a_map_that_cannot_be_is_refused(run, tmp_path, names):
    ran = run("--archive", tmp_path / "a", "crawl", "cards.jsonl", "--map", names)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("name", ["cards.json", "cards.jsonl", "-"])
def test_an_array_is_read_as_lines_are(run, take, archive, tmp_path, monkeypatch, name):
    cards = [
        {"title": f"Storm {n}", "url": f"{HARBOUR}{n}/", "excerpt": "x" * (n % 400)} for n in range(2000)
    ]
    path = tmp_path / ("cards.in" if name == "-" else name)
    path.write_text(json.dumps(cards, indent=1))
    with path.open() as opened:
        monkeypatch.setattr("sys.stdin", opened)
        ran = run("--archive", tmp_path / "a", "crawl", name if name == "-" else path)
    assert ran.err.splitlines()[-1] == "archiver: 2 captures (2 new), 2000 cards, 0 failed"
    take(cards, "lines.jsonl")
    assert [s[3:] for s in sightings(Archive(tmp_path / "a"))] == [s[3:] for s in sightings(archive)]


def test_lines_of_records_come_from_standard_input(run, tmp_path, monkeypatch):
    (tmp_path / "in").write_text('{"title": "A"}\n{"title": "B"}\n')
    for _ in range(2):
        with (tmp_path / "in").open() as opened:
            monkeypatch.setattr("sys.stdin", opened)
            ran = run("--archive", tmp_path / "a", "crawl", "-", "--captured-at", "20260301120000")
            assert ran.code == 0
    assert ran.err == "archiver: 1 captures (0 new), 2 cards, 0 failed\n"


@pytest.mark.parametrize(
    ("text", "titles", "said"),
    [
        ('[{"title": "A"}, {"title": "B"', "A", "the array cannot be read from here on: "),
        ('[{"title": "A"} {"title": "B"}]', "A", "expected , or ]"),
        ('[{"title": "A"},\n4,\n{"title": "B"}]', "AB", "not an object"),
        ("[" * 100_000, "", "the array cannot be read"),
        ('[{"title": "A"}, {"title": "caf\udce9"}]', "", "not UTF-8"),
        ("[]", "", "the file has no rows"),
    ],
)
def test_an_array_that_is_none_gives_what_stands_before(take, archive, text, titles, said):
    ((_, error),) = take(text.encode("utf-8", "surrogateescape"))
    assert said in error
    assert [row["title"] for row in archive.rows("cards")] == list(titles)


def test_a_file_of_records_on_the_command_line(run, tmp_path):
    path = tmp_path / "cards.csv"
    path.write_text("title,position\nA,1\nB,zwei\n")
    ran = run("--archive", tmp_path / "a", "crawl", path)
    assert ran.code == 1
    assert f"{path}:3: position: expected a whole number from 0 to 2147483647: 'zwei' in line 3" in ran.err
    assert run("--archive", tmp_path / "b", "crawl", tmp_path / "none.csv").code == 1


def test_rows_of_one_capture_may_stand_anywhere(take, archive):
    rows = [
        {
            "capture_url": HARBOUR,
            "captured_at": f"2026-03-0{day}",
            "position": position,
            "title": f"{day} {position}",
        }
        for day in range(1, 8)
        for position in range(1, 6)
    ]
    expected = [
        (HARBOUR, f"{r['captured_at']}T00:00:00Z", r["position"], ("title", r["title"])) for r in rows
    ]
    random.Random(3).shuffle(rows)
    assert take(rows) == []
    assert sightings(archive) == expected


def test_positions_that_are_missing_or_taken(take, archive):
    positions = [0, None, 7, None, 7, 7, 3]
    titles = ["a", "b", "c", "d", "c", "e", "f"]
    rows = [
        {"capture_url": HARBOUR, "captured_at": NOON, "title": title, "position": position}
        for title, position in zip(titles, positions, strict=True)
    ]
    moved = "the position is taken by another row of the capture; the row is moved: 7 to 9 in line 6"
    assert take(rows) == [(":6", moved)]
    assert [(row["position"], row["title"]) for row in archive.rows("cards")] == [
        (0, "a"),
        (1, "b"),
        (3, "f"),
        (7, "c"),
        (8, "d"),
        (9, "e"),
    ]


def test_the_same_file_again_stores_nothing(take, archive):
    rows = [{"title": "x"}, {"capture_url": HARBOUR, "title": "y"}, {"captured_at": NOON, "title": "z"}]
    take(rows)
    os.utime(archive.folder.parent / "cards.jsonl", (1_700_000_000, 1_700_000_000))
    take_again = [list(archive.crawl([str(archive.folder.parent / "cards.jsonl")])) for _ in range(2)]
    assert [outcome.new for outcome in take_again[1]] == [False] * 3


def test_what_a_row_does_not_say_the_file_does(take, archive):
    time = datetime(2026, 5, 4, tzinfo=UTC)
    rows = [
        {"title": "no place"},
        {"title": "url", "capture_url": HARBOUR},
        {"title": "time", "captured_at": NOON},
        {"title": "time and position", "captured_at": NOON, "position": 9},
        {"title": "position", "position": 9},
    ]
    assert take(rows, captured_at=time, base_url="https://set.example/all") == []
    may = "2026-05-04T00:00:00Z"
    assert sightings(archive) == [
        ("https://set.example/all", NOON, 9, ("title", "time and position")),
        ("https://set.example/all#row=3", NOON, 3, ("title", "time")),
        (HARBOUR, may, 1, ("title", "url")),
        ("https://set.example/all#row=1-5", may, 1, ("title", "no place")),
        ("https://set.example/all#row=1-5", may, 9, ("title", "position")),
    ]


def test_a_data_set_is_cut_into_parts_by_its_rows(take, archive):
    lines = [json.dumps({"title": f"t{n}"}) for n in range(1, 2501)]
    lines[1700] = "bad"
    assert [where for where, _ in take("\n".join(lines))] == [":1701"]
    parts = [(row["url"].rpartition("#")[2], row["cards"]) for row in archive.rows("captures")]
    assert parts == [("row=1-1000", 1000), ("row=1001-2000", 999), ("row=2001-2500", 500)]
    assert [row["position"] for row in archive.rows("cards")] == [n for n in range(1, 2501) if n != 1701]


def test_a_page_that_none_can_be_is_a_data_set(take, archive, monkeypatch):
    monkeypatch.setattr(records, "MAX_PAGE_ROWS", 3)
    rows = [{"capture_url": HARBOUR, "captured_at": NOON, "title": f"t{n}"} for n in range(1, 6)]
    assert take(rows) == []
    assert [row["url"] for row in archive.rows("captures")] == [HARBOUR + "#row=1-5"]
    assert [row["position"] for row in archive.rows("cards")] == [1, 2, 3, 4, 5]


def test_long_rows_make_short_parts(take, archive):
    assert take([{"title": f"{n}", "excerpt": "x" * (3 << 20)} for n in range(4)]) == []
    parts = [row["url"].rpartition("#")[2] for row in archive.rows("captures")]
    assert parts == ["row=1-2", "row=3-4"]


TEMPLATE = "The council meets on Monday at seven in the hall to speak of the harbour, item {}."


def test_standing_in_one_data_set_says_nothing(take, archive):
    cut = TEMPLATE.format("of the bell")[:70]
    rows = [{"excerpt": TEMPLATE.format("of the bell")}, {"excerpt": cut}, {"excerpt": "Fish."}]
    assert take(rows) == []
    archive.dedupe()
    assert sorted((row["sightings"], row["captures"]) for row in archive.rows("posts")) == [(1, 1), (2, 1)]
    other = Archive(archive.folder / "together")
    path = archive.folder / "together.jsonl"
    path.write_text("".join(json.dumps(row | {"capture_url": HARBOUR}) + "\n" for row in rows))
    list(other.crawl([str(path)]))
    assert other.dedupe().posts == 3


def test_a_rebuild_and_a_reparse_read_the_records_again(take, archive):
    take(
        [
            {"title": "x", "position": 7},
            {"capture_url": HARBOUR, "captured_at": NOON, "title": "y", "position": 3},
        ]
    )
    archive.dedupe()
    before = [list(archive.rows(kind)) for kind in ("cards", "posts", "captures")]
    (archive.folder / "archive.db").unlink()
    archive.rebuild()
    assert [list(archive.rows(kind)) for kind in ("cards", "posts", "captures")] == before
    with Store(archive.folder, "write") as store, store.atomic():
        store.db.execute("UPDATE pages SET parser_version = NULL, same_page = 1")
        store.db.execute("UPDATE sightings SET position = position + 50")
    assert [reread.error for reread in archive.reparse()] == [None, None]
    archive.dedupe()
    assert [list(archive.rows(kind)) for kind in ("cards", "posts", "captures")] == before
    with Store(archive.folder, "read") as store:
        assert sorted(s.same_page for s in store.cards.sightings()) == [False, True]
    assert list(archive.verify()) == []


def history(seed):
    """Sightings of a listing that moves, with and without some fields, as rows."""
    chance = random.Random(seed)
    words = ["harbour", "bell", "storm", "council", "ferry", "light", "market", "bridge", "school", "tide"]
    posts = [
        {
            "url": f"{HARBOUR}{n}/" if chance.random() < 0.7 else None,
            "title": " ".join(chance.choices(words, k=4)) if chance.random() < 0.8 else None,
            "excerpt": " ".join(chance.choices(words, k=40)),
            "date": f"2026-01-{n % 28 + 1:02}" if chance.random() < 0.5 else None,
        }
        for n in range(60)
    ]
    for visit in range(40):
        for position in range(1, 9):
            post = dict(posts[visit + position])
            post["excerpt"] = str(post["excerpt"])[: chance.choice((60, 120, 400))]
            if chance.random() < 0.2:
                post["url"] = None
            yield {
                "capture_url": HARBOUR,
                "captured_at": f"2026-03-{visit // 2 + 1:02}T{visit % 2 * 12:02}:00:00Z",
                "position": position,
                **post,
            }


@pytest.mark.parametrize("seed", range(3))
def test_through_this_door_the_posts_are_those_of_the_cards(take, archive, seed):
    rows = list(history(seed))
    assert take(rows) == []
    keys = {row["captured_at"]: row["id"] for row in archive.rows("captures")}
    cards, seen = {}, []
    for row in rows:
        card = Card(**{field: row[field] for field in FIELDS if row.get(field)})
        cards[card.key] = card
        time = datetime.fromisoformat(row["captured_at"])
        seen.append(Sighting(keys[row["captured_at"]], time, row["position"], card.key))
    archive.dedupe()
    posts = dedupe(cards, seen)
    assert [(row["id"], row["excerpt"], row["sightings"]) for row in archive.rows("posts")] == [
        (post.id, post.excerpt, post.sightings) for post in posts
    ]
    post_of = {card: post.id for post in posts for card in post.cards}
    assert {row["card_id"]: row["post_id"] for row in archive.rows("cards")} == post_of


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_export_import_export_is_a_round_trip(take, archive, tmp_path, form):
    take(
        [
            *history(1),
            {"title": "=1+1"},
            {"title": "'=1"},
            {"title": "a;'=2"},
            {"title": "-", "tags": ["@x", "b"]},
            {"excerpt": 'a "quote", ünï'},
        ]
    )
    archive.dedupe()
    exported = b"".join(archive.export_iter("cards", form))
    path = tmp_path / f"exported.{form}"
    path.write_bytes(exported)
    other = Archive(tmp_path / "other")
    assert all(outcome.error is None for outcome in other.crawl([str(path)]))
    other.dedupe()
    assert b"".join(other.export_iter("cards", form)) == exported
    assert b"".join(other.export_iter("posts", "json")) == b"".join(archive.export_iter("posts", "json"))
    assert not any(outcome.new for outcome in archive.crawl([str(path)]))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
ROWS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("title", "author", "excerpt"), st.none() | TEXTS),
        "url": st.none() | st.just(" ") | TEXTS.map(f"{HARBOUR}{{}}".format),
        **dict.fromkeys(("categories", "tags"), st.none() | st.lists(TEXTS, max_size=3)),
        "date": st.none() | st.dates().map(str),
        "position": st.none() | st.integers(0, 20),
        "capture_url": st.none() | st.sampled_from([HARBOUR, "https://x.example/ü"]),
        "captured_at": st.none() | st.sampled_from([NOON, "20260302000000"]),
    },
)


def texts_in(row):
    """The texts of a row that its card would have."""
    for field in FIELDS:
        value = row.get(field) or []
        yield from value if isinstance(value, list) else [value]


@given(st.lists(ROWS, max_size=20))
def test_any_rows_are_taken_or_told(tmp_path_factory, rows):
    """Each row is a sighting or a told line; what was taken comes out and goes in again the same."""
    folder = tmp_path_factory.mktemp("records")
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    archive = Archive(folder / "a")
    outcomes = list(archive.crawl([str(path)]))
    told = [o for o in outcomes if o.error and "another row of" not in o.error]
    taken = list(archive.rows("cards"))
    empty = [n for n, row in enumerate(rows, 1) if not any(map(clean_text, texts_in(row)))]
    fitting = [card_of(facts_of(row)) for n, row in enumerate(rows, 1) if n not in empty]
    assert {card.key for card in fitting} == {row["card_id"] for row in taken}
    assert [o.where for o in told if rows] == [f"{path}:{n}" for n in empty[:1]]
    assert all(f"{len(empty)} rows" in str(o.error) or len(empty) == 1 for o in told if rows)
    lines = b"".join(write(archive.rows("cards"), "cards", "jsonl"))
    if taken:
        (folder / "again.jsonl").write_bytes(lines)
        again = Archive(folder / "b")
        assert not [o for o in again.crawl([str(folder / "again.jsonl")]) if o.error]
        assert b"".join(again.export_iter("cards", "jsonl")) == lines


def test_nothing_is_held_but_the_place_of_a_run(tmp_path):
    """The rows go through a file: what is in memory does not grow with their length."""

    def peak(rows):
        path = tmp_path / f"{rows}.jsonl"
        line = json.dumps({"capture_url": HARBOUR, "captured_at": NOON, "excerpt": "x" * 2000})
        with path.open("w") as file:
            for n in range(rows):
                file.write(line.replace(NOON, f"{2000 + n % 20}-03-01") + "\n")
        tracemalloc.start()
        for _ in read_records(str(path), ImportOptions(), RowFaults()):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(8000) < peak(2000) + (12 << 20)
