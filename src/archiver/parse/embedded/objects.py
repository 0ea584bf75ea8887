"""Lists of similar objects in JSON values, as tables: an object is a row, a place in the objects is a column.

Decoded values come in; tables go out, in the order of the values. A place is the chain of keys down to a
value, since a title may be `title`, `node.title` or `title.rendered`. An object whose values are objects is a
list, too: scripts keep things by their ids.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Place = tuple[str, ...]
"""The keys that lead from an object of a list to a value in it."""
Row = Mapping[Place, object]
"""The texts and the lists of an object by their places, the outer ones first."""

FEWEST = 3
"""Objects that make a list of cards."""
MOST = 2 / 3
"""Share of the objects of a list that have what all of them should have."""
_MOST_ROWS = 10_000
"""Objects of a list; a longer one is no page's."""
_DEEPEST = 30
"""Levels of a value that are looked into."""
_DEEPEST_PLACE = 4
"""Keys from an object of a list to one of its fields."""
_MOST_PLACES = 200
"""Fields of an object that are looked at."""
_MOST_VALUES = 200_000
"""Lists and objects of one page that are looked into."""
_NAMES = ("name", "title", "url", "src")
"""Keys of what names an object."""


@dataclass(frozen=True, slots=True)
class Table:
    """The objects of a list."""

    rows: Sequence[Row]

    def places(self) -> Counter[Place]:
        """Return the places of all rows, in the order of the first mention, with the number of their rows."""
        return Counter(place for row in self.rows for place in row)

    def texts(self, place: Place) -> list[str]:
        """Return the texts in a column."""
        return [text for row in self.rows if isinstance(text := row.get(place), str)]

    def firsts(self, place: Place) -> list[str]:
        """Return the first text of each value in a column."""
        return [text for row in self.rows if (text := next(texts_of(row.get(place)), None))]


def texts_of(value: object) -> Iterator[str]:
    """Yield the texts of a value: itself, those of a list, and of an object in a list its name or URL."""
    for one in value if isinstance(value, list) else [value]:
        texts = [one.get(key) for key in _NAMES] if isinstance(one, dict) else [one]
        yield from [text for text in texts if isinstance(text, str)][:1]


def tables(values: Iterable[object]) -> Iterator[Table]:
    """Yield the lists of objects in the values, outer ones first."""
    left = _MOST_VALUES
    for value in values:
        opened = [(value, 0)]
        while opened and left:
            left -= 1
            outer, depth = opened.pop()
            inner = _inner(outer)
            objects = [one for one in inner if isinstance(one, dict)]
            if FEWEST <= len(objects) <= _MOST_ROWS and len(objects) >= MOST * len(inner):
                yield Table([_row(one) for one in objects])
            if depth < _DEEPEST and not _is_trail(outer):
                opened.extend((one, depth + 1) for one in reversed(inner) if isinstance(one, dict | list))


def _is_trail(value: object) -> bool:
    """Return whether a value is the way down to the page, which lists the pages above it."""
    return isinstance(value, dict) and value.get("@type") == "BreadcrumbList"


def _inner(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _row(one: Mapping[str, object]) -> dict[Place, object]:
    """Return an object as a row."""
    row: dict[Place, object] = {}
    opened: list[tuple[Place, Mapping[str, object]]] = [((), one)]
    for place, inner in opened:
        for key, value in inner.items():
            if len(row) == _MOST_PLACES:
                return row
            if isinstance(value, dict):
                if len(place) + 1 < _DEEPEST_PLACE:
                    opened.append(((*place, key), value))
            elif isinstance(value, str | list) and value:
                row[(*place, key)] = value
    return row
