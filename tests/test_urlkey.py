"""URLs reduced to what tells posts apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.models import Card
from archiver.urlkey import url_key


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/x/y",
        "http://www.a.example/x/y/",
        "https://A.example:443/x//y/index.html",
        "https://a.example/x/%79?utm_source=feed&fbclid=1#top",
    ],
)
def test_spellings_of_one_url_have_one_key(url):
    assert url_key(url) == "a.example/x/y"


def test_what_tells_urls_apart_is_kept():
    urls = ["http://a.example/x?p=1", "http://a.example/x?p=2", "http://b.example/x", "http://a.example/X"]
    urls += ["http://a.example/#!/x", "http://a.example/x.html"]
    assert len({url_key(u) for u in urls}) == len(urls)


@pytest.mark.parametrize("url", [None, "", "#", "https://a.example", "https://a.example/#comments", "//"])
def test_a_url_without_a_path_has_the_empty_key(url):
    assert url_key(url) == ""


def test_a_text_that_is_no_url_is_its_own_key():
    assert url_key("http://[half") == "http://[half"


def test_a_card_has_the_identity_of_its_permalink():
    assert Card(url="https://www.a.example/x/?utm_source=feed").identity == "a.example/x"
    assert Card(title="no permalink").identity == ""


@given(st.text())
def test_any_text_has_a_key(text):
    assert url_key(text) == url_key(f" {text} ")
