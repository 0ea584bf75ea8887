"""Whatever stands in arguments, files and archives: no traceback, no exit code but 0 to 2, no write outside.

Every command with each of its options is run on generated values, on damaged files of every kind, and on
damaged archives. SQLite checks no values, so a database that was changed in its cells is repaired first: no
command promises more. `make fuzz-commands` does it 10,000 times; ARCHIVER_EXAMPLES says how often.
"""

import contextlib
import csv
import gzip
import io
import json
import logging
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from pathlib import Path
from unittest import mock

import pytest
import typer.main
import zstandard
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from archiver.archive import Archive
from archiver.cli.app import app, main
from archiver.sources import ImportOptions
from tests.mutations import mutated
from tests.paths import FIXTURES, SAMPLE

EXAMPLES = int(os.environ.get("ARCHIVER_EXAMPLES", "40"))
HANGS_S = 300
"""Seconds in which every command ends, unless it hangs."""
COMMANDS = {
    name: command.params for name, command in sorted(vars(typer.main.get_command(app))["commands"].items())
}
BASE = "https://harbour.example/"
ROWS = [
    {"title": f"Of the tide, {n}", "url": f"{BASE}{n}", "date": f"2026-03-0{n}", "tags": ["a", "b"]}
    for n in range(1, 6)
]


def as_csv(rows):
    text = io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]))
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode()


PAGE = (SAMPLE / "20260317080000" / "index.html").read_bytes()
WARC = gzip.decompress(
    (FIXTURES / "archives" / "0.1.0" / "archive" / "warc" / "archiver-00001.warc.gz").read_bytes()
)
RULES = f'[[rules]]\nsite = "{BASE}"\ncard = "article"\ntitle = "h2 a"\n'.encode()
WHOLE = {
    ".html": PAGE,
    ".xml": (SAMPLE / "20260317080000" / "feed.xml").read_bytes(),
    ".txt": (SAMPLE / "20260320080000" / "index.txt").read_bytes(),
    ".json": json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": ROWS}).encode(),
    ".jsonl": "".join(f"{json.dumps(row)}\n" for row in ROWS).encode(),
    ".csv": as_csv(ROWS),
    ".html.gz": gzip.compress(PAGE, mtime=0),
    ".jsonl.gz": gzip.compress(json.dumps(ROWS[0]).encode(), mtime=0),
    ".zst": zstandard.compress(PAGE),
    ".warc": WARC,
    ".warc.gz": gzip.compress(WARC, mtime=0),
    ".toml": RULES,
    ".db": b"SQLite format 3\0" + bytes(4080),
    "": b"",
}
"""A file of each kind, by its ending."""

seeds = st.integers(0, 2**32)
payloads = st.one_of(
    st.sampled_from(list(WHOLE.values())),
    st.builds(mutated, *[st.sampled_from(list(WHOLE.values()))] * 2, seeds),
    st.binary(max_size=200),
    st.builds(gzip.compress, st.builds(mutated, st.just(WARC), st.just(PAGE), seeds), mtime=st.just(0)),
)
words = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"])
    | st.sampled_from("\x1b\n\r\u202e\udcff-=%[]'\""),
    max_size=12,
)
numbers = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["0", "-1", "9" * 5000, "1e309", "nan", "0x10", "١", "1_0", " 1"]),
)
times = st.datetimes().map(str) | st.sampled_from(
    ["20260317080000", "00000000000000", "99991231235959", "now"]
)
urls = st.builds(
    "{}://{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "file", "ftp", ""]),
    st.sampled_from(
        ["127.0.0.1:1", "[::1]:1", "[::1", "127.0.0.1:99999", "", "a@b@127.0.0.1:1", "%00", "127.1:x"]
    ),
    words.map(lambda text: f"/{text}"),
)
"""URLs of which none leads anywhere: port 1 answers nobody."""
ids = st.text("0123456789abcdef", max_size=10) | st.sampled_from(["f" * 64, "0000"])
choices = st.sampled_from(["json", "jsonl", "csv", "text", "posts", "cards", "captures", "revisions"])
maps = st.lists(st.builds("{}={}".format, words, words), max_size=3).map(",".join)
anything = st.one_of(words, numbers, times, urls, ids, choices, maps)


def values(parameter, sources, cards):
    """What an argument is drawn from."""
    match parameter.name:
        case "sources" | "source":
            return st.sampled_from(sources) | urls | words
        case "output" | "stats_file":
            endings = ["", ".csv", ".json", ".jsonl.gz", ".xlsx", ".gz", "/x.csv", "/.."]
            return st.builds("out/{}{}".format, words, st.sampled_from(endings))
        case "folder":
            return st.builds("out/{}".format, words)
        case "card" | "other" | "left" | "right" | "post":
            return (
                st.sampled_from(cards)
                | st.builds(lambda card, n: card[:n], st.sampled_from(cards), st.integers(0, 9))
                | anything
            )
        case "delay" | "retries":
            return st.sampled_from(["0", "-1", "nan", "inf", "1e-300", "x", "9" * 5000, ""])
    return anything


@st.composite
def commands(draw, sources, cards):
    """A command with its arguments and some of its options."""
    name = draw(st.sampled_from(list(COMMANDS)))
    line = [name, *(["--delay", "0", "--retries", "0", "--timeout", "1"] if name == "crawl" else [])]
    for parameter in COMMANDS[name]:
        is_option = parameter.param_type_name == "option"
        if draw(st.integers(0, 9)) < (7 if is_option else 1):
            continue
        if is_option:
            line.append(draw(st.sampled_from(parameter.opts)))
        if not getattr(parameter, "is_flag", False):
            many = draw(st.integers(1, 3)) if parameter.nargs == -1 else 1
            line += [draw(values(parameter, sources, cards)) for _ in range(many)]
    if draw(st.integers(0, 9)) == 0:
        line.insert(draw(st.integers(0, len(line))), draw(anything))
    return line


CELLS = [
    None,
    -1,
    2**63 - 1,
    1e308,
    "",
    "x",
    "../../x",
    "\x1b[5m",
    "[" * 2000,
    b"",
    b"\xff\x00",
    '{"a": 1}',
    "0001-01-01",
]


@st.composite
def damages(draw):
    """What is done to an archive: of which kind, and a function of its folder that does it."""
    kind = draw(st.sampled_from(["none", "warc", "beside", "rules", "no database", "database", "cells"]))
    seed, payload = draw(seeds), draw(payloads)
    extra = draw(
        st.sampled_from(["warc/archiver-00002.warc.gz", "warc/x", "archive.db-wal", "archive.db-journal"])
    )
    cells = draw(st.tuples(seeds, seeds, st.sampled_from(CELLS), st.integers(1, 3)))

    def damage(folder):
        database, warc = folder / "archive.db", folder / "warc" / "archiver-00001.warc.gz"
        match kind:
            case "warc":
                warc.write_bytes(mutated(warc.read_bytes(), payload, seed))
            case "beside":
                (folder / extra).write_bytes(payload)
            case "rules":
                (folder / "archiver.toml").write_bytes(payload if seed % 3 else mutated(RULES, payload, seed))
            case "no database":
                database.write_bytes(payload)
            case "database":
                database.write_bytes(mutated(database.read_bytes(), payload, seed))
            case "cells":
                change_cells(database, *cells)

    return kind, damage


def change_cells(path, which_table, which_column, value, every):
    """Put a value into a column of each row, or each second or third, of a table."""
    with contextlib.closing(sqlite3.connect(path)) as db, db, contextlib.suppress(sqlite3.Error):
        listed = (
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND rootpage > 0"
        )
        tables = [name for (name,) in db.execute(listed) if "_fts" not in name]
        table = tables[which_table % len(tables)]
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        column = columns[which_column % len(columns)]
        changed = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid % ? = 0"  # noqa: S608 - our schema's
        db.execute(changed, (value, every))


REMEDIES = [["verify", "--repair"], ["rebuild"]]
FOLDERS = ["archive"] * 9 + ["archive/archive.db", "archive/warc", "archive/none", "out/stdin"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An archive with posts."""
    archive = Archive(tmp_path_factory.mktemp("whole") / "archive")
    archive.crawl(SAMPLE, imports=ImportOptions(base_url=BASE))
    archive.dedupe()
    return archive


@pytest.fixture(scope="module")
def cards(whole):
    """The ids of its cards and posts."""
    rows = list(whole.rows("cards"))
    return sorted({row["card_id"] for row in rows} | {row["post_id"] for row in rows})


def state_of(work):
    """What no command may change: all but the archive and the folder for output."""
    paths = [path for path in work.rglob("*") if path.relative_to(work).parts[0] not in ("archive", "out")]
    return {path: (path.lstat().st_mtime_ns, path.lstat().st_size) for path in paths}


def ran(line, work, typed, is_closed):
    """The exit code of a command, its standard output and its standard error."""
    (work / "out" / "stdin").write_bytes(typed)
    with (
        (work / "out" / "stdin").open(encoding="utf-8") as stdin,
        (work / "out" / "stdout").open("w", encoding="utf-8") as out,
        (work / "out" / "stderr").open("w", encoding="utf-8") as err,
        a_pipe_without_reader() as pipe,
        contextlib.chdir(work),
        mock.patch.object(logging.getLogger("archiver"), "propagate", False),  # pytest would keep all lines
        mock.patch.multiple(
            sys, argv=["archiver", *line], stdin=stdin, stdout=pipe if is_closed else out, stderr=err
        ),
    ):
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return code, (work / "out" / "stdout").read_bytes(), (work / "out" / "stderr").read_text(encoding="utf-8")


@contextlib.contextmanager
def a_pipe_without_reader():
    reader, writer = os.pipe()
    os.close(reader)
    pipe = os.fdopen(writer, "w", encoding="utf-8")
    yield pipe
    with contextlib.suppress(BrokenPipeError):
        pipe.close()


@pytest.fixture(autouse=True)
def _ends_a_hang():
    former = signal.signal(signal.SIGALRM, lambda *_: pytest.fail(f"took more than {HANGS_S} s"))
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, former)


@pytest.mark.slow
@settings(
    max_examples=EXAMPLES,
    phases=(Phase.explicit, Phase.generate),  # to shrink would take minutes
    suppress_health_check=list(HealthCheck),
    database=None,
)
@given(data=st.data())
def test_whatever_is_given_ends_well_or_in_a_line(whole, cards, data):
    signal.alarm(HANGS_S)
    files = data.draw(st.dictionaries(st.sampled_from(list(WHOLE)), payloads, max_size=3), label="files")
    kind, damage = data.draw(damages(), label="damage")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        shutil.copytree(whole.folder, work / "archive")
        damage(work / "archive")
        (work / "files").mkdir()
        (work / "out").mkdir()
        for ending, payload in files.items():
            (work / "files" / f"a{ending}").write_bytes(payload)
        before = state_of(work)
        sources = [f"files/a{ending}" for ending in files] + ["files", "-", ".", "missing.html", "/dev/null"]
        lines = data.draw(st.lists(commands(sources, cards), min_size=1, max_size=3), label="commands")
        if kind in ("database", "cells"):
            lines = [*REMEDIES, *lines]
        for command in lines:
            folder_given = "archive" if command in REMEDIES else data.draw(st.sampled_from(FOLDERS))
            line = ["--archive", folder_given, *command]
            is_closed = data.draw(st.integers(0, 9), label="closed") == 0
            code, out, err = ran(line, work, data.draw(payloads), is_closed)
            assert code in (0, 1, 2), line
            assert "Traceback" not in err, line
            assert code == 0 or err or out or is_closed, line
            assert state_of(work) == before, line
            if command == ["rebuild"] and code and kind != "warc":
                return  # the database says that a newer version wrote it
