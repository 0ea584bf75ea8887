import codecs
import gzip
import zlib

import brotli
import pytest
import zstandard

from archiver.parse.payload.charsets import CODECS, LABELS
from archiver.parse.payload.encoding import charset_of_label, decode
from archiver.parse.payload.inflate import ContentError, decode_content

CHINESE = "今天我们沿着港口走了很长的一段路，看见三条船慢慢地开回来，没有人谈起天气。"
TRADITIONAL = "今天我們沿著港口走了很長的一段路，看見三條船慢慢地開回來，沒有人談起天氣。"
JAPANESE = "今日は港に沿って長い道を歩きました。三隻の船がゆっくりと戻ってくるのを見ました。"
KOREAN = "오늘 우리는 항구를 따라 긴 길을 걸었고 배 세 척이 천천히 돌아오는 것을 보았습니다."
RUSSIAN = "Сегодня мы долго шли вдоль гавани и видели, как медленно возвращаются три лодки."
GREEK = "Σήμερα περπατήσαμε πολύ δίπλα στο λιμάνι και είδαμε τρεις βάρκες να επιστρέφουν αργά."
FRENCH = (
    "Aujourd'hui nous avons marché le long du port, où trois bateaux rentraient très tôt, près de la jetée."
)
POLISH = (
    "Dziś szliśmy długo wzdłuż portu i widzieliśmy, jak powoli wracają trzy łodzie. Źle mówiono o pogodzie."
)
THAI = "วันนี้เราเดินไปตามท่าเรือเป็นระยะทางไกลและเห็นเรือสามลำค่อยๆกลับมา"


@pytest.mark.parametrize(
    ("label", "charset"),
    [
        ("latin1", "windows-1252"),
        (" US-ASCII\n", "windows-1252"),
        ("gb2312", "gbk"),
        ("x-sjis", "shift_jis"),
        ("ks_c_5601-1987", "euc-kr"),
        ("Big5-HKSCS", "big5"),
        ("utf8", "utf-8"),
        ("unicode", "utf-16le"),
        ("iso-2022-kr", "iso-2022-kr"),
        ("hz-gb-2312", "hz-gb-2312"),
        ("iso-2022-cn", None),
        ("csISO885916", None),
        ("koi8-ru", "koi8-u"),
        ("x-mac-ukrainian", "x-mac-cyrillic"),
        ("dos-874", "windows-874"),
        ("no-such", None),
    ],
)
def test_labels(label: str, charset: str | None) -> None:
    assert charset_of_label(label) == charset


@pytest.mark.parametrize(
    ("payload", "charset", "text"),
    [
        (b"\xae\xbe", "koi8-u", "ўЎ"),
        (b"\x80\xa2\xe3\xa8\xbc", "gbk", "€€ḿ"),
        (b"\x81\x30\x81\x30", "gb18030", "\x80"),
        (b"\x87\x40", "big5", "䏰"),
        (b"\xad\xa1\xfc\xf5", "euc-jp", "①ⅴ"),
        (b"\x87\x40\xb1", "shift_jis", "①ｱ"),
        (b"\x1b$B-!9A\x1b(I1\x1b(J~\x1b(B x", "iso-2022-jp", "①港ｱ~ x"),
        (b"~{VPND~} x", "hz-gb-2312", "中文 x"),
        (b"\x1b$)C\x0eGQ1[\x0f x", "iso-2022-kr", "한글 x"),
        (b"\x81\x8d", "windows-1252", "\x81\x8d"),
        (b"\xaa\xd2", "windows-1253", "\ufffd\ufffd"),
        (b"\xa4", "iso-8859-16", "€"),
        (b"\xdb", "macintosh", "€"),
        (b"\xa2\xff", "x-mac-cyrillic", "Ґ€"),
        (b"\x80\xff", "x-user-defined", "\uf780\uf7ff"),
    ],
)
def test_bytes_that_codecs_and_browsers_read_differently(payload: bytes, charset: str, text: str) -> None:
    decoded = decode(b"<p>" + payload, f"text/html; charset={charset}")
    assert (decoded.charset, decoded.text) == (charset, "<p>" + text)


def test_every_label_has_a_codec() -> None:
    for charset in LABELS.values():
        assert charset == "x-user-defined" or codecs.lookup(CODECS[charset])


@pytest.mark.parametrize(
    ("payload", "header", "charset", "basis"),
    [
        (b"\xef\xbb\xbfx", "text/html; charset=gbk", "utf-8", "bom"),
        (b"\xff\xfea\0", "text/html; charset=gbk", "utf-16le", "bom"),
        (b"<meta charset=big5>", "text/html; charset=euc-kr", "euc-kr", "header"),
        (b"<meta charset=big5>", "text/html; charset=nonsense", "big5", "meta"),
        (b'<META http-equiv=Content-Type content="text/html; charset=GB2312">', None, "gbk", "meta"),
        (b"<!-- <meta charset=big5> --><meta charset=koi8-r>", None, "koi8-r", "meta"),
        (b'<a title="<meta charset=big5>"><meta charset=koi8-r>', None, "koi8-r", "meta"),
        (b'<meta content="charset=big5"><meta name=x charset=koi8-r>', None, "koi8-r", "meta"),
        (b"<meta charset=utf-16>x", None, "utf-8", "meta"),
        (b"<!--" + b" " * 2000 + b"--><meta charset=koi8-r>", None, "koi8-r", "meta"),
        (b'<?xml version="1.0" encoding="euc-jp"?><rss/>', "text/xml", "euc-jp", "xml"),
        (b"plain", None, "utf-8", "utf-8 valid"),
    ],
)
def test_what_the_choice_rests_on(payload: bytes, header: str | None, charset: str, basis: str) -> None:
    decoded = decode(payload, header)
    assert (decoded.charset, decoded.basis) == (charset, basis)


def test_meta_inside_a_feed_does_not_count() -> None:
    payload = b'<feed><content type="xhtml"><meta charset="big5"/></content></feed>'
    assert decode(payload, xml=True).charset == "utf-8"
    assert decode(payload).charset == "big5"


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (TRADITIONAL, "big5"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (JAPANESE, "iso2022_jp"),
        (KOREAN, "cp949"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (RUSSIAN, "cp866"),
        (GREEK, "cp1253"),
        (FRENCH, "cp1252"),
        (POLISH, "cp1250"),
        (POLISH, "iso8859_2"),
        (THAI, "cp874"),
        (CHINESE, "utf-8"),
        (JAPANESE, "utf-16-le"),
        ("<p>" + KOREAN, "utf-16-be"),
    ],
)
def test_guess_without_a_label(text: str, codec: str) -> None:
    payload = text.encode(codec) if not codec.startswith("utf-16") else ("<html>" + text).encode(codec)
    decoded = decode(payload)
    assert decoded.text.removeprefix("<html>") == text
    assert decoded.replacements == 0


def test_one_character_beyond_ascii() -> None:
    assert decode("It\u2019s a boat".encode()).text == "It\u2019s a boat"


def test_labelled_legacy_but_utf_8() -> None:
    decoded = decode(CHINESE.encode(), "text/html; charset=gb2312")
    assert decoded.text == CHINESE
    assert (decoded.charset, decoded.basis, decoded.declared) == ("utf-8", "utf-8 valid", "gbk")


def test_labelled_legacy_but_utf_8_with_a_fault() -> None:
    decoded = decode(CHINESE.encode() + b"\xff" + CHINESE.encode(), "text/html; charset=iso-8859-1")
    assert (decoded.charset, decoded.replacements) == ("utf-8", 1)


@pytest.mark.parametrize("payload", [b"a caf\xe9 by the sea", FRENCH.encode() + b"\xe9 caf\xe9"])
def test_one_wrong_byte_does_not_unseat_utf_8(payload: bytes) -> None:
    decoded = decode(payload, "text/html; charset=utf-8")
    assert (decoded.charset, decoded.basis) == ("utf-8", "header")
    assert decoded.replacements == decoded.text.count("\ufffd") > 0


def test_labelled_utf_8_but_something_else() -> None:
    decoded = decode(CHINESE.encode("gbk"), "text/html; charset=utf-8")
    assert decoded.text == CHINESE
    assert (decoded.basis, decoded.declared) == ("guess", "utf-8")


def test_labelled_utf_16_but_single_bytes() -> None:
    assert decode(b"<p>x", "text/html; charset=utf-16").text == "<p>x"


def test_replacement_characters_of_the_page_are_not_counted() -> None:
    assert decode("a\ufffdb".encode(), "text/html; charset=utf-8").replacements == 0


def test_vendor_characters_of_japanese_charsets() -> None:
    assert decode("①髙㈱".encode("cp932"), "text/html; charset=shift_jis").text == "①髙㈱"
    assert (
        decode(b"\xad\xa1\xfc\xe2" + JAPANESE.encode("euc_jp"), "x; charset=euc-jp").text == "①髙" + JAPANESE
    )


def test_bytes_that_windows_1252_leaves_open() -> None:
    decoded = decode(b"\x80\x81", "text/html; charset=iso-8859-1")
    assert (decoded.text, decoded.replacements) == ("€\x81", 0)


PAGE = b"<html>" + b"harbour " * 1000


@pytest.mark.parametrize(
    ("coding", "payload"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("x-gzip", gzip.compress(PAGE[:100], mtime=0) + gzip.compress(PAGE[100:], mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE, mtime=0))),
        ("identity", PAGE),
        (None, PAGE),
        ("gzip", PAGE),
        ("br", PAGE),
        ("deflate", PAGE),
    ],
)
def test_content_codings(coding: str | None, payload: bytes) -> None:
    assert decode_content(payload, coding, len(PAGE)) == (PAGE, True)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_inflating_stops_at_the_limit(coding: str) -> None:
    zeros = bytes(20 << 20)
    compress = {
        "gzip": gzip.compress,
        "deflate": zlib.compress,
        "br": brotli.compress,
        "zstd": zstandard.compress,
    }
    payload = compress[coding](zeros)
    with pytest.raises(ContentError, match="inflates to more than 2 MiB"):
        decode_content(payload, coding, 2 << 20)


def test_a_cut_stream_gives_what_it_holds() -> None:
    for coding, payload in (
        ("gzip", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("zstd", zstandard.compress(PAGE) + zstandard.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE)[:-20])),
    ):
        read, whole = decode_content(payload[:-3], coding, 2 * len(PAGE))
        assert (PAGE * 2).startswith(read)
        assert not whole


def test_what_cannot_be_undone() -> None:
    with pytest.raises(ContentError, match="unknown content coding 'shoe'"):
        decode_content(PAGE, "shoe", len(PAGE))
    with pytest.raises(ContentError, match="not gzip data"):
        decode_content(b"\x1f\x8b\x08\x00" + b"\xff" * 50, "gzip", len(PAGE))
    with pytest.raises(ContentError, match="larger than"):
        decode_content(PAGE, None, 10)
