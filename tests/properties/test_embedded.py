"""Laws of cards from the data of a page: damage raises nothing, and the list stands where it stands."""

import json

from hypothesis import given
from hypothesis import strategies as st

from archiver.parse.embedded.listing import embedded_cards
from archiver.parse.html import evidence_of, read_document, read_html

URL = "https://h.example/news"
STORIES = [
    {
        "title": f"Story number {n}",
        "url": f"/news/{n}",
        "date": f"2024-01-{n:02}",
        "summary": f"Sentence {n} of a story that is long enough to be one.",
        "author": {"name": "Ada"},
        "tags": ["a", {"name": "b"}],
        "image": [{"src": "/i.png"}],
    }
    for n in range(1, 5)
]
SCRIPT = f"window.__STATE__ = JSON.parse({json.dumps(json.dumps({'x': [1, {'stories': STORIES}]}))});"
PLAIN = f"var a = [1], state = {json.dumps({'x': [1, {'stories': STORIES}]})};"
KEYS = st.sampled_from(["title", "url", "date", "summary", "author", "tags", "image", "name", "@type", ""])
LEAVES = st.sampled_from(
    [
        None,
        True,
        1,
        10**400,
        1.5,
        "",
        "\ud800",
        "/news/1",
        "2024-01-02",
        "A title",
        "x" * 50,
        "/i.png",
        "http://[",
    ]
)
VALUES = st.recursive(LEAVES, lambda v: st.lists(v, max_size=5) | st.dictionaries(KEYS, v, max_size=6))


def read(script: str):
    return read_html(f"<body><script>{script}</script></body>", URL)


def test_the_whole_script_gives_the_cards():
    assert len(read(SCRIPT).cards) == len(read(PLAIN).cards) == len(STORIES)


@given(st.sampled_from([SCRIPT, PLAIN]), st.data())
def test_a_cut_script_raises_nothing(script, data):
    end = data.draw(st.integers(0, len(script)))
    assert len(read(script[:end]).cards) in (0, len(STORIES))


@given(st.sampled_from([SCRIPT, PLAIN]), st.data())
def test_a_damaged_script_raises_nothing(script, data):
    at = data.draw(st.integers(0, len(script)))
    damage = data.draw(
        st.text(max_size=3) | st.sampled_from(["{", "[", '"', "'", "\\", "={", "NaN", "\\u", "9" * 5000])
    )
    length = data.draw(st.integers(0, 20))
    damaged = script[:at] + damage + script[at + length :]
    assert read(damaged) == read(damaged)


@given(VALUES)
def test_any_value_is_read_without_raising(value):
    document = read_document(f"<script>x={json.dumps([value])}</script>", URL)
    found = embedded_cards(evidence_of(document), document.resolver)
    assert found is None or all(card.url and card.title for card in found.cards)


@given(VALUES, VALUES)
def test_other_data_round_the_list_changes_nothing(before, after):
    value = {"before": [before], "stories": STORIES, "after": [after]}
    cards = read(f"x={json.dumps(value)}").cards
    assert [card.url for card in cards] == [f"https://h.example/news/{n}" for n in range(1, 5)]
