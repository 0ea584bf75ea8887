"""Which list of its page a card stands in."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.models import Card
from archiver.parse.document.tree import read_tree
from archiver.parse.html import read_html
from archiver.parse.listing.lists import list_numbers
from archiver.parse.listing.score import Member


def card(n):
    return f'<article class="card post-{n}"><h3><a href=/notes/{n}>Note {n}</a></h3></article>'


def cards(first, last):
    return "".join(map(card, range(first, last + 1)))


def columns(first, last):
    return "".join(f"<div class=column>{card(n)}</div>" for n in range(first, last + 1))


def members_of(tree, tag="article", names=("card",)):
    """The elements of a tag with one of the classes, each a member without a permalink."""
    return [
        Member(i, tree.end[i], tree.text_start[i], tree.text_end[i], -1)
        for i, own in enumerate(tree.tags)
        if own == tag and not {*names}.isdisjoint(tree.classes[i].split())
    ]


def sizes(body, **wanted):
    """How many cards each list of a page has."""
    tree = read_tree(f"<body><main>{body}</main>")
    numbers = list_numbers(tree, members_of(tree, **wanted))
    assert numbers == sorted(numbers)
    assert {*numbers} == {*range(numbers[-1] + 1)}
    return [numbers.count(number) for number in range(numbers[-1] + 1)]


ONE_LIST = {
    "siblings": cards(1, 6),
    "each in a column": f"<div>{columns(1, 6)}</div>",
    "rows of three": "".join(f"<div class=row>{columns(n, n + 2)}</div>" for n in (1, 4, 7)),
    "rows of two, the last not full": "".join(
        f"<div class='row {name}'>{columns(n, last)}</div>"
        for n, last, name in ((1, 2, "odd"), (3, 4, "even"), (5, 5, "odd"))
    ),
    "columns of lists": "".join(f"<div class=half>{cards(n, n + 3)}</div>" for n in (1, 5)),
    "a heading above all": f"<h2>Notes</h2><div>{cards(1, 4)}</div>",
    "one card a day": "".join(f"<div class=day><h2>{n} March</h2>{card(n)}</div>" for n in range(1, 7)),
    "an advertisement between siblings": f"{cards(1, 3)}<div class=ad>Buy rope</div>{cards(4, 6)}",
    "a row whose first column is no card": f"<div class=row>{columns(1, 3)}</div>"
    "<div class=row><div class=column>Buy rope</div><div class=column>Buy nets</div>"
    f"{columns(4, 4)}</div><div class=row>{columns(5, 7)}</div>",
    "a row without any card": f"<div class=row>{columns(1, 3)}</div>"
    f"<div class=row><div class=column>Buy rope</div></div><div class=row>{columns(4, 6)}</div>",
    "cards of two forms in one grid": f"<div>{columns(1, 2)}<div class=column><div>{card(3)}</div></div>"
    f"{columns(4, 5)}<div class=column><div>{card(6)}</div></div></div>",
}
SEVERAL_LISTS = {
    "a heading before each": (
        "".join(f"<h2>Box {n}</h2><div>{cards(n, n + 2)}</div>" for n in (1, 4, 7)),
        [3, 3, 3],
    ),
    "a heading in each": (
        "".join(f"<section><header><h2>Box {n}</h2></header>{cards(n, n + 1)}</section>" for n in (1, 3, 5)),
        [2, 2, 2],
    ),
    "months of unlike length": (
        f"<div><h3>May</h3><div>{cards(1, 4)}</div><h3>April</h3><div>{cards(5, 5)}</div>"
        f"<h3>March</h3><div>{cards(6, 8)}</div></div>",
        [4, 1, 3],
    ),
    "boxes of rows": (
        "".join(
            f"<div class=box><p>Box {n}</p><div class=row>{columns(n, n + 2)}</div>"
            f"<div class=row>{columns(n + 3, n + 4)}</div></div>"
            for n in (1, 6)
        ),
        [5, 5],
    ),
    "a card above a grid": (f"{card(1)}<div class=grid>{cards(2, 6)}</div>", [1, 5]),
    "a card below a grid": (f"<div class=grid>{cards(1, 5)}</div>{card(6)}", [5, 1]),
    "a card in a wrapper above a grid of columns": (
        f"<div><div><p>Today</p>{card(1)}</div></div><section class=grid>{columns(2, 6)}</section>",
        [1, 5],
    ),
    "cards above a grid in their container": (f"{cards(1, 3)}<div>{cards(4, 8)}</div>", [3, 5]),
    "a list of another structure": (
        f"<div>{columns(1, 4)}</div><div><ul>"
        + "".join(f"<li>{card(n)}</li>" for n in range(5, 8))
        + "</ul></div>",
        [4, 3],
    ),
}


@pytest.mark.parametrize("body", ONE_LIST.values(), ids=ONE_LIST.keys())
def test_cards_of_one_list(body):
    assert len(sizes(body)) == 1


@pytest.mark.parametrize(("body", "expected"), SEVERAL_LISTS.values(), ids=SEVERAL_LISTS.keys())
def test_cards_of_several_lists(body, expected):
    assert sizes(body) == expected


def test_rows_may_differ_in_class():
    """The rows of one box are "featured", "list" or a hash: a class alone says nothing of lists."""
    assert sizes(f"<div class=featured>{columns(1, 3)}</div><div class=c-1af>{columns(4, 7)}</div>") == [7]


def test_a_flat_list_is_one():
    body = "".join(
        f"<h2 class=card><a href=/{n}>Note {n}</a></h2><p>About it.</p><p>More.</p>" for n in range(5)
    )
    assert sizes(body, tag="h2") == [5]


def test_tables_below_headings():
    rows = "".join(f"<tr class=card><td>1 March<td>Note {n}" for n in range(3))
    assert sizes(f"<table>{rows}</table><p>Older</p><table>{rows}</table>", tag="tr") == [3, 3]
    body = f"<tbody>{rows}</tbody><tbody><tr><th colspan=2>Older</th></tr>{rows}</tbody>"
    assert sizes(f"<table>{body}</table>", tag="tr") == [3, 3]


def test_the_cards_of_a_page_bear_their_lists():
    def box(name, first):
        return f"<section><h2>{name}</h2>" + "".join(
            f"<article><h3><a href=/notes/{n}>Note {n} of the harbour</a></h3><time>{n} March 2024</time>"
            f"<p>{'About the ropes and the nets of the harbour. ' * 4}</p></article>"
            for n in range(first, first + 4)
        )

    page = read_html(f"<body><main>{box('Ropes', 1)}</section>{box('Nets', 5)}", "https://harbour.example/")
    assert [c.list_number for c in page.cards] == [0] * 4 + [1] * 4


def test_the_list_is_no_part_of_what_a_card_is():
    assert Card(title="One", list_number=3).key == Card(title="One").key


def test_no_cards_are_in_no_list():
    assert list_numbers(read_tree("<p>Nothing"), []) == []


NODES = st.recursive(
    st.sampled_from(["", "Text", "<b>Text</b>"]),
    lambda inner: st.tuples(
        st.sampled_from(["div", "section", "article class=card", "article"]), st.lists(inner, max_size=4)
    ).map(lambda node: f"<{node[0]}>{''.join(node[1])}</{node[0].split()[0]}>"),
    max_leaves=30,
)


@given(NODES, st.data())
def test_any_elements_have_lists_in_page_order(body, data):
    tree = read_tree(f"<body>{body}")
    elements = sorted(data.draw(st.sets(st.integers(0, len(tree.tags) - 1))))
    members = [Member(i, tree.end[i], tree.text_start[i], tree.text_end[i], -1) for i in elements]
    numbers = list_numbers(tree, members)
    assert len(numbers) == len(members)
    assert numbers[:1] in ([], [0])
    assert all(b - a in (0, 1) for a, b in pairwise(numbers))


class Counting(list[int]):
    """A list that counts how often an item of it is read."""

    reads = 0

    def __getitem__(self, at):
        self.reads += 1
        return super().__getitem__(at)


def test_deep_pages_take_linear_time():
    """Neighbours in ever deeper elements: each step up is taken a few times."""
    body = f"{'<div>' * 3000}{card(1)}{'</div>' * 3000}" * 2 + "".join(f"<div>{card(n)}" for n in range(3000))
    tree = read_tree(body)
    members = members_of(tree)
    tree.parents = parents = Counting(tree.parents)
    list_numbers(tree, members)
    assert 0 < parents.reads < 5 * len(parents)
