"""Counts by month as bars: SVG without words in it, its words and a table of the numbers round it.

The bars take the width that there is; words inside would be stretched with them, and unreadable on a phone.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from archiver.site.markup import Html, element
from archiver.site.shown import counted

_MOST_BARS = 120
_HEIGHT = 1000


class Bar(NamedTuple):
    """A month (`YYYY-MM`) or a year, and how many of what is counted are in it."""

    label: str
    number: int


def bars(counts: Mapping[str, int]) -> list[Bar]:
    """Return a bar for every month from the first to the last, or for every year where these are very many.

    Of more than 120 years the last are drawn: a page may print any date.
    """
    if not counts:
        return []
    first, last = _month_number(min(counts)), _month_number(max(counts))
    if last - first < _MOST_BARS:
        labels = [f"{n // 12:04}-{n % 12 + 1:02}" for n in range(first, last + 1)]
        return [Bar(label, counts.get(label, 0)) for label in labels]
    years = {
        year: sum(counts[month] for month in months)
        for year, months in groupby(sorted(counts), key=lambda month: month[:4])
    }
    final = int(max(years))
    labels = [f"{year:04}" for year in range(max(int(min(years)), final - _MOST_BARS + 1), final + 1)]
    return [Bar(label, years.get(label, 0)) for label in labels]


def _month_number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) - 1


def _height(bar: Bar, highest: int) -> int:
    """Return the height of a bar; what is there at all is seen."""
    return max(10, round(bar.number * _HEIGHT / highest))


def plot(caption: str, what: str, counts: Mapping[str, int]) -> Html | None:
    """Return the bars with their caption; None where nothing is counted."""
    drawn = bars(counts)
    highest = max((bar.number for bar in drawn), default=0)
    if not highest:
        return None
    rects = (
        element(
            "rect",
            element("title", f"{bar.label}: {counted(bar.number, what)}"),
            x=n * 10 + 1,
            y=_HEIGHT - _height(bar, highest),
            width=8,
            height=_height(bar, highest),
        )
        for n, bar in enumerate(drawn)
        if bar.number
    )
    first, last = drawn[0].label, drawn[-1].label
    left_out = sum(counts.values()) - sum(bar.number for bar in drawn)
    unit = "month" if "-" in first else "year"
    says = f"{caption} a {unit}, {first} to {last}; {counted(highest, what)} at most"
    svg = element(
        "svg",
        *rects,
        viewBox=f"0 0 {len(drawn) * 10} {_HEIGHT}",
        preserveAspectRatio="none",
        role="img",
        aria_label=says,
    )
    rows = (
        element("tr", element("th", bar.label, scope="row"), element("td", f"{bar.number:,}"))
        for bar in drawn
    )
    table = element(
        "table",
        element(
            "thead", element("tr", element("th", unit, scope="col"), element("th", f"{what}s", scope="col"))
        ),
        element("tbody", *rows),
    )
    return element(
        "figure",
        element("figcaption", f"{caption} a {unit}; {counted(highest, what)} at most"),
        svg,
        element("div", element("span", first), element("span", last), class_="axis", aria_hidden="true"),
        element("p", f"{counted(left_out, 'earlier date')} not drawn.") if left_out else None,
        element("details", element("summary", "The numbers"), table),
        class_="plot",
    )
