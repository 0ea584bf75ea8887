"""Laws of reading a page: it never raises, it is a function, and neutral changes of a page change nothing."""

import json
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.parse.document.tree import read_tree
from archiver.parse.document.urls import Resolver, resolve
from archiver.parse.html import read_html
from tests.paths import FIXTURES

PAGES = FIXTURES / "pages"
NAMES = sorted(folder.name for folder in PAGES.iterdir() if (folder / "expected.json").exists())
URL = "https://h.example/a/b?page=2"

TOKENS = [
    "<a href='/p/1'>",
    "<a href='?page=3'>",
    "</a>",
    "<h2>",
    "</h2>",
    "<li class=post>",
    "<ul>",
    "</ul>",
    "<tr><td>",
]
TOKENS += [
    "<time datetime='2021-01-02'>",
    "2021-03-04",
    "Next",
    "1",
    "<div class='a b'>",
    "</div>",
    "<p>",
    "\0",
    "&lt;",
    "<",
]
TOKENS += [
    "text of some length that may be an excerpt of a card",
    "<nav>",
    "<article>",
    "</table>",
    "<script>",
    "\ud800",
]


@given(st.lists(st.one_of(st.sampled_from(TOKENS), st.text(max_size=8)), max_size=60).map("".join))
def test_no_text_raises_and_each_is_read_the_same_twice(markup):
    assert read_html(markup, URL) == read_html(markup, URL)


@given(st.lists(st.sampled_from(TOKENS), max_size=60).map("".join))
def test_a_tree_is_well_formed(markup):
    tree = read_tree(markup)
    for i, parent in enumerate(tree.parents):
        assert parent < i < tree.end[i] <= len(tree.tags)
        assert tree.text_start[i] <= tree.text_end[i] <= len(tree.texts)
        if parent >= 0:
            assert tree.end[i] <= tree.end[parent]
            assert tree.text_start[parent] <= tree.text_start[i]
            assert tree.text_end[i] <= tree.text_end[parent]
            assert tree.depth[i] == tree.depth[parent] + 1
    assert tree.length[-1] == sum(map(len, tree.texts))


def mutated(markup, seed):
    """The page with some pieces cut, doubled, moved or spoiled."""
    rng = random.Random(seed)
    for _ in range(rng.randint(1, 6)):
        a, b = sorted(rng.randrange(len(markup) + 1) for _ in range(2))
        b = min(b, a + 2000)
        piece = markup[a:b]
        change = rng.randrange(4)
        if change == 0:
            markup = markup[:a] + markup[b:]
        elif change == 1:
            markup = markup[:b] + piece + markup[b:]
        elif change == 2:
            markup = markup[:a] + markup[b:] + piece
        else:
            markup = markup[:a] + piece.translate({ord("<"): "\0", ord('"'): "'"}) + markup[b:]
    return markup


@settings(max_examples=60)
@given(st.sampled_from(NAMES), st.integers(0, 2**32))
def test_mutated_pages_raise_nothing(name, seed):
    folder = PAGES / name
    url = json.loads((folder / "capture.json").read_text(encoding="utf-8"))["url"]
    page = read_html(mutated((folder / "page.html").read_text(encoding="utf-8"), seed), url)
    urls = [card.url for card in page.cards if card.url]
    assert len(set(urls)) == len(urls)


@settings(max_examples=40)
@given(st.sampled_from(NAMES), st.sampled_from(["x", "tail", "Qz9"]), st.booleans())
def test_comments_scripts_and_the_names_of_ids_change_nothing(name, word, upper):
    folder = PAGES / name
    url = json.loads((folder / "capture.json").read_text(encoding="utf-8"))["url"]
    markup = (folder / "page.html").read_text(encoding="utf-8")
    noisy = markup.replace(
        "</div>", f"<!-- {word} --></div><script>var {word} = '<a href=/n>n</a>';</script>"
    )
    if upper:
        noisy = noisy.replace("<div", "<DIV").replace("<h2", "<H2").replace("<li", "<LI")
    before, after = read_html(markup, url), read_html(noisy, url)
    assert after.cards == before.cards
    assert after.next_url == before.next_url


ADDRESS = st.text(st.sampled_from("/.a%2eE?=&-_#: é\\@[]"), max_size=12)


@given(
    ADDRESS,
    st.sampled_from(["", "https://h.example", "https://h.example/", "//x.example/", "HTTPS://H.example"]),
)
def test_the_short_way_to_resolve_is_the_standards_way(rest, start):
    href = start + rest
    assert Resolver(URL).resolve(href) == resolve(URL, href)


@given(st.text(max_size=40))
def test_resolved_addresses_stay_as_they_are(href):
    url = resolve(URL, href)
    assert url is None or resolve(URL, url) == url
