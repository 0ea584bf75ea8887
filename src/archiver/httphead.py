"""The head of an HTTP/1 response as servers really send it: bytes in, what they say out.

One bad line costs that line alone, as with curl, wget and browsers: a line without a colon, a name that is no
token, a value with NUL or a bare CR is passed over, with its folded lines. Lines may end in LF alone. What is
read from a head as it came and from the head that is stored is the same.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

Headers = tuple[tuple[str, str], ...]

_STATUS_LINE = re.compile(rb"(?i:HTTP)/(\d(?:\.\d)?)[ \t]+([1-9]\d\d)(?:[ \t](.*))?", re.DOTALL)
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NO_VALUE = re.compile(rb"[\0\r\n\v\f]")
_END = re.compile(rb"\n\r?\n")


class ResponseHead(NamedTuple):
    """What a head says; `raw` is the head as it came, up to and with its empty line.

    Header texts are ISO 8859-1, so that encoding them gives the bytes of the values. `whole` is False where a
    line was passed over.
    """

    raw: bytes
    version: str
    status: int
    phrase: str
    headers: Headers
    whole: bool

    def values(self, name: str) -> list[str]:
        """Return the comma-separated values of all headers of that name, in lower case."""
        texts = (value for key, value in self.headers if key.lower() == name)
        return [part.strip().lower() for text in texts for part in text.split(",") if part.strip()]


def head_length(data: bytes | bytearray, searched: int = 0) -> int | None:
    """Return the length of the head that the data begins with; None where its end is not there.

    Args:
        data: the beginning of a response, without empty lines in front.
        searched: bytes that an earlier call has searched, so that many small reads take linear time.
    """
    found = _END.search(data, max(0, searched - 2))
    return found.end() if found else None


def is_status_line(line: bytes | bytearray) -> bool:
    """Return whether a response begins with that line."""
    return bool(_STATUS_LINE.fullmatch(line.rstrip(b"\r\n")))


def parse_head(raw: bytes) -> ResponseHead | None:
    """Parse a head that ends with its empty line; None where its first line is no status line."""
    first, *lines = _lines(raw) or [b""]
    status_line = _STATUS_LINE.fullmatch(first)
    if not status_line:
        return None
    version, status, phrase = status_line.groups(b"")
    fields = list(_fields(lines))
    headers = [header for field in fields if (header := _header(field))]
    return ResponseHead(
        raw=raw,
        version=version.decode("ascii"),
        status=int(status),
        phrase="" if _NO_VALUE.search(phrase) else phrase.strip(b" \t").decode("latin-1"),
        headers=tuple(headers),
        whole=len(headers) == len(fields),
    )


def without_transfer_coding(raw: bytes) -> list[bytes]:
    """Return the lines of a head as they came, without their line ends and without Transfer-Encoding."""
    first, *lines = _lines(raw)
    fields = (field for field in _fields(lines) if not _is_transfer_coding(field))
    return [first, *(line for field in fields for line in field)]


def sound_headers(pairs: list[tuple[bytes, bytes]]) -> Headers:
    """Return the headers that could stand in a head: in HTTP/2, a name or value may hold any byte."""
    return tuple(
        (name.decode("ascii"), value.decode("latin-1"))
        for name, value in pairs
        if _NAME.fullmatch(name) and not _NO_VALUE.search(value)
    )


def _lines(raw: bytes) -> list[bytes]:
    return [
        line.removesuffix(b"\r") for line in raw.removesuffix(b"\n").removesuffix(b"\r").split(b"\n")[:-1]
    ]


def _fields(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Yield the lines of each header: the first, and those that it is folded into (RFC 9112, section 5.2)."""
    field: list[bytes] = []
    for line in lines:
        if field and not line.startswith((b" ", b"\t")):
            yield field
            field = []
        field.append(line)
    if field:
        yield field


def _header(field: list[bytes]) -> tuple[str, str] | None:
    name, colon, value = b" ".join([field[0], *(line.strip(b" \t") for line in field[1:])]).partition(b":")
    name = name.rstrip(b" \t")  # removed, as RFC 9112 (section 5.1) asks of those who receive a response
    if not colon or not _NAME.fullmatch(name) or _NO_VALUE.search(value):
        return None
    return name.decode("ascii"), value.strip(b" \t").decode("latin-1")


def _is_transfer_coding(field: list[bytes]) -> bool:
    return field[0].partition(b":")[0].rstrip(b" \t").lower() == b"transfer-encoding"
