import pytest

from archiver.parse.dates import find_date, find_order, is_date

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
    ],
)
def test_day_and_month_as_numbers(
    text: str, language: str | None, order: str | None, iso: str | None
) -> None:
    found = find_date(text, language=language, order=order)
    assert (found.iso if found else None) == iso


def test_the_language_names_the_month() -> None:
    assert [find_date("5 listopada 2024", language=tag).month for tag in (None, "pl", "hr")] == [11, 11, 10]


@pytest.mark.parametrize(
    ("text", "year", "iso"),
    [
        ("May 5", 2020, "2020-05-05"),
        ("5月3日", 2020, "2020-05-03"),
        ("05-12", 2020, "2020-05-12"),
        ("25.12.", 2020, "2020-12-25"),
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
