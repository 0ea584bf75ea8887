"""What the cards of a group tell of each other: which column is the title, what the template repeats."""

from bisect import bisect_left

import pytest

from archiver.parse.fields.card import group_scope, read_card
from archiver.parse.html import read_document, read_html
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import whole

URL = "https://harbour.example/"
TITLES = (
    "Harbour council agrees a new quay",
    "School roof repairs start in spring",
    "Library opens on Sundays again",
    "Ferry timetable changes for winter",
    "Market hall gets a second floor",
)


def titles_of(names):
    """The titles of the cards of a page whose headings are these pieces of markup."""
    heading = "<h2><a href=/notes/{n}>{title}</a></h2><p>Low water, boats.</p>"
    return [card.title for card in cards_of(heading, titles=names)]


def cards_of(template, tag="article", titles=TITLES):
    """The cards of a page on which the template stands once for each of the titles."""
    bodies = (template.format(n=n, title=title, pair=n // 2) for n, title in enumerate(titles))
    document = read_document("".join(f"<{tag}>{body}</{tag}>" for body in bodies), URL)
    tree, links = document.tree, document.links
    members = []
    for start in (i for i, name in enumerate(tree.tags) if name == tag):
        rows = range(bisect_left(links.element, start), bisect_left(links.element, tree.end[start]))
        members.append(whole(tree, start, next(row for row in rows if "/notes/" in links.url[row])))
    scope = group_scope(tree, links, document.resolver, members, document.dated)
    return [
        read_card(
            scope,
            m,
            range(bisect_left(links.element, m.start), bisect_left(links.element, m.end)),
            Heading(),
        )
        for m in members
    ]


@pytest.mark.parametrize(
    "template",
    [
        "<p>SC207{n}</p><p>{title}</p><a href=/notes/{n}>PDF</a>",
        "<a href=/notes/{n}>SC207{n}</a> - {title}",
        "<p>{title}</p><p>Court of the Northern District {pair}, sitting</p><a href=/notes/{n}>PDF</a>",
        "<p>{title}</p><p>Ann Writer, Ben Reader and {n} more of them</p><a href=/notes/{n}>PDF</a>",
        "<a href=/notes/{n}><div>{title}</div><h3><b>Item Number:</b> LX-{n}9</h3></a>",
        "<p><a href=/notes/{n}>no:2603.0549{n}</a></p><p><i>Title:</i> {title}</p>",
        "<p><a href=/notes/{n}>Opinion No. 24-118{n}</a></p><p>{title}</p>",
        "{title}, <a href=/notes/{n}>24-118{n}</a>",
        "<a href=/notes/{n}>24-118{n}</a>. {title}",
        "<a href=/notes/{n}>2024 HC {n}</a>, 1{n} May 2024, {title}",
        "{title} (<a href=/notes/{n}>24-118{n}</a>)",
        "1{n} May 2024: {title} (<a href=/notes/{n}>24-118{n}</a>)",
    ],
)
def test_another_column_than_the_permalinks_names_the_cards(template):
    assert [card.title for card in cards_of(template)] == list(TITLES)


@pytest.mark.parametrize(
    "days",
    [["<td rowspan=2>May</td>", "", "<td rowspan=3>June</td>", "", ""], ["<td>May</td>", *["<td></td>"] * 4]],
)
def test_an_empty_cell_and_one_from_above_are_columns(days):
    row = "<td><a href=/notes/{n}>24-118{n}</a></td><td>{title}</td>"
    rows = (
        f"<tr>{day}{row.format(n=n, title=title)}</tr>"
        for n, (day, title) in enumerate(zip(days, TITLES, strict=True))
    )
    page = read_html(f"<table>{''.join(rows)}</table>", URL)
    assert [card.title for card in page.cards] == list(TITLES)


def test_a_column_may_hold_dates_and_numbers_beside_the_names():
    titles = tuple(f"{title} 1{n} May 2024 CA{n}/2" for n, title in enumerate(TITLES))
    cards = cards_of("<a href=/notes/{n}>24-118{n}</a><p>{title}</p>", titles=titles)
    assert [card.title for card in cards] == list(titles)
    titles = tuple(f"Regulation No. 24-1{n}87" for n in range(5))
    cards = cards_of("<p>{title}</p><a href=/notes/{n}>PDF</a>", titles=titles)
    assert [card.title for card in cards] == list(titles)


def test_sentences_are_the_titles_of_files():
    titles = tuple(f"{title}, as the council decided on its day." for title in TITLES)
    template = "<p>{{title}}</p><a href=/notes/{{n}}{}>PDF (NB-{{n}} - {{n}} kB)</a>"
    assert [card.title for card in cards_of(template.format(".pdf"), titles=titles)] == list(titles)
    assert not {card.title for card in cards_of(template.format(""), titles=titles)} & set(titles)


def test_a_number_in_brackets_after_a_name_leaves_it_a_name():
    template = (
        "<p><a href=/notes/{n}>{title} (24-46{n} - Published)</a></p><p>On ropes and nets of the {title}</p>"
    )
    names = ["State v. Eel", "Net v. Gull", "Ida v. Ox", "Ann v. Lot"]
    assert [card.title for card in cards_of(template, titles=names)] == [
        f"{name} (24-46{n} - Published)" for n, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    "template",
    [
        "<h2><a href=/notes/{n}><span>{title}</span><span>New</span></a></h2>",
        "<h2><a href=/notes/{n}><i>#{n}</i><span>{title}</span></a></h2>",
        "<h2><a href=/notes/{n}><i>12:3{n}</i> <span>{title}</span></a></h2>",
        "<h2><a href=/notes/{n}><b class=kicker>Boats {pair}</b><b class=head>{title}</b></a></h2>",
        "<a class=title href=/notes/{n}>{title}</a><h3>Read more</h3>",
    ],
)
def test_a_title_is_read_without_what_stands_beside_it(template):
    assert [card.title for card in cards_of(template)] == list(TITLES)


def test_words_that_a_search_emphasises_are_words_of_the_titles():
    cards = cards_of("<h2><a href=/notes/{n}><em>Boats</em> of {title}</a></h2>")
    assert cards[0].title == f"Boats of {TITLES[0]}"


def test_elements_side_by_side_are_words():
    cards = cards_of("<h2><a href=/notes/{n}><span>Volume {n}</span><span>{title}</span></a></h2>")
    assert cards[1].title == f"Volume 1 {TITLES[1]}"


def test_a_name_is_no_title_where_it_is_the_authors_or_the_whole_note():
    (card, *_) = cards_of(
        "<p itemprop=author><b itemprop=name>Ann {n}</b></p><p class='p-name e-content'>{title} and now</p>"
        "<a href=/notes/{n}>5 March 2024</a>"
    )
    assert (card.title, card.author) == (None, "Ann 0")


@pytest.mark.parametrize(
    ("labels", "read"),
    [
        ("<b class=category>Boats {pair}</b>", ["Boats 0", "Boats 0", "Boats 1", "Boats 1", "Boats 2"]),
        (
            "<ul class=category><li>Sea<li>Land {pair}</ul>",
            ["Land 0", "Land 0", "Land 1", "Land 1", "Land 2"],
        ),
        ("<b class=category>Compare</b>", [""] * 5),
        ("<b class=category>${n}9.99</b>", [""] * 5),
        ("<b class=category>- <a href=/notes/{n}>Read {pair} more</a> -</b>", [""] * 5),
        ("<b class=category><a href=/notes/{n}>Read {pair}</a></b>", [""] * 5),
        ("<b class=category><a href=/date/{n}>5 March 202{n}</a></b>", [""] * 5),
        ("<a href=/category/sea/>Sea</a>", ["Sea"] * 5),
    ],
)
def test_categories_that_the_group_bears_out(labels, read):
    cards = cards_of("<h2><a href=/notes/{n}>{title}</a></h2>" + labels)
    assert ["".join(card.categories) for card in cards] == read


def test_the_path_of_the_permalinks_says_nothing_of_a_category():
    cards = cards_of("<h2><a href=/topics/notes/{n}>{title}</a></h2><a href=/topics/last-{n}>Again</a>")
    assert not any(card.tags for card in cards)


@pytest.mark.parametrize(
    "template",
    [
        "<div><p>By <i>Ann {n}</i></p><p>{excerpt}</p></div>",
        "<p>{excerpt}</p><p>Add to basket</p>",
        "<div class=info><p>{excerpt}</p></div>",
    ],
)
def test_an_excerpt_is_read_without_what_most_cards_repeat(template):
    excerpt = "The boats go out one after the other before it is light on the day of ship {n}."
    cards = cards_of("<h2><a href=/notes/{n}>{title}</a></h2>" + template.replace("{excerpt}", excerpt))
    assert [card.excerpt for card in cards] == [excerpt.format(n=n) for n in range(len(TITLES))]


def test_the_block_round_title_and_excerpt_is_no_boilerplate_whatever_its_name():
    cards = cards_of(
        "<div class=info><h2><a href=/notes/{n}>{title}</a></h2><p>Low water {n}, boats.</p></div>"
    )
    assert cards[3].excerpt == "Low water 3, boats."


@pytest.mark.parametrize(
    "line",
    ["{n} min read, for {pair} people", "<p>submitted {n} hours ago to <a href=/r/coast>coast</a></p>"],
)
def test_a_line_that_differs_in_numbers_alone_is_no_excerpt(line):
    cards = cards_of(f"<h2><a href=/notes/{{n}}>{{title}}</a></h2><div>{line}</div>")
    assert [card.excerpt for card in cards] == [None] * len(TITLES)


def test_words_of_a_hyperlink_in_brackets_are_no_excerpt():
    cards = cards_of("<h2><a href=/notes/{n}>{title}</a></h2><p>(<a href=/of/paper{n}>paper{n}</a>)</p>")
    assert cards[0].excerpt is None


@pytest.mark.parametrize("sentence", ["Fog, and the bell at {n}.", "Is the lamp lit, {title}?"])
def test_a_short_sentence_is_an_excerpt_where_a_card_has_no_longer_one(sentence):
    cards = cards_of("<h2><a href=/notes/{n}>{title}</a></h2><div>" + sentence + "</div><i>Read on.</i>")
    expected = [sentence.format(n=n, title=title) for n, title in enumerate(TITLES)]
    found = [card.excerpt for card in cards]
    assert found == (expected if "{title}" in sentence else [None] * len(TITLES))


def test_a_hashtag_is_a_tag_and_a_category_may_stand_in_the_heading():
    cards = cards_of(
        "<h2><a href=/category/boats>Boats</a>: <a href=/notes/{n}>{title}</a></h2>"
        "<p><a href=/explore/quay>#quay</a> <a href=/explore/9>#9</a></p>"
    )
    assert [(card.title, card.categories, card.tags) for card in cards] == [
        (title, ("Boats",), ("#quay",)) for title in TITLES
    ]


def test_a_summary_names_a_folded_card():
    cards = cards_of(
        "<details><summary><i>1{n} May 2024</i> <b>{title}</b></summary><a href=/notes/{n}>Read</a></details>"
    )
    assert [card.title for card in cards] == list(TITLES)


def test_badges_that_end_some_titles_are_no_part_of_them():
    names = ("港の氷", "渡船の旅", "灯台の鍵", "網と縄", "市場の朝")
    badges = ("<b>新着</b>", "<b>新着</b><em>急募</em>", "<em>急募</em>", "", "<b>新着</b>")
    assert titles_of([name + badge for name, badge in zip(names, badges, strict=True)]) == list(names)


def test_an_emphasised_word_stays_in_the_titles_that_it_ends():
    names = ("港の<em>氷</em>", "北の<em>氷</em>", "<em>氷</em>の市場", "市場の<em>氷</em>", "網と縄")
    assert titles_of(names) == ["港の氷", "北の氷", "氷の市場", "市場の氷", "網と縄"]


def test_an_hour_and_a_place_are_no_excerpt():
    cards = cards_of("<h2><a href=/notes/{n}>{title}</a></h2><p>1{n} Uhr, {title:.9}</p>")
    assert [card.excerpt for card in cards] == [None] * len(TITLES)


@pytest.mark.parametrize(
    "line",
    [
        "<div>★ 4.{n} (1{n})</div>",
        "<p>89{n} р.<span>Net of tax: 89{n} р.</span></p>",
        "<div>Subjects: <i>all that is said of tides and of the water under quay {n}</i></div>",
        "<p><a href=/sites/{n}>a{n}.example</a></p>",
        "<div class=text-muted>by ann{n}</div>",
    ],
)
def test_what_stands_beside_the_text_is_no_part_of_the_excerpt(line):
    title, text = "<h2><a href=/notes/{n}>{title}</a></h2>", "<p>The boats lie dry at low water.</p>"
    for body in (text + line, line + text):
        cards = cards_of(f"{title}<div>{body}</div>")
        assert {card.excerpt for card in cards} == {"The boats lie dry at low water."}


@pytest.mark.parametrize(
    "line",
    [
        "<div><span>Ann Holm & Sons, the chandlers</span><span>12 Quay Road, Harbour{n}</span></div>",
        "<div>7 00{n} – 9 500 kr. brutto / mon.</div>",
        "<div>lent till 1{n}.6.</div>",
    ],
)
def test_a_line_of_details_is_no_excerpt(line):
    cards = cards_of("<h2><a href=/notes/{n}>{title}</a></h2>" + line)
    assert {card.excerpt for card in cards} == {None}


def test_a_button_that_most_cards_have_is_no_part_of_the_excerpt_but_a_link_in_it_is():
    title = "<h2><a href=/notes/{n}>{title}</a></h2>"
    cards = cards_of(title + "<p>The boats lie dry. <a href=/r/{n}>See it all</a></p>")
    assert cards[1].excerpt == "The boats lie dry."
    cards = cards_of(title + "<p>The <a href=/r/{n}>boats</a> lie dry.</p>")
    assert cards[1].excerpt == "The boats lie dry."


def authors_of(byline, head="<h2><a href=/notes/{n}>{title}</a></h2>"):
    """The authors of cards with this piece of markup below their headings."""
    return {card.author for card in cards_of(head + byline)}


def test_all_authors_of_a_list_are_read_up_to_another_link():
    ann, bo = "<a href=/people/ann>Ann Holm</a>", "<a href=/people/bo>Bo Lind</a>"
    assert authors_of(f"<p class=authors>{ann}, {bo}</p>") == {"Ann Holm, Bo Lind"}
    assert authors_of(f"<p class=authors>By {ann} &amp; {bo}</p>") == {"Ann Holm, Bo Lind"}
    assert authors_of(f"<p class=byline>{ann}, <a href=/news/>News</a></p>") == {"Ann Holm"}
    assert authors_of(f"<p class=byline>{ann} in {bo}</p>") == {"Ann Holm"}


def test_neither_the_title_nor_the_letter_of_a_picture_is_an_author():
    assert authors_of("", "<h2 class=fn><a href=/notes/{n}>{title}</a></h2>") == {None}
    assert authors_of("<i class=author>A</i>") == {None}


def test_the_word_before_a_date_is_no_part_of_a_name():
    assert authors_of("<p>By Ann Holm at May 9, 2022</p>") == {"Ann Holm"}


@pytest.mark.parametrize(
    "tags", ["<b><i>Quay {pair}</i></b><b><i>Rope</i></b>", "<i>Quay {pair}</i><i>Rope</i>"]
)
def test_labels_in_elements_of_their_own_are_several(tags):
    card = cards_of("<h2><a href=/notes/{n}>{title}</a></h2><p class=tags>" + tags + "</p>")[2]
    assert card.tags[0] == "Quay 1"


def test_a_price_tag_is_no_tag():
    cards = cards_of("<h2><a href=/notes/{n}>{title}</a></h2><a class=price-tag href=/buy/{n}>$ {n}.50</a>")
    assert {card.tags for card in cards} == {()}


@pytest.mark.parametrize("above", ["<div>{n} photos</div>", "<div>1.{n}00 €</div>", "<div>Rp 45.{n}00</div>"])
def test_counts_and_prices_above_it_are_no_title_of_a_card_in_one_link(above):
    cards = cards_of(f"<a href=/notes/{{n}}>{above}<section>{{title}}</section><p>Low water, boats.</p></a>")
    assert [card.title for card in cards] == list(TITLES)
