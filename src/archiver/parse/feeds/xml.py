"""Feeds in XML: RSS 0.9x to 2.0, RDF (RSS 1.0), Atom 0.3 and 1.0.

The decoded text of a feed and its URL come in; a page of kind "feed" goes out, with entries in the feed's
order. feedparser reads the XML, well formed or not; what it guesses or mixes up is decided here. No
field holds markup. A card's date is the date part of the time as written, whatever its zone. The time of an
update is the date of an entry that has no other, and `printed.place` says so.
"""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from archiver.models import Card, DatePlace, Page, PrintedDate
from archiver.parse.dates.find import Order, find_date, find_order
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.document.languages import own_language
from archiver.parse.document.urls import resolve
from archiver.parse.document.visible import visible_text
from archiver.parse.feeds.parsers import parse_feed
from archiver.parse.payload.limits import refusal

_EMPTY_LINK = re.compile(r"<link\s*(?:/>|>\s*</link\s*>)", re.IGNORECASE)
"""What would stand in the way of the guid that is the permalink."""
_RELATION = "http://www.iana.org/assignments/relation/"
_ABSOLUTE = re.compile(r"https?://[^/]", re.IGNORECASE)


class _Feed(NamedTuple):
    """What a feed declares for all its entries."""

    url: str
    is_atom: bool
    authors: str | None
    language: str | None
    order: Order | None


def read_feed(text: str, url: str) -> Page:
    """Read the feed at *url*. A text that is not a feed gives an empty page with an error."""
    if reason := refusal(text):  # feedparser's reader of broken XML, too, looks through all open elements
        return Page(url=url, kind="empty", confidence=1.0, error=f"not parsed: {reason}")
    try:
        # a base is given only where the feed changes it, because the URLs are then no longer as written
        parsed = parse_feed(_EMPTY_LINK.sub("", text), url if "xml:base" in text else "")
    except Exception as error:  # noqa: BLE001  # its readers of broken XML raise whatever they meet
        fault = f"unreadable feed ({type(error).__name__})"
        return Page(url=url, kind="empty", confidence=0.0, error=fault)
    version = parsed.version
    if not version and not parsed.entries:
        return Page(url=url, kind="empty", confidence=0.0, error="no feed that could be read")
    is_atom = version.startswith("atom")
    feed = _Feed(
        url=url,
        is_atom=is_atom,
        authors=_authors(parsed.feed) if is_atom else None,
        language=parsed.feed.get("language"),
        order=find_order(_own(entry, name) or "" for entry in parsed.entries for name in _DATES),
    )
    cards = tuple(
        _card(entry, feed)
        for entry in parsed.entries
        if entry  # the last of a feed that was cut short may be empty
    )
    form = "" if parsed.well_formed else ", not well formed"
    return Page(
        url=url,
        kind="feed",
        confidence=1.0 if parsed.well_formed else 0.8,
        cards=cards,
        next_url=_older(_links(parsed.feed), url),
        language=feed.language,
        why=f"a feed ({version or 'of no known version'}{form}) of {len(cards)} entries",
    )


def _card(entry: Mapping[str, Any], feed: _Feed) -> Card:
    href = _permalink(entry)
    printed = _published(entry, feed)
    title = entry.get("title_detail") or {}
    return Card(
        url=resolve(feed.url, href),
        title=_unescaped(_visible(title)),
        date=printed.iso,
        author=_authors(entry) or feed.authors,
        categories=tuple(_categories(entry)),
        excerpt=_excerpt(entry),
        href=href,
        printed=printed.printed,
        updated=_updated(entry) if feed.is_atom else None,
        image=_image(entry, feed.url),
        language=own_language(entry.get("language") or title.get("language"), feed.language),
    )


def _permalink(entry: Mapping[str, Any]) -> str | None:
    """Return the first alternate link, HTML before other types; else an id that is a URL.

    An RSS guid is a permalink unless it is marked as none, but many unmarked ones are numbers and words.
    """
    links = [link for link in _links(entry) if _relation(link) == "alternate" and link.get("href")]
    links.sort(key=lambda link: "html" not in link.get("type", "text/html"))
    if links:
        return str(links[0]["href"])
    guid: str = entry.get("id") or ""
    return guid if entry.get("guidislink", True) and _ABSOLUTE.match(guid) else None


def _image(entry: Mapping[str, Any], url: str) -> str | None:
    """Return the entry's picture: of Media RSS, else an enclosure, else a podcast's image."""
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
    """Return the name of a link's relation (RFC 4287, 4.2.7.2), "alternate" where it has none."""
    relation: str = link.get("rel") or "alternate"
    return relation.removeprefix(_RELATION).lower()


def _older(links: Iterable[Mapping[str, Any]], url: str) -> str | None:
    """Return the next page (RFC 5005, section 3), else the archive document before this one (section 4)."""
    for rel in ("next", "prev-archive"):
        for link in links:
            if _relation(link) == rel and (older := resolve(url, link.get("href"))) and older != url:
                return older
    return None


_DATES = ("published", "created", "updated")


class _Published(NamedTuple):
    """When an entry was published: a day in ISO 8601, and what is written of it."""

    iso: str | None
    printed: PrintedDate | None


def _published(entry: Mapping[str, Any], feed: _Feed) -> _Published:
    """Read the date part of the time of publication.

    RSS has no other time than that of publication: there, the Dublin Core date is one, which feedparser calls
    "updated". In Atom, `updated` is another time, which stands in where the entry has none of publication. A
    month or year alone (W3C-DTF) is not a day.
    """
    inexact = None
    for name in _DATES:
        place: DatePlace = "update" if feed.is_atom and name == "updated" else "feed"
        value = _own(entry, name)
        if value and (found := find_date(value, language=feed.language, order=feed.order)):
            return _Published(found.iso, printed_date(value, found, place))
        inexact = inexact or (find_inexact(value, place, "en") if value else None)
    return _Published(None, inexact)


def _updated(entry: Mapping[str, Any]) -> str | None:
    found = find_date(_own(entry, "updated") or "")
    return found.iso if found else None


def _own(entry: Mapping[str, Any], name: str) -> str | None:
    """Return a field of the entry without the fallbacks of `FeedParserDict.get`."""
    return dict.get(entry, name) if isinstance(entry, dict) else None


def _authors(element: Mapping[str, Any]) -> str | None:
    names = [author.get("name") for author in element.get("authors") or () if author]
    return ", ".join(dict.fromkeys(name for name in names if name)) or None


def _categories(entry: Mapping[str, Any]) -> Iterable[str]:
    """Return the categories; the label (for people) comes before the term (for machines)."""
    return (visible_text(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags") or ())


def _excerpt(entry: Mapping[str, Any]) -> str | None:
    """Return the summary's text, else the content's."""
    for detail in (entry.get("summary_detail"), *(entry.get("content") or ())):
        if text := _visible(detail):
            return text
    return None


_ESCAPED_TWICE = re.compile(
    r"&(?:amp|quot|apos|nbsp|hellip|[nm]dash|[lr][sd]quo|#\d{2,5}|#x[\da-f]{2,4});", re.IGNORECASE
)


def _unescaped(title: str | None) -> str | None:
    """Unescape a title that was escaped once too often: no one writes "AT&amp;T" for people to read."""
    return html.unescape(title) if title and _ESCAPED_TWICE.search(title) else title


def _visible(detail: Mapping[str, Any] | None) -> str | None:
    """Return the text of a construct that is plain text or markup, by its type."""
    if not detail or not detail.get("value"):
        return None
    value: str = detail["value"]
    return value if detail.get("type") == "text/plain" else visible_text(value)
