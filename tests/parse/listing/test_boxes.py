"""Which boxes beside the chosen group are lists of the page, too."""

from itertools import chain

import pytest

from archiver.parse.html import read_html

HOME = "https://harbour.example/"


def tiles(first, last):
    return "".join(
        f"<div class=tile><h3><a href=/story/{n}>The long story {n}</a></h3><p>What came of it all.</p></div>"
        for n in range(first, last + 1)
    )


def dated(first, last):
    return tiles(first, last).replace("<p>", "<p><time>2024-05-03</time> ")


def rows(first, last, folder="/story"):
    items = (f"<li><a href={folder}/{n}>A short line on {n}</a></li>" for n in range(first, last + 1))
    return f"<ul>{''.join(items)}</ul>"


def cards(body):
    """The last parts of the URLs of the cards, as they stand on the page."""
    return list(chain.from_iterable(lists(body)))


def lists(body, url=HOME):
    """The last parts of the URLs of the cards, by list."""
    found: dict[int, list[int]] = {}
    for card in read_html(f"<body>{body}</body>", url).cards:
        found.setdefault(card.list_number, []).append(int((card.url or "").rpartition("/")[2]))
    return list(found.values())


GRID = f"<div>{tiles(1, 4)}</div>"
LEAD = "<div><img src=/a.jpg><a href=/story/40>The lead of the day</a><p>Three tugs were in sight.</p></div>"

TAKEN = {
    "lines that go on where the grid ends": f"{GRID}{rows(11, 13)}",
    "lines right above the grid": f"<a href=/help>Help</a>{rows(11, 13)}{GRID}",
    "under a link to their folder": f"{GRID}<h4><a href=/story/sea>Sea</a></h4>{rows(11, 13, '/story/sea')}",
    "under a link to their folder that is no heading": (
        f"{GRID}<p>Tide: six</p><b><a href=/sea/>Sea</a></b>{rows(11, 13, '/sea')}"
    ),
}
LEFT = {
    "under a heading that leads nowhere": f"{GRID}<h4>Popular stories</h4>{rows(11, 13)}",
    "under a text that leads nowhere": f"{GRID}<b>Recent stories</b>{rows(11, 13)}",
    "under a link to another folder": f"{GRID}<h4><a href=/news>News</a></h4>{rows(11, 13)}",
    "one of them is a card already": f"{GRID}{rows(4, 8)}",
    "URLs of another form": f"{GRID}{rows(11, 13, '/help/topic')}",
    "in a sidebar": f"{GRID}<aside>{rows(11, 13)}</aside>",
    "older pages go on with the list": f"{GRID}{rows(11, 13)}<a rel=next href=/page/2>Older stories</a>",
    "one list of dated cards": f"<div>{dated(1, 4)}</div>{rows(11, 13)}",
}


@pytest.mark.parametrize("body", TAKEN.values(), ids=TAKEN)
def test_a_box_in_its_place_is_a_list_of_the_page(body):
    assert sorted(lists(body)) == [[1, 2, 3, 4], [11, 12, 13]]


@pytest.mark.parametrize("body", LEFT.values(), ids=LEFT)
def test_a_box_beside_the_content_is_none(body):
    assert lists(body) == [[1, 2, 3, 4]]


def test_a_page_of_several_has_one_list():
    assert lists(f"{GRID}{rows(11, 13)}", f"{HOME}page/3") == [[1, 2, 3, 4]]


def test_dated_cards_in_several_boxes_are_no_river():
    row = tiles(11, 13).replace("class=tile", "class=hero").replace("<h3>", "<b>").replace("</h3>", "</b>")
    boxes = f"<div>{dated(1, 3)}</div><h2>Town</h2><section>{dated(4, 6)}</section><section>{row}</section>"
    assert cards(boxes) == [1, 2, 3, 4, 5, 6, 11, 12, 13]


def test_the_lead_card_of_a_box_is_taken_with_it():
    lead = LEAD.replace("/40", "/sea/40")
    box = f"<div><h2><a href=/story/sea>Sea</a></h2>{lead}{rows(41, 43, '/story/sea')}</div>"
    grid = f"<div>{tiles(1, 4).replace('/story/4', '/story/sea/4')}</div>"
    assert sorted(cards(f"{grid}<p>Tide: six</p>{box}")) == [1, 2, 3, 4, 40, 41, 42, 43]


def test_a_list_that_opens_the_page_has_a_lead_card():
    page = f"<a href=/help>Help</a><div>{LEAD}{rows(41, 43)}</div><h2>Evening</h2>{GRID}"
    assert cards(page) == [40, 41, 42, 43, 1, 2, 3, 4]
    assert cards(page.replace(LEAD, "")) == [1, 2, 3, 4]
