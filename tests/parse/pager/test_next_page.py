"""The next older page: the arithmetic of URLs, labels of many languages, what is no next page."""

import pytest

from archiver.parse.document.urls import resolve
from archiver.parse.html import read_html
from archiver.parse.pager.numbers import page_number
from archiver.parse.pager.step import page_step
from archiver.parse.pager.words import Direction, has_other_words, read_direction

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
        ("https://h/c", "https://h/c?per_page=60", None),
        ("https://h/c", "https://h/c?page=1", 0),
        ("https://h/c", "https://h/c?page=0", -1),
        ("https://h/c?page=0", "https://h/c?page=1", 1),
        ("https://h/c/", "https://h/c/?PAGEN_1=2", 1),
        ("https://h/c", "https://h/c?list%5Bpage%5D=2", 1),
        ("https://h/c?srsltid=x7", "https://h/c/page/2/?srsltid=x7", 1),
        ("https://h/c/index.html", "https://h/c/index2.html", 1),
        ("https://h/c/page/3/index.html", "https://h/c/page/4/", 1),
        ("https://h/c/page/3/index.html", "https://h/c/", -2),
        ("https://h/c/index.php?page=3", "https://h/c/?page=2", -1),
        ("https://h/c/index219.html", "https://h/c/index218.html", -1),
        ("https://h/find/mill/1/99/0", "https://h/find/mill/2/99/0", 1),
        ("https://h/c?page=2&by=date", "https://h/c?by=name&page=3", 1),
        ("https://h/c", "https://h/c/previous/2", 1),
        ("https://h/c", "https://h/c?sida=2", 1),
        ("https://h/c", "https://h/c/side/2", 1),
        ("https://h/c", "https://h/c/sivu-2", 1),
        ("https://h/c", "https://h/c?oldal=2", 1),
        ("https://h/c", "https://h/c/inside/2", None),
        ("https://h/f.php?f=4", "https://h/f.php?f=4&page=2", 1),
        ("https://h/f.php?f=4", "https://h/f.php?f=5&page=2", None),
        ("https://h/f/?boards/4/", "https://h/f/?boards/4/page-2", 1),
        ("https://h/f/?boards/4/", "https://h/f/?threads/9/page-2", None),
        ("https://h/page/785/forms", "https://h/page/786/help", None),
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


@pytest.mark.parametrize("url", ["https://h.example/boats/", "https://h.example/boats/index.html"])
@pytest.mark.parametrize(
    "pager",
    ['<a href="{0}">下一页</a>', '<b>1</b> <a href="{0}">2</a> <a href="/boats/list_12_3.html">3</a>'],
)
def test_files_with_numbers_in_the_folder_of_the_page(url, pager):
    there = "/boats/list_12_2.html"
    assert next_of(f"<p>{pager.format(there)}</p>", url) == f"https://h.example{there}"


def test_the_next_chapter_is_no_next_page():
    assert (
        next_of('<a href="/guide/ch2-oars.html">Next</a>', "https://h.example/guide/ch1-boats.html") is None
    )


@pytest.mark.parametrize(
    ("url", "pager", "expected"),
    [
        (
            "/blog?offset=1439216100000",
            '<a href="/blog?offset=1420070400000">Older</a>',
            "/blog?offset=1420070400000",
        ),
        ("/blog?offset=1439216100000", '<a href="/blog?offset=1450000000000&back=1">Newer</a>', None),
        (
            "/log?before=5210",
            '<a href="/log?before=4870">Older</a> <a href="/log?after=5210">Newer</a>',
            "/log?before=4870",
        ),
        ("/log/12/", '<a href="/log/11/">Entradas anteriores</a>', None),
    ],
)
def test_times_and_ids_in_urls_are_no_numbers_of_pages(url, pager, expected):
    assert next_of(f"<p>{pager}</p>", f"https://h.example{url}") == (
        expected and f"https://h.example{expected}"
    )


@pytest.mark.parametrize("label", ["Eski kayıtlar", "前の投稿", "Starsze wpisy", "Previous"])
def test_a_class_says_older_whatever_the_language_of_the_label(label):
    there = "/search?updated-max=2021-05-04T10:00:00Z&max-results=7"
    pager = f'<span><a class="blog-pager-older-link" href="{there}">{label}</a></span>'
    assert next_of(pager, "https://h.example/") == f"https://h.example{there}"


def test_classes_that_say_the_opposite():
    pager = '<a class="older" href="/blog/page/2/">New</a> <a class="newer" href="/blog/page/4/">Before</a>'
    assert next_of(pager, f"{HERE}index.html") == next_of(pager) == "https://h.example/blog/page/4/"


@pytest.mark.parametrize("label", ["Previous day", "Día anterior", "‹", "前の日"])
@pytest.mark.parametrize(
    ("here", "there", "is_next"),
    [
        ("/latest", "/latest?date=2023-10-09", True),
        ("/latest?date=2023-10-10", "/latest?date=2023-10-09", True),
        ("/latest/2023/10/10/", "/latest/2023/10/09/", True),
        ("/latest", "/latest/20231009", True),
        ("/latest", "/latest?date=2023-10-08", False),
        ("/latest", "/latest?date=2023-09-01", False),
        ("/latest", "/tides?date=2023-10-09", False),
        ("/latest", "https://other.example/latest?date=2023-10-09", False),
    ],
)
def test_the_day_before_the_last_card(label, here, there, is_next):
    page = listing(f'<p><a href="{there}">{label}</a></p>').replace("<p>Dry", "<time>2023-10-10</time><p>Dry")
    expected = resolve("https://h.example/", there) if is_next else None
    assert read_html(page, f"https://h.example{here}").next_url == expected


def test_a_month_may_hold_older_posts():
    assert (
        next_of('<a href="/2023/04/">Older posts</a>', "https://h.example/") == "https://h.example/2023/04/"
    )


def test_a_query_that_names_the_page():
    there = "/index.php?title=Boats&pagefrom=Mill"
    pager = f'<p><a href="{there}">next page</a></p>'
    assert next_of(pager, "https://h.example/wiki/Boats") == f"https://h.example{there}"
    assert next_of(pager, "https://h.example/wiki/Mills") is None
    assert next_of('<a href="/boats/oak/9.html?of=boats">Next</a>', "https://h.example/boats") is None


def test_an_offset_is_a_step_whatever_the_label_says():
    pager = '<p class="pager"><a href="?start=0">Next</a> <a href="?start=40">Previous</a></p>'
    assert next_of(pager, "https://h.example/blog?start=20") == "https://h.example/blog?start=40"


@pytest.mark.parametrize(
    "link",
    [
        '<a href="?start={}"><img alt="" src="r.png"></a>',
        '<a href="?start={}">Show more oars</a>',
        '<a href="/index.php?offset={}"></a>',
    ],
)
@pytest.mark.parametrize(("entries", "is_next"), [(5, True), (6, False), (40, False)])
def test_a_page_that_skips_the_cards_of_this_page(link, entries, is_next):
    assert (next_of(link.format(entries), "https://h.example/") is not None) is is_next


@pytest.mark.parametrize(
    ("link", "is_next"),
    [
        ('<a href="/2">Older recipes →</a>', True),
        ('<a href="?before=20180604">Ältere Rezepte</a>', True),
        ('<a href="?before=418">過去のレシピ</a>', True),
        ('<a href="?before=418">Recipes older than oars</a>', False),
        ('<a href="/recipes?before=418">Older recipes</a>', False),
        ('<a href="?for=all">Older children</a>', False),
        ('<a href="/12">More recipes</a>', False),
    ],
)
def test_one_word_may_say_what_the_entries_are(link, is_next):
    assert (next_of(f"<p>{link}</p>", "https://h.example/") is not None) is is_next


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
    "link",
    [
        '<a href="/more/">More</a>',
        '<a href="/news/">More news</a>',
        '<a href="/oars/">Oars &gt;</a>',
        '<a href="/plans/whats-next/">What\'s next</a>',
        '<a href="/p/who-comes-next/">What comes next for the town</a>',
        '<a href="/p/back-to-school/">Back to school</a>',
        '<a href="/p/11">Read more »</a>',
        '<a href="/next/">Next</a>',
        '<a href="/thread/8/newer">Next thread</a>',
        '<a href="/topics?page=2">More</a>',
        '<a href="/calendar?month=6">Next month</a>',
        '<a href="?month=6">Next month</a>',
        '<a href="?month=6">»</a>',
        '<a href="?year=2021">2</a>',
        '<p class="nav-previous"><a href="/rulings/?year=2023">Rulings of 2023</a></p>',
        '<p class="nav-previous"><a href="/2023/04/12/oars">Oars</a></p>',
        '<a href="?per_page=5">fewer</a> <a href="?per_page=50&page=0">more</a>',
        '<a href="?page=1">1</a>',
        '<a href="?page=1">« First</a> <a href="?page=1">‹ Previous</a> <a href="?page=9">Last »</a>',
        '<a class="next" href="/next/"><img alt="Boats" src="b.png"></a>',
        '<a href="/p/what-next"><img alt="What is next" src="b.png"></a>',
        '<a href="?show=20">20</a> <a href="?show=40">40</a>',
        '<a href="/p/1">1</a> <a href="/p/2">2</a> <a href="/p/3">3</a>',
        '<a href="/blog/1.html">1</a> <a href="/blog/2.html">2</a> <a href="/blog/3.html">3</a>',
        '<i>1</i> <i>2</i> <a href="?day=3">3</a> <i>4</i> <a href="?day=5">5</a>',
        '<a href="?d=1">1</a> <a href="?d=2">2</a> <i>3</i> <i>4</i> <a href="?d=5">5</a>',
        '<a href="/blog/list_12_2.html">More</a>',
        '<a href="/boats/list_12_2.html">Next</a>',
        '<a href="https://other.example/blog?after=k9x">Next</a>',
    ],
)
def test_a_label_alone_makes_no_next_page(link):
    for around in ("nav", "aside", "div", "p"):
        assert next_of(f"<{around}>{link}</{around}>", "https://h.example/blog") is None


@pytest.mark.parametrize(
    "link",
    [
        '<a href="?page=2"></a>',
        '<a href="?page=2"><i class="icon"></i></a>',
        '<a href="?page=2"><img alt="" src="r.png"></a>',
        '<a href="?page=2" aria-label="Go to next page"><svg></svg></a>',
        '<a href="?after=k9x" aria-label="Next page"><svg></svg></a>',
        '<a href="?after=k9x" title="Next"></a>',
        '<a href="?after=k9x"><i class="icon next"></i></a>',
        '<a href="?after=k9x"><img alt="Next" src="r.png"></a>',
        '<a href="?after=k9x" rel="next">Further down the river</a>',
        '<nav aria-label="Pagination"><a href="?page=2">Further down</a></nav>',
        '<a href="?page=2">Show 20 more stories of the river</a>',
    ],
)
def test_icons_and_unusual_labels(link):
    expected = "page=2" if "page=2" in link else "after=k9x"
    assert next_of(link, "https://h.example/blog") == f"https://h.example/blog?{expected}"


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
        ('<a href="?p=2">2</a> <a href="?p=3">3</a> <a href="?p=9">»</a>', "https://h.example/c", "?p=2"),
        (
            '<a href="?p=-1">&lt;</a> <a href="?p=0">1</a> <a href="?p=1">2</a> <a href="?p=2">3</a> '
            '<a href="?p=1">&gt;</a> <a href="?p=129">Last</a>',
            "https://h.example/c",
            "?p=1",
        ),
        ('<a href="?p=0">1</a> <a href="?p=1">2</a> <a href="?p=2">3</a>', "https://h.example/c?p=1", "?p=2"),
        (
            '<a href="?limit=9">9</a> <a href="?limit=30">30</a> <a href="?limit=15&p=2">2</a>',
            "https://h.example/c?limit=15",
            "?limit=15&p=2",
        ),
        (
            "1195 entries: <i>1-10</i> "
            '<a href="?skip=10&show=10">11-20</a> <a href="?skip=20&show=10">21-30</a> <i>...</i> '
            '<a href="?skip=1190&show=10">1191-1195</a> '
            '<a href="?skip=0&show=5">fewer</a> <a href="?skip=0&show=50">more</a>',
            "https://h.example/c",
            "?skip=10&show=10",
        ),
        (
            '<a href="?s=0">Page 1</a> <a href="?s=20">Page 2</a> <a href="?s=40">Page 3</a>',
            "https://h.example/c?s=20",
            "?s=40",
        ),
        (
            '<a href="?k=a">1</a> <a href="?k=b" aria-current="page">2</a> <a href="?k=c">3</a>',
            "https://h.example/c",
            "?k=c",
        ),
        ('<b>1</b> <a href="/en/c?page=2">2</a>', "https://h.example/c", "/../en/c?page=2"),
    ],
)
def test_runs_of_numbers(pager, url, expected):
    assert next_of(f"<p>{pager}</p>", url) == resolve("https://h.example/c", f"c{expected}")


FALLING = (
    '<p><a href="/b/index1.html">最舊</a> <a href="/b/index{}.html">‹ 上頁</a> '
    '<a href="/b/index{}.html">下頁 ›</a> <a href="/b/index.html">最新</a></p>'
)


@pytest.mark.parametrize(
    ("here", "pager", "expected"),
    [
        ("index2219.html", FALLING.format(2218, 2220), "index2218.html"),
        ("index2.html", FALLING.format(1, 3), "index1.html"),
        (
            "index.html",
            '<p><a href="/b/index1.html">最舊</a> <a href="/b/index2218.html">‹ 上頁</a></p>',
            "index2218.html",
        ),
        ("index1.html", FALLING.format(1, 2), None),
        ("41/", '<p><a href="/b/42/">Newer</a> <a href="/b/40/">Older</a></p>', "40/"),
        ("41/", '<p><a href="/b/42/">Siguientes</a> <a href="/b/40/">Anteriores</a></p>', "42/"),
        (
            "page/9/",
            '<p><a href="/b/">Newest</a> <a href="/b/page/8/">«</a> <a href="/b/page/9/">Oldest</a></p>',
            None,
        ),
    ],
)
def test_pages_whose_numbers_fall_with_age(here, pager, expected):
    found = next_of(pager, f"https://h.example/b/{here}")
    assert found == (expected and f"https://h.example/b/{expected}")


def test_sort_orders_do_not_turn_the_pages_round():
    sort = '<a href="/blog">Newest</a> <a href="/blog?by=oldest">Oldest</a>'
    pager = (
        f'<p>{sort}</p><p><a href="?by=oldest&page=2">Previous</a> <a href="?by=oldest&page=4">Next</a></p>'
    )
    url = "https://h.example/blog?by=oldest&page=3"
    assert next_of(pager, url) == "https://h.example/blog?by=oldest&page=4"
    first = f'<p>{sort}</p><p><a href="?by=oldest&page=2">Next</a></p>'
    assert next_of(first, "https://h.example/blog?by=oldest") == "https://h.example/blog?by=oldest&page=2"


@pytest.mark.parametrize(
    ("url", "last"),
    [
        (
            "https://h.example/find/mill/1/99/0",
            '<tr><td colspan="2"><b>1</b> <a href="/find/mill/2/99/0">2</a> '
            '<a href="/find/mill/3/99/0">3</a></td></tr>',
        ),
        ("https://h.example/find", '<tr><td colspan="2"><a href="/find?p=2">More</a></td></tr>'),
    ],
)
def test_a_pager_among_the_rows_of_the_cards(url, last):
    rows = "".join(
        f'<tr><td><a href="/item/{n}/x">The {name} of an old harbour town</a></td><td>by Ada</td></tr>'
        for n, name in enumerate(("net", "oar", "quay", "mill", "pier", "mast"))
    )
    page = read_html(f"<table>{rows}{last}</table>", url)
    assert page.next_url == resolve(url, last.partition('href="')[2].partition('"')[0])


def test_rel_next_in_the_head_counts_unless_it_leads_back():
    assert next_of("", head='<link rel="next" href="/blog/page/4/">') == "https://h.example/blog/page/4/"
    assert next_of("", head='<link rel="next" href="/blog/page/2/">') is None


def test_a_page_is_not_followed_by_the_next_section():
    head = '<link rel="next" href="/about/">'
    assert next_of("", head=head) is None
    assert next_of("", "https://h.example/blog/", head) is None
    assert (
        next_of("", "https://h.example/blog/", '<link rel="next" href="?k=9">')
        == "https://h.example/blog/?k=9"
    )
    assert next_of('<a href="/?before=k9x">Older posts</a>') == "https://h.example/?before=k9x"


def test_what_the_page_links_to_by_another_label_is_not_announced():
    head = '<link rel="next" href="/guide/4">'
    assert next_of("", "https://h.example/guide/3", head) == "https://h.example/guide/4"
    assert next_of('<a href="/guide/4">Oars</a>', "https://h.example/guide/3", head) is None


def test_a_pager_on_another_host_needs_the_number_of_the_next_page():
    menu = '<a href="/about/">About</a>'
    url = "https://new.example/blog/"
    assert next_of(f'{menu}<a href="https://old.example/blog/page/2/">Older</a>', url) == (
        "https://old.example/blog/page/2/"
    )
    assert next_of(f'{menu}<a href="https://old.example/blog/page/2/">Boats</a>', url) is None
    assert next_of(f'{menu}<a href="https://old.example/blog/?before=k9x">Older</a>', url) is None


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
        ("More", Direction.MORE),
        ("ir a la SIGUIENTE", Direction.NEXT),
        ("\u4e0b\u4e00\u9875", Direction.NEXT),
        ("\u0421\u041b\u0415\u0414\u0423\u042e\u0429\u0410\u042f", Direction.NEXT),
        ("\ub2e4\uc74c", Direction.NEXT),
        ("  <", Direction.BACK),
        ("‹", Direction.BACK),
        ("Zurück", Direction.BACK),
        ("Last »", Direction.END),
        ("最舊", Direction.OLDEST),
        ("", Direction.NOTHING),
        ("no", Direction.NOTHING),
        ("Harbour news", Direction.NOTHING),
        ("\u6e2f\u53e3", Direction.NOTHING),
    ],
)
def test_which_way_labels_point(label, meaning):
    assert read_direction(label) is meaning


@pytest.mark.parametrize(
    ("label", "has_others"),
    [
        *[
            (label, False)
            for label in ("Next", "» Next Page", "Older posts", "Ältere Beiträge", "下一頁", "1 2 3 ›")
        ],
        *[
            (label, False)
            for label in ("Articles plus anciens", "Следующая страница", "Go to page 2", "‹ 上頁")
        ],
        *[
            (label, True)
            for label in ("What's next", "Next month", "Next thread", "Oars >", "Bußgeldrechner")
        ],
    ],
)
def test_labels_of_pagers_hold_no_other_words(label, has_others):
    assert has_other_words(label) is has_others


@pytest.mark.parametrize(
    ("label", "number"),
    [
        *[
            ("2", 2),
            ("[ 2 ]", 2),
            ("Page 2", 2),
            ("Current page 1", 1),
            ("Seite 3", 3),
            ("11-20", 2),
            ("1 – 50", 1),
        ],
        *[
            ("0", None),
            ("Chapter 2", None),
            ("2 comments", None),
            ("12-20", None),
            ("20-11", None),
            ("", None),
        ],
    ],
)
def test_numbers_of_pages(label, number):
    assert page_number(label) == number
