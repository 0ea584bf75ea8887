import pytest

from archiver.parse.payload.limits import refusal


@pytest.mark.parametrize(
    "markup",
    [
        "<div>" * 20_000,
        "<div></x>" * 20_000,
        "<ul><li>" * 20_000,
        "<p>" + "".join(f"<b id={i}>" for i in range(2000)) + "</p>" + "<p>x</p>" * 2000,
        "<P>" + "".join(f"<B ID={i}>" for i in range(2000)) + "</P>" + "<P>x</P>" * 2000,
        "<div " + "".join(f"a{i} " for i in range(20_000)) + ">",
        "<div " + "".join(f'a{i}=">" ' for i in range(20_000)) + ">",
    ],
    ids=["nested", "other ends", "lists", "formatting", "in capitals", "attributes", "quoted attributes"],
)
def test_markup_that_is_not_parsed(markup: str) -> None:
    assert refusal(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<div><a href=x>y</a></div>" * 50_000,
        "<p>x<br>" * 50_000,
        "<tr><td>x" * 50_000,
        "<b>x</b>" * 50_000,
        '<a href="' + "x" * 1_000_000 + '">',
        "<div>" * 3000 + "</div>" * 3000,
        '<i class="icon"></i>' * 10_000,
        "<p>" + "x y " * 200_000,
        "<div " + "".join(f"a{i} " for i in range(4000)) + ">",
    ],
    ids=["links", "paragraphs", "cells", "bold", "long attribute", "deep", "icons", "prose", "attributes"],
)
def test_markup_that_is_parsed(markup: str) -> None:
    assert refusal(markup) is None
