"""Feeds in XML: RSS 0.9x to 2.0, RDF (RSS 1.0), Atom 0.3 and 1.0.

In: the decoded text of a feed and its address. Out: a page of kind "feed", entries in the feed's order.
feedparser reads the XML, well formed or not; what it guesses or mixes up is decided here. Refuses: network
and external entities (feedparser gets bytes, never an address, and drops entity declarations), markup in any
field. The one surprise: a card's date is the date part of the time as it is written, whatever its zone, and
an entry that says only when it was updated has no date.
"""

import html
import io
import re
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import feedparser  # type: ignore[import-untyped]

from archiver.models import Card, Page, PrintedDate
from archiver.parse.dates.find import Order, find_date, find_order
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.document.languages import own_language
from archiver.parse.document.urls import resolve
from archiver.parse.document.visible import visible_text
from archiver.parse.payload.limits import refusal

_HEADERS = {"content-type": "application/xml; charset=utf-8"}
_EMPTY_LINK = re.compile(r"<link\s*(?:/>|>\s*</link\s*>)", re.IGNORECASE)
_RELATION = "http://www.iana.org/assignments/relation/"
_ABSOLUTE = re.compile(r"https?://[^/]", re.IGNORECASE)


def read_feed(text: str, url: str) -> Page:
    """The page that a feed at *url* is. A text that is no feed gives an empty page with an error."""
    if reason := refusal(text):  # the reader of broken XML, too, looks through all open elements
        return Page(url=url, kind="empty", confidence=1.0, error=f"not parsed: {reason}")
    text = _EMPTY_LINK.sub("", text)  # it would stand in the way of the guid that is the link
    # The base of relative addresses is told only where some would change it, since the links that come back
    # are then no longer as they are written.
    base = {"content-location": url} if "xml:base" in text else {}
    payload = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            feed = feedparser.parse(
                io.BytesIO(payload),
                response_headers=_HEADERS | base,
                sanitize_html=False,
                resolve_relative_uris=False,
            )
        except Exception as error:  # noqa: BLE001  # its readers of broken XML raise whatever they meet
            return Page(
                url=url, kind="empty", confidence=0.0, error=f"unreadable feed ({type(error).__name__})"
            )
    version: str = feed.get("version") or ""  # an empty text has none
    if not version and not feed.entries:
        return Page(url=url, kind="empty", confidence=0.0, error="no feed that could be read")
    authors = _authors(feed.feed) if version.startswith("atom") else None
    language = feed.feed.get("language")
    order = find_order(_own(entry, name) or "" for entry in feed.entries for name in _DATES)
    form = ", not well formed" if feed.bozo else ""
    cards = tuple(
        _card(entry, version, url, authors, language, order)
        for entry in feed.entries
        if entry  # the last of a feed that was cut short may be empty
    )
    return Page(
        url=url,
        kind="feed",
        confidence=0.8 if feed.bozo else 1.0,
        cards=cards,
        next_url=_older(_links(feed.feed), url),
        language=language,
        why=f"a feed ({version or 'of no known version'}{form}) of {len(cards)} entries",
    )


def _card(
    entry: Mapping[str, Any],
    version: str,
    url: str,
    authors: str | None,
    language: str | None,
    order: Order | None,
) -> Card:
    href = _permalink(entry)
    date, printed = _published(entry, version, language, order)
    return Card(
        url=resolve(url, href),
        title=_unescaped(_visible(entry.get("title_detail"))),
        date=date,
        author=_authors(entry) or authors,
        categories=tuple(_categories(entry)),
        excerpt=_excerpt(entry),
        href=href,
        printed=printed,
        updated=_updated(entry) if version.startswith("atom") else None,
        image=_image(entry, url),
        language=own_language(
            entry.get("language") or (entry.get("title_detail") or {}).get("language"), language
        ),
    )


def _permalink(entry: Mapping[str, Any]) -> str | None:
    """The first alternate link, an HTML one before others; else an id that is an address and may be one.

    An RSS guid is a permalink unless it says no, but many that say nothing are numbers and words.
    """
    links = [link for link in _links(entry) if _relation(link) == "alternate" and link.get("href")]
    links.sort(key=lambda link: "html" not in link.get("type", "text/html"))
    if links:
        return str(links[0]["href"])
    guid: str = entry.get("id") or ""
    return guid if entry.get("guidislink", True) and _ABSOLUTE.match(guid) else None


def _image(entry: Mapping[str, Any], url: str) -> str | None:
    """The entry's picture: Media RSS, then an enclosure, then a podcast's image."""
    media = (
        *(entry.get("media_thumbnail") or ()),
        *(m for m in entry.get("media_content") or () if m.get("medium") == "image" or _is_image(m)),
    )
    enclosed = (link for link in _links(entry) if link.get("rel") == "enclosure" and _is_image(link))
    shown = entry.get("image") or {}
    written = (*(m.get("url") for m in media), *(e.get("href") for e in enclosed), shown.get("href"))
    return next((found for href in written if (found := resolve(url, href))), None)


def _is_image(element: Mapping[str, Any]) -> bool:
    return str(element.get("type") or "").startswith("image/")


def _links(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return element.get("links") or []


def _relation(link: Mapping[str, Any]) -> str:
    """The relation of a link, "alternate" if it says none; else its name (RFC 4287, 4.2.7.2)."""
    relation: str = link.get("rel") or "alternate"
    return relation.removeprefix(_RELATION).lower()


def _older(links: Iterable[Mapping[str, Any]], url: str) -> str | None:
    """The next page (RFC 5005, section 3), or the archive document before this one (section 4)."""
    for rel in ("next", "prev-archive"):
        for link in links:
            if _relation(link) == rel and (older := resolve(url, link.get("href"))) and older != url:
                return older
    return None


_DATES = ("published", "created", "updated")


def _published(
    entry: Mapping[str, Any], version: str, language: str | None, order: Order | None
) -> tuple[str | None, PrintedDate | None]:
    """The date part of the time of publication, and what is written of it.

    RSS has no other time than that of publication: there, the Dublin Core date is one, which feedparser calls
    "updated". In Atom, `updated` is another thing. A month or year alone (W3C-DTF) is no date.
    """
    names = _DATES[:2] if version.startswith("atom") else _DATES
    inexact = None
    for name in names:
        value = _own(entry, name)
        if value and (found := find_date(value, language=language, order=order)):
            return found.iso, printed_date(value, found, "feed")
        inexact = inexact or (find_inexact(value, "feed", "en") if value else None)
    return None, inexact


def _updated(entry: Mapping[str, Any]) -> str | None:
    found = find_date(_own(entry, "updated") or "")
    return found.iso if found else None


def _own(entry: Mapping[str, Any], name: str) -> str | None:
    """A field of the entry, without the fallbacks of `FeedParserDict.get`."""
    return dict.get(entry, name) if isinstance(entry, dict) else None


def _authors(element: Mapping[str, Any]) -> str | None:
    names = [author.get("name") for author in element.get("authors") or () if author]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _categories(entry: Mapping[str, Any]) -> Iterable[str]:
    """All of them: a label (for people) before a term (for machines)."""
    return (visible_text(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags") or ())


def _excerpt(entry: Mapping[str, Any]) -> str | None:
    """The summary's text, else the content's."""
    for detail in (entry.get("summary_detail"), *(entry.get("content") or ())):
        if text := _visible(detail):
            return text
    return None


_ESCAPED_TWICE = re.compile(
    r"&(?:amp|quot|apos|nbsp|hellip|[nm]dash|[lr][sd]quo|#\d{2,5}|#x[\da-f]{2,4});", re.IGNORECASE
)


def _unescaped(title: str | None) -> str | None:
    """A title without what was escaped once too often: no one writes "AT&amp;T" for people to read."""
    return html.unescape(title) if title and _ESCAPED_TWICE.search(title) else title


def _visible(detail: Mapping[str, Any] | None) -> str | None:
    """The text of a construct that is plain text or markup, as its type says."""
    if not detail or not detail.get("value"):
        return None
    value: str = detail["value"]
    return value if detail.get("type") == "text/plain" else visible_text(value)
