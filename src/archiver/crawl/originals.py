"""Find the payload of an imported revisit among the captures of the archive.

A capture without its payload and what its record says of the original go in; the whole capture comes out. An
original is known by its URL and time, its record id or its digest. A digest that the two records state is
compared as it is, since programs differ in whether chunks count; else it is computed.
"""

import base64
import hashlib
from datetime import UTC

from archiver.models import Capture
from archiver.sources import RevisitOf
from archiver.store import Store

MAX_CANDIDATES = 50
"""Captures of one URL that are compared, those nearest in time."""
_ALGORITHMS = ("sha1", "sha256", "sha512", "md5")


def with_payload_of_original(store: Store, revisit: Capture, of: RevisitOf) -> Capture | None:
    """Return the revisit with the payload of the capture that it repeats; None where the archive has none."""
    time = of.captured_at or revisit.captured_at
    for url in dict.fromkeys((of.url, revisit.url)):
        for original in store.captures.near(url, time, MAX_CANDIDATES):
            if _is_original(original, of):
                return _completed(revisit, original)
    return None


def _is_original(capture: Capture, of: RevisitOf) -> bool:
    if of.record_id and of.record_id == capture.record_id:
        return True
    is_named = (
        of.captured_at is not None
        and capture.url == of.url
        and capture.captured_at == of.captured_at.astimezone(UTC).replace(microsecond=0)
    )
    if of.digest is None:
        return is_named
    if capture.stated_digest and _parts(of.digest) == _parts(capture.stated_digest):
        return True
    computed = _has_digest(capture.payload, of.digest)
    return is_named if computed is None else computed


def _has_digest(payload: bytes, digest: str) -> bool | None:
    """Return whether the payload has a labelled digest, in hex or Base32; None where that is no known one."""
    label, value = _parts(digest)
    if label not in _ALGORITHMS:
        return None
    computed = hashlib.new(label, payload, usedforsecurity=False).digest()
    return value in (computed.hex(), base64.b32encode(computed).decode().rstrip("=").lower())


def _parts(digest: str) -> tuple[str, str]:
    label, _, value = digest.partition(":")
    return label.lower().replace("-", ""), value.rstrip("=").lower()


def _completed(revisit: Capture, original: Capture) -> Capture:
    """Return the revisit with the payload; without a head of its own it has that of the original."""
    capture = revisit.with_payload(original.payload)
    if capture.status is not None:
        return capture.with_headers_of(original) if capture.status == 304 else capture
    facts = {name: getattr(original, name) for name in ("status", "phrase", "headers", "protocol")}
    return capture.model_copy(update=facts)
