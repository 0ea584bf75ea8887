"""Feeds in JSON: JSON Feed 1.0 and 1.1.

The decoded text and its URL come in, a page of kind "feed" goes out. A text that is not an object with a list
of items gives an empty page. An item or a field of the wrong type is left out and the rest is read; of a feed
that was cut short the whole items are read. The items of a link blog have two URLs: the card's is the item's
own (`url`, else an `id` that is a URL), not `external_url`.
"""

import re
from typing import Any

from archiver.models import Card, Page
from archiver.parse.dates.find import find_date
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.document.jsontext import DECODER
from archiver.parse.document.languages import own_language
from archiver.parse.document.urls import resolve
from archiver.parse.document.visible import visible_text

_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_BETWEEN = frozenset(", \t\r\n")


def read_json_feed(text: str, url: str) -> Page:
    """Read the JSON Feed at *url*. A text that is not one gives an empty page with an error."""
    try:
        feed = DECODER.decode(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        if not (items := _whole_items(text)):
            return Page(url=url, kind="empty", confidence=0.0, error="broken JSON")
        feed = {"items": items}
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return Page(url=url, kind="empty", confidence=0.0, error="JSON, but no JSON Feed")
    authors = _authors(feed)
    language = _text(feed, "language")
    cards = tuple(_card(item, url, authors, language) for item in feed["items"] if isinstance(item, dict))
    older = resolve(url, _text(feed, "next_url"))
    return Page(
        url=url,
        kind="feed",
        confidence=1.0 if "jsonfeed.org" in (_text(feed, "version") or "") else 0.8,
        cards=cards,
        next_url=older if older != url else None,
        language=language,
        why=f"a JSON Feed of {len(cards)} items",
    )


def _whole_items(text: str) -> list[Any]:
    """Read the items of broken JSON up to the first broken one: a feed that was cut short holds many."""
    items: list[Any] = []
    start = _ITEMS.search(text)
    at = start.end() if start else len(text)
    while text[at : at + 1] == "{":
        try:
            item, at = DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
        while text[at : at + 1] in _BETWEEN and at < len(text):
            at += 1
    return items


def _card(item: dict[str, Any], url: str, authors: str | None, language: str | None) -> Card:
    """Read an item. *authors* and *language* are the feed's."""
    written = _text(item, "date_published") or ""
    changed = _text(item, "date_modified") or ""
    published, modified = find_date(written), find_date(changed)
    printed = printed_date(written, published, "feed") if published else find_inexact(written, "feed")
    if printed is None and modified:
        published, printed = modified, printed_date(changed, modified, "update")
    tags = item.get("tags")
    urls = (_text(item, "url"), _url_id(_text(item, "id")), _text(item, "external_url"))
    href = next((written for written in urls if resolve(url, written)), None)
    return Card(
        url=resolve(url, href),
        title=_text(item, "title"),
        date=published.iso if published else None,
        author=_authors(item) or authors,
        categories=tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        excerpt=_excerpt(item),
        href=href,
        printed=printed,
        updated=modified.iso if modified else None,
        image=_image(item, url),
        language=own_language(_text(item, "language"), language),
    )


def _url_id(identifier: str | None) -> str | None:
    """Return an id that is a URL: the specification asks for one, ideally the permalink."""
    return identifier if identifier and identifier.lower().startswith(("http://", "https://")) else None


def _image(item: dict[str, Any], url: str) -> str | None:
    """Return the item's `image`, else its banner, else the first attachment that is an image."""
    attached = item.get("attachments")
    images = [
        _text(file, "url")
        for file in (attached if isinstance(attached, list) else ())
        if isinstance(file, dict) and (_text(file, "mime_type") or "").startswith("image/")
    ]
    written = (_text(item, "image"), _text(item, "banner_image"), *images)
    return next((found for href in written if (found := resolve(url, href))), None)


def _excerpt(item: dict[str, Any]) -> str | None:
    """Return the item's summary, else its content as text."""
    if summary := _text(item, "summary"):
        return summary
    return _text(item, "content_text") or visible_text(_text(item, "content_html") or "") or None


def _authors(element: dict[str, Any]) -> str | None:
    """Join the names in `authors`, else in `author` (version 1.0)."""
    listed = element.get("authors")
    people = listed if isinstance(listed, list) and listed else [element.get("author")]
    return (
        ", ".join(name for author in people if isinstance(author, dict) and (name := _text(author, "name")))
        or None
    )


def _text(element: dict[str, Any], name: str) -> str | None:
    """Return a field as text. Numbers are coerced, as the specification asks; other types are missing."""
    value = element.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None
