"""Pages as web archives rewrite them, and as they were."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.parse import parse_page
from archiver.rewritten import parse_replay_url, undo_rewriting
from tests.archives import BLOG, rewritten
from tests.servers import LISTING

AT = "20230306163859"
CARDS = "".join(f'<a href="{{}}{BLOG}post-{n}/">Notes of day {n}</a>' for n in range(1, 6))
WOMBAT = "<script>__wm.wombat('https://blog.example/')</script><!-- End Wayback Rewrite JS Include -->"
PYWB = "<!-- WB Insert --><script>wbinfo.top_url = 'x';</script><b>Banner</b><!-- End WB Insert -->"
ARCHIVED_ON = "<!-- FILE ARCHIVED ON 16:38:59 Mar 06, 2023 AND RETRIEVED FROM THE INTERNET ARCHIVE ON 01 -->"


def cards(before):
    return CARDS.replace("{}", before)


@pytest.mark.parametrize("mark", [WOMBAT, PYWB, ARCHIVED_ON, ""])
@pytest.mark.parametrize(
    "before",
    [
        f"/web/{AT}/",
        f"https://web.archive.org/web/{AT}/",
        f"//web.archive.org/web/{AT}/",
        f"/blog/{AT}mp_/",
        f"http://localhost:8080/blog/{AT}mp_/",
        f"/{AT}/",
    ],
)
def test_hyperlinks_are_those_of_the_site(mark, before):
    undone = undo_rewriting(mark + cards(before))
    assert cards("") in undone
    assert "Banner" not in undone


def test_pictures_and_styles_are_those_of_the_site():
    page = (
        WOMBAT
        + f'<img srcset="/web/{AT}im_/https://a.example/1.png 1x, /web/{AT}im_/https://a.example/2.png 2x">'
    )
    page += f"<i style='background: url(/web/{AT}im_/https://a.example/3.png)'></i>"
    assert AT not in undo_rewriting(page).replace(WOMBAT, "")
    assert "https://a.example/1.png 1x, https://a.example/2.png 2x" in undo_rewriting(page)


def test_what_the_author_linked_to_in_an_archive_stays():
    cited = "https://web.archive.org/web/2015/http://lost.example/"
    page = f'{WOMBAT}<a href="/web/{AT}/{cited}">the lost page</a>'
    assert f'<a href="{cited}">' in undo_rewriting(page)


@pytest.mark.parametrize(
    "page",
    [
        "",
        CARDS.replace("{}", ""),
        # a list of lost pages: each of its hyperlinks leads to another time
        "".join(
            f'<a href="https://web.archive.org/web/2023030{n}163859/{BLOG}post-{n}/">{n}</a>'
            for n in range(9)
        ),
        CARDS.replace("{}", "") + f'<a href="https://web.archive.org/web/{AT}/{BLOG}">as it was</a>',
        '<a href="/2023/03/05/https-for-all/">HTTPS for all</a>' * 5,
    ],
)
def test_other_pages_are_left_alone(page):
    assert undo_rewriting(page) == page


def test_cards_are_those_of_the_page_before(make_capture):
    before, after = (
        parse_page(make_capture(payload, url=BLOG)) for payload in (LISTING, rewritten(LISTING, AT))
    )
    assert [card.key for card in before.cards] == [card.key for card in after.cards]
    assert len(before.cards) == 5


@given(
    st.lists(
        st.sampled_from([WOMBAT, PYWB, CARDS, "<!-- WB Insert -->", '"/web/2023/', "https://a.example/", "="])
    )
)
def test_undoing_adds_nothing(parts):
    page = "".join(parts)
    assert len(undo_rewriting(page)) <= len(page)


@pytest.mark.parametrize(
    "part", ['"/a', "=//=", '"/web/2023', "<!-- WB Insert -->/http", " href=", '"//a.example/a/a/a/']
)
def test_time_is_linear(part):
    def seconds(count):
        page = WOMBAT + "/http" + part * count
        begun = time.process_time()
        undo_rewriting(page)
        return time.process_time() - begun

    seconds(1000)
    assert seconds(80_000) < 100 * max(seconds(8_000), 0.001)


@pytest.mark.parametrize(
    ("url", "prefix", "timestamp", "mode", "original"),
    [
        (f"https://web.archive.org/web/{AT}id_/{BLOG}", "https://web.archive.org/web/", AT, "id_", BLOG),
        (f"/web/{AT}/http:/a.example/?b=c", "/web/", AT, "", "http://a.example/?b=c"),
        (f"http://localhost:8080/blog/2023mp_/{BLOG}", "http://localhost:8080/blog/", "2023", "mp_", BLOG),
    ],
)
def test_a_replay_url_has_parts(url, prefix, timestamp, mode, original):
    replay = parse_replay_url(url)
    assert replay is not None
    assert tuple(replay) == (prefix, timestamp, mode, original)
    assert replay.raw == f"{prefix}{timestamp}id_/{original}"


@pytest.mark.parametrize("url", [BLOG, f"{BLOG}2023/03/05/", "", f"/web/{AT}/"])
def test_other_urls_are_none(url):
    assert parse_replay_url(url) is None
