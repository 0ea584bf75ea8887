"""How two URLs stand to each other, whatever the scheme of the site."""

import pytest

from archiver.dedupe.evidence.urls import UrlRelation, has_own_part, place_of, relation
from archiver.urlkey import url_key

RELATIONS = {
    UrlRelation.SAME_END: [
        ("https://a.example/2024/03/crane-comes-back", "https://a.example/news/crane-comes-back"),
        ("https://old.example/crane-comes-back.html", "https://new.example/blog/crane-comes-back"),
        ("https://a.example/harbour/crane-comes-back", "https://a.example/quay/crane-comes-back"),
        ("https://a.example/港の鶴は帰る春の朝", "https://b.example/blog/港の鶴は帰る春の朝"),
    ],
    UrlRelation.OTHER_NUMBER: [
        ("https://a.example/?p=7", "https://a.example/?p=12"),
        ("https://a.example/item/40117", "https://a.example/item/40129"),
        ("https://a.example/2024/03/05/notes", "https://a.example/2024/03/12/notes"),
        ("https://a.example/crane-2", "https://a.example/crane-3"),
        ("https://a.example/40117/crane-comes-back", "https://a.example/40129/ferry-turns-round"),
    ],
    UrlRelation.OTHER_NAME: [
        ("https://a.example/crane-comes-back", "https://a.example/ferry-turns-round"),
        ("https://a.example/s/k3fwxq", "https://a.example/s/qpzvbt"),
        ("https://a.example/notes/may", "https://a.example/notes/june.html"),
    ],
    UrlRelation.RENAMED: [
        ("https://a.example/crane-comes-back", "https://a.example/crane-comes-home"),
        ("https://a.example/the-old-crane", "https://a.example/old-crane"),
    ],
    UrlRelation.OTHER: [
        ("https://a.example/crane-comes-back", "https://b.example/ferry-turns-round"),
        ("https://a.example/?p=7", "https://a.example/2024/03/crane-comes-back"),
        ("https://a.example/news/crane", "https://b.example/crane"),
    ],
}


@pytest.mark.parametrize(
    ("kind", "left", "right"), [(kind, *pair) for kind, pairs in RELATIONS.items() for pair in pairs]
)
def test_two_urls_stand_to_each_other(kind, left, right):
    a, b = url_key(left), url_key(right)
    assert relation(a, b) is kind
    assert relation(b, a) is kind


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/crane-comes-back",
        "https://a.example/live/strait.html",
        "https://a.example/item/40117",
        "https://a.example/s/k3fwxq",
        "https://a.example/?p=12345",
        "https://a.example/港の鶴は帰る",
    ],
)
def test_a_long_last_part_is_a_posts_own(url):
    assert has_own_part(url_key(url))


@pytest.mark.parametrize(
    "url",
    ["https://a.example/", "https://a.example/word", "https://a.example/?p=7", "https://a.example/p/12"],
)
def test_a_short_last_part_is_not(url):
    assert not has_own_part(url_key(url))


def test_a_post_has_one_place_in_another_section_and_on_another_host():
    places = {
        place_of(url_key(url))
        for url in (
            "https://a.example/crane-comes-back",
            "https://a.example/news/crane-comes-back/",
            "https://b.example/blog/crane-comes-back.html",
        )
    }
    assert places == {("crane-comes-back",)}


def test_numbers_in_front_of_the_last_part_are_other_places():
    """The weekly thread keeps its name and has its date, or its number, in front of it."""
    places = {
        place_of(url_key(f"https://a.example/{front}/open-thread"))
        for front in ("2024/01/01", "2024/01/08", "s/93e3ad", "s/3b770e")
    }
    assert len(places) == 4
