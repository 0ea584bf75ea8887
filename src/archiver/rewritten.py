"""URLs and pages as web archives rewrite them for replay, and back: texts in, texts out.

A replayed page is not what was captured: the archive puts a banner and scripts into it, and every hyperlink
leads to the archive (`/web/20230306163859/https://blog.example/`). Saved from a browser, such a page looks
like any other. `undo_rewriting` takes the inserts out and gives the hyperlinks back. It does so only for
pages that show who rewrote them: an article may well link to an archive, and that link is the author's own.

Known are the Wayback Machine, pywb, and what rewrites as they do (OpenWayback, waybackpack without `--raw`).
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

_PREFIX = r"(?:(?:https?:)?//[^/\s\"'<>=(]{1,255})?(?:/[\w.~-]{1,100}){0,3}/"
_TIMESTAMP = r"\d{4,14}"
_MODE = r"[a-z]{2}_"
_REPLAY = re.compile(rf"({_PREFIX})({_TIMESTAMP})({_MODE})?/(https?:/.+)", re.ASCII | re.DOTALL)
_REWRITTEN = re.compile(
    rf"(?:(?<=[\"'=(])|(?<=, )){_PREFIX}(?P<timestamp>{_TIMESTAMP})(?:{_MODE})?/"
    r"(?=https?:/|//|mailto:|data:)",
    re.ASCII,
)
"""What stands in front of a URL, where an attribute (a candidate of `srcset`, a `url()`) begins."""
_HYPERLINK = re.compile(r"""\shref\s{0,9}=\s{0,9}["']?(?=https?:|/)""", re.IGNORECASE)
_ONE_SLASH = re.compile(r"^(https?:/)(?=[^/])")
_MARKS = re.compile(
    r"<!-- BEGIN WAYBACK TOOLBAR INSERT -->"
    r"|<!-- End Wayback Rewrite JS Include -->"
    r"|\b_{1,2}wm\.(?:wombat|init|bt)\("
    r"|FILE ARCHIVED ON \d\d:\d\d:\d\d [A-Z][a-z]{2} \d\d, \d{4} AND RETRIEVED FROM THE"
    r"|<!-- WB Insert -->"
    r"|\bwbinfo\.(?:top_url|wombat_ts)\b"
)
"""What archives leave in the pages that they rewrite."""
_INSERTS = (
    ("<!-- BEGIN WAYBACK TOOLBAR INSERT -->", "<!-- END WAYBACK TOOLBAR INSERT -->"),
    ("<!-- WB Insert -->", "<!-- End WB Insert -->"),
)
"""How the inserts of an archive begin and end."""
_FEWEST_LINKS = 3
_SHARE_OF_LINKS = 0.8
"""Rewritten hyperlinks of one timestamp, and their share of all, that show a page without marks for
rewritten.

A list of lost pages links to an archive as often, but each time to another timestamp.
"""


class ReplayUrl(NamedTuple):
    """The parts of a replay URL.

    `prefix` ends with a slash, `timestamp` is the beginning of 14 digits, `mode` is "" or such as "id_".
    """

    prefix: str
    timestamp: str
    mode: str
    url: str

    @property
    def raw(self) -> str:
        """The URL at which the archive replays the payload as it was captured."""
        return f"{self.prefix}{self.timestamp}id_/{self.url}"


def parse_replay_url(url: str) -> ReplayUrl | None:
    """Split the URL of a page in a web archive; None for all other URLs."""
    found = _REPLAY.fullmatch(url)
    if not found:
        return None
    prefix, timestamp, mode, original = found.groups("")
    return ReplayUrl(prefix, timestamp, mode, _ONE_SLASH.sub(r"\1/", original))


def undo_rewriting(markup: str) -> str:
    """Return the markup as it was before a web archive rewrote it; that of all other pages as it is.

    Takes linear time. Rewriting is undone once: what the author linked to in an archive stays there.
    """
    # looking for marks in every page takes a fifth of the time of its reading
    if "/http" not in markup or not _is_rewritten(markup):
        return markup
    for start, end in _INSERTS:
        markup = "".join(_outside(markup, start, end))
    return _REWRITTEN.sub("", markup)


def _is_rewritten(markup: str) -> bool:
    if _MARKS.search(markup):
        return True
    rewritten: Counter[str] = Counter()
    links = 0
    for link in _HYPERLINK.finditer(markup):
        links += 1
        if found := _REWRITTEN.match(markup, link.end()):
            rewritten[found["timestamp"]] += 1
    return bool(rewritten) and rewritten.most_common(1)[0][1] >= max(_FEWEST_LINKS, links * _SHARE_OF_LINKS)


def _outside(markup: str, start: str, end: str) -> Iterator[str]:
    """Yield what stands outside the inserts; one without an end is left alone."""
    position = 0
    while (first := markup.find(start, position)) >= 0 and (last := markup.find(end, first)) >= 0:
        yield markup[position:first]
        position = last + len(end)
    yield markup[position:]
