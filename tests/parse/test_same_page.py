"""The same capture gives the same page in every process, whatever its hash seed."""

import os
import subprocess
import sys

from tests.paths import FIXTURES

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path

from archiver.models import Capture
from archiver.parse import parse_page

for path in sorted(Path(sys.argv[1]).rglob("*")):
    if path.suffix in {".html", ".xml", ".txt"} and path.is_file():
        capture = Capture(
            url="https://h.example/list/",
            captured_at=datetime(2024, 3, 5, tzinfo=UTC),
            payload=path.read_bytes(),
            path=str(path),
        )
        print(path.name, parse_page(capture).model_dump_json())
"""


def read_all(seed: str) -> str:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    command = [sys.executable, "-c", PROGRAM, str(FIXTURES)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_the_same_page_in_every_process() -> None:
    first, *others = (read_all(seed) for seed in ("0", "1", "4242"))
    assert first.count("\n") > 60
    assert others == [first, first]
