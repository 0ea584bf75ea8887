"""The fingerprint of a computation changes with what decides the result, and with nothing else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import archiver
from archiver.archive import Archive
from archiver.crawl.reading import PARSER_ROOTS
from archiver.fingerprint import fingerprint, modules_behind
from archiver.merging import ALGORITHM_ROOTS, bring_up_to_date
from archiver.store import Store
from tests.paths import SAMPLE

PACKAGE = Path(archiver.__file__).parent
NAMES = f"""
from archiver.fingerprint import fingerprint
print(fingerprint(1, {PARSER_ROOTS}), fingerprint(1, {ALGORITHM_ROOTS}))
"""


def names_of(package):
    """The names of the parser and of merging that a copy of the package gives itself."""
    environment = os.environ | {"PYTHONPATH": str(package.parent)}
    done = subprocess.run([sys.executable, "-c", NAMES], env=environment, capture_output=True, check=True)
    return tuple(done.stdout.decode().split())


@pytest.fixture(scope="session")
def names_today():
    return fingerprint(1, PARSER_ROOTS), fingerprint(1, ALGORITHM_ROOTS)


@pytest.fixture
def package(tmp_path):
    return Path(shutil.copytree(PACKAGE, tmp_path / "archiver", ignore=shutil.ignore_patterns("__pycache__")))


def edit(file, old, new):
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_comments_docstrings_layout_and_place_do_not_count(package, names_today):
    for file in package.rglob("*.py"):
        text = file.read_text(encoding="utf-8").replace("\nclass ", "\n# a class\nclass ")
        file.write_text(f'"""Another docstring."""\n\n{text.partition(chr(34) * 3 + chr(10))[2]}# the end\n')
    assert names_of(package) == names_today


def test_a_release_does_not_count(package, names_today):
    edit(package / "__init__.py", '__version__ = "', '__version__ = "9.')
    assert names_of(package) == names_today


def test_a_module_in_a_new_folder_counts_where_it_is_imported(package, names_today):
    (package / "parse" / "deeper").mkdir()
    (package / "parse" / "deeper" / "rule.py").write_text("LIMIT = 1\n")
    assert names_of(package) == names_today
    edit(package / "parse" / "document" / "tree.py", "\nfrom ", "\nimport archiver.parse.deeper.rule\nfrom ")
    with_rule = names_of(package)
    assert with_rule[0] != names_today[0]
    edit(package / "parse" / "deeper" / "rule.py", "1", "2")
    assert names_of(package)[0] not in (with_rule[0], names_today[0])


@pytest.mark.parametrize(
    ("module", "old", "new", "parser", "merging"),
    [
        ("parse/document/tree.py", "\ndef ", "\nLIMIT = 1\n\n\ndef ", True, False),
        ("dedupe/evidence/align.py", "\ndef ", "\nLIMIT = 1\n\n\ndef ", False, True),
        ("store/db/dedupe_state.py", "IN (SELECT", "NOT IN (SELECT", False, True),
        ("store/db/posts.py", "SELECT", "SELECT ALL", False, True),
        ("store/db/overrides.py", "SELECT", "SELECT ALL", False, True),
        ("parse/listing/model.json", '"bias": ', '"bias":  ', True, False),
        ("models.py", "\ndef ", "\nLIMIT = 1\n\n\ndef ", True, True),
        ("export/write.py", "\ndef ", "\nLIMIT = 1\n\n\ndef ", False, False),
        ("cli/app.py", "\ndef ", "\nLIMIT = 1\n\n\ndef ", False, False),
    ],
)
def test_code_counts_for_what_runs_it(package, names_today, module, old, new, parser, merging):
    edit(package / module, old, new)
    changed = [a != b for a, b in zip(names_of(package), names_today, strict=True)]
    assert changed == [parser, merging]


def test_the_version_stands_in_front():
    assert fingerprint(7, PARSER_ROOTS).startswith("v7-")
    assert fingerprint(7, PARSER_ROOTS) != fingerprint(8, PARSER_ROOTS)


def test_a_root_that_is_no_module_is_refused():
    with pytest.raises(ModuleNotFoundError, match=r"archiver\.nowhere"):
        fingerprint(1, ("archiver.nowhere",))


OUTSIDE = {"archiver.store.db.database", "archiver.store.store", "archiver.store.db.thresholds"}
"""Run while posts are made and decide nothing of them: transactions, the store's doors, the threshold's row
(the threshold itself is part of the name of the rules)."""


def modules_run(function):
    """The modules of the package whose functions run while *function* does."""
    found = set()

    def note(frame, event, _):
        if event == "call":
            found.add(frame.f_globals.get("__name__", ""))

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return {name for name in found if name.startswith("archiver.")}


def test_whatever_runs_while_posts_are_made_is_followed(tmp_path):
    archive = Archive(tmp_path / "a")
    list(archive.crawl([str(SAMPLE)]))
    with Store(archive.folder, "write") as store:
        run = modules_run(lambda: bring_up_to_date(store))
    assert "archiver.dedupe.evidence.compare" in run
    assert run - OUTSIDE <= {*modules_behind(ALGORITHM_ROOTS), "archiver.fingerprint"}


def test_whatever_runs_while_a_page_is_read_is_followed(tmp_path):
    archive = Archive(tmp_path / "a")
    page = next(path for path in sorted(SAMPLE.rglob("index.html")))
    run = modules_run(lambda: archive.inspect(str(page)))
    assert "archiver.parse.document.tree" in run
    around = {
        "archiver.archive",
        "archiver.checks",
        "archiver.config",
        "archiver.crawl.webarchive",
        "archiver.crawl.workers",
        "archiver.crawling",
        "archiver.sources.files",
        "archiver.sources.opml",
        "archiver.sources.ownurl",
        "archiver.sources.paths",
        "archiver.sources.records",
        "archiver.sources.repository",
        "archiver.sources.trees",
    }
    assert run - around <= set(modules_behind(PARSER_ROOTS))
