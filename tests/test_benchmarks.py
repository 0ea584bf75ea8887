"""Benchmarks that need neither peers nor other data still run: what they measure changes under them."""

import importlib
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from tests.paths import ROOT


@pytest.mark.parametrize(
    "command",
    [
        ["lives.py", "--sites", "1"],
        ["incremental.py", "--sightings", "3000"],
        ["incremental.py", "--sightings", "3000", "--texts"],
        ["orders.py", "--orders", "3"],
        ["export.py", "100"],
        ["parse.py", "tests/fixtures", "1"],
        ["mutants.py", "purity", "coverage"],
        ["soak.py", "--rounds", "2", "--sites", "2"],
        ["look.py", "--posts", "2000"],
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


def test_the_benchmark_of_quality_says_what_it_takes():
    script = [sys.executable, str(ROOT / "benchmarks" / "quality.py")]
    for arguments, code in ((["--help"], 0), ([], 2)):
        done = subprocess.run([*script, *arguments], capture_output=True, text=True, check=False)
        assert (done.returncode, "SITE" in done.stdout + done.stderr) == (code, True)


@pytest.fixture
def reading(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("reading")


def test_a_label_takes_the_place_of_what_a_set_says_of_a_page(reading):
    truth = {"page": "a.html", "expect": "list", "gold": "proxy", "records": [{"url": "x"}], "text": "Words"}
    link = {"url": "https://a.example/1", "title": "One"}
    listing = reading.with_label(truth, {"verdict": "list", "links": [link]})
    assert (listing["expect"], listing["gold"]) == ("list", "links")
    assert [(record["url"], record["title"]) for record in listing["records"]] == [tuple(link.values())]
    nothing = reading.with_label(truth, {"verdict": "none", "links": []})
    assert (nothing["expect"], nothing["gold"], nothing["records"]) == ("none", None, [])
    debatable = reading.with_label(truth, {"verdict": "debatable", "links": []})
    assert (debatable["expect"], debatable["gold"], debatable["text"]) == ("any", None, "Words")


def test_labels_are_well_formed(reading):
    labels = reading.lines(reading.LABELS)
    assert len({label["page"] for label in labels}) == len(labels)
    for label in labels:
        urls = [link["url"] for link in label["links"]]
        assert label["verdict"] in reading.EXPECTED
        assert bool(urls) is (label["verdict"] == "list"), label["page"]
        assert len(set(urls)) == len(urls), label["page"]
        assert all(urlsplit(url).scheme in {"http", "https"} for url in urls), label["page"]
        assert all(link["title"] for link in label["links"]), label["page"]
        assert label["note"] or urls, label["page"]
