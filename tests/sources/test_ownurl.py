"""The URL that a saved page gives for itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.sources.ownurl import HEAD_BYTES, own_url

URL = "https://harbour.example/page/2/"
CANONICAL = f'<link rel="canonical" href="{URL}">'


@pytest.mark.parametrize(
    "head",
    [
        CANONICAL,
        f"<LINK href='{URL}#top' REL='nofollow Canonical'/>",
        f"<link rel=canonical href={URL}>",
        f'<meta content="{URL}" property="og:url">',
        f'<base target="_top" href="{URL}">',
        f"<!-- saved from url=(0031){URL} -->",
        f"<!DOCTYPE html>\n<!-- saved from url=(0031){URL}#top -->{CANONICAL.replace('2', '1')}",
        f"<!--\n Page saved with SingleFile \n url: {URL} \n saved date: Tue Mar 07 2023\n-->",
        f"<base href='https://other.example/'><meta property=og:url content=https://x.example/>{CANONICAL}",
        f"<!-- <link rel=canonical href=https://old.example/> -->{CANONICAL}",
        f"<link rel=canonical href=/page/2/><link rel=canonical href=http://[><base href={URL}>",
        f"<p>ünïcode{CANONICAL}",
    ],
)
def test_what_a_page_says_is_read(head):
    assert own_url(f"<html><head>{head}</head>".encode()) == URL


def test_a_mirror_says_it_without_a_scheme():
    head = b"<!-- Mirrored from harbour.example/page/2/ by HTTrack Website Copier/3.x [XR&CO'2014] -->"
    assert own_url(head) == "http://harbour.example/page/2/"


def test_an_entity_is_a_character():
    assert (
        own_url(b'<link rel=canonical href="https://a.example/?a=1&amp;b=2">') == "https://a.example/?a=1&b=2"
    )


@pytest.mark.parametrize(
    "head",
    [
        "",
        "<link rel=alternate href=https://harbour.example/feed>",
        "<link rel=canonical href='javascript:alert(1)'>",
        "<link rel=canonical href='ftp://harbour.example/'>",
        "<link rel=canonical href='file:///etc/passwd'>",
        "<link rel=canonical href='https://harbour.example/a\x1bb'>",
        "<base href='/blog/'>",
        "<!-- saved from url=(0014)about:internet -->",
        f"<!-- {CANONICAL}",
        f"{' ' * HEAD_BYTES}{CANONICAL}",
    ],
)
def test_what_is_no_url_of_a_site_is_not_read(head):
    assert own_url(head.encode()) is None


@given(st.binary(max_size=200) | st.text("<>!-\"' =lLink rel:/", max_size=200).map(str.encode))
def test_no_page_is_an_error(payload):
    own_url(payload)


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<link", "<link a", "a", "<link a='", "Mirrored from a.", "<base =", " ", "url=(1)", "<"],
)
def test_no_head_takes_more_than_a_look(piece):
    own_url(b"<link " + piece.encode() * HEAD_BYTES)
    own_url(piece.encode() * HEAD_BYTES)
