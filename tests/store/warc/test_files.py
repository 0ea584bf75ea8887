"""WARC files that others made: members that are too large to be records, and members by the thousand."""

import gzip
import subprocess
import sys
import zlib

import pytest

from archiver.store.warc import files
from archiver.store.warc.files import Damage, GzipMember, OwnRecords, members
from tests.paths import SAMPLE

LIMITED = (
    "import resource; from archiver.cli.app import main;"
    "resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29)); main()"
)
"""The command line in 1.5 GiB of address space."""


@pytest.fixture(scope="module")
def bomb():
    """A record whose head is in order, with a block of 1500 MiB of zeros."""
    mebibytes = 1500
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = (
        "WARC/1.1\r\nWARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:5f0f6f0c-27a4-5e0b-9f0e-3c1c8f6c5a>\r\n"
        "WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Target-URI: https://other.example/\r\n"
        f"WARC-Payload-Digest: sha256:00\r\nContent-Length: {mebibytes << 20}\r\n\r\n"
    )
    parts = [packer.compress(head.encode())]
    parts += [packer.compress(bytes(1 << 20)) for _ in range(mebibytes)]
    return b"".join([*parts, packer.compress(b"\r\n\r\n"), packer.flush()])


@pytest.mark.parametrize("commands", [["rebuild"], ["dedupe"], ["dedupe", "verify"]])
def test_a_record_that_inflates_without_end_is_damage_that_costs_no_memory(run, tmp_path, bomb, commands):
    run("--archive", tmp_path, "crawl", SAMPLE)
    (tmp_path / "warc" / "archiver-00002.warc.gz").write_bytes(bomb)
    for command in commands:
        line = [sys.executable, "-c", LIMITED, "--archive", tmp_path, command]
        done = subprocess.run(line, capture_output=True, text=True, check=False)
    assert "archiver-00002.warc.gz: byte 0: 15" in done.stdout + done.stderr
    assert "no whole record" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if command == "dedupe" else 1)
    assert len(run("--archive", tmp_path, "export", "captures", "--format", "jsonl").rows()) == 8


def test_what_is_inside_a_member_that_is_too_large_is_no_member(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAX_MEMBER_BYTES", 1 << 20)
    inner = gzip.compress(b"WARC/1.1", mtime=0)
    large = gzip.compress(inner + bytes(1 << 20), 0, mtime=0)
    last = gzip.compress(b"x" * (1 << 20), mtime=0)
    path = tmp_path / "some.warc.gz"
    path.write_bytes(large + last)
    assert list(members(path, OwnRecords(None))) == [
        Damage(0, len(large), torn=False),
        GzipMember(len(large), len(last), b"x" * (1 << 20)),
    ]
    path.write_bytes(b"junk" + large + last)
    assert [span.offset for span in members(path, OwnRecords(None))] == [0]


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 300_000, 3_000_000])
def test_members_of_any_size_come_out_as_they_went_in(tmp_path, size):
    block = bytes(i * i % 251 for i in range(size))
    packed = [gzip.compress(block, level, mtime=0) for level in (0, 6)]
    path = tmp_path / "some.warc.gz"
    path.write_bytes(b"".join(packed) + packed[0][:-1])
    first, second, torn = members(path, OwnRecords(None))
    assert first == GzipMember(0, len(packed[0]), block)
    assert second == GzipMember(len(packed[0]), len(packed[1]), block)
    assert torn == Damage(sum(map(len, packed)), len(packed[0]) - 1, torn=True)
