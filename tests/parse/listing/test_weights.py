"""A page for each weight of the choice of the cards: with the weight at 0 it is read wrongly.

Two weights are more than a number: without `most_members` or `full_dominance` no page has any score. Their
pages are those that they are for.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

import pytest

from archiver.parse.html import read_html
from archiver.parse.listing.score import WEIGHTS, Weights

SENTENCE = "The nets are dry again, and the boats go out one after the other before it is light. "
PLACES = ["pier", "quay", "mole", "reef", "cape", "ford", "delta", "shoal", "ferry", "buoy", "dock", "slip"]


@dataclass(frozen=True)
class Case:
    """The body of a page, and how it is read: the paths of its cards, the members of its blocks."""

    body: str
    cards: list[str]
    path: str = "/blog/"
    blocks: list[int] | None = None

    def read(self) -> "Case":
        page = read_html(f"<html><body>{self.body}</body></html>", f"https://harbour.example{self.path}")
        cards = [urlsplit(card.url or "").path for card in page.cards]
        blocks = None if self.blocks is None else [block.cards for block in page.blocks]
        return Case(self.body, cards, self.path, blocks)


def repeat(count: int, card: Callable[[int], str], first: int = 0) -> str:
    return "".join(card(n) for n in range(first, first + count))


def main(*parts: str) -> str:
    return f"<main>{''.join(parts)}</main>"


def section(*parts: str) -> str:
    """What stands beside the content without a name that says so."""
    return f"<section>{''.join(parts)}</section>"


def paths(folder: str, count: int) -> list[str]:
    return [f"/{folder}/{n}" for n in range(count)]


def prose(characters: int) -> str:
    return (SENTENCE * (characters // len(SENTENCE) + 1))[:characters]


def date(n: int) -> str:
    return f"<time>March {n + 1}, 2021</time>"


def link(folder: str, n: int, label: str = "") -> str:
    return f'<a href="/{folder}/{n}">{label or f"A walk along the old {PLACES[n % len(PLACES)]}"}</a>'


def hours(n: int) -> str:
    """A link that is no title."""
    return link("hours", n, f"Hours of the {PLACES[n]}")


def post(n: int, characters: int, name: str = "box", extra: str = "") -> str:
    return f'<div class="{name}"><h3>{link("p", n)}</h3>{extra}<p>{prose(characters)}</p></div>'


def service(n: int, characters: int) -> str:
    """A rival of the posts: of their form, but neither dated nor called a card."""
    return f'<div class="service"><h3>{link("s", n)}</h3><p>{prose(characters)}</p></div>'


def note(n: int, characters: int, dated: str = "", name: str = "note") -> str:
    """A card without a title, whose permalink says nothing."""
    return f'<div class="{name}"><p>{prose(characters + n)}</p>{dated} {link("n", n, "link")}</div>'


def column(n: int, name: str) -> str:
    return f'<div class="{name}"><p>{prose(180)}</p><p>{hours(n)}</p></div>'


def pair(n: int) -> str:
    """A row of two posts under one date."""
    cells = repeat(
        2, lambda k: f'<div class="cell"><h3>{link("p", k, f"The walk of year {k}")}</h3></div>', 2 * n
    )
    return f'<div class="row">{date(n)}{cells}</div>'


def paragraphs(n: int) -> str:
    """A post of many short paragraphs, none of them a sentence of an article."""
    return f'<div class="box"><h3>{link("p", n)}</h3>{f"<p>{prose(95)}</p>" * 4}</div>'


ARTICLE = main("<h1>The harbour</h1>", f"<p>{prose(900)}</p><p>{prose(800)}</p>")
BOXES = [
    f"<h3>{link('s', 0)}</h3><p>{prose(150)}</p>",
    f"<p>{prose(150)}</p><div><h3>{link('s', 1)}</h3></div>",
    f"<p>{prose(150)}</p><h4><b>{link('s', 2)}</b></h4>",
    f"<p>{prose(150)}</p><ul><li><h4>{link('s', 3)}</h4></li></ul>",
    f"<p>{prose(150)}</p><p>{link('s', 4)}</p>",
]
"""What the boxes of a page hold that are each made in another way."""

CASES = {
    # More posts than are counted.
    "most_members": Case(main(repeat(14, lambda n: post(n, 150))), paths("p", 14)),
    # Notes without titles.
    "base": Case(main(repeat(9, lambda n: note(n, 160, date(n)))), paths("n", 9)),
    # Dated news above more services.
    "dated": Case(
        main(repeat(8, lambda n: post(n, 40, extra=date(n)))) + section(repeat(9, lambda n: service(n, 70))),
        paths("p", 8),
    ),
    # The same with each date in a heading above.
    "dated_above": Case(
        main(repeat(8, lambda n: f"<h4>{date(n)}</h4>{post(n, 40)}"))
        + section(repeat(8, lambda n: service(n, 60))),
        paths("p", 8),
    ),
    # Stories with an excerpt above more services with a line each.
    "prose": Case(
        main(repeat(8, lambda n: post(n, 120))) + section(repeat(12, lambda n: service(n, 85))),
        paths("p", 8),
    ),
    # Posts that are called so above services of more text.
    "card_class": Case(
        main(repeat(8, lambda n: post(n, 60, "post"))) + section(repeat(8, lambda n: service(n, 70))),
        paths("p", 8),
    ),
    # Stories above a calendar of more headlines.
    "coverage": Case(
        main(repeat(6, paragraphs))
        + section(repeat(12, lambda n: f'<div class="day"><h3>{link("d", n)}</h3>{date(n)}</div>')),
        paths("p", 6),
    ),
    # Two posts in each row.
    "purity": Case(main(repeat(12, pair)), paths("p", 24)),
    # An archive whose posts stand in boxes that call themselves widgets, all but the newest.
    "in_region": Case(
        main(
            f"<div>{post(0, 150, 'post')}</div>",
            repeat(11, lambda n: f'<div class="widget"><div>{post(n, 150, "post")}</div></div>', 1),
        ),
        paths("p", 12),
    ),
    # Posts above an introduction that is shorter than they are.
    "full_dominance": Case(main(repeat(5, lambda n: post(n, 150)), f"<p>{prose(300)}</p>"), paths("p", 5)),
    # Related stories above a long article.
    "dominance": Case(section(repeat(5, lambda n: post(n, 60))) + ARTICLE, [], "/story"),
    # Three columns of text with a link.
    "few_members": Case(main(repeat(3, lambda n: column(n, "column"))), []),
    # The same in columns that are called items.
    "few_strength": Case(main(repeat(3, lambda n: column(n, "item"))), []),
    # Three teasers above a text of their length.
    "few_dominance": Case(
        main(repeat(3, lambda n: post(n, 150)), f"<p>{prose(300)}</p><p>{prose(250)}</p>"), []
    ),
    # Boxes that are each made in another way.
    "least_aligned": Case(main(repeat(5, lambda n: f'<div class="box">{BOXES[n]}</div>')), []),
    # Comments of a line, with dates.
    "least_strength": Case(main(repeat(12, lambda n: note(n, 60, date(n), "entry"))), []),
    # Longer comments without dates.
    "least_titleless": Case(main(repeat(12, lambda n: note(n, 160, "", "entry"))), []),
    # Posts deep in wrappers, which are all scored, above a list that is then asked for as another block.
    "rival": Case(
        main(repeat(5, lambda n: f"{'<div>' * 5}{post(n, 300, 'post')}{'</div>' * 5}"))
        + section(repeat(6, lambda n: f"<p>{hours(n)}</p>")),
        paths("p", 5),
        blocks=[5, 6],
    ),
    # A few headlines above a long article.
    "accept": Case(
        section(repeat(4, lambda n: f"<div><h3>{link('p', n)}</h3></div>")) + ARTICLE, [], "/story"
    ),
    # A menu in the text of a page.
    "accept_bare": Case(
        main(f"<h1>The harbour</h1><ul>{repeat(5, lambda n: f'<li>{hours(n)}</li>')}</ul><p>{prose(95)}</p>"),
        [],
    ),
}


def test_each_weight_has_a_page():
    assert list(CASES) == [field.name for field in fields(Weights)]


@pytest.mark.parametrize("name", CASES)
def test_the_page_is_read_rightly(name):
    case = CASES[name]
    assert case.read() == case


@pytest.fixture
def without(request):
    """WEIGHTS with one weight at 0."""
    whole = getattr(WEIGHTS, request.param)
    object.__setattr__(WEIGHTS, request.param, 0)
    yield request.param
    object.__setattr__(WEIGHTS, request.param, whole)


@pytest.mark.parametrize("without", [name for name in CASES if name != "full_dominance"], indirect=True)
def test_without_the_weight_the_page_is_read_wrongly(without):
    assert CASES[without].read() != CASES[without]


@pytest.mark.parametrize("without", ["full_dominance"], indirect=True)
def test_the_full_dominance_is_divided_by(without):
    with pytest.raises(ZeroDivisionError):
        CASES[without].read()
