"""A Data Package (version 2, https://datapackage.org): all rows as CSV, with what their columns mean.

The rows of each kind come in, files of a folder go out: a CSV file for each kind, then `datapackage.json`
with the types and descriptions of the columns, which rows refer to which, and the length and hash of each
file.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from archiver.export.schema import SCHEMAS, Column
from archiver.export.write import write
from archiver.rows import KINDS, ExportFile, Kind

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_TYPES = {
    "text": {"type": "string"},
    "number": {"type": "integer"},
    "day": {"type": "date"},
    "time": {"type": "datetime"},
    "texts": {"type": "list", "delimiter": "; "},
    "revisions": {"type": "array"},
}
_ABOUT = {
    "posts": "A row for each post: the canonical record made of its cards",
    "cards": "A row for each sighting of a card: an entry as a page showed it",
    "captures": "A row for each capture: a page as received at one time",
    "revisions": "A row for each distinct title and text of a post",
}
_KEYS = {"posts": "id", "captures": "id"}
_REFERS_TO = {
    "cards": {"capture.id": "captures", "post_id": "posts"},
    "revisions": {"post_id": "posts"},
}
_QUOTED = (
    "Cells that a spreadsheet would run as a formula begin with an apostrophe, which is not part of the text."
)


@dataclass(frozen=True, slots=True)
class PackageHead:
    """What a package says of itself. `created` is the time of the last capture, None where there is none."""

    title: str
    created: str | None


def write_data_package(
    rows: Mapping[Kind, Iterable[Mapping[str, Any]]], head: PackageHead, *, csv_raw: bool
) -> Iterator[ExportFile]:
    """Write the files of a package; each has to be written before the next is asked for."""
    resources = []
    for kind in KINDS:
        counted = _Counted(write(rows[kind], kind, "csv", csv_raw=csv_raw))
        yield ExportFile(f"{kind}.csv", counted)
        resources.append(_resource(kind, counted, csv_raw=csv_raw))
    package = {"$schema": _PROFILE, "title": head.title, "created": head.created, "resources": resources}
    known = {name: value for name, value in package.items() if value is not None}
    text = json.dumps(known, ensure_ascii=False, indent=2)
    yield ExportFile("datapackage.json", [text.encode(), b"\n"])


class _Counted:
    """Passes pieces on, and knows their hash and length in the end."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces
        self.sha256 = hashlib.sha256()
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.sha256.update(piece)
            self.bytes += len(piece)
            yield piece


def _resource(kind: Kind, written: _Counted, *, csv_raw: bool) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(column) for column in SCHEMAS[kind]], "missingValues": [""]}
    if kind in _KEYS:
        schema["primaryKey"] = [_KEYS[kind]]
    if kind in _REFERS_TO:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": other, "fields": ["id"]}}
            for name, other in _REFERS_TO[kind].items()
        ]
    return {
        "name": kind,
        "path": f"{kind}.csv",
        "type": "table",
        "description": _ABOUT[kind] if csv_raw else f"{_ABOUT[kind]}. {_QUOTED}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": written.bytes,
        "hash": f"sha256:{written.sha256.hexdigest()}",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    return {"name": column.name, **_TYPES[column.type], "description": column.description}
