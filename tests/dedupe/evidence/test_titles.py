"""How two titles differ."""

import pytest

from archiver.dedupe.evidence.titles import TitleKind, difference
from archiver.dedupe.keys.normalize import text_keys

DIFFERENCES = {
    TitleKind.NUMBER: [
        ("A walk round the lock, part 1", "A walk round the lock, part 2"),
        ("Kestrel 1.2.0 is out", "Kestrel 1.12.0 is out"),
        ("Kestrel 1.2", "Kestrel 1.2.1"),
        ("Week 1", "Week 12"),
        ("Week 1 on the quay", "Week 12 on the quay"),
        ("Week 3 of 2023", "Week 4 of 2024"),
        ("Issue 9: the lock", "Issue 10: the lock"),
        ("第1回 港の鶴", "第2回 港の鶴"),
        ("Quake shakes the coast, 3 hurt", "Quake shakes the coast and 12 are hurt"),
    ],
    TitleKind.NUMBER_ADDED: [
        ("How the old harbour crane came back", "How the old harbour crane came back 2"),
        ("How the old harbour crane came back", "How the old harbour crane came back (2014)"),
        ("2: The lock keeper's oven", "The lock keeper's oven"),
    ],
    TitleKind.CUT: [
        ("How the old harbour crane came back", "How the old harbour crane"),
        ("How the old harbour crane came back", "Harbour: How the old harbour crane came back"),
        ("The lock keeper's oven", "The lock keeper's oven [pdf]"),
        ("鶴が帰る", "速報:鶴が帰る"),
    ],
    TitleKind.WORD: [
        ("A history of the lock, part one", "A history of the lock, part two"),
        ("Crane driver wanted, Oslo", "Crane driver wanted, Turin"),
        ("Übung A", "Übung B"),
        ("港の歴史 上", "港の歴史 下"),
        ("The twenty-third week on the quay", "The nineteenth week on the quay"),
    ],
    TitleKind.EDITED: [
        ("How the old harbour crane came back", "How the harbour's old crane is coming back"),
        ("The lock keeper's oven is lit at dawn", "The oven of the lock keeper is lit at noon"),
    ],
    TitleKind.OTHER: [
        ("How the old harbour crane came back", "Nobody on the ferry knew why"),
        ("Oslo", "Turin"),
    ],
}


@pytest.mark.parametrize(
    ("kind", "left", "right"), [(kind, *pair) for kind, pairs in DIFFERENCES.items() for pair in pairs]
)
def test_two_titles_differ(kind, left, right):
    a, b = text_keys([left, right])
    found = difference(a, b)
    assert found.kind is kind
    assert found == difference(b, a)
    assert found.shared >= 0
    assert 0 <= found.share <= 1


def test_what_differs_is_shown():
    a, b = text_keys(["A history of the lock, part one", "A history of the lock, part two"])
    assert difference(a, b).value in ("one against two", "two against one")
