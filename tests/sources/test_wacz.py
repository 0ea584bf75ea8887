"""WACZ files: what is in them, what is checked, and what is refused."""

import io
import json
import struct
import zipfile
from contextlib import suppress

import pytest

from archiver.errors import SourceError
from archiver.sources import wacz as module
from archiver.sources.wacz import open_wacz
from archiver.sources.warc import RecordFile
from tests.warcs import http, members, record, wacz

WARC = members(record(block=http(b"<p>boats")))
PLAIN = record(block=http(b"<p>boats"))


def read(data):
    """The names and bytes of the files of records, and what is said."""
    files, said = {}, []
    for one in open_wacz(io.BytesIO(data), "some.wacz", "some.wacz"):
        if isinstance(one, RecordFile):
            content = one.read(1 << 30)
            assert one.size == len(content)
            files[one.name] = content
        else:
            said.append(str(one))
    return files, said


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_warc_files_are_read_in_order(compression):
    data = wacz({"b.warc": PLAIN, "a.warc.gz": WARC}, compression, **{"pages/pages.jsonl": b"{}", "x": b"y"})
    files, said = read(data)
    assert files == {"some.wacz: archive/a.warc.gz": WARC, "some.wacz: archive/b.warc": PLAIN}
    assert next(iter(files)).endswith("a.warc.gz")
    assert said == []


def test_a_digest_that_does_not_fit_is_said_and_the_file_is_read():
    data = wacz({"a.warc.gz": WARC}).replace(WARC, WARC[:-1] + b"!")  # which the checksum of the zip shows
    with pytest.raises(SourceError, match="damaged in the zip file"):
        read(data)
    package = {"resources": [{"path": "archive/a.warc.gz", "hash": "sha256:00", "bytes": 3}]}
    data = wacz({"a.warc.gz": WARC}, index=False, **{"datapackage.json": json.dumps(package).encode()})
    files, said = read(data)
    assert list(files.values()) == [WARC]
    assert said == ["some.wacz: archive/a.warc.gz: does not have the digest stated for it"]


@pytest.mark.parametrize(
    ("package", "said"),
    [
        (None, "is missing, so that no digest can be checked"),
        (b"{", "is not as WACZ has it (JSONDecodeError)"),
        (b"[]", "is not as WACZ has it (TypeError)"),
        (b"[" * 100_000, "is not as WACZ has it (JSONDecodeError)"),
        (b'{"resources": [{"path": "a"}]}', "is not as WACZ has it (KeyError)"),
    ],
)
def test_an_index_out_of_form_is_said(package, said):
    others = {"datapackage.json": package} if package else {}
    files, lines = read(wacz({"a.warc.gz": WARC}, index=False, **others))
    assert list(files.values()) == [WARC]
    assert lines == [
        f"some.wacz: datapackage.json: {said}",
        "some.wacz: archive/a.warc.gz: datapackage.json does not list it",
    ]


@pytest.mark.parametrize(
    "name",
    ["../a.warc.gz", "archive/../../a", "/etc/passwd", "C:\\a", "a\\..\\b", "archive\\..\\..\\b", "a\nb"],
)
def test_names_that_lead_out_are_refused(name):
    with pytest.raises(SourceError, match="refused: the name"):
        read(wacz({"a.warc.gz": WARC}, **{name: b"x"}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_there_twice_is_refused():
    out = io.BytesIO(wacz({"a.warc.gz": WARC}))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("archive/a.warc.gz", WARC)
    with pytest.raises(SourceError, match="refused: it has two files called"):
        read(out.getvalue())


def test_a_bomb_is_refused(monkeypatch):
    monkeypatch.setattr(module, "FREE_BYTES", 1 << 20)
    with pytest.raises(SourceError, match=r"refused: 'archive/a\.warc' inflates to 3,145,728 bytes"):
        read(wacz({"a.warc": bytes(3 << 20)}, zipfile.ZIP_DEFLATED))


def test_a_directory_beyond_all_reason_is_refused(monkeypatch):
    data = wacz({"a.warc.gz": WARC})
    at = data.rfind(b"PK\5\6")
    lying = data[: at + 12] + struct.pack("<L", 0x7FFFFFFF) + data[at + 16 :]
    with pytest.raises(SourceError, match="its directory is said to have 2,147,483,647 bytes"):
        read(lying)
    monkeypatch.setattr(module, "MAX_DIRECTORY_BYTES", 100)
    with pytest.raises(SourceError, match="its directory is said to have"):
        read(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is no zip file"),
        (b"PK\3\4" + bytes(100), "is no zip file"),
        (wacz({"a.warc.gz": WARC})[:-30], "is no zip file"),
        (wacz({}), "holds no WARC file in archive/"),
        (wacz({}, **{"a.wacz": b""}), "it holds other WACZ files: unpack it"),
    ],
    ids=["empty", "a head", "cut", "no WARC", "nested"],
)
def test_what_is_no_wacz_is_refused(data, said):
    with pytest.raises(SourceError, match=said):
        read(data)


def test_no_cut_or_changed_byte_raises_anything_else():
    whole = wacz({"a.warc.gz": WARC})
    for at in range(0, len(whole), 7):
        for data in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            with suppress(SourceError):
                read(data)
