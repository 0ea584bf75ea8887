import pytest

from archiver.parse.dates.calendar import Order
from archiver.parse.dates.find import (
    find_date,
    find_order,
    find_order_of_urls,
    find_sequence_order,
    find_stated_order,
    has_date,
    is_date,
)

FIFTH_OF_MARCH = [
    "2024-03-05",
    "2024/3/5",
    "2024.03.05",
    "2024. 3. 5.",
    "2024. 3. 5. 14:30",
    "2024-03-05T23:30:00-08:00",
    "2024年3月5日",
    "2024 年 03 月 05 日",
    "2024년 3월 5일",
    "令和6年3月5日",
    "2024年（令和6年）3月5日",
    "民國113年3月5日",
    "２０２４年３月５日",
    "三月 5, 2024",
    "3月 5, 2024",
    "2024年03月05日 星期二",
    "2024.03.05(火)",
    "5 March 2024",
    "March 5, 2024",
    "Mar 5, 2024",
    "MARCH 5TH, 2024",
    "5th of March, 2024",
    "Mar. 5, '24",
    "Tue Mar  5 10:23:11 2024",
    "Tue, 05 Mar 2024 10:00:00 GMT",
    "Tue, 05 Mar 24 10:00:00 GMT",
    "05-Mar-2024",
    "2024-Mar-05",
    "Posted on March 5, 2024 at 10:20 am",
    "Thursday, 5 March 2024 — by Jo in Boats",
    "Mardi 5 mars 2024 à 10h30",
    "5. März 2024",
    "05.03.2024",
    "5 de marzo de 2024",
    "marzo 5, 2024",
    "5 de março de 2024",
    "5 marzo 2024",
    "5 maart 2024",
    "den 5 mars 2024",
    "5. marts 2024",
    "5. maaliskuuta 2024",
    "5 marca 2024",
    "5. března 2024",
    "5. marca 2024",
    "2024. március 5.",
    "5 martie 2024",
    "5 марта 2024 г.",
    "5 березня 2024",
    "5 март 2024",
    "5 Μαρτίου 2024",
    "5 Mart 2024 Salı",
    "5 Maret 2024",
    "5 Tháng 3, 2024",
    "Ngày 5 tháng 3 năm 2024",
    "٥ مارس ٢٠٢٤",
    "5 مارس، 2024",
    "2024\u200f/3\u200f/5",
    "5 במרץ 2024",
    "5 มีนาคม 2567",
    "5 มี.ค. 2567",
    "2024 m. kovo 5 d.",
    "2024. gada 5. marts",
    "20240305",
    "20240305T103000Z",
    "3 min read · Mar 5, 2024",
    "５ March ２０２４",
    "ika-5 ng Marso 2024",
    "5 ta’ Marzu 2024",
    "2024ko martxoaren 5a",
    "2024(e)ko martxoaren 5(a)",
    "2024оны 3-р сарын 5",
    "2024-yil 5-mart",
    "2024 жылғы 5 наурыз",
    "۵ مارس ۲۰۲۴",
    "5 মার্চ, ২০২৪",
    "५ मार्च २०२४",
    "5 மார்ச், 2024",
    "၅ မတ် ၂၀၂၄",
    "๕ มีนาคม ๒๕๖๗",
    "วันที่ 5 มีนาคม พ.ศ. 2567",
    "二〇二四年三月五日",
    "Tháng Ba 5, 2024",
    "Th3 5, 2024",
    "5 მარტი 2024",
    "05 մարտի, 2024 թ.",
    "5:e mars 2024",
    "5–7 March 2024",
    "March 5–7, 2024",
    "10:30 - 5 March 2024",
    "the 5th day of March, 2024",
]
NO_DATE = [
    "",
    "1.2.3",
    "v2024.3.1",
    "Version 2024.3.1 is out",
    "Python 3.12.1",
    "192.168.10.12",
    "10.11.12.13",
    "555-12-3456",
    "$12.05",
    "12:30:45",
    "3-2",
    "1/2/34/5",
    "3 days ago",
    "3 hours ago 5 comments",
    "昨天",
    "yesterday",
    "you may 5 times",
    "12 comments",
    "March 2024",
    "2024",
    "2024-02-30",
    "31 April 2024",
    "2024-13-05",
    "https://example.com/2024/03/05/walk",
    "March 10:30",
    "1403/05/12",
    "۱۴۰۲/۱۲/۱۵",
    "۱۵ اسفند ۱۴۰۲",
    "5 رمضان 1445",
    "5 Adar 5784",
    "2080-12-05",
    "१५ फागुन २०८०",
    "28 Meskerem 2016",
    "5 rebiülevvel 1445",
    "2024-W10",
    "1709632800",
    "15feb78a-f5db-44ac",
    "hace 5 días",
    "il y a 3 jours",
    "2 時間前",
    "vor 5 Tagen",
]


@pytest.mark.parametrize("text", FIFTH_OF_MARCH)
def test_forms_of_one_day(text: str) -> None:
    found = find_date(text)
    assert found is not None
    assert found.iso == "2024-03-05"
    assert (found.year, found.month, found.day) == (2024, 3, 5)


@pytest.mark.parametrize("text", NO_DATE)
def test_no_date(text: str) -> None:
    assert find_date(text) is None


def test_place_in_the_text() -> None:
    text = "Posted on March 5, 2024 by Jo"
    found = find_date(text)
    assert found is not None
    assert text[found.start : found.end] == "March 5, 2024"


def test_first_of_two() -> None:
    found = find_date("Published 2024-03-05, updated 2024-04-01")
    assert found is not None
    assert found.iso == "2024-03-05"


@pytest.mark.parametrize(
    ("text", "language", "order", "iso"),
    [
        ("03/05/2024", None, None, None),
        ("03/05/2024", "en", None, None),
        ("03/05/2024", "en-US", None, "2024-03-05"),
        ("03/05/2024", "en-GB", None, "2024-05-03"),
        ("03/05/2024", "fr", None, "2024-05-03"),
        ("03/05/2024", None, "mdy", "2024-03-05"),
        ("25/03/2024", None, None, "2024-03-25"),
        ("03/25/2024", None, None, "2024-03-25"),
        ("25/03/2024", "en-US", None, "2024-03-25"),
        ("24.03.05", "ko", None, "2024-03-05"),
        ("05.03.24", "de", None, "2024-03-05"),
        ("05.03.24", None, None, None),
        ("24-03-05", "sv", None, "2024-03-05"),
        ("3/5/2024", "fil", None, "2024-03-05"),
        ("3/5/2024", "en-CA", None, None),
        ("3/5/2024", "ja", None, None),
        ("5/3/2024", "zh-Hant-HK", None, "2024-03-05"),
        ("05/03/2567", "th", None, "2024-03-05"),
        ("05/03/67", "th", None, "2024-03-05"),
        ("02/12/15", "fa", None, None),
        ("mar 05/03/2024", "it", None, "2024-03-05"),
        ("113-03-05", "zh-Hant-TW", None, "2024-03-05"),
        ("113年3月5日", "zh-TW", None, "2024-03-05"),
        ("113/03/05", "zh-Hant-HK", None, None),
        ("113.3.5", "zh-CN", None, None),
        ("R6.3.5", "ja", None, "2024-03-05"),
        ("H31/4/30 更新", "ja", None, "2019-04-30"),
        ("R6.3.5", "en", None, None),
    ],
)
def test_day_and_month_as_numbers(
    text: str, language: str | None, order: Order | None, iso: str | None
) -> None:
    found = find_date(text, language=language, order=order)
    assert (found.iso if found else None) == iso


def test_a_name_of_two_months_counts_with_its_language() -> None:
    found = [find_date("5 listopada 2024", language=tag) for tag in (None, "en", "pl", "hr")]
    assert [date and date.month for date in found] == [None, None, 11, 10]


@pytest.mark.parametrize(
    ("text", "language", "month_and_day"),
    [
        ("Maw, 3 Mai", "cy", (5, 3)),
        ("sht, 9 mar", "sq", (3, 9)),
        ("Th 3, 30 thg 6", "vi", (6, 30)),
        ("Sat, Mar 9", "en", (3, 9)),
        ("gio 5 gen", "it", (1, 5)),
    ],
)
def test_weekdays_that_read_like_months(text: str, language: str, month_and_day: tuple[int, int]) -> None:
    found = find_date(text, language=language)
    assert found is not None
    assert (found.month, found.day) == month_and_day


@pytest.mark.parametrize(
    ("text", "year", "iso"),
    [
        ("May 5", 2020, "2020-05-05"),
        ("5月3日", 2020, "2020-05-03"),
        ("05-12", 2020, "2020-05-12"),
        ("25.12.", 2020, "2020-12-25"),
        ("25. 12.", 2020, "2020-12-25"),
        ("5-12", 2020, None),
        ("5 May 2019", 2020, "2019-05-05"),
        ("Feb 29", 2020, "2020-02-29"),
        ("Feb 29", 2021, None),
    ],
)
def test_year_from_outside(text: str, year: int, iso: str | None) -> None:
    found = find_date(text, year=year)
    assert (found.iso if found else None) == iso


def test_without_a_year_there_is_no_iso() -> None:
    found = find_date("May 5")
    assert found is not None
    assert (found.iso, found.year, found.month, found.day) == (None, None, 5, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-05",
        "Posted on March 5, 2024 at 10:20 am",
        "公開日: 2024.03.05(火)",
        "Mardi 5 mars 2024 à 10h30",
        "2024. 3. 5. 14:30",
        "2024年03月05日 星期二 10时20分",
        "03/05/2024",
        "Last Updated: 5 Mar 2024, 10:00 UTC+8",
        "2024-03-05T10:00:00+08:00",
        "Tue, 05 Mar 2024 10:00:00 GMT",
        "发布于 2024-03-05 10:20",
        "May 5",
        "Veröffentlicht am 5. März 2024",
        "2024-03-05 ~ 2024-04-01",
    ],
)
def test_a_date_and_nothing_else(text: str) -> None:
    assert is_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12:30",
        "March 5, 2024 3 min read",
        "Meeting 5 May 2024",
        "Thursday, 5 March 2024 — by Jo",
        "5 boats",
        "2024",
        "1 2 3",
        "2024-03-05 " + "x" * 200,
    ],
)
def test_more_or_less_than_a_date(text: str) -> None:
    assert not is_date(text)


def test_order_is_proved_by_values() -> None:
    assert find_order(["25/12/2023", "03/05/2024"]) == "dmy"
    assert find_order(["12/25/2023", "03/05/2024"]) == "mdy"
    assert find_order(["12/25/2023", "25/05/2024"]) is None
    assert find_order(["03/05/2024"]) is None
    assert find_order(["12/25/23"]) == "mdy"
    assert find_order(["25/12/23"]) is None  # the year may stand first


def test_order_is_proved_by_a_sequence() -> None:
    days = ["04/03/2024", "03/12/2024", "03/11/2024", "03/01/2024", "02/05/2024"]
    assert find_sequence_order(days) == find_sequence_order(days[::-1]) == "mdy"
    assert find_sequence_order(days[:4]) is None  # too few
    assert find_sequence_order([days[1], days[0], *days[2:]]) is None
    assert find_sequence_order([f"0{n}/0{n}/2024" for n in range(1, 7)]) is None  # in either order


def test_order_is_stated_beside_a_field() -> None:
    assert find_stated_order(["From", "(MM/DD/YYYY)"]) == "mdy"
    assert find_stated_order(["dd-mm-yy", "dd-mm-yy"]) == "dmy"
    assert find_stated_order(["mm/dd/yyyy", "dd/mm/yyyy"]) is None  # of two forms
    assert find_stated_order(["mm/yyyy", "yyyy-mm-dd"]) is None


def test_order_is_that_of_the_months_in_urls() -> None:
    days = [("03/07/2024", "/2024/03/a.pdf"), ("02/05/2024", "/files/20240205.pdf"), ("01/04/2024", "/c.pdf")]
    assert find_order_of_urls(days) == "mdy"
    assert find_order_of_urls([("03/07/2024", "/2024-07/a"), ("02/05/2024", "/202405/b")]) == "dmy"
    assert find_order_of_urls(days[:1]) is None  # may be chance
    assert find_order_of_urls([*days, ("06/08/2024", "/2024/08/d.pdf")]) is None  # another order
    assert find_order_of_urls([("03/07/2023", "/2024/03/a.pdf"), ("02/05/2023", "/2024/02/b.pdf")]) is None


@pytest.mark.parametrize("text", ["03/05/24", "Posted 3/5/24", "No. 24-1187 (03/05/2024)"])
def test_there_is_a_date_where_day_and_month_cannot_be_distinguished(text: str) -> None:
    assert has_date(text)
    assert find_date(text) is None
    found = find_date(text, order="mdy")
    assert found is not None
    assert found.iso == "2024-03-05"


def test_a_number_in_strokes_within_a_text_is_no_date_of_an_unknown_order() -> None:
    assert not has_date("Tyres of the size 10/11/12 and tubes")
