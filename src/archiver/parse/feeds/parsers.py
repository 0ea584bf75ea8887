"""feedparser's two parsers, in linear time and without what a feed declares before its root.

The decoded text of a feed comes in; what feedparser reads goes out. `feedparser.parse` is not called: it
searches the text in front of the root with expressions that take quadratic and cubic time (3 KB of
`encoding="` hold it for minutes), and leaves nested entities to expat, which makes 8 MB of 450 bytes. Neither
tells anything of the entries. So the prolog is cut off, and only short entities without references are
declared again. What is quadratic in the parsers themselves is overridden here.
"""

import io
import re
import warnings
import xml.sax
from typing import Any, NamedTuple

from feedparser import FeedParserDict  # type: ignore[import-untyped]
from feedparser.api import LooseFeedParser, StrictFeedParser  # type: ignore[import-untyped]
from feedparser.urls import make_safe_absolute_uri  # type: ignore[import-untyped]

from archiver.parse.payload.sniff import prolog_end

MAX_NAMESPACES = 200
"""Prefixes of namespaces that are told apart; feedparser looks through all of them at each element."""
MAX_AUTHOR = 200
"""Characters of the longest author in which an e-mail address is looked for, which takes quadratic time."""

_ROOT = re.compile(r"<\w")
_ENTITY = re.compile(r'<!ENTITY\s+(\w+)\s+"(&#\w+;|[^&"<%]{0,100})"')


class ParsedFeed(NamedTuple):
    """A feed as feedparser reads it; `version` is empty where none is known."""

    feed: FeedParserDict
    entries: list[FeedParserDict]
    version: str
    well_formed: bool


def parse_feed(text: str, base: str) -> ParsedFeed:
    """Parse a feed, as XML if it is well formed, else as what it looks like.

    URLs and markup stay as they are written. *base* is that of relative URLs, or empty: then only what the
    feed itself changes is resolved.
    """
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    prolog = prolog_end(text)
    root = _ROOT.search(text, prolog)
    entities = dict(_ENTITY.findall(text[:prolog]))
    body = text[root.start() if root else prolog :]
    base = make_safe_absolute_uri(base)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            parser = _parsed_strictly(body, base, entities)
        except xml.sax.SAXException:
            parser = _LooseParser(base, None, "utf-8", entities)
            parser.feed(body)
            return ParsedFeed(parser.feeddata, parser.entries, parser.version, well_formed=False)
    return ParsedFeed(parser.feeddata, parser.entries, parser.version, well_formed=True)


def _parsed_strictly(body: str, base: str, entities: dict[str, str]) -> Any:  # noqa: ANN401  # feedparser has no types
    """Return the parser that has read a well-formed feed. Raises SAXException."""
    declared = "".join(f'<!ENTITY {name} "{value}">' for name, value in entities.items())
    doctype = f"<!DOCTYPE feed [{declared}]>" if declared else ""
    parser = _StrictParser(base, None, "utf-8")
    reader = xml.sax.make_parser()  # noqa: S317  # only entities that are declared above can be expanded
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(f'<?xml version="1.0" encoding="utf-8"?>{doctype}{body}'.encode()))
    reader.parse(source)
    return parser


class _Linear:
    """Overrides of feedparser's mixin, whose versions look through all that came before."""

    resolve_relative_uris = False
    sanitize_html = False

    def track_namespace(self, prefix: str | None, uri: str) -> None:
        if len(self.namespaces_in_use) < MAX_NAMESPACES:  # type: ignore[attr-defined]
            super().track_namespace(prefix, uri)  # type: ignore[misc]

    def _add_tag(self, term: str | None, scheme: str | None, label: str | None) -> None:
        """Keep repeated categories: a card drops them."""
        tags = self._get_context().setdefault("tags", [])  # type: ignore[attr-defined]
        if term or scheme or label:
            tags.append(FeedParserDict(term=term, scheme=scheme, label=label))

    def _sync_author_detail(self, key: str = "author") -> None:
        if len(self._get_context().get(key) or "") <= MAX_AUTHOR:  # type: ignore[attr-defined]
            super()._sync_author_detail(key)  # type: ignore[misc]


class _StrictParser(_Linear, StrictFeedParser):  # type: ignore[misc]
    """The handler of a parser of well-formed XML."""


class _LooseParser(_Linear, LooseFeedParser):  # type: ignore[misc]
    """The parser of all else."""
