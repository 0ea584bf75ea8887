"""What a source on disk gives, one capture at a time, whatever holds it: a file, a WARC, a repository."""

from datetime import datetime
from typing import NamedTuple

from archiver.models import Capture


class RevisitOf(NamedTuple):
    """What a revisit says of the capture whose payload it repeats; None where it says nothing.

    `digest` is a labelled digest of the payload, as the WARC file has it (`sha1:` and Base32, mostly).
    """

    url: str
    captured_at: datetime | None = None
    digest: str | None = None
    record_id: str | None = None


class OutsideRecord(NamedTuple):
    """Where a record is that stays where it is: the path of its file, its offset and length in bytes."""

    file: str
    offset: int
    length: int


class FoundCapture(NamedTuple):
    """A capture that a source holds, or why one of its places gives none.

    `where` names the place for a person (a path, a WARC file with an offset in bytes). Exactly one of
    `capture` and `error` (one line) is set. `head` is the head of the response as it came, where the source
    has it. The capture of a revisit has no payload yet: `revisit_of` says where that is. `number` is that of
    the record in its file, `outside` its place, where the record can be read without those before it.
    """

    where: str
    capture: Capture | None = None
    error: str | None = None
    head: bytes | None = None
    revisit_of: RevisitOf | None = None
    number: int = 0
    outside: OutsideRecord | None = None
