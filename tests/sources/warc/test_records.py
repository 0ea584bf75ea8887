"""Records of WARC and ARC files: every form, and what is left of damaged ones."""

import gzip
import io
import zlib
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archiver.errors import SourceError
from archiver.sources.warc import unpack
from archiver.sources.warc.records import DamagedSpan, ForeignRecord, read_records
from archiver.sources.warc.unpack import DamagedError
from tests.warcs import arc, http, members, record

BLOCKS = [b"first", b"", b"third " * 50_000, b"last"]
RECORDS = [record(url=f"https://harbour.example/{n}", block=block) for n, block in enumerate(BLOCKS)]
FORMS = {
    "plain": b"".join(RECORDS),
    "a member for each": members(*RECORDS),
    "one member for all": gzip.compress(b"".join(RECORDS)),
    "members across records": b"".join(
        gzip.compress(b"".join(RECORDS)[at : at + 7000]) for at in range(0, sum(map(len, RECORDS)), 7000)
    ),
}


def read(data, name="some.warc"):
    """The blocks and the damaged spans of a file."""
    found: list[bytes | DamagedSpan] = []
    for one in read_records(io.BytesIO(data).read, len(data), name):
        if isinstance(one, DamagedSpan):
            found.append(one)
        else:
            with suppress(DamagedError):  # as the reader says next
                block = one.block.read(1 << 30)
                one.block.finish()
                found.append(block)
    return found


def records(data):
    """The records of a file that has no damage."""
    found = list(read_records(io.BytesIO(data).read, len(data), "some.warc"))
    return [one for one in found if isinstance(one, ForeignRecord)]


def whole(data):
    return [one for one in read(data) if not isinstance(one, DamagedSpan)]


def damage(data):
    return [str(one.place) + ": " + one.reason for one in read(data) if isinstance(one, DamagedSpan)]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_blocks(form):
    assert read(FORMS[form]) == BLOCKS


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("chunk", [1024, 1500, 4096])
def test_the_size_of_the_chunks_that_are_read_changes_nothing(monkeypatch, form, chunk):
    monkeypatch.setattr(unpack, "CHUNK_BYTES", chunk)
    small = [record(url=f"https://harbour.example/{n}", block=b"%d" % n * 50) for n in range(5)]
    data = {"plain": b"".join(small), "one member for all": gzip.compress(b"".join(small))}
    assert read(data.get(form, members(*small))) == [b"%d" % n * 50 for n in range(5)]


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("version", [1, 2])
def test_arc_heads_become_those_of_warc(packed, version):
    data = arc(("http://a.example/a b", http(b"<p>A")), ("http://b.example/", http(b"<p>B")), version=version)
    data = gzip.compress(data) if packed else data
    found = records(data)
    assert [(one.type, one.headers["warc-target-uri"]) for one in found] == [
        ("warcinfo", "filedesc://some.arc"),
        ("response", "http://a.example/a b"),
        ("response", "http://b.example/"),
    ]
    assert {one.headers["warc-date"] for one in found} == {"20260301120000"}
    assert read(data)[1:] == [http(b"<p>A"), http(b"<p>B")]


def test_heads_are_read_as_they_come():
    odd = record(block=b"x").replace(b"WARC-Date: ", b"warc-date:\t").replace(b"\r\n", b"\n", 3)
    folded = record(block=b"y", Note="one\r\n two")
    twice = record(block=b"z", Note="first").replace(b"Note: first", b"Note: first\r\nNote: second")
    found = records(odd + folded + twice)
    assert found[0].headers["warc-date"] == "2026-03-01T12:00:00Z"
    assert [one.headers.get("note") for one in found] == [None, "one two", "first"]


def test_a_damaged_member_costs_itself_alone():
    packed = [gzip.compress(one, mtime=0) for one in RECORDS]
    second = bytearray(packed[1])
    second[20] ^= 0xFF
    data = packed[0] + bytes(second) + packed[2] + packed[3]
    assert whole(data) == [BLOCKS[0], *BLOCKS[2:]]
    assert damage(data) == [f"byte {len(packed[0])}: damaged gzip data"]


@pytest.mark.parametrize("form", ["plain", "a member for each"])
def test_what_is_cut_out_costs_the_records_that_it_touches(form):
    data = FORMS[form]
    third = sum(len(one if form == "plain" else gzip.compress(one, mtime=0)) for one in RECORDS[:2]) + 400
    cut = data[:third] + data[third + 30 :]
    assert whole(cut) == [*BLOCKS[:2], BLOCKS[3]]
    assert len(damage(cut)) == 1


@pytest.mark.parametrize("form", ["plain", "a member for each", "one member for all"])
def test_a_torn_end_is_said(form):
    assert whole(FORMS[form][:-30])[:2] == BLOCKS[:2]
    assert len(damage(FORMS[form][:-30])) == 1


@pytest.mark.parametrize(
    "length", ["-5", "abc", "", "1", "4000000000", "99999999999999999999"], ids=lambda text: text or "none"
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_lying_length_costs_its_record_alone(length, packed):
    lying = record(block=b"lying", **{"Content-Length": length})
    parts = [RECORDS[0], lying, RECORDS[3]]
    data = members(*parts) if packed else b"".join(parts)
    found = whole(data)
    assert [found[0], found[-1]] == [BLOCKS[0], BLOCKS[3]]
    assert len(damage(data)) == 1


def test_a_file_of_another_kind_is_refused():
    for data in (b"<html>", b"PK\3\4", gzip.compress(b"<html>")):
        with pytest.raises(SourceError, match="neither a WARC nor an ARC"):
            read(data)
    with pytest.raises(SourceError, match="zstd"):
        read(b"\x28\xb5\x2f\xfd....")
    assert read(b"") == []


def test_a_gzip_bomb_is_given_up(monkeypatch):
    monkeypatch.setattr(unpack, "FREE_BYTES", 1 << 20)
    bomb = gzip.compress(record(block=bytes(30 << 20)), 9)
    data = bomb + gzip.compress(RECORDS[0])
    assert damage(data) == ["byte 0: a gzip member that inflates to more than 200 times its size"]
    assert whole(data)[-1] == BLOCKS[0]


def test_nested_starts_are_read_a_bounded_number_of_times(monkeypatch):
    """Stored blocks that hold the next member: each reaches the damage at the end, from its own start."""
    inflated = 0
    real = zlib.decompressobj

    class Counting:
        def __init__(self, wbits):
            self._real = real(wbits=wbits)

        def decompress(self, data, most):
            nonlocal inflated
            out = self._real.decompress(data, most)
            inflated += len(out)
            return out

        def __getattr__(self, name):
            return getattr(self._real, name)

    start = gzip.compress(record(block=b"x" * 60_000), 0)[:200]
    data = start * 300 + b"\xff" * 1000
    monkeypatch.setattr(zlib, "decompressobj", Counting)
    assert whole(data) == []
    assert inflated < 50 * len(data)


def test_damage_upon_damage_takes_no_more_memory(monkeypatch):
    """Each search goes on in what is in memory, and reads more of the file only where that ends."""
    largest = 0
    real = unpack.Unpacker._go_to

    def measured(self, data, data_at, used):
        nonlocal largest
        largest = max(largest, len(data))
        real(self, data, data_at, used)

    monkeypatch.setattr(unpack.Unpacker, "_go_to", measured)
    for garbage in (b"WARC/1.0\r\nContent-Length: 9\r\n\r\n", b"WARC/1.0\r\n"):
        assert len(damage(garbage * (500_000 // len(garbage)))) > 5_000
    assert largest < 3 * unpack.CHUNK_BYTES


@given(st.data(), st.sampled_from(["plain", "a member for each", "one member for all"]))
def test_no_damage_raises_or_invents_records(data, form):
    """Bytes that were changed, removed or added: what comes out went in."""
    small = [record(url=f"https://harbour.example/{n}", block=b"%d" % n * 30) for n in range(6)]
    raw = bytearray(
        {"plain": b"".join(small), "one member for all": gzip.compress(b"".join(small))}.get(
            form, members(*small)
        )
    )
    at = data.draw(st.integers(0, len(raw) - 1))
    width = data.draw(st.integers(0, 40))
    raw[at : at + width] = data.draw(st.binary(max_size=40))
    try:
        found = read(bytes(raw))
    except SourceError:
        return  # its first bytes are another kind's
    if form == "a member for each":  # the checksums of the members
        blocks = [one for one in found if not isinstance(one, DamagedSpan)]
        assert set(blocks) <= {b"%d" % n * 30 for n in range(6)}
        assert len(blocks) >= 3


@given(st.binary(max_size=300))
@example(b"WARC/1.0\r\n" * 20)
@example(b"\x1f\x8b\x08\x00" * 50)
def test_no_bytes_raise_anything_else(data):
    for start in (b"", b"WARC/1.0\r\n", b"\x1f\x8b\x08", b"filedesc:"):
        with suppress(SourceError):
            read(start + data)
