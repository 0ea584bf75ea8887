"""A command that is killed at any moment leaves an archive that is whole, and is completed by the next run.

`make torture` kills each 200 times; ARCHIVER_KILLS says how often.
"""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys

import pytest

from archiver.archive import Archive
from archiver.sources import ImportOptions
from tests.paths import SAMPLE

KILLS = int(os.environ.get("ARCHIVER_KILLS", "1"))
BASE = ["--base-url", "https://harbour.example/"]
COMMANDS = {
    "crawl a folder": (["crawl", str(SAMPLE), *BASE], "empty"),
    "crawl records": (["crawl", "RECORDS"], "empty"),
    "dedupe": (["dedupe"], "crawled"),
    "dedupe from scratch": (["dedupe", "--from-scratch"], "whole"),
    "reparse": (["reparse"], "outdated"),
    "rebuild": (["rebuild"], "whole"),
    "repair": (["verify", "--repair"], "disagreeing"),
    "export": (["export", "posts", "-o", "OUT"], "whole"),
}
"""Each command, and the archive on which it is killed."""
FORKED = """
import json, os, signal, sys, time
from archiver.cli.app import main
import archiver.archive, archiver.crawling, archiver.cli.progress

archive, command, fraction = sys.argv[1], json.loads(sys.argv[2]), float(sys.argv[3])
sys.argv[1:] = ["--archive", archive, *command]
pid = os.fork()
if not pid:
    os.setpgid(0, 0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    try:
        main()
    finally:
        os._exit(0)
time.sleep(fraction)
os.kill(pid, signal.SIGKILL)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
"""The command in a fork of a process that has loaded everything, killed after so many seconds."""


def exported(folder):
    archive = Archive(folder)
    return [
        sorted(json.dumps({**row, "warc": None}, sort_keys=True) for row in archive.rows(kind))
        for kind in ("captures", "cards", "posts")
    ]


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """Archives in each state, the card records, and what is exported of a whole archive."""
    folder = tmp_path_factory.mktemp("states")
    records = folder / "cards.jsonl"
    row = {"capture_url": "https://tide.example/", "captured_at": "2026-03-01T12:00:00Z"}
    rows = [
        row | {"title": f"Of the tide tables, {n}", "url": f"https://tide.example/{n}"} for n in range(400)
    ]
    records.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    (folder / "empty").mkdir()
    for state in ("crawled", "whole"):
        archive = Archive(folder / state)
        archive.crawl([str(SAMPLE), str(records)], imports=ImportOptions(base_url=BASE[1]))
    archive.dedupe()
    for state, change in (
        ("outdated", "UPDATE pages SET parser_version = 'older'"),
        ("disagreeing", "UPDATE captures SET warc_offset = warc_offset + 1"),
    ):
        shutil.copytree(folder / "whole", folder / state)
        db = sqlite3.connect(folder / state / "archive.db")
        with db:
            db.execute(change)
        db.close()
    return folder


def complete(folder, states):
    archive = Archive(folder)
    summary = archive.crawl(
        [str(SAMPLE), str(states / "cards.jsonl")], imports=ImportOptions(base_url=BASE[1])
    )
    assert summary.failed == 0
    archive.reparse()
    archive.dedupe()


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_killed_command_loses_nothing(states, tmp_path, name):
    words, state = COMMANDS[name]
    named = {"RECORDS": str(states / "cards.jsonl"), "OUT": str(tmp_path / "out.json")}
    command = json.dumps([named.get(word, word) for word in words])
    expected = exported(states / "whole")
    moments = random.Random(os.environ.get("ARCHIVER_KILLS_SEED", name))
    longest, killed = 2.0, 0
    for attempt in range(KILLS * 20):
        folder = tmp_path / f"archive-{attempt}"
        shutil.copytree(states / state, folder)
        wait = moments.uniform(0, longest)  # any moment will do: nothing depends on which
        ran = subprocess.run(
            [sys.executable, "-c", FORKED, folder, command, str(wait)],
            capture_output=True,
            text=True,
            check=True,
        )
        if ran.stdout.strip() == "0":  # it was at its end
            longest = max(wait, 0.05)
        else:
            assert ran.stdout.strip() == str(-signal.SIGKILL), ran
            killed += 1
            if (folder / "archive.db").exists() and state != "disagreeing":
                assert Archive(folder).verify() == [], attempt
            if state == "disagreeing":
                assert Archive(folder).repair() == [], attempt
            complete(folder, states)
            assert exported(folder) == expected, attempt
            assert Archive(folder).verify() == [], attempt
        shutil.rmtree(folder)
        if killed == KILLS:
            return
    pytest.fail(f"only {killed} of {KILLS * 20} commands were killed before their end")
