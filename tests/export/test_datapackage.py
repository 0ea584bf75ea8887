"""A Data Package: every row of an archive as CSV, and a description by which any program reads it."""

import csv
import hashlib
import json

import pytest

from archiver import Archive, ConfigError, ImportOptions
from archiver.export.columns import COLUMNS, NESTED
from archiver.export.schema import SCHEMAS
from archiver.rows import KINDS
from tests.paths import SAMPLE


@pytest.fixture
def archive(tmp_path):
    archive = Archive(tmp_path / "archive")
    archive.crawl(SAMPLE, imports=ImportOptions(base_url="https://harbour.example/"))
    archive.dedupe()
    return archive


def described(folder):
    return json.loads((folder / "datapackage.json").read_text("utf-8"))


def test_a_package_holds_every_kind_as_it_is_exported(archive, run, tmp_path):
    folder = tmp_path / "package"
    assert run("--archive", archive.folder, "export", "datapackage", "-o", folder).code == 0
    package = described(folder)
    assert package["created"] == "2026-03-21T08:00:00Z"
    assert [resource["name"] for resource in package["resources"]] == list(KINDS)
    for resource in package["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert data == b"".join(archive.export_iter(resource["name"], "csv"))
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    files = {path.name for path in folder.iterdir()} - {".archiver-export"}
    assert files == {"datapackage.json", *(resource["path"] for resource in package["resources"])}


def test_the_columns_are_described_in_their_order(archive, tmp_path):
    for resource in described(archive.export("posts", tmp_path / "package", "datapackage"))["resources"]:
        with (tmp_path / "package" / resource["path"]).open(newline="", encoding="utf-8") as file:
            names = next(csv.reader(file))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == names
        assert all(field["description"] and field["type"] for field in fields)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_has_a_type(kind):
    parts = [(field, part) for field in COLUMNS[kind] for part in NESTED.get(field, ("",))]
    assert [(column.field, column.part) for column in SCHEMAS[kind]] == parts


def test_references_lead_somewhere(archive, tmp_path):
    folder = archive.export("posts", tmp_path / "package", "datapackage")
    held = {}
    for kind in KINDS:
        with (folder / f"{kind}.csv").open(newline="", encoding="utf-8") as file:
            held[kind] = list(csv.DictReader(file))
    for resource in described(folder)["resources"]:
        for key in resource["schema"].get("foreignKeys", []):
            there = {row["id"] for row in held[key["reference"]["resource"]]}
            assert {row[key["fields"][0]] for row in held[resource["name"]]} <= there


def test_the_same_archive_is_the_same_package(archive, tmp_path):
    def exported(name):
        folder = archive.export("posts", tmp_path / name, "datapackage")
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    assert exported("one") == exported("other") == exported("one")


def test_a_package_is_a_folder_and_a_format(archive, run, tmp_path):
    on = ("--archive", archive.folder, "export")
    assert "name the folder" in run(*on, "datapackage").err
    assert run(*on, "datapackage", "--format", "csv", "-o", tmp_path / "x").code == 2
    with pytest.raises(ConfigError, match="name the folder"):
        archive.export_iter("posts", "datapackage")
    raw = described(archive.export("posts", tmp_path / "raw", "datapackage", csv_raw=True))
    assert "apostrophe" not in json.dumps(raw)
