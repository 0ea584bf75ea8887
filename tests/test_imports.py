"""What the light ways into the program must not import: a person waits for each of them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ARCHIVER = [str(Path(sys.executable).with_name("archiver"))]
HEAVY = {
    "asyncio",
    "fastwarc",
    "feedparser",
    "httpcore",
    "httpx",
    "numpy",
    "pydantic",
    "rapidfuzz",
    "selectolax",
    "sqlite3",
    "sqlite_utils",
}
OF_TYPER = {"asyncio", "pydantic"}
"""What typer imports by itself where a command has arguments and pydantic is installed."""
IMPORT_S = 0.15
"""CPU time that `import archiver` may take; it takes 0.015 s on a machine of 2026."""


def imported(command, **environment):
    """The modules that a process imports, and what it prints."""
    ran = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPROFILEIMPORTTIME": "1"} | environment,
    )
    modules = set(re.findall(r"^import time:[\s\d|]+\| +([\w.]+)$", ran.stderr, re.MULTILINE))
    assert "archiver" in modules
    return modules, ran.stdout


def cpu_s(code):
    """The least CPU time of some runs."""
    times = []
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", code]) as process:
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        times.append(used.ru_utime + used.ru_stime)
    return min(times)


def test_the_package_itself_is_light():
    modules, _ = imported([sys.executable, "-c", "import archiver"])
    assert modules & HEAVY == set()
    assert cpu_s("import archiver") - cpu_s("pass") < IMPORT_S


def test_errors_can_be_named_without_the_rest():
    modules, _ = imported([sys.executable, "-c", "from archiver import ArchiverError, KINDS"])
    assert modules & HEAVY == set()


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_version_and_help_are_light(arguments):
    modules, out = imported(ARCHIVER + arguments)
    assert "archiver" in out
    assert modules & HEAVY == set()


@pytest.mark.parametrize("command", ["crawl", "explain", "export", "posts"])
def test_the_help_of_a_command_is_light(command):
    modules, out = imported([*ARCHIVER, command, "--help"])
    assert f"archiver {command}" in out
    assert modules & HEAVY <= OF_TYPER


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("archiver re", {"rebuild", "reparse"}), ("archiver export ca", {"cards", "captures"})],
)
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_light(shell, typed, offered):
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" "))}
    args = {"_TYPER_COMPLETE_ARGS": typed, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    modules, out = imported(ARCHIVER, _ARCHIVER_COMPLETE=f"complete_{shell}", **words, **args)
    assert all(word in out for word in offered)
    assert modules & HEAVY <= OF_TYPER
