"""Cards from the objects of a table.

A table and the places of its fields come in; cards go out, by the key of their URLs, each URL once. Dates are
the days as they are written, in the zone that is written with them. A program's texts may be HTML, of which
the visible text is taken.
"""

from collections.abc import Iterator

from archiver.models import Card
from archiver.parse.dates.find import find_date
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.document.urls import Resolver, same_place
from archiver.parse.document.visible import visible_text
from archiver.parse.embedded.fields import Fields
from archiver.parse.embedded.objects import Place, Row, Table, texts_of


def read_cards(
    table: Table, fields: Fields, resolver: Resolver, language: str | None = None
) -> dict[str, Card]:
    """Read the objects that have a title and a URL; *language* is the page's."""
    cards: dict[str, Card] = {}
    for number, url in fields.url.urls.items():
        row = table.rows[number]
        if title := _text(row, fields.title):
            cards.setdefault(same_place(url), _card(row, fields, title, url, resolver, language))
    return cards


def _card(row: Row, fields: Fields, title: str, url: str, resolver: Resolver, language: str | None) -> Card:
    """Read an object whose title and URL are known."""
    href = next(_values(row, fields.url.place), None)
    written = _text(row, fields.date) or ""
    date = find_date(written, language=language, order=fields.order)
    updated = find_date(_text(row, fields.updated) or "", language=language, order=fields.order)
    return Card(
        url=url,
        title=title,
        date=date.iso if date else None,
        author=", ".join(_names(row, fields.author)) or None,
        categories=tuple(_names(row, fields.categories)),
        tags=tuple(_names(row, fields.tags)),
        excerpt=_text(row, fields.excerpt),
        href=href if resolver.resolve(href) == url else url,
        printed=printed_date(written, date, "attribute")
        if date
        else find_inexact(written, "attribute", language),
        updated=updated.iso if updated else None,
        image=resolver.resolve(next(_values(row, fields.image), None)),
    )


def _text(row: Row, place: Place | None) -> str | None:
    """Return the visible text of a field."""
    return next(_names(row, place), None)


def _names(row: Row, place: Place | None) -> Iterator[str]:
    """Yield the visible texts of a field, such as the names of several authors."""
    return filter(None, map(visible_text, _values(row, place)))


def _values(row: Row, place: Place | None) -> Iterator[str]:
    """Yield the texts of a field as they are written."""
    return texts_of(row.get(place)) if place else iter(())
