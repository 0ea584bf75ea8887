"""Authors that no markup names: the words of a line, a header, the form of the names, a column of users."""

import pytest

from archiver.parse.html import read_html

NAMES = ("Anna Holm", "Bo Lind", "Carla Marsh", "Anna Holm", "Dora Quay", "Bo Lind")
INITIALS = ("A. Holm", "B. Lind and C. Marsh", "C. Marsh", "Holm, A.", "D. van Quay, B. Lind", "B. Lind")
USERS = ("moleman", "tarpot", "ines", "gull77", "moleman", "salt")
TITLES = (
    "Council agrees a new quay",
    "School roof repairs start",
    "Library opens on Sundays",
    "Ferry changes for winter",
    "Market hall gets a floor",
    "Lamp is lit once more",
)


def authors_of(template, names, above="", tag="div"):
    """The authors of a page on which the template stands once for each of the names."""
    cards = "".join(
        f"<{tag}>{template.format(n=n, name=name, title=title)}</{tag}>"
        for n, (name, title) in enumerate(zip(names, TITLES, strict=True))
    )
    body = f"<table>{above}{cards}</table>" if tag == "tr" else above + cards
    return [card.author for card in read_html(f"<body><main>{body}</main>", "https://harbour.example/").cards]


TITLE = "<h2><a href=/notes/{n}>{title}</a></h2>"


@pytest.mark.parametrize(
    "line",
    [
        "By {name} | May 1{n}, 2023 | <a href=/notes/{n}#comments>{n} comments</a>",
        "<p>1{n} May 2023 · Posted by {name}</p>",
        "<p>by <a href=/hands/{n}>{name}</a> · 1{n} May 2023</p>",
        "<p><b>Authors:</b> {name}</p><p>8 pages</p>",
        "<p>Por {name}, 1{n}/05/2023</p>",
        "<p>作者：{name}</p>",
        "<dl><dt>Autor</dt><dd>{name}</dd></dl>",
        "<p>1{n} May 2023 by {name}</p>",
        "<p>[Quay] Posted May 1{n}, 2023 9:0{n} UTC (Thu) by <b>{name}</b></p>",
        "<p>1{n}.05.2023, 09:1{n} von {name} | 3 Bilder</p>",
    ],
)
def test_a_word_leads_to_the_author(line):
    assert authors_of(TITLE + line, NAMES) == list(NAMES)


def test_the_header_of_a_column_names_the_authors():
    row = "<td><a href=/notes/{n}>{title}</a></td><td>{name}</td><td>1{n} May 2023</td>"
    header = "<tr><th>Case</th><th>Author</th><th>Filed</th></tr>"
    assert authors_of(row, NAMES, header, "tr") == list(NAMES)


@pytest.mark.parametrize("line", ["<p>{name}</p>", "{name}<br>Journal of Harbours {n}, 2020"])
def test_names_with_initials_are_authors(line):
    assert authors_of(TITLE + line, INITIALS) == list(INITIALS)


def test_the_full_stop_of_a_line_is_no_part_of_a_name():
    assert authors_of(TITLE + "<p>{name}.</p>", ["A. Holm"] * 6) == ["A. Holm"] * 6


@pytest.mark.parametrize(
    "line",
    [
        "<p>Posted 1{n} May 2023 9:0{n} pm by <b>{name}</b></p>",
        "<p>by <a href=/hands/{n}>{name}</a> today</p>",
    ],
)
def test_a_user_is_named_after_a_word(line):
    assert authors_of(TITLE + line, ("ines", "gull77", "tarpot", "ines", "salt", "eel")) == [
        "ines",
        "gull77",
        "tarpot",
        "ines",
        "salt",
        "eel",
    ]


def test_a_column_of_users():
    line = "<div class=a>{name}</div><div class=b>7/1{n}</div>"
    assert authors_of(TITLE + line, USERS) == list(USERS)


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        ("<p>By the sea the lamp is lit, {name}.</p>", NAMES),
        ("<p>{name}</p>", NAMES),  # a ship, a place
        ("<div class=a>{name}</div>", ("boats", "weather", "boats", "gossip", "kitchen", "weather")),
        ("<div class=a>{name}</div>", ("v1", "v2", "v3", "v4", "v5", "v6")),
        ("<p>By Sunday 1{n} May 2023</p>", NAMES),
    ],
)
def test_other_lines_name_no_author(line, texts):
    assert authors_of(TITLE + line, texts) == [None] * 6
