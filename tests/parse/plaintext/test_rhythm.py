"""Short excerpts of text captures, by the labels that stand beside all of them."""

import pytest

from archiver.parse.plaintext.cards import read_text

LONG = [
    "The day began with a long walk along the harbour, where the boats came back before the rain.",
    "Nets that dry in the wind are stiffer than others, says the man who mends both kinds of them.",
    "Three letters came by the evening ferry, and one of them had no address that could be read.",
    "The lamp of the lighthouse was lit an hour too late, and nobody on the island has noticed it.",
]
SHORT = "No boats today."
PLACES = range(len(LONG))


def excerpts(lines: list[str]) -> list[str]:
    return [card.excerpt or "" for card in read_text("\n".join(lines), "file:///capture.txt").cards]


def page(texts: list[str], before: list[str], after: list[str]) -> list[str]:
    lines = ["HARBOUR NOTES", "", "LATEST"]
    for n, text in enumerate(texts):
        lines += [label.format(n * 7 % 12 + 1) for label in before] + [text]
        lines += [label.format(n * 5 % 12 + 1) for label in after]
    return [*lines, "1 2 3"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], ["{} views"]),
        (["2024-03-{:02d}"], []),
        (["by Ada"], ["{} views"]),
        (["Boats"], ["{} views", "Tides"]),
        (["Boats", "2024-03-{:02d}"], ["{} min read"]),
    ],
)
def test_short_text_between_labels_is_an_excerpt(place: int, before: list[str], after: list[str]) -> None:
    texts = [SHORT if i == place else text for i, text in enumerate(LONG)]
    assert excerpts(page(texts, before, after)) == texts


def test_most_excerpts_may_be_short() -> None:
    texts = ["Fixes.", LONG[0], "No news.", LONG[1], "Fixes.", "The pier.", LONG[2]]
    assert excerpts(page(texts, [], ["{} views"])) == texts


@pytest.mark.parametrize("place", PLACES[:-1])  # of the last, the lines do not tell that it is no footer
def test_text_that_holds_a_date_is_an_excerpt_below_a_date(place: int) -> None:
    texts = [f"4.1.{n} / 2023-11-0{n + 1} - {text}" for n, text in enumerate(LONG)]
    texts[place] = "4.0.2 / 2023-10-30 - mend the net"
    assert excerpts(page(texts, ["2024-03-{:02d}"], [])) == texts


@pytest.mark.parametrize("place", PLACES)
def test_a_title_without_an_excerpt_is_none(place: int) -> None:
    lines = ["HARBOUR NOTES", "LATEST"]
    for n, text in enumerate(LONG):
        lines += [f"Entry {'abcd'[n]}"] + [text] * (n != place) + [f"{n} views"]
    assert excerpts(lines) == [text for n, text in enumerate(LONG) if n != place]


def test_other_lists_of_the_page_are_none() -> None:
    lines = page(LONG, ["2024-03-{:02d}"], [])
    lines += [line for n in range(9) for line in ("RECENT", f"Old boat {n}x", f"2023-01-{n + 10}")]
    assert excerpts(lines) == LONG


def test_footer_is_none() -> None:
    assert excerpts([*page(LONG, [], ["{} views"])[:-1], "About us", "Imprint"]) == LONG
    assert excerpts([*page(LONG, ["2024-03-{:02d}"], ["{} views"])[:-1], "About us", "Imprint"]) == LONG
