"""Any commands in several processes on one archive: all end well, or say in one line to come again.

`make together` does this 200 times; ARCHIVER_MIXES says how often.
"""

import json
import os
import random
import shutil
import subprocess
import sys

import pytest

from archiver.archive import Archive
from archiver.sources import ImportOptions
from tests.paths import FIXTURES, SAMPLE

MIXES = int(os.environ.get("ARCHIVER_MIXES", "3"))
SEED = os.environ.get("ARCHIVER_MIXES_SEED", "together")
PROCESSES = 4
COMMANDS_EACH = 4
BASE = ["--base-url", "https://harbour.example/"]
FOLDERS = sorted(path for path in SAMPLE.iterdir() if path.is_dir())
COMMANDS = [
    *(["crawl", str(folder), *BASE] for folder in FOLDERS[:4]),
    ["crawl", str(SAMPLE), *BASE],
    ["crawl", "RECORDS"],
    ["dedupe"],
    ["dedupe", "--from-scratch"],
    ["reparse"],
    ["rebuild"],
    ["verify"],
    ["verify", "--repair"],
    ["export", "posts", "-o", "OUT"],
    ["export", "cards"],
    ["posts"],
    ["status"],
    ["search", "harbour"],
]
FORKS = """
import json, os, sys
from archiver.cli.app import main
import archiver.archive, archiver.crawling, archiver.cli.progress, archiver.cli.show

def run(archive, command, log):
    sys.argv[1:] = ["--archive", archive, *command]
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    code = 3
    try:
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        main()
        code = 0
    except SystemExit as stop:
        code = stop.code or 0
    except BaseException:
        import traceback
        traceback.print_exc()
    finally:
        sys.stdout.flush(); sys.stderr.flush()
        os._exit(code)

archive, logs, scripts = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
for number, script in enumerate(scripts):
    if os.fork() == 0:
        done = []
        for command in script:
            log = f"{logs}/{number}"
            code = run(archive, command, log)
            done.append([command, code, open(log).read()])
        with open(f"{logs}/{number}.json", "w") as file:
            json.dump(done, file)
        os._exit(0)
for _ in scripts:
    os.wait()
"""
"""Forks of one process that has loaded everything: 16 commands would take longer to start than to run."""


def exported(folder):
    archive = Archive(folder)
    return [
        sorted(json.dumps({**row, "warc": None}, sort_keys=True) for row in archive.rows(kind))
        for kind in ("captures", "cards", "posts")
    ]


def complete(folder, records):
    """Do what is left to be done."""
    archive = Archive(folder)
    assert archive.crawl(SAMPLE, imports=ImportOptions(base_url=BASE[1])).failed == 0
    assert archive.crawl(records).failed == 0
    archive.dedupe()


@pytest.fixture
def records(tmp_path):
    """A file of card records."""
    path = tmp_path / "cards.jsonl"
    rows = [
        {
            "title": f"Of the tide tables, part {n}",
            "url": f"https://tide.example/{n}",
            "capture_url": f"https://tide.example/page/{n // 10}",
            "captured_at": "2026-03-01T12:00:00Z",
        }
        for n in range(200)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def is_good_end(command, code, err):
    """All well; or another one is at it; or there is no archive yet; or what is being verified changes."""
    if "Traceback" in err or code not in (0, 1, 2):
        return False
    lines = [line for line in err.splitlines() if "a new archive is begun" not in line]
    if code == 0:
        return True
    come_again = "try again when it is done" in err or (code == 2 and command[0] != "crawl")
    return come_again and len(lines) == 1


def mixed(folder, logs, scripts):
    """Run the scripts at once; return each command with its exit code and its errors."""
    logs.mkdir()
    subprocess.run([sys.executable, "-c", FORKS, folder, logs, json.dumps(scripts)], check=True, timeout=600)
    done = [json.loads((logs / f"{number}.json").read_text()) for number in range(len(scripts))]
    return [one for script in done for one in script]


@pytest.mark.slow
def test_any_commands_at_once_end_well_and_give_what_some_order_gives(tmp_path, records):
    complete(tmp_path / "alone", records)
    expected = exported(tmp_path / "alone")
    chosen = random.Random(SEED)
    for number in range(MIXES):
        folder, out = tmp_path / f"archive-{number}", tmp_path / f"out-{number}.json"
        named = {"RECORDS": str(records), "OUT": str(out)}
        scripts = [
            [[named.get(word, word) for word in chosen.choice(COMMANDS)] for _ in range(COMMANDS_EACH)]
            for _ in range(PROCESSES)
        ]
        if number % 3:  # all begin an archive that is not there
            scripts = [[["crawl", str(SAMPLE), *BASE], *script] for script in scripts]
        for command, code, err in mixed(folder, tmp_path / f"logs-{number}", scripts):
            assert is_good_end(command, code, err), (number, command, code, err)
        complete(folder, records)
        assert exported(folder) == expected, number
        assert Archive(folder).verify() == [], number
        assert sorted(path.name for path in folder.iterdir()) == ["archive.db", "warc"], number
        if out.exists():
            json.loads(out.read_bytes())
        assert not list(tmp_path.glob("*.part"))


@pytest.mark.slow
def test_an_archive_of_an_older_version_is_migrated_by_several_processes_at_once(tmp_path):
    for number in range(max(MIXES // 5, 1)):
        folder = tmp_path / f"archive-{number}"
        shutil.copytree(FIXTURES / "archives" / "0.1.0" / "archive", folder)
        scripts = [[command] for command in (["dedupe"], ["posts"], ["verify"], ["export", "cards"])]
        for command, code, err in mixed(folder, tmp_path / f"logs-{number}", scripts):
            assert code == 0, (command, err)
        assert Archive(folder).verify() == []
