"""The next older page: the arithmetic of URLs, labels of many languages, what is no next page."""

import pytest

from archiver.parse.html import read_html
from archiver.parse.pager.step import page_step
from archiver.parse.pager.words import Direction, read_direction

HERE = "https://h.example/blog/page/3/"


def listing(pager, head=""):
    cards = "".join(
        f'<div class="post"><h2><a href="/p/{n}">Note {"abcde"[n]} of the year</a></h2><p>Dry nets.</p></div>'
        for n in range(5)
    )
    return f"<html><head>{head}</head><body><main>{cards}</main>{pager}</body></html>"


def next_of(pager, url=HERE, head=""):
    return read_html(listing(pager, head), url).next_url


@pytest.mark.parametrize(
    ("here", "there", "step"),
    [
        ("https://h/page/2/", "https://h/page/3/", 1),
        ("https://h/page/3/", "https://h/page/2/", -1),
        ("https://h/", "https://h/page/2/", 1),
        ("https://h/page/2/", "https://h/", -1),
        ("https://h/blog", "https://h/blog?page=2", 1),
        ("https://h/list.html", "https://h/list-p2.html", 1),
        ("https://h/f?id=7&start=20", "https://h/f?id=7&start=40", 20),
        ("https://h/page-10.html", "https://h/page-9.html", -1),
        ("https://h/2021/05/", "https://h/2021/04/", None),
        ("https://h/", "https://h/search?updated-max=x", None),
        ("https://h/c", "https://h/c?pageSize=60", None),
        ("https://h/tag/%E6%B8%AF/page/2/", "https://h/tag/%e6%b8%af/", -1),
        ("https://h/tag/%e6%b8%af/", "https://h/tag/港/page/2/", 1),
        ("https://h/a", "https://h/b", None),
    ],
)
def test_page_step(here, there, step):
    assert page_step(here, there) == step


@pytest.mark.parametrize("label", ["Previous", "« Newer", "Past entries", "»", "上一页", "Назад"])
def test_the_url_decides_whatever_the_label_says(label):
    pager = f'<p class="pager"><a href="/blog/page/4/">{label}</a> <a href="/blog/page/2/">Next</a></p>'
    if label == "Past entries":
        pager = pager.replace("<a href", '<a class="older" href', 1)
    assert next_of(pager) == "https://h.example/blog/page/4/"


@pytest.mark.parametrize(
    "label",
    [
        *("Older posts", "Next", "Ältere Beiträge", "Entradas antiguas", "Articles plus anciens", "Avanti"),
        *("次のページ", "下一页", "다음", "Следующая", "التالي", "Volgende", "Sonraki", "Następna", "Další"),
        *("Próxima", "Nästa", "Tiếp", "›", "→"),
    ],
)
def test_labels_decide_where_urls_do_not_tell(label):
    pager = f'<div><a href="/blog?after=k9x">{label}</a></div>'
    assert next_of(pager, "https://h.example/blog") == "https://h.example/blog?after=k9x"


def test_a_class_decides_where_neither_url_nor_label_does():
    pager = '<p><a class="older-posts" href="/blog?after=k9x">Past entries</a></p>'
    assert next_of(pager, "https://h.example/blog") == "https://h.example/blog?after=k9x"


def test_an_offset_is_a_step_whatever_the_label_says():
    pager = '<p class="pager"><a href="?start=0">Next</a> <a href="?start=40">Previous</a></p>'
    assert next_of(pager, "https://h.example/blog?start=20") == "https://h.example/blog?start=40"


@pytest.mark.parametrize(
    "pager",
    [
        '<a href="https://other.example/page/2/">Next</a>',
        '<a href="/blog/page/1/">Next</a>',
        '<a href="/blog/">Next</a>',
        '<a href="/blog/page/3/">Next</a>',
        '<a href="#">Next</a>',
        '<a href="javascript:next()">Next</a>',
        '<a href="/p/1">Next</a>',
        '<a href="/blog/page/1/">1</a> <a href="/blog/page/2/">2</a> <b>3</b>',
        '<a href="/cal/2021/05/4">4</a>',
        '<a href="?before=x9">Newer posts</a>',
        '<a href="/blog/archive/2023/">2023</a> <a href="/blog/archive/2022/">2022</a>',
        '<b>0</b> <a href="/blog/1/">1</a>',
        '<a class="btn" href="/archive/" title="more"></a>',
        '<a rel="next" href="/about/">About</a>',
        "",
    ],
)
def test_what_is_no_next_page(pager):
    assert next_of(f"<p>{pager}</p>") is None


@pytest.mark.parametrize(
    ("pager", "url", "expected"),
    [
        ('<b>1</b> <a href="?p=2">2</a> <a href="?p=3">3</a>', "https://h.example/c", "?p=2"),
        (
            '<a href="?p=1">1</a> <a href="?p=2">2</a> <b>3</b> <a href="?p=4">4</a>',
            "https://h.example/c?p=3",
            "?p=4",
        ),
        (
            '<a href="?s=0">1</a> <i>2</i> <a href="?s=40">3</a> <a href="?s=60">4</a>',
            "https://h.example/c?s=20",
            "?s=40",
        ),
        (
            '<a href="?n=20">20</a> <a href="?n=60">60</a> <a href="?p=2">Next</a>',
            "https://h.example/c",
            "?p=2",
        ),
        ('<a href="?p=2">›</a> <a href="?p=9">»</a>', "https://h.example/c", "?p=2"),
    ],
)
def test_runs_of_numbers(pager, url, expected):
    assert next_of(f"<p>{pager}</p>", url) == f"https://h.example/c{expected}"


def test_rel_next_in_the_head_counts_unless_it_leads_back():
    assert next_of("", head='<link rel="next" href="/blog/page/4/">') == "https://h.example/blog/page/4/"
    assert next_of("", head='<link rel="next" href="/blog/page/2/">') is None


def test_a_numbered_page_is_not_followed_by_the_next_section():
    head = '<link rel="next" href="/about/">'
    assert next_of("", head=head) is None
    assert next_of("", "https://h.example/blog/", head) == "https://h.example/about/"
    assert next_of('<a href="/about/">About</a>', "https://h.example/blog/", head) is None
    assert next_of('<a href="/?before=k9x">Older posts</a>') == "https://h.example/?before=k9x"


def test_a_page_filed_under_another_host_has_the_next_page_of_the_host_that_its_links_lead_to():
    cards = "".join(
        f'<article><h2><a href="https://new.example/p/{n}/">Note {n} of a year</a></h2><p>Nets.</p></article>'
        for n in range(5)
    )
    page = f'<main>{cards}</main><a href="https://new.example/page/2/">Older</a><a href="https://x.example/2">Next</a>'
    assert read_html(page, "https://old.example/").next_url == "https://new.example/page/2/"


def test_a_page_without_cards_has_no_next_page():
    page = read_html('<h1>A story</h1><p>Text.</p><a rel="next" href="/blog/page/4/">Next</a>', HERE)
    assert page.next_url is None


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("« Older posts", Direction.OLDER),
        ("Näytä VANHEMMAT", Direction.OLDER),
        ("\u8f83\u65e7\u7684\u6587\u7ae0", Direction.OLDER),
        ("neuere Beiträge", Direction.NEWER),
        ("More", Direction.NEXT),
        ("ir a la SIGUIENTE", Direction.NEXT),
        ("\u4e0b\u4e00\u9875", Direction.NEXT),
        ("\u0421\u041b\u0415\u0414\u0423\u042e\u0429\u0410\u042f", Direction.NEXT),
        ("\ub2e4\uc74c", Direction.NEXT),
        ("  <", Direction.BACK),
        ("‹", Direction.BACK),
        ("Zurück", Direction.BACK),
        ("", Direction.NOTHING),
        ("no", Direction.NOTHING),
        ("Harbour news", Direction.NOTHING),
        ("\u6e2f\u53e3", Direction.NOTHING),
    ],
)
def test_which_way_labels_point(label, meaning):
    assert read_direction(label) is meaning
