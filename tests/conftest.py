"""What several test files share: a store in a folder of its own, captures made in one line."""

import json
import os
import signal
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings

from archiver.cli.app import main
from archiver.models import Capture
from tests.pywb import NAME, programs
from tests.servers import LISTING, site_server

# No test depends on how fast the machine is: hypothesis shall not time its examples.
settings.register_profile("archiver", deadline=None, print_blob=True)
settings.load_profile("archiver")

# A shell that runs the tests in the background has them ignore Ctrl-C, and so all programs that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _scrubbed_environment(monkeypatch):
    """No setting of the machine reaches a test."""
    for name in list(os.environ):
        if name.upper().startswith("ARCHIVER_") or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture
def make_capture():
    """A capture of an imported page: `make_capture(b"payload", minutes=3, url=...)`."""

    def make(payload=b"<p>hello", minutes=0, **fields):
        facts = {
            "url": "https://harbour.example/",
            "captured_at": NOON + timedelta(minutes=minutes),
            "payload": payload,
            "headers": (("Content-Type", "text/html"),),
            "path": "pages/index.html",
            "time_basis": "path",
            "url_basis": "base_url",
        }
        return Capture.model_validate(facts | fields)

    return make


@pytest.fixture
def make_response(make_capture):
    """A capture of a fetched page."""

    def make(payload=b"<p>hello", minutes=0, **fields):
        facts = {"status": 200, "path": None, "time_basis": "fetched", "url_basis": "fetched"}
        return make_capture(payload, minutes, **(facts | fields))

    return make


@pytest.fixture
def site():
    """A real site of one listing."""
    with site_server({"/": LISTING}) as served:
        yield served


@pytest.fixture(scope="session")
def peers(request):
    """The folder of the programs of pywb's environment."""
    return programs(request.config.cache.mkdir(NAME))


@dataclass(frozen=True)
class Ran:
    """What a command did: exit code, standard output (bytes), standard error."""

    code: int
    out: bytes
    err: str

    def rows(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(capfdbinary, monkeypatch):
    """Run the command line in this process: `run("crawl", folder)`."""

    def call(*arguments):
        monkeypatch.setattr("sys.argv", ["archiver", *map(str, arguments)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Ran(code, out, err.decode())

    return call
