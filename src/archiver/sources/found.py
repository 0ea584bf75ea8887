"""What a source on disk gives, one capture at a time, whatever holds it: a file, a WARC, a repository."""

from typing import NamedTuple

from archiver.models import Capture


class FoundCapture(NamedTuple):
    """A capture that a source holds, or why one of its places gives none.

    `where` names the place for a person (a path, a WARC file with an offset in bytes). Exactly one of
    `capture` and `error` (one line) is set. `head` is the head of the response as it came, where the source
    has it.
    """

    where: str
    capture: Capture | None = None
    error: str | None = None
    head: bytes | None = None
