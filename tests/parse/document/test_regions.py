"""Which regions of a page are beside its content, and which are the content itself."""

import pytest

from archiver.parse.document.regions import is_widget_name
from archiver.parse.document.tree import read_tree

LONG, SHORT = "Nets hang on the pier all winter long. " * 4, "Low water at noon."


def regions(markup):
    """The elements of a page with an `id`, and whether each is in a region."""
    tree = read_tree(markup)
    return {values["id"]: tree.region[i] >= 0 for i, values in enumerate(tree.attributes) if "id" in values}


def widgets(text, *, inside="<div id=column>{}</div>", name="pb-widget", rest=""):
    """A page of three widgets, and of what else stands there."""
    blocks = "".join(f"<div class='pb-element {name}' id=block{n}><p>{text}</p></div>" for n in range(3))
    return f"<body>{inside.format(blocks)}{rest}</body>"


def test_widgets_that_have_most_of_the_text_together_are_the_content():
    assert not any(regions(widgets(LONG, rest=f"<p>{LONG}</p>")).values())
    assert regions(widgets(SHORT, rest=f"<p>{LONG * 2}</p>"))["block1"]


@pytest.mark.parametrize(
    "inside", ["<aside>{}</aside>", "<div class=sidebar>{}</div>", "<footer>{}</footer>"]
)
def test_widgets_in_another_region_stay_in_it(inside):
    rest = f"<div><p>{LONG * 6}</p></div>"
    assert regions(widgets(LONG, inside=inside, rest=rest))["block1"]


def test_widgets_outside_of_main_are_no_content():
    assert regions(widgets(LONG, rest=f"<main><p>{LONG}</p></main>"))["block1"]


@pytest.mark.parametrize("name", ["pb-widget related", "pb-widget nav-menu", "slider"])
def test_regions_with_other_names_are_not_counted_together(name):
    assert regions(widgets(LONG, name=name, rest=f"<p>{LONG}</p>"))["block1"]


def test_the_name_of_a_widget_has_no_other_name_of_a_region():
    assert is_widget_name("pb-element pb-widget")
    assert is_widget_name("Widget")
    assert not is_widget_name("widget sidebar")
    assert not is_widget_name("post")
