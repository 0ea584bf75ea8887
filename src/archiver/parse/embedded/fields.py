"""Which places of a table are the title, the URL and the other fields of cards.

A table comes in, with the URLs of the site; the places go out, or None where the objects have no title or no
URL of their own on the site. Names say which place may be which field: those of schema.org, of feeds, and of
the interfaces of content management systems. Values decide: a title differs from object to object, a date is
nothing but a date, an excerpt has the length of a sentence.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from archiver.parse.dates.find import Order, find_order, is_date
from archiver.parse.document.urls import Resolver, host, same_place
from archiver.parse.embedded.objects import MOST, Place, Table

_TITLES = ("headline", "title", "name", "heading")
_VALUES = frozenset({"rendered", "text", "value", "url", "src", "href", "name"})
"""Keys of any value, below the one that names it: `{"title": {"rendered": "..."}}`."""
_URLS = ("permalink", "url", "link", "href", "uri", "path", "slug", "handle", "id")
_EXCERPTS = ("excerpt", "summary", "abstract", "description", "teaser", "standfirst", "text")
_PUBLISHED = ("start", "published", "publication", "publish", "posted", "issued", "date")
"""An event is dated by its start."""
_UPDATED = ("modified", "updated", "update", "edited")
_NOT_PUBLISHED = (*_UPDATED, "end", "expires", "expiry", "expiration", "until", "valid", "birth", "deleted")
_AUTHORS = ("author", "authors", "byline", "bylines", "creator", "creators")
_CATEGORIES = ("section", "category", "categories")
_TAGS = ("tags", "keywords")
_IMAGES = ("image", "thumbnail", "picture", "photo")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg)(?:$|[?#])", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}")
_LONGEST_TITLE, _LONGEST_DATE, _LONGEST_URL = 300, 40, 2000
_SENTENCE = 40
"""Characters of an excerpt, at the least."""
_DISTINCT = 0.8
"""Share of the URLs of a list that differ from each other."""


class UrlColumn(NamedTuple):
    """The place of the URLs of a list's objects, and the resolved URLs by the numbers of the rows."""

    place: Place
    urls: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Fields:
    """Where the fields of a list's objects are. `order` is that of day and month in its dates."""

    title: Place
    url: UrlColumn
    date: Place | None
    order: Order | None
    updated: Place | None
    excerpt: Place | None
    author: Place | None
    categories: Place | None
    tags: Place | None
    image: Place | None

    @property
    def shape(self) -> tuple[Place | None, ...]:
        """What lists of the same things have in common."""
        return self.title, self.url.place, self.date, self.excerpt, self.image


class SiteUrls:
    """The URLs of a page's site: which ones are its own, and which of those on the page a slug names."""

    def __init__(self, page_url: str, resolver: Resolver, linked: Iterable[str]) -> None:
        self._here, self._home, self._resolver = same_place(page_url), host(page_url), resolver
        self._slugs: dict[str, str | None] = {}
        self._linked: set[str] = set()
        for key, url in {same_place(url): url for url in linked}.items():
            path = key.partition("?")[0]
            slug = path.rpartition("/")[2]
            self._slugs[slug] = None if slug in self._slugs else url
            self._linked.update((key, path))

    def is_linked(self, url: str) -> bool:
        """Return whether the page has a hyperlink to the URL, whatever its query adds."""
        return same_place(url) in self._linked

    def find(self, written: object) -> str | None:
        """Return the URL of another page of the site, or of one that the page links to; never a picture's."""
        if not isinstance(written, str) or len(written) > _LONGEST_URL or " " in written:
            return None
        if not written.startswith(("/", "http://", "https://")):
            return self._slugs.get(written)
        url = self._resolver.resolve(written)
        if not url or _PICTURE.search(url) or same_place(url) == self._here:
            return None
        return url if self.is_linked(url) or self._is_own(host(url)) else None

    def _is_own(self, there: str) -> bool:
        """Return whether a host is that of the page, one below it or one above it."""
        return f".{there}".endswith(f".{self._home}") or f".{self._home}".endswith(f".{there}")


def find_fields(table: Table, urls: SiteUrls) -> Fields | None:
    """Find the places of the fields of cards."""
    places = table.places()
    columns = [place for place, count in places.items() if count >= MOST * len(table.rows)]
    named = [place for place in columns if not _is_of_person(place)]
    title = _best(named, _TITLES, lambda place: _are_titles(table.texts(place)), whole=True)
    url = _find_url(table, columns, title, urls) if title else None
    if title is None or url is None:
        return None
    others = [place for place in places if place != title and _is_beside(place, title)]
    published = [place for place in others if not _rank(place, _NOT_PUBLISHED)]
    date = _best(published, _PUBLISHED, lambda place: _are_dates(table.texts(place)))
    return Fields(
        title=title,
        url=url,
        date=date,
        order=find_order(table.texts(date)) if date else None,
        updated=_best(others, _UPDATED, lambda place: _are_dates(table.texts(place))),
        excerpt=_best(others, _EXCERPTS, lambda place: _are_sentences(table.texts(place))),
        author=_best(others, _AUTHORS),
        categories=_best(others, _CATEGORIES),
        tags=_best(others, _TAGS),
        image=_find_image(table, places),
    )


def _find_image(table: Table, places: Iterable[Place]) -> Place | None:
    """Return the place with the URLs of pictures: by its name, or else by its values."""
    urls = [place for place in places if _are_urls(table.firsts(place))]
    return _best(urls, _IMAGES) or next((p for p in urls if any(map(_PICTURE.search, table.firsts(p)))), None)


def _is_beside(place: Place, title: Place) -> bool:
    """Return whether a place is of the object that has the title: that of an inner one is another thing's."""
    depth = _depth(title)
    own = place[:-1] if len(place) == depth + 2 and place[-1] in _VALUES else place
    return place[:depth] == title[:depth] and len(own) == depth + 1


def _is_of_person(place: Place) -> bool:
    return any(key in _AUTHORS for key in place)


def _best(
    places: Iterable[Place],
    names: Sequence[str],
    fits: Callable[[Place], bool] = lambda _: True,
    *,
    whole: bool = False,
) -> Place | None:
    """Return the place with the best of the names, the outermost of several, whose values fit.

    *whole*: the name must be all of the key.
    """
    ranked = [(rank, place) for place in places if (rank := _rank(place, names, whole=whole))]
    return next((place for _, place in sorted(ranked) if fits(place)), None)


def _rank(place: Place, names: Sequence[str], *, whole: bool = False) -> tuple[int, int, int] | None:
    """Return how good the name of a place is, less is better: by the name, the words beside it, the depth."""
    for key in _keys(place):
        words = [word.lower() for word in _WORD.findall(key)]
        found = [names.index(word) for word in words if word in names]
        if found and not (whole and len(words) > 1):
            return min(found), len(words), len(place)
    return None


def _keys(place: Place) -> Place:
    """Return the keys that may name a place: the last one, and the one above a key of any value."""
    return place[:-3:-1] if place[-1] in _VALUES else place[-1:]


def _find_url(table: Table, columns: Iterable[Place], title: Place, urls: SiteUrls) -> UrlColumn | None:
    """Return the best place that has a URL of its own for most of the rows.

    A place whose URLs are hyperlinks of the page comes first. The title is that of the URL's object or of one
    round it: that of an object within it is another thing's.
    """
    found = []
    for place in columns:
        if place[: _depth(title)] == title[: _depth(title)]:
            of_row = {i: url for i, row in enumerate(table.rows) if (url := urls.find(row.get(place)))}
            distinct = {same_place(url): url for url in of_row.values()}
            if len(of_row) >= MOST * len(table.rows) and len(distinct) >= _DISTINCT * len(of_row):
                linked = sum(map(urls.is_linked, distinct.values()))
                rank = _rank(place, _URLS) or (len(_URLS), 0, len(place))
                found.append((linked < len(distinct) / 2, rank, UrlColumn(place, of_row)))
    return min(found)[2] if found else None


def _depth(title: Place) -> int:
    """Count the keys that lead to the object that has the title."""
    return len(title) - (1 if _rank(title[-1:], _TITLES) else 2)


def _are_titles(texts: Collection[str]) -> bool:
    """Return whether texts are titles: with words, not too long, most of them different."""
    fit = [text for text in texts if len(text) <= _LONGEST_TITLE and _LETTERS.search(text)]
    is_most = len(fit) >= MOST * len(texts) and len(set(fit)) > len(fit) / 2
    return is_most and not _are_urls(texts)


def _are_dates(texts: Collection[str]) -> bool:
    return 0 < MOST * len(texts) <= sum(len(text) <= _LONGEST_DATE and is_date(text) for text in texts)


def _are_urls(texts: Collection[str]) -> bool:
    return 0 < MOST * len(texts) <= sum(text.startswith(("/", "http")) for text in texts)


def _are_sentences(texts: Collection[str]) -> bool:
    return 0 < MOST * len(texts) <= sum(len(text) >= _SENTENCE for text in texts)
