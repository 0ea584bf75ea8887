"""The key of a URL in the index of a web archive: its SURT, as replay programs look it up.

A URL comes in; `org,example)/path?query` goes out, without `www.`, letter case and session ids, with sorted
parameters. It is a key for look-up alone: two pages may share one. Replay programs compute it from the URL
that is asked for, so it has to be theirs to the letter. This follows the Python package `surt` 0.3.1 (its
rules are those of the Internet Archive), oddities included, but asks no resolver about hosts of digits.
"""

import re
import socket
from contextlib import suppress
from urllib.parse import quote_from_bytes, unquote_to_bytes

_SPACES = re.compile(rb"[\n\r\t]")
_SCHEMES = re.compile(rb"^(https?://)+")
_PARTS = re.compile(
    rb"(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL
)
_PORT = re.compile(rb":(\d{1,5})?$")
_WWW = re.compile(rb"www\d*\.")
_SAFE = b"!\"$&'()*+,-./:;<=>?@[\\]^_`{|}~"
_DEFAULT_PORTS = {b"http": b"80", b"https": b"443"}
_NUMBERS = re.compile(rb"(?:0[0-7]*(?:\.[0-7]+){0,3}|[1-9][0-9]*(?:\.[0-9]+){0,3})")
"""A host that is an IPv4 address, in any of the forms that programs take for one."""

_PATH_SESSIONS = (
    re.compile(rb"^(.*/)(?:\((?:[a-z]\([0-9a-z]{24}\))+\)/)([^?]+\.aspx.*)$", re.IGNORECASE),
    re.compile(rb"^(.*/)(?:\([0-9a-z]{24}\)/)([^?]+\.aspx.*)$", re.IGNORECASE),
)
_QUERY_SESSIONS = tuple(
    re.compile(rb"^(.*)(?:" + session + rb")(?:&(.*))?$", re.IGNORECASE)
    for session in (
        rb"jsessionid=[0-9a-z]{32}",
        rb"phpsessid=[0-9a-z]{32}",
        rb"sid=[0-9a-z]{32}",
        rb"ASPSESSIONID[a-z]{8}=[a-z]{24}",
        rb"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """Return the SURT of a URL, in ASCII without spaces; that of a URL without a host keeps its scheme."""
    data = _SCHEMES.sub(rb"\1", _SPACES.sub(b"", url.encode().strip()))
    parts = _PARTS.fullmatch(data)
    assert parts  # noqa: S101 - each part may be empty, so that it matches any text
    scheme, authority, path, query = (part or b"" for part in parts.groups())
    host, port = _host_and_port(authority)
    if scheme.startswith(b"http") and path and not host:  # http:////host/path
        host, _, rest = path.lstrip(b"/").partition(b"/")
        path = b"/" + rest
    host = _canonical_host(host)
    path = _unescaped(path)
    path = _canonical_path(_escaped(_normal_path(path) if host else path))
    key = b",".join(reversed(host.split(b"."))) if host else scheme + b":"
    if host:
        key += (b":" + port if port and port != _DEFAULT_PORTS.get(scheme.lower()) else b"") + b")"
    query = _canonical_query(_escaped(_unescaped(query)))
    return (key + (path or b"/") + b"?" + query if query else key + path).decode("ascii")


def _host_and_port(authority: bytes) -> tuple[bytes, bytes]:
    host = authority.rpartition(b"@")[2]
    found = _PORT.search(host)
    if found is None:
        return host.lower(), b""
    return host[: found.start()].lower(), (found[1] or b"").lstrip(b"0")


def _canonical_host(host: bytes) -> bytes:
    host = _unescaped(host)
    if not host.isascii():
        with suppress(ValueError):  # a label that is too long, or none of a host
            host = host.decode("utf-8", "ignore").encode("idna")
    host = host.replace(b"..", b".").strip(b".")
    host = _address(host) or _escaped(host).lower()
    return _WWW.sub(b"", host, count=1) if _WWW.match(host) else host


def _address(host: bytes) -> bytes | None:
    """Return the IPv4 address that a host of numbers stands for; `inet_aton` asks no resolver."""
    if host.isdigit():  # of a longer number the last 32 digits decide on its last 32 bits
        return socket.inet_ntoa((int(host[-32:]) % 2**32).to_bytes(4, "big")).encode()
    if not _NUMBERS.fullmatch(host):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(host.decode())).encode()
    except OSError:
        return None


def _normal_path(path: bytes) -> bytes:
    """Resolve the dots of a path, and leave out its empty parts but for the last."""
    kept: list[bytes] = []
    for part in path.split(b"/")[1:]:
        if part == b".." and kept:
            kept.pop()
        elif part != b".":
            kept.append(part)
    if not kept:
        return b"/"
    *folders, last = kept
    return b"/" + b"".join(part + b"/" for part in folders if part) + last


def _canonical_path(path: bytes) -> bytes:
    path = path.lower()
    for session in _PATH_SESSIONS:
        path = session.sub(rb"\1\2", path)
    return path[:-1] if len(path) > 1 and path.endswith(b"/") else path


def _canonical_query(query: bytes) -> bytes:
    for session in _QUERY_SESSIONS:
        if found := session.match(query):
            query = found[1] + (found[2] or b"")
    if len(query) <= 1:
        return query.lower()
    pairs = sorted(tuple(part.split(b"=", 1)) for part in query.lower().split(b"&"))
    return b"&".join(b"=".join(pair) for pair in pairs)


def _unescaped(text: bytes) -> bytes:
    """Undo percent-encoding until nothing of it is left."""
    while (undone := unquote_to_bytes(text)) != text:
        text = undone
    return text


def _escaped(text: bytes) -> bytes:
    return quote_from_bytes(text, safe=_SAFE).encode()
