"""Quality on the project's own labels does not fall below the committed floor."""

import json
import subprocess
import sys

from tests.paths import FIXTURES, ROOT

FLOOR = FIXTURES / "floor.json"


def compare(floor):
    command = [sys.executable, "benchmarks/floor.py", "--floor", str(floor)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_no_figure_is_below_the_floor():
    done = compare(FLOOR)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_fall_and_other_labels_are_seen(tmp_path):
    floor = json.loads(FLOOR.read_text(encoding="utf-8"))
    floor["simulated sites, text alone"]["precision"] = 1.01
    floor["fixture pages"]["labels"] = "others"
    changed = tmp_path / "floor.json"
    changed.write_text(json.dumps(floor), encoding="utf-8")
    done = compare(changed)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].endswith("is below the floor of 1.01")
    assert done.stderr.splitlines()[1] == "fixture pages: the labels are not those of the floor"
    assert changed.read_text(encoding="utf-8") == json.dumps(floor)
