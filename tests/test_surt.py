"""SURT keys: those that the Python package `surt` 0.3.1 gives, which is what replay programs look up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.surt import surt


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.Example.org/", "org,example)/"),
        ("https://example.org", "org,example)/"),
        ("https://www2.example.org:443/A/", "org,example)/a"),
        (
            "http://example.org:8080/a//b/../C.html?b=2&a=1&B=%C3%B6",
            "org,example:8080)/a/c.html?a=1&b=%c3%b6&b=2",
        ),
        ("http://example.org/?a&b=", "org,example)/?a&b="),
        ("http://example.org/?", "org,example)/"),
        ("http://user:pw@example.org/a#frag", "org,example)/a"),
        ("http://127.0.0.1:8000/page/2/", "1,0,0,127:8000)/page/2"),
        ("http://3232235777/x", "1,1,168,192)/x"),
        ("http://köln.example/straße", "example,xn--kln-sna)/stra%c3%9fe"),
        ("http://example.org/%25252541%2520", "org,example)/a%20"),
        ("http://example.org/a?sid=0123456789abcdef0123456789abcdef&b=1", "org,example)/a?b=1"),
        ("http://example.org/a?x=1&cfid=1&cftoken=2", "org,example)/a?&x=1"),
        ("http://example.org/(abcdefghijklmnopqrstuvwx)/a.aspx", "org,example)/a.aspx"),
        ("http:////example.org/x", "org,example)/x"),
        ("http://https://example.org/x", "org,example)/x"),
        ("file:///home/A%20b/c.html", "file:/home/a%20b/c.html"),
        ("urn:x:Y", "urn:x:y"),
        ("HTTP://Example.org:80/A", "org,example)/a"),
        ("https://?q", "https:/?q"),
        ("http:///...B\u00f6^2551", "b%c3%b6^2551)/"),
    ],
)
def test_keys_are_those_of_other_programs(url, key):
    assert surt(url) == key


@given(
    st.text(st.characters(exclude_categories=["Cs"])) | st.from_regex(r"https?://[^\s]{0,40}", fullmatch=True)
)
def test_any_text_has_a_key_without_spaces(text):
    key = surt(text)
    assert key.isascii()
    assert not set(key) & set(" \t\r\n")


def test_no_resolver_is_asked(monkeypatch):
    monkeypatch.setattr("socket.gethostbyname_ex", None)
    assert surt("http://1.2/") == "2,0,0,1)/"
    assert surt("http://1.2.3.999/") == "999,3,2,1)/"
    assert surt(f"http://{10**60 + 2**32 * 7 + 1}/").endswith(")/")
