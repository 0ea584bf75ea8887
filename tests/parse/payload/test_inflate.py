"""Content codings: streams that follow one another, that are cut, and that would cost more than they hold."""

import gzip
import zlib

import brotli
import pytest
import zstandard

from archiver.parse.payload.inflate import MAX_CODINGS, Content, ContentError, decode_content

LIMIT = 1 << 20
PAGE = b"".join(b"<p>%d boats came back</p>" % i for i in range(5000))


def framed(data, *, checksum=False, level=3):
    return zstandard.ZstdCompressor(level=level, write_checksum=checksum).compress(data)


PACKED = {
    "gzip": gzip.compress(PAGE),
    "deflate": zlib.compress(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": framed(PAGE),
}


@pytest.mark.parametrize("coding", PACKED)
def test_a_payload_is_decoded_and_a_cut_one_as_far_as_it_goes(coding):
    assert decode_content(PACKED[coding], coding, LIMIT) == Content(PAGE, whole=True)
    cut = decode_content(PACKED[coding][:-9], coding, LIMIT)
    assert PAGE.startswith(cut.payload)
    assert not cut.whole


@pytest.mark.parametrize("pack", [gzip.compress, framed, lambda data: framed(data, checksum=True)])
@pytest.mark.parametrize(
    "parts", [(b"a", b"", PAGE, b""), (b"",) * 5 + (b"b",), (bytes(300_000), b"c", b"\0" * 9)]
)
def test_streams_that_follow_one_another_are_one_payload(pack, parts):
    coding = "gzip" if pack is gzip.compress else "zstd"
    packed = b"".join(map(pack, parts))
    assert decode_content(packed, coding, LIMIT) == Content(b"".join(parts), whole=True)
    assert not decode_content(packed[:-1], coding, LIMIT).whole
    assert not decode_content(packed + pack(PAGE)[:30], coding, LIMIT).whole


@pytest.mark.parametrize("level", [-5, 1, 19])
@pytest.mark.parametrize("data", [b"", b"x", bytes(500_000), PAGE, bytes(range(256)) * 2000], ids=len)
def test_the_end_of_a_zstd_frame_is_found_whatever_its_blocks_are(data, level):
    packed = framed(data, checksum=True, level=level)
    if data:
        assert decode_content(packed, "zstd", LIMIT) == Content(data, whole=True)
    for missing in (1, 4, 5):
        if len(packed) > missing + 12:
            assert not decode_content(packed[:-missing], "zstd", LIMIT).whole


def test_layers_of_codings_are_undone_up_to_a_number():
    packed = PAGE
    for layer in range(1, MAX_CODINGS + 2):
        packed = gzip.compress(packed)
        codings = "identity, " + ", ".join(["gzip"] * layer)
        if layer <= MAX_CODINGS:
            assert decode_content(packed, codings, LIMIT).payload == PAGE
        else:
            with pytest.raises(ContentError, match="more than 5 content codings"):
                decode_content(packed, codings, LIMIT)


@pytest.mark.parametrize("stream", [gzip.compress(b"x", mtime=0), framed(b"x")], ids=["gzip", "zstd"])
def test_a_payload_of_many_streams_is_passed_over_once(stream, monkeypatch):
    """Counts the bytes that decoders are given, which time depends on and which no machine changes."""
    given = []
    real = zlib.decompressobj

    class Counted:
        def __init__(self, window):
            self._decoder = real(window)

        def decompress(self, data, most):
            given.append(len(data))
            return self._decoder.decompress(data, most)

        def __getattr__(self, name):
            return getattr(self._decoder, name)

    monkeypatch.setattr("archiver.parse.payload.inflate.zlib.decompressobj", Counted)
    coding = "gzip" if stream[0] == 0x1F else "zstd"
    assert decode_content(stream * 2000, coding, LIMIT) == Content(b"x" * 2000, whole=True)
    assert sum(given) <= 2000 * 1024
