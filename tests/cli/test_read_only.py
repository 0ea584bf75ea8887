"""Commands that only read: on a medium that cannot be written to, and while another process writes."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from archiver.archive import Archive
from archiver.store import Store
from tests.paths import FIXTURES, SAMPLE

BASE = ("--base-url", "https://harbour.example/")
WITHOUT_RIGHTS = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"]
    if os.geteuid() == 0
    else []
)
"""Root may write anywhere, unless this right is taken away."""
OPEN_AND_KILLED = """
import os, signal, sys
from pathlib import Path
from archiver.store import Store
with Store(Path(sys.argv[1]), "write") as store:
    store.thresholds.add(70)
    os.kill(os.getpid(), signal.SIGKILL)
"""

KILLED_IN_ITS_JOURNAL = """
import os, signal, sqlite3, sys
from pathlib import Path
db = sqlite3.connect(Path(sys.argv[1]) / "archive.db", isolation_level=None)
db.execute("PRAGMA cache_size = 1")  # so that what is changed reaches the file
db.execute("BEGIN IMMEDIATE")
db.execute("UPDATE cards SET title = title || zeroblob(5000)")
os.kill(os.getpid(), signal.SIGKILL)
"""


def reading(archive):
    """Every command that only reads, with its arguments."""
    card = next(iter(Archive(archive).rows("cards")))["card_id"]
    commands = [["posts"], ["status"], ["show", card], ["search", "harbour"], ["explain", card], ["verify"]]
    capture = next(Archive(archive).rows("captures"))["id"]
    commands += [["changes"], ["captures", "--site", "harbour.example"], ["diff", capture, capture]]
    commands += [["export", kind] for kind in ("posts", "cards", "captures", "revisions")]
    return [*commands, ["posts", "--review"]]


@pytest.fixture
def archive(run, tmp_path):
    archive = tmp_path / "archive"
    assert run("--archive", archive, "crawl", SAMPLE, *BASE).code == 0
    assert run("--archive", archive, "dedupe").code == 0
    return archive


@pytest.fixture
def frozen():
    """Takes the right to write from a folder, and gives it back."""
    folders = []

    def freeze(folder):
        folders.append(folder)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)

    yield freeze
    for folder in folders:
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755)


ALL = """
import contextlib, io, json, sys
from archiver.cli.app import main
archive = sys.argv[1]
for command in json.loads(sys.argv[2]):
    sys.argv[1:] = ["--archive", archive, *command]
    out, err, code = io.StringIO(), io.StringIO(), 0
    out.buffer = io.BytesIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as stop:
            code = stop.code or 0
    print(json.dumps([command, code, out.getvalue() + out.buffer.getvalue().decode(), err.getvalue()]))
"""


def without_rights(archive, *commands):
    """Run the commands in one process that may not write: (command, exit code, output, errors) of each."""
    listed = json.dumps([[*map(str, command)] for command in commands])
    start = [*WITHOUT_RIGHTS, sys.executable, "-c", ALL, str(archive), listed]
    ran = subprocess.run(start, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def at_rest(_archive):
    """The archive as every command leaves it."""


def killed(archive):
    """A writer was killed: what it wrote is in the log."""
    ran = subprocess.run([sys.executable, "-c", OPEN_AND_KILLED, archive], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert (archive / "archive.db-wal").stat().st_size


def killed_in_its_journal(archive):
    """A writer was killed before it began the log, or after: what it changed is to be rolled back."""
    ran = subprocess.run([sys.executable, "-c", KILLED_IN_ITS_JOURNAL, archive], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert (archive / "archive.db-journal").stat().st_size


def copied_while_open(archive):
    """The database alone was copied while it was open, after a checkpoint."""
    with Store(archive, "write") as store:
        store.thresholds.add(70)
        store.db.execute("PRAGMA wal_checkpoint").fetchall()
        shutil.copy(archive / "archive.db", archive.parent / "copy.db")
    (archive.parent / "copy.db").replace(archive / "archive.db")


@pytest.mark.parametrize("state", [at_rest, killed, killed_in_its_journal, copied_while_open])
def test_an_archive_that_cannot_be_written_to_is_read(archive, run, frozen, state):
    commands = reading(archive)
    cards = run("--archive", archive, "export", "cards").out.decode()
    state(archive)
    frozen(archive)
    before = {path: path.stat().st_mtime_ns for path in archive.rglob("*")}
    for command, code, out, err in without_rights(archive, *commands):
        assert (code, err.count("\n") <= 1) == (0, True), (command, err)
        assert command != ["export", "cards"] or out == cards
    assert {path: path.stat().st_mtime_ns for path in archive.rglob("*")} == before


@pytest.mark.parametrize("state", [killed, killed_in_its_journal])
def test_an_archive_is_read_whose_writer_was_killed(archive, run, tmp_path, state):
    commands = reading(archive)
    cards = run("--archive", archive, "export", "cards").out
    state(archive)
    for command in commands:
        shutil.copytree(archive, tmp_path / "copy")
        ran = run("--archive", tmp_path / "copy", *command)
        assert (ran.code, ran.err.count("\n") <= 1) == (0, True), (command, ran.err)
        assert command != ["export", "cards"] or ran.out == cards
        shutil.rmtree(tmp_path / "copy")


def test_an_archive_of_an_older_version_that_cannot_be_written_to_is_read(tmp_path, frozen):
    shutil.copytree(FIXTURES / "archives" / "0.1.0" / "archive", tmp_path / "archive")
    frozen(tmp_path / "archive")
    expected = (FIXTURES / "archives" / "0.1.0" / "exports" / "posts.jsonl").read_text(encoding="utf-8")
    exported, verified = without_rights(
        tmp_path / "archive", ["export", "posts", "--format", "jsonl"], ["verify"]
    )
    assert exported[1:] == [0, expected, ""]
    assert verified[1] == 0


def test_a_command_that_writes_says_that_it_cannot(archive, frozen):
    frozen(archive)
    commands = [["dedupe"], ["crawl", SAMPLE], ["rebuild"], ["verify", "--repair"]]
    for command, code, _, err in without_rights(archive, *commands):
        assert (code, err.count("\n")) == (1, 1), (command, err)
        assert "cannot be written to" in err


def test_an_archive_is_read_while_another_process_writes(archive, run):
    commands = reading(archive)
    before = run("--archive", archive, "export", "cards").out
    with Store(archive, "write") as store, store.atomic():
        store.thresholds.add(70)
        store.db.execute("DELETE FROM sightings")
        for command in commands:
            ran = run("--archive", archive, *command)
            assert (ran.code, ran.err.count("\n") <= 1) == (0, True), (command, ran.err)
        assert run("--archive", archive, "export", "cards").out == before


def test_what_an_interrupted_run_left_is_no_fault(archive, run, make_capture):
    """The next command that writes takes it in."""
    shutil.copy(archive / "archive.db", archive / "before.db")
    with Store(archive, "write") as store:
        store.captures.add(make_capture(os.urandom(500)))
    (archive / "before.db").replace(archive / "archive.db")
    assert run("--archive", archive, "verify").code == 0
    assert run("--archive", archive, "dedupe").code == 0
    assert run("--archive", archive, "verify").code == 0
    assert len(list(Archive(archive).rows("captures"))) == 9
