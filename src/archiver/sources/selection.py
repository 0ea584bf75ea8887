"""Which records of a WARC file are taken: pages by default, by their media type and first bytes.

A URL and a media type go in, the answer comes out. What is passed over is counted, by kind, for the user.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from fnmatch import translate

from archiver.cardrow import is_records
from archiver.sources.files import begins_as_page

PAGE_TYPES = frozenset(
    {
        "text/html",
        "application/xhtml+xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "text/plain",
    }
)
"""Media types whose payloads are taken for pages."""
_OTHER_TYPES = re.compile(
    r"(?:image|audio|video|font)/|text/css|[a-z]+/(?:x-)?(?:java|ecma)script|multipart/"
)
"""Media types of which no payload is looked at: it is no page, whatever it begins with."""
_MEDIA_TYPE = re.compile(
    r"(?:text|image|audio|video|font|application|multipart|model|message)/[^/]+", re.IGNORECASE
)
_JSON_FEED = b"jsonfeed.org/version/"
_SHOWN_BYTES = 4096
_EXAMPLES = 6
MAX_NOTED = 1 << 20
"""Digests of payloads that were passed over and are remembered, so that revisits of them are, too."""


class Selection:
    """The wish of a user: patterns with `*` and `?` for URLs (`*/blog/*`) and media types (`text/*`).

    A URL has to match one of those to *include*, where there are any for URLs, and none of those to
    *exclude*; so has a media type. Media types to include take the place of those of pages. Without its
    scheme a URL matches, too.
    """

    def __init__(
        self, include: Sequence[str] = (), exclude: Sequence[str] = (), *, everything: bool = False
    ) -> None:
        self._everything = everything
        self._urls, self._types = _patterns(include)
        self._no_urls, self._no_types = _patterns(exclude)

    def wants_url(self, url: str) -> bool:
        """Return whether captures of the URL are taken, whatever they are."""
        texts = (url, url.partition("://")[2])
        matched = self._urls is None or any(map(self._urls.match, texts))
        return matched and not (self._no_urls and any(map(self._no_urls.match, texts)))

    def wants_type(self, content_type: str) -> bool | None:
        """Return whether payloads of the type are taken; None where their first bytes decide."""
        media_type = media_type_of(content_type)
        if self._no_types and self._no_types.match(media_type):
            return False
        if self._types:
            return self._types.match(media_type) is not None
        if self._everything or media_type in PAGE_TYPES or is_records(content_type):
            return True
        return False if _OTHER_TYPES.match(media_type) else None


def media_type_of(content_type: str) -> str:
    """Return the media type that a Content-Type names, in lower case and without its parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_page(media_type: str, payload: bytes) -> bool:
    """Return whether a payload of a type that decides nothing begins as a page."""
    start = payload[:_SHOWN_BYTES]
    if start.startswith(b"\x1f\x8b"):
        try:
            start = zlib.decompressobj(wbits=31).decompress(payload[: 4 * _SHOWN_BYTES], _SHOWN_BYTES)
        except zlib.error:
            return False
    return begins_as_page(start) or ("json" in media_type and _JSON_FEED in start)


class PassedOver:
    """Counts what was not taken, by kind."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._digests: set[int] = set()

    def add(self, kind: str, digest: str | None = None) -> None:
        """Count one record, and note the digest of its payload."""
        self._kinds[kind] += 1
        if digest and len(self._digests) < MAX_NOTED:
            self._digests.add(hash(digest))

    def has(self, digest: str | None) -> bool:
        """Return whether a payload with that digest was passed over."""
        return digest is not None and hash(digest) in self._digests

    def __bool__(self) -> bool:
        return bool(self._kinds)

    def __str__(self) -> str:
        kinds = self._kinds.most_common()
        listed = [f"{kind} {count:,}" for kind, count in kinds[:_EXAMPLES]]
        if others := sum(count for _, count in kinds[_EXAMPLES:]):
            listed.append(f"others {others:,}")
        return f"{self._kinds.total():,} ({', '.join(listed)})"


def _patterns(patterns: Sequence[str]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Return what the patterns of URLs match, and those of media types; None where there are none."""
    types = [pattern for pattern in patterns if _MEDIA_TYPE.fullmatch(pattern)]
    return _any_of([pattern for pattern in patterns if pattern not in types]), _any_of(types)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(translate, patterns)), re.IGNORECASE) if patterns else None
