"""Lists of feeds as feed readers export them (OPML 2.0, http://opml.org/spec2.opml).

A file goes in; the URLs of its feeds come out, each once, in the order of the file, and the number of entries
that are no feeds of HTTP. Many such lists are no well-formed XML ("&" in a title), so that the outlines are
read one by one; no entity that the file defines itself is expanded.
"""

import io
import re
from html import unescape
from pathlib import Path
from typing import NamedTuple

from archiver.errors import SourceError
from archiver.sources.files import open_regular, shown
from archiver.sources.ownurl import is_absolute

MAX_BYTES = 16 << 20
"""Bytes of a list; that of ten thousand feeds has three million."""

_OUTLINE = re.compile(r"""<outline\b((?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+)""", re.IGNORECASE)
"""XML allows ">" in the value of an attribute, but not "<", so that no outline reaches into the next one."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([\w:-]++)\s*+=\s*+(?:"([^"<]*)"|'([^'<]*)')""")


class FeedList(NamedTuple):
    """The feeds of a list, and how many of its outlines with a URL are none."""

    feeds: list[str]
    others: int


def is_feed_list(source: str) -> bool:
    """Whether the name of a file is that of a list of feeds."""
    return source.lower().endswith(".opml")


def read_feed_list(source: str) -> FeedList:
    """Return the feeds of an OPML file. Raises SourceError where there is none."""
    try:
        with io.BufferedReader(open_regular(Path(source))) as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise SourceError(f"{shown(source)}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise SourceError(f"{shown(source)}: larger than {MAX_BYTES >> 20} MiB, which no list of feeds is")
    text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")
    feeds: dict[str, None] = {}
    others = 0
    for outline in _OUTLINE.finditer(_COMMENT.sub("", text)):
        named = {name.lower(): unescape(a or b).strip() for name, a, b in _ATTRIBUTE.findall(outline[1])}
        if is_absolute(url := named.get("xmlurl", "")):
            feeds[url] = None
        elif url or named.get("url"):
            others += 1
    if not feeds:
        raise SourceError(f"{shown(source)}: no feeds in this list (OPML outlines with an xmlUrl)")
    return FeedList(list(feeds), others)
