import textwrap

import pytest

from archiver.parse.plaintext.unwrap import block_lines

PARAGRAPHS = [
    "The pier was closed for most of the week so we walked the long way round and counted the boats "
    "that nobody had moved since the autumn storms",
    "A net that dries in the wind is stiffer than one that dries in the sun says the man who mends both "
    "kinds and has done so for forty years",
    "Three letters came by the evening ferry two of them for people who left the island long ago and one "
    "without an address that could be read",
]
TITLES = [
    "Round the closed pier, and what lay behind it",
    "Two ways to dry a net in the wind or in the sun, and why neither is right",
    "Letters on the evening ferry",
    "The lamp, the kettle and the keeper of the lighthouse in the long winter",
    "A short word on anchors",
    "What the tide table leaves out and the harbour master does not tell",
]


def blocks(text: str) -> list[str]:
    return [line for line in block_lines(text, str.isdigit) if line]


@pytest.mark.parametrize("width", [60, 72, 76, 79, 80, 100])
@pytest.mark.parametrize("indent", ["", "   "])
def test_wrapped_paragraphs_are_lines_again(width: int, indent: str) -> None:
    wrapped = [
        textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent) for text in PARAGRAPHS
    ]
    assert blocks("\n\n".join(wrapped)) == PARAGRAPHS
    assert blocks("\r\n\r\n".join(text.replace("\n", "\r\n") for text in wrapped)) == PARAGRAPHS


def test_titles_over_wrapped_paragraphs_stay_lines() -> None:
    lines = [f"{title}\n{textwrap.fill(text, 76)}\n" for title, text in zip(TITLES, PARAGRAPHS, strict=False)]
    assert blocks("\n".join(lines))[1::2] == PARAGRAPHS


@pytest.mark.parametrize("lines", [TITLES, [t + "." for t in PARAGRAPHS], ["x"] * 9, [], [""]])
def test_lines_that_were_not_wrapped_stay(lines: list[str]) -> None:
    assert block_lines("\n".join(lines), str.isdigit) == (lines or [""])


def test_a_line_that_stands_alone_is_not_joined() -> None:
    filled = textwrap.fill(PARAGRAPHS[0], 60).split("\n")
    number = "1" * (60 - len(filled[0]) + 40)
    text = "\n\n".join(textwrap.fill(text, 60) for text in PARAGRAPHS) + f"\n\n{filled[0]}\n{number}"
    assert blocks(text)[-2:] == [filled[0], number]


def test_items_of_a_list_are_not_joined() -> None:
    items = [textwrap.fill(text, 72, initial_indent="  * ", subsequent_indent="    ") for text in PARAGRAPHS]
    assert blocks("\n".join(items)) == PARAGRAPHS


def test_east_asian_lines_are_joined_without_a_space() -> None:
    text = "桟橋は週のほとんどのあいだ閉まっていたので遠回りをして舟を数えながら歩いて行くことにした" * 3
    lines = [text[at : at + 30] for at in range(0, len(text), 30)]
    assert blocks("\n".join(lines)) == [text]


def test_numbers_of_links_go_only_where_they_count_up() -> None:
    assert blocks("[1]Home [2]About\n[3]Boats\n[4]Nets") == ["Home About", "Boats", "Nets"]
    assert blocks("Boats[1]nets\nsee [7]here\n[2]there") == ["Boats[1]nets", "see [7]here", "[2]there"]


def test_markdown_goes_where_there_is_some() -> None:
    lines = [
        "# Log",
        "## [Boats](/p/1)",
        "Three **red** boats\\. [More](/p/1)",
        "## [Nets](/p/2)",
        "A _dry_ ![](/a) net",
    ]
    text = "\n\n".join(lines)
    assert blocks(text) == ["Log", "Boats", "Three red boats. More", "Nets", "A dry net"]
    assert blocks("The call f(x)[0](y) and **p\n# not a heading") == [
        "The call f(x)[0](y) and **p",
        "# not a heading",
    ]


CUT = [text[:100] + "..." for text in [*PARAGRAPHS, " ".join(TITLES), " ".join(reversed(TITLES))]]


@pytest.mark.parametrize(
    "labels",
    [
        ["12 views", "7 views", "104 views", "31 views", "9 views"],
        ["Boats", "Nets", "Letters", "Tides", "Lamps"],
    ],
)
def test_labels_below_excerpts_of_one_length_are_not_joined(labels: list[str]) -> None:
    lines = [line for pair in zip(CUT, labels, strict=True) for line in pair]
    assert blocks("\n".join(lines)) == lines


@pytest.mark.parametrize(
    "rule", ["─" * 60, "═══", "-" * 72, "* * *", "=====", "___", "~~~~", "├──────┤", "┄" * 8]
)
def test_rules_tell_blocks_apart_and_are_no_lines(rule: str) -> None:
    assert blocks(f"\n{rule}\n".join(PARAGRAPHS)) == PARAGRAPHS


@pytest.mark.parametrize(
    "frame",
    [
        "│ {} │",
        "┃{}",
        "> {}",
        "| {}",
        "- {}",
        "  * {}",
        "\t{}",
        "\u00a0\u00a0{}",
        "\u200b{}",
        "\u200f{}\u200e",
    ],
)
def test_frames_go(frame: str) -> None:
    lines = [*TITLES, *PARAGRAPHS]
    assert blocks("\n".join(map(frame.format, lines))) == lines


def test_a_sign_in_front_of_some_lines_stays() -> None:
    lines = ["> quoted", "- a point", "not quoted", "(in brackets)", "> quoted again"]
    assert blocks("\n".join(lines)) == lines


@pytest.mark.parametrize("mark", ["- ", "* ", "• ", "{}. ", "{}) "])
def test_bullets_and_numbers_of_a_list_go(mark: str) -> None:
    lines = [line for n, text in enumerate(CUT, 9) for line in ("Boats, nets", mark.format(n) + text)]
    assert blocks("\n".join(lines))[1::2] == CUT


def test_numbers_that_count_no_items_stay() -> None:
    lines = [f"{n}. {text}" for n, text in zip((3, 2, 7), PARAGRAPHS, strict=True)]
    assert blocks("\n".join(lines)) == lines
    assert blocks("1. 2. 2024\n2. 2. 2024\n3. 2. 2024".replace(". ", ".")) == [
        "1.2.2024",
        "2.2.2024",
        "3.2.2024",
    ]


def test_a_long_run_of_spaces_or_rules_takes_no_longer_than_its_length() -> None:
    gap = " " * 100_000
    assert blocks(f"Boats{gap}nets") == ["Boats nets"]
    assert blocks("─ " * 50_000 + "Boats") == ["Boats"]
    assert blocks("- " * 50_000 + "Boats")[0].endswith("Boats")
