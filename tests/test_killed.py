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
FORKS = """
import json, os, signal, sys, time
from archiver.cli.app import main
import archiver.archive, archiver.crawling, archiver.cli.progress

for line in sys.stdin:
    archive, command, seconds = json.loads(line)
    pid = os.fork()
    if not pid:
        os.setpgid(0, 0)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)
        sys.argv[1:] = ["--archive", archive, *command]
        try:
            main()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""
"""A process that has loaded everything: it runs commands in forks, and kills each after so many seconds."""


@pytest.fixture(scope="module")
def killed_after():
    """Run a command on an archive and kill it after so many seconds; its exit code."""
    start = [sys.executable, "-c", FORKS]
    with subprocess.Popen(start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as forks:

        def killed_after(seconds, folder, command):
            print(json.dumps([str(folder), command, seconds]), file=forks.stdin, flush=True)
            assert forks.stdout
            return int(forks.stdout.readline())

        yield killed_after
        forks.communicate()


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
def test_a_killed_command_loses_nothing(states, killed_after, tmp_path, name):
    words, state = COMMANDS[name]
    named = {"RECORDS": str(states / "cards.jsonl"), "OUT": str(tmp_path / "out.json")}
    command = [named.get(word, word) for word in words]
    expected = exported(states / "whole")
    moments = random.Random(os.environ.get("ARCHIVER_KILLS_SEED", name))
    longest, killed = 2.0, 0
    for attempt in range(KILLS * 20):
        folder = tmp_path / f"archive-{attempt}"
        shutil.copytree(states / state, folder)
        wait = moments.uniform(0, longest)  # any moment will do: nothing depends on which
        code = killed_after(wait, folder, command)
        if code == 0:  # it was at its end
            longest = max((longest + wait) / 2, 0.05)
        else:
            assert code == -signal.SIGKILL
            longest *= 1.05  # on a busy machine the end comes later now than before
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
