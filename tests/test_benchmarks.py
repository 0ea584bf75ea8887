"""Benchmarks that need neither peers nor other data still run: what they measure changes under them."""

import subprocess
import sys

import pytest

from tests.paths import ROOT


@pytest.mark.parametrize(
    "command",
    [
        ["lives.py", "--sites", "1"],
        ["incremental.py", "--sightings", "3000"],
        ["incremental.py", "--sightings", "3000", "--texts"],
        ["orders.py", "--orders", "3"],
        ["parse.py", "tests/fixtures", "1"],
        ["mutants.py", "accept", "rival"],
    ],
    ids=" ".join,
)
def test_a_benchmark_runs_to_its_end(command):
    script, *arguments = command
    done = subprocess.run(
        [sys.executable, f"benchmarks/{script}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) >= 3
