"""Bytes of a page to text, by the rules of the WHATWG Encoding and HTML standards.

A payload without content coding comes in, with its Content-Type and URL; the text goes out, with its charset
and what the choice rests on. No payload raises. A byte order mark comes before the header, the header before
what the page declares, and a guess comes last.

A label is not always believed. A page labelled with a legacy charset that is valid UTF-8 is UTF-8. One wrong
byte never overrides a label, but a label that leaves most of the text unreadable gives way to a guess.
"""

import codecs
import re
from dataclasses import dataclass
from typing import Literal, NamedTuple

from chardetng_py import EncodingDetector  # type: ignore[import-untyped]

from archiver.parse.payload.charsets import CODECS, LABELS

Basis = Literal["bom", "header", "meta", "xml", "utf-8 valid", "guess"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text with the name of its charset (Encoding Standard, in lower case) and the basis of the choice.

    `replacements` counts the U+FFFD that stand for undecodable bytes. `declared` is the charset that the
    header or the page named where another one was used, else None.
    """

    text: str
    charset: str
    basis: Basis
    replacements: int
    declared: str | None = None


_PRESCAN = 1024
"""Bytes searched for a declaration (HTML, 13.2.3.2: "prescan a byte stream")."""
_LATE_META = 65536
"""Bytes searched when the first 1,024 hold none: a parser that meets a late `<meta>` starts again with its
charset ("changing the encoding while parsing")."""
_FEW = 3
"""Undecodable places that are no evidence against a label."""
_MANY = 20
"""Characters beyond ASCII that are enough to decide by their share."""


def decode(payload: bytes, content_type: str | None = None, *, xml: bool = False, url: str = "") -> Decoded:
    """Decode a payload.

    Args:
        payload: bytes without content coding.
        content_type: the header's value.
        xml: whether the payload is a feed, so that a `<meta>` inside its entries does not count.
        url: of the payload. Its top-level domain helps the guess.

    """
    for mark, charset in _MARKS:
        if payload.startswith(mark):
            return _decoded(payload[len(mark) :], charset, "bom")
    declared = _declaration(payload, content_type, xml)
    if declared is None:
        return _undeclared(payload, url)
    charset = declared.charset
    if charset != "utf-8" and not payload.isascii():
        as_utf8 = _as_utf8(payload, least=2)
        if as_utf8 is not None:
            return Decoded(as_utf8.text, "utf-8", "utf-8 valid", as_utf8.replacements, charset)
    decoded = _decoded(payload, charset, declared.basis)
    return decoded if payload.isascii() or _plausible(decoded) else _guessed(payload, url, decoded)


def charset_of_label(label: str) -> str | None:
    """Return the charset that a label means (Encoding Standard, 4.2): "latin1" is windows-1252."""
    return LABELS.get(label.strip("\t\n\f\r ").lower())


class _Declaration(NamedTuple):
    """The charset that a payload declares, and where it is declared."""

    charset: str
    basis: Basis


def _declaration(payload: bytes, content_type: str | None, xml: bool) -> _Declaration | None:
    """Find what the header declares, else the page. UTF-16 without a zero is not believed."""
    match = _HEADER_CHARSET.search(content_type or "")
    declared = None
    if match and (charset := charset_of_label(match[1])):
        declared = _Declaration(charset, "header")
    elif not xml and (charset := _meta_charset(payload[:_PRESCAN]) or _meta_charset(payload[:_LATE_META])):
        declared = _Declaration(charset, "meta")
    elif charset := _xml_charset(payload[:_PRESCAN]):
        declared = _Declaration(charset, "xml")
    if declared and declared.charset in ("utf-16le", "utf-16be") and b"\0" not in payload[:_PRESCAN]:
        return None  # the bytes are one to a character, whatever the header says
    return declared


def _undeclared(payload: bytes, url: str) -> Decoded:
    """Decode a payload of an undeclared charset: UTF-16, ISO-2022-JP or UTF-8 by its bytes, else a guess."""
    if payload[:4].count(b"\0") == 2 and len(payload) >= 4:  # "<\0?\0": UTF-16 without its mark
        for charset, start in (("utf-16le", payload[1::2]), ("utf-16be", payload[::2])):
            if not any(start[:2]):
                return _decoded(payload, charset, "guess")
    if _ISO_2022_JP.search(payload) and payload.isascii():
        return _decoded(payload, "iso-2022-jp", "guess")
    if payload.isascii():
        return _decoded(payload, "utf-8", "utf-8 valid")
    as_utf8 = _as_utf8(payload, least=1)
    return as_utf8 if as_utf8 is not None else _guessed(payload, url, None)


def _as_utf8(payload: bytes, least: int) -> Decoded | None:
    """Decode a payload that is UTF-8: all valid, or so much of it that no other charset looks like this.

    At least *least* characters are beyond ASCII. Against a label one is not enough, because two bytes can be
    valid by chance. A sequence that the end of the payload cuts off does not count as invalid.
    """
    decoded = _decoded(payload, "utf-8", "utf-8 valid")
    good = _beyond_ascii(decoded.text) - decoded.replacements
    cut = decoded.replacements == 1 and decoded.text.endswith("\ufffd")
    if (decoded.replacements == 0 or cut) and good >= least:
        return decoded
    return decoded if good >= _MANY and decoded.replacements * 50 <= good else None


def _guessed(payload: bytes, url: str, declared: Decoded | None) -> Decoded:
    """Decode a payload by Firefox's detector, if that decodes more of it than the declared charset did."""
    detector = EncodingDetector()
    detector.feed(payload, last=True)
    name = detector.guess(tld=_top_level_domain(url), allow_utf8=False)
    charset = (
        "windows-874" if name == "cp874" else charset_of_label(name)
    )  # the detector gives the codec's name there
    guessed = _decoded(payload, charset or "windows-1252", "guess")
    if declared is None:
        return guessed
    if guessed.replacements >= declared.replacements:
        return declared
    return Decoded(guessed.text, guessed.charset, "guess", guessed.replacements, declared.charset)


def _plausible(decoded: Decoded) -> bool:
    """Return whether the charset can be right: there are few faults, or twice as many readable characters."""
    bad = decoded.replacements
    return bad <= _FEW or bad * 2 <= _beyond_ascii(decoded.text)


def _beyond_ascii(text: str) -> int:
    """Count the characters beyond ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def _decoded(payload: bytes, charset: str, basis: Basis) -> Decoded:
    """Decode a payload in a charset, with U+FFFD for what is invalid there."""
    if charset == "x-user-defined":
        text = payload.decode("latin-1").translate({byte: 0xF700 + byte for byte in range(0x80, 0x100)})
        return Decoded(text, charset, basis, 0)
    if charset == "iso-2022-jp":
        text = _from_iso_2022_jp(payload)
    else:
        text = payload.decode(CODECS[charset], _ERRORS)
        if otherwise := _OTHERWISE.get(charset):
            text = text.translate(otherwise)
    bad = text.count("\ufffd") if "\ufffd" in text else 0
    if bad and charset == "utf-8":
        bad -= payload.count(b"\xef\xbf\xbd")  # these were in the page
    return Decoded(text, charset, basis, bad)


# Characters that the Encoding Standard decodes otherwise than the codecs of Python.
_OTHERWISE = {
    "koi8-u": {0x255D: "ў", 0x256C: "Ў"},
    "gbk": {0xE7C7: "ḿ"},
    "gb18030": {0xE7C7: "ḿ"},
}
_SEGMENT = re.compile(rb"\x1b(\$[@B]|\([BIJ])")


def _from_iso_2022_jp(payload: bytes) -> str:
    """Decode ISO-2022-JP with vendors' characters and half-width katakana, which the codec of Python lacks.

    The two bytes of a character are those of EUC-JP without their high bit.
    """
    ascii_only, *parts = _SEGMENT.split(payload)
    texts = [ascii_only.decode("ascii", "replace")]
    for mode, part in zip(parts[::2], parts[1::2], strict=True):
        high = bytes(byte | 0x80 if byte > 0x20 else byte for byte in part)
        if mode[:1] == b"$":
            texts.append(high.decode("euc_jp", _ERRORS))
        else:
            texts.append(
                high.decode("cp932", "replace") if mode == b"(I" else part.decode("ascii", "replace")
            )
    return "".join(texts)


def _like_browsers(error: UnicodeError) -> tuple[str, int]:
    """Decode as the Encoding Standard does what the codecs of Python do not know.

    In single-byte charsets gaps become control characters. EUC-JP has the rows that vendors added (NEC's and
    IBM's, which cp932 has in the same order). All else is one U+FFFD.
    """
    if not isinstance(error, UnicodeDecodeError):
        raise error
    start, lead = error.start, error.object[error.start]
    if error.encoding == "charmap" and lead < 0xA0:
        return chr(lead), start + 1
    if error.encoding == "gb18030" and lead == 0x80:
        return "€", start + 1
    if error.encoding == "euc_jp" and len(error.object) > start + 1:
        trail = error.object[start + 1]
        if 0xA1 <= lead <= 0xFE and 0xA1 <= trail <= 0xFE:
            row, cell = lead - 0xA1, trail - 0xA1
            cell += 94 * (row % 2)
            pair = bytes((row // 2 + (0x81 if row < 62 else 0xC1), cell + (0x40 if cell < 63 else 0x41)))
            return pair.decode("cp932", "replace")[:1], start + 2
    return "\ufffd", error.end


_ERRORS = "archiver.like_browsers"
codecs.register_error(_ERRORS, _like_browsers)

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_HEADER_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^\s;"',]+)""", re.IGNORECASE)
_ISO_2022_JP = re.compile(rb"\x1b\$[@B]")
_XML_CHARSET = re.compile(rb"""\s*<\?xml\s[^>]*?encoding\s*=\s*["']\s*([A-Za-z0-9_.:-]+)""")
# Comments, `<meta>`, other tags and markup, each to its end. An unclosed quote runs to the end of the bytes,
# so that no byte is looked at twice.
_INSIDE = rb"""(?:[^>"']|"[^"]*(?:"|\Z)|'[^']*(?:'|\Z))*+"""
_META = re.compile(
    rb"<!--.*?(?:-->|\Z)|<meta(?=[\s/])(?P<attributes>"
    + _INSIDE
    + rb")|</?[a-z]"
    + _INSIDE
    + rb"|<[!/?][^>]*",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(rb"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"?|'([^']*)'?|([^\s>"']*)))?""")
_CONTENT_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([^\s;"']+)""", re.IGNORECASE)


def _meta_charset(head: bytes) -> str | None:
    """Find the charset of the first `<meta charset>` or `<meta http-equiv=content-type>`."""
    for match in _META.finditer(head):
        if match["attributes"] is None:
            continue
        values: dict[bytes, bytes] = {}
        for name, *value in _ATTRIBUTE.findall(match["attributes"]):
            values.setdefault(name.lower(), b"".join(value))
        label = values.get(b"charset")
        if label is None and values.get(b"http-equiv", b"").strip().lower() == b"content-type":
            content = _CONTENT_CHARSET.search(values.get(b"content", b""))
            label = content[1] if content else None
        charset = charset_of_label(label.decode("latin-1")) if label is not None else None
        if charset:
            # A page whose `<meta>` is readable byte by byte is not in UTF-16; the standard says UTF-8.
            return {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}.get(
                charset, charset
            )
    return None


def _xml_charset(head: bytes) -> str | None:
    """Find the charset of the XML declaration."""
    match = _XML_CHARSET.match(head)
    charset = charset_of_label(match[1].decode("latin-1")) if match else None
    return "utf-8" if charset in ("utf-16le", "utf-16be") else charset


def _top_level_domain(url: str) -> bytes | None:
    """Return the last label of the URL's host as the detector takes it (ASCII, lower case)."""
    match = re.match(r"https?://[^/?#]*?\.([a-z]{2,10})(?=[:/?#]|$)", url, re.IGNORECASE)
    return match[1].lower().encode() if match else None
