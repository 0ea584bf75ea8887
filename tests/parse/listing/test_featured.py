"""Cards beside the chosen group, in another form."""

from archiver.parse.html import read_html

LONG = (
    "Two tugs brought it up the estuary at walking pace, and half of the school stood on the mole to see. "
    * 2
)
GRID = "".join(
    f"<div class=card><h3><a href=/story/{n}>The long story {n}</a></h3><p>What came.</p></div>"
    for n in range(1, 6)
)
LINES = "".join(f"<li><a href=/story/sea/{n}>A short line on {n}</a></li>" for n in (11, 12, 13))


def cards(body):
    page = read_html(f"<body><div>{body}</div></body>", "https://harbour.example/")
    return {(card.url or "").removeprefix("https://harbour.example"): card.excerpt for card in page.cards}


def test_a_link_among_links_may_be_wider():
    tiles = "".join(
        f"<a class='tile {'wide' if n % 4 == 0 else 'slim'}' href=/story/{n}><b>The long story {n}</b></a>"
        for n in range(1, 10)
    )
    assert list(cards(f"<div>{tiles}</div>")) == [f"/story/{n}" for n in range(1, 10)]


def test_a_box_under_the_link_to_its_topic_is_no_card():
    box = f"<section><h2><a href=/story/sea>Sea</a></h2><p>{LONG}</p><ul>{LINES}</ul></section>"
    assert "/story/sea" not in cards(f"{box}<div>{GRID}</div>")


def test_a_featured_card_ends_before_the_next_story():
    lead = f"<div><h2><a href=/story/90>The new crane</a></h2><p>{LONG}</p></div>"
    lines = "".join(f"<p><a href=/story/{n}>A short line on {n}</a></p>" for n in (91, 92, 93))
    assert cards(f"<section>{lead}{lines}</section><div>{GRID}</div>")["/story/90"] == LONG.strip()


def test_a_row_of_a_name_and_its_value_is_no_row_of_the_table_below():
    facts = "<table><tr><th>Place</th><td><a href=/story/hall>The long hall of the town</a></td></tr></table>"
    rows = "".join(
        f"<tr><td>{n}</td><td><a href=/story/{n}>Story {n} of the town</a></td><td>Paper {n}</td></tr>"
        for n in range(1, 6)
    )
    assert list(cards(f"{facts}<table>{rows}</table>")) == [f"/story/{n}" for n in range(1, 6)]
