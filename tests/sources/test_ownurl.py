"""The URL that a saved page gives for itself."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.sources.ownurl import HEAD_BYTES, own_page

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
    assert own_page(f"<html><head>{head}</head>".encode()).url == URL


def test_a_mirror_says_it_without_a_scheme():
    head = b"<!-- Mirrored from harbour.example/page/2/ by HTTrack Website Copier/3.x [XR&CO'2014] -->"
    assert own_page(head).url == "http://harbour.example/page/2/"


@pytest.mark.parametrize(
    ("comment", "time"),
    [
        (
            "Page saved with SingleFile \n url: https://a.example/ \n saved date: Tue Mar 07 2023 00:38:59"
            " GMT+0800 (China Standard Time)",
            datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC),
        ),
        (
            "Mirrored from a.example/ by HTTrack Website Copier/3.x [XR&CO'2014], Mon, 06 Mar 2023 16:38:59"
            " GMT",
            datetime(2023, 3, 6, 16, 38, 59, tzinfo=UTC),
        ),
        ("Mirrored from a.example/ by HTTrack [X], Mon, 06 Mar 2023 99:38:59 GMT", None),
        ("saved from url=(0018)https://a.example/", None),
    ],
    ids=["SingleFile", "HTTrack", "no time", "Chromium"],
)
def test_the_program_that_saved_a_page_says_when(comment, time):
    assert own_page(f"<!-- {comment} --><html>".encode())[1:] == (time, True)


def test_an_entity_is_a_character():
    assert (
        own_page(b'<link rel=canonical href="https://a.example/?a=1&amp;b=2">').url
        == "https://a.example/?a=1&b=2"
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
    assert own_page(head.encode()).url is None


@given(st.binary(max_size=200) | st.text("<>!-\"' =lLink rel:/", max_size=200).map(str.encode))
def test_no_page_is_an_error(payload):
    own_page(payload)


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<link", "<link a", "a", "<link a='", "Mirrored from a.", "<base =", " ", "url=(1)", "<"],
)
def test_no_head_takes_more_than_a_look(piece):
    own_page(b"<link " + piece.encode() * HEAD_BYTES)
    own_page(piece.encode() * HEAD_BYTES)
