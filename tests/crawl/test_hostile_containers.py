"""Files and indexes that are made to do harm: each is refused in one line, or costs itself alone.

Each is crawled by a process of its own that may take so much address space and so much time of the processor
and no more. It writes nothing outside of its archive. The list stands in docs/security.md.
"""

import gzip
import io
import os
import re
import resource
import sqlite3
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.servers import LISTING
from tests.warcs import http, members, record, wacz

pytestmark = pytest.mark.slow

MEMORY_BYTES = 3 << 29
"""Address space: 0.7 GiB for Python and its libraries, the rest for a page and two batches of captures."""
PROCESSOR_S = 120
"""Many times what the longest takes; what is quadratic takes hours."""
MEGABYTE = 1 << 20
GOOD = record(block=http(LISTING))
WARC = members(GOOD)
MANY = 1_000_000


class Hostile(NamedTuple):
    """How a source is made in the current folder, what the line says, and in how many lines."""

    make: Callable[[], object]
    source: str
    said: str
    options: tuple[str, ...] = ()
    lines: int = 1


def file(name: str, data: bytes | Callable[[], bytes]) -> Callable[[], object]:
    return lambda: Path(name).write_bytes(data if isinstance(data, bytes) else data())


def gzip_of(start: bytes, filler: bytes, megabytes: int) -> bytes:
    """A gzip member with so many megabytes behind its start, without the time that packing them takes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    piece = (filler * MEGABYTE)[:MEGABYTE]
    body = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = zlib.crc32(start)
    for _ in range(megabytes):
        checksum = zlib.crc32(piece, checksum)
    size = (len(start) + megabytes * MEGABYTE) & 0xFFFFFFFF
    return head + body * megabytes + b"\3\0" + struct.pack("<LL", checksum, size)


def bomb(megabytes: int) -> bytes:
    return gzip_of(b"<html>", b"\0", megabytes)


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return out.getvalue()


def linked_entry() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("archive/a.warc.gz")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def overlapping_zip() -> bytes:
    """A zip whose entries all have the same bytes (https://www.bamsoftware.com/hacks/zipbomb/)."""
    whole = zipped(("archive/a.warc.gz", WARC))
    end = whole.rfind(b"PK\5\6")
    start = struct.unpack_from("<L", whole, end + 16)[0]
    entry = whole[start:end]
    entries = b"".join(entry.replace(b"archive/a", b"archive/%c" % letter) for letter in range(97, 123))
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 26, 26, len(entries), start, 0)
    return whole[:start] + entries + tail


def links_out() -> None:
    Path("outside.warc").write_bytes(GOOD)
    Path("outside.html").write_bytes(LISTING)
    Path("folder").mkdir()
    Path("folder/a.warc").symlink_to("../outside.warc")
    Path("folder/b.html").symlink_to("../outside.html")


def sparse_head() -> None:
    with Path("a.warc").open("wb") as opened:
        opened.write(b"WARC/1.0\r\nX: ")
        opened.truncate(128 << 20)


def nested_har() -> bytes:
    return b'{"log": {"entries": [' + b'{"a":[' * MANY


def git(*arguments: str, data: bytes = b"") -> str:
    who = {f"GIT_{role}_{part}": "a@b" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    command = ["git", "-C", "history", *arguments]
    ran = subprocess.run(command, input=data, capture_output=True, check=True, env=os.environ | who)
    return ran.stdout.decode().strip()


def hostile_repository() -> None:
    """Names that lead out of the tree, and a configuration that would run a program."""
    subprocess.run(["git", "init", "-q", "history"], check=True)
    blob = git("hash-object", "-w", "--stdin", data=LISTING)
    tree = git(
        *("hash-object", "-w", "-t", "tree", "--literally", "--stdin"),
        data=b"100644 evil.html\0" + bytes.fromhex(blob),
    )
    for folder in (b"..", b".git"):
        tree = git(
            *("hash-object", "-w", "-t", "tree", "--literally", "--stdin"),
            data=b"40000 " + folder + b"\0" + bytes.fromhex(tree),
        )
    git("update-ref", "HEAD", git("commit-tree", tree, "-m", "x"))
    trap = Path("trap").absolute()
    trap.write_text(f"#!/bin/sh\ntouch {trap.parent}/sprung\n")
    trap.chmod(0o755)
    hook = Path("history/.git/hooks/post-index-change")
    hook.parent.mkdir(exist_ok=True)
    hook.symlink_to(trap)
    for name in ("core.fsmonitor", "core.pager", "diff.external", "core.sshCommand"):
        git("config", name, str(trap))


def database(script: str) -> Callable[[], object]:
    def make() -> None:
        with closing(sqlite3.connect("a.db")) as opened:
            opened.executescript(script)

    return make


def damaged_database() -> None:
    database(
        "CREATE TABLE a(title); INSERT INTO a SELECT hex(randomblob(300)) FROM"
        " (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 200) SELECT i FROM n)"
    )()
    data = bytearray(Path("a.db").read_bytes())
    data[4096 * 2 : 4096 * 4] = b"\xff" * 8192
    Path("a.db").write_bytes(data)


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
INSIDE = "does not end where|fewer bytes|no valid Content-Length|longer than the rest|ends within"

HOSTILE: dict[str, Hostile] = {
    "zip slip": Hostile(
        file("a.wacz", wacz({"a.warc.gz": WARC}, **{"../../evil.html": b"x"})), "a.wacz", "leads out"
    ),
    "a link as a member": Hostile(
        file("a.wacz", zipped((linked_entry(), b"/etc/passwd"))),
        "a.wacz",
        "datapackage.json: is missing",
        lines=3,
    ),
    "links out of a folder": Hostile(links_out, "folder", "a link to a file outside folder", lines=2),
    "zip bomb": Hostile(
        file(
            "a.wacz",
            lambda: zipped(("archive/a.warc", bytes(300 * MEGABYTE)), compression=zipfile.ZIP_DEFLATED),
        ),
        "a.wacz",
        "refused: 'archive/a.warc' inflates to",
    ),
    "zip of overlapping members": Hostile(
        file("a.wacz", overlapping_zip), "a.wacz", "datapackage.json: is missing", lines=4
    ),
    "one name twice": Hostile(
        file(
            "a.wacz", zipped(("archive/a.warc.gz", WARC), ("archive/A.warc.gz", WARC)).replace(b"/A", b"/a")
        ),
        "a.wacz",
        "two files called",
    ),
    "WACZ in WACZ": Hostile(
        file("a.wacz", zipped(("a.wacz", wacz({"a.warc.gz": WARC})))), "a.wacz", "unpack it"
    ),
    "WARC in a zip": Hostile(file("a.zip", zipped(("a.warc.gz", WARC))), "a.zip", "a.zip"),
    "gzip in gzip": Hostile(file("a.warc.gz", gzip.compress(WARC)), "a.warc.gz", "neither a WARC nor"),
    "gzip bomb": Hostile(
        file("a.warc.gz", lambda: gzip_of(b"WARC/1.0\r\nContent-Length: 999999999\r\n\r\n", b"\0", 400)),
        "a.warc.gz",
        "inflates to more than 200 times",
    ),
    "gzip bomb as a page": Hostile(
        file("a.html.gz", lambda: bomb(300)), "a.html.gz", "larger than|more than"
    ),
    "content-encoding bomb": Hostile(
        file("a.warc", lambda: record(block=http(bomb(300), Content_Encoding="gzip"))),
        "a.warc",
        "inflates to",
    ),
    "content-encoding bomb in another": Hostile(
        file("a.warc", lambda: record(block=http(gzip.compress(bomb(300)), Content_Encoding="gzip, gzip"))),
        "a.warc",
        "inflates to",
    ),
    "a head of hundreds of megabytes": Hostile(sparse_head, "a.warc", "a line of more than 64 KiB"),
    "a head of hundreds of megabytes, packed": Hostile(
        file("a.warc.gz", lambda: gzip_of(b"WARC/1.0\r\nX: ", b"a", 300)),
        "a.warc.gz",
        "a line of more than 64 KiB",
    ),
    "headers of hundreds of megabytes, packed": Hostile(
        file("a.warc.gz", lambda: gzip_of(b"WARC/1.0\r\n", b"X: 567\r\n", 300)),
        "a.warc.gz",
        "a head of more than 64 KiB",
    ),
    **{
        f"Content-Length {length}": Hostile(
            file("a.warc", record(block=b"x", **{"Content-Length": length}) + GOOD), "a.warc", INSIDE
        )
        for length in ("-1", "0x10", "999999999999", "9" * 40, "")
    },
    "no Content-Length": Hostile(
        file("a.warc", b"WARC/1.0\r\nWARC-Type: response\r\n\r\n" + GOOD), "a.warc", INSIDE
    ),
    "MHTML of a million parts": Hostile(
        file(
            "a.mhtml",
            lambda: b"Content-Type: multipart/related; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * MANY,
        ),
        "a.mhtml",
        "of more than 50,000 parts",
    ),
    "MHTML of parts in parts": Hostile(
        file(
            "a.mhtml",
            b"".join(
                b"Content-Type: multipart/related; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
                for n in range(20_000)
            ),
        ),
        "a.mhtml",
        "MHTML",
    ),
    "deep HAR": Hostile(lambda: Path("a.har").write_bytes(nested_har()), "a.har", "a.har"),
    "git names and programs": Hostile(
        hostile_repository, "git:history", "", ("--base-url", "https://harbour.example/")
    ),
    "a view without end": Hostile(
        database(f"CREATE VIEW a AS {ENDLESS} SELECT i AS title FROM n WHERE i < 0"),  # noqa: S608
        "a.db",
        "interrupted",
    ),
    "a page of a database": Hostile(damaged_database, "a.db", "malformed"),
    "a view with a function": Hostile(
        database("CREATE VIEW a AS SELECT load_extension('/tmp/x') AS title"), "a.db", "load_extension"
    ),
    "a view of huge texts": Hostile(
        database("CREATE VIEW a AS SELECT printf('%.*c', 900000000, 'x') AS title"),
        "a.db",
        "too big|has none of",
    ),
}


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))


def crawl(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "archiver", "--archive", "archive", "crawl", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited)


def files_outside() -> set[str]:
    return {str(path) for path in Path().rglob("*") if path.parts[0] != "archive"}


def lines_of(err: str) -> list[str]:
    """The lines that say what is wrong."""
    *lines, _counts = [line for line in err.splitlines() if "a new archive is begun" not in line]
    return [
        line
        for line in lines
        if not re.search(r"passed over:|no cards were found on \d|in this folder", line)
    ]


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "in" / "here").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "in" / "here")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_source_is_one_line(tmp_path, name):
    hostile = HOSTILE[name]
    hostile.make()
    before = files_outside()
    ran = crawl(hostile.source, *hostile.options)
    lines = lines_of(ran.stderr)
    assert (ran.returncode, len(lines), ran.stdout) == (
        1 if hostile.said else 0,
        hostile.lines if hostile.said else 0,
        "",
    )
    assert not lines or re.search(hostile.said, lines[0])
    assert files_outside() == before
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
