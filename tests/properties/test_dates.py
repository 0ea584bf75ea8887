import calendar
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from archiver.parse.dates.find import find_date, find_order, is_date

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2049, 12, 31))
ENGLISH = list(calendar.month_name)[1:]
DATE_LIKE = st.text(alphabet="0123456789-/.年月日 :,MayJan de'«»\u200f٣三月 ", max_size=60)


@given(DAYS)
def test_every_day_is_read_from_every_form(day: date) -> None:
    name = ENGLISH[day.month - 1]
    for text in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}. {day.month}. {day.day}.",
        f"{day.day} {name} {day.year}",
        f"{name} {day.day}, {day.year}",
        f"{day.day} {name[:3]} {day.year}",
        f"{day:%a, %d %b %Y %H:%M:%S} +0000",
    ):
        found = find_date(text)
        assert found is not None
        assert found.iso == day.isoformat()
        assert is_date(text)


@given(st.one_of(DATE_LIKE, st.text(max_size=200)), st.sampled_from([None, "en-US", "de", "th", "x"]))
def test_any_text_gives_a_date_of_the_calendar_or_none(text: str, language: str | None) -> None:
    is_date(text)
    find_order([text])
    found = find_date(text, language=language)
    if found is not None:
        assert 0 <= found.start < found.end <= len(text)
        if found.iso is not None:
            assert date.fromisoformat(found.iso) == date(found.year or 0, found.month or 0, found.day or 0)


N = st.integers(0, 255)
NUMBER, SMALL = st.integers(0, 9999), st.integers(0, 59)
NO_DATES = st.one_of(
    st.builds("v{}.{}.{}".format, st.integers(0, 40), N, N),
    st.builds("Release {}.{}".format, st.integers(0, 40), N),
    st.builds("Python 3.{}.{}".format, N, N),
    st.builds("{}.{}.{}.{}".format, N, N, N, N),
    st.builds("+{}-{:03}-{:03}-{:04}".format, st.integers(1, 99), NUMBER, NUMBER, NUMBER),
    st.builds("({:03}) {:03}-{:04}".format, st.integers(0, 999), st.integers(0, 999), NUMBER),
    st.builds("${},{:03}.{:02}".format, N, st.integers(0, 999), SMALL),
    st.builds("{},{:02} €".format, NUMBER, SMALL),
    st.builds("ISBN 978-{}-{:04}-{:04}-{}".format, st.integers(0, 9), NUMBER, NUMBER, st.integers(0, 9)),
    st.builds("{}-{}".format, SMALL, SMALL),
    st.builds("{}:{:02}".format, st.integers(0, 23), SMALL),
    st.builds("{}:{:02}:{:02}".format, st.integers(0, 23), SMALL, SMALL),
    st.builds("{}/10".format, st.integers(0, 10)),
    st.builds("AB-{:04}-{:02}X".format, NUMBER, SMALL),
    st.builds("{}.{} MB".format, N, SMALL),
    st.builds("{}x{}".format, NUMBER, NUMBER),
    st.builds("{}.{:04} N, {}.{:04} E".format, SMALL, NUMBER, N, NUMBER),
    st.builds("{}°{}'{}\"".format, SMALL, SMALL, SMALL),
    st.builds("{} of {}".format, NUMBER, NUMBER),
    st.builds("{:x}-{:04x}-{:04x}".format, st.integers(2**28, 2**32), NUMBER, NUMBER),
    st.builds("#{}".format, NUMBER),
    st.builds("{} {} ago".format, SMALL, st.sampled_from(["days", "hours", "minutes", "months", "years"])),
    st.builds(
        "{} {}".format, NUMBER, st.sampled_from(["comments", "views", "min read", "likes", "分钟", "条评论"])
    ),
)


@given(NO_DATES, st.sampled_from([None, "en", "en-US", "de", "it", "ja", "zh-CN", "vi", "fr"]))
def test_numbers_of_other_things_are_no_dates(text: str, language: str | None) -> None:
    assert find_date(text, language=language) is None


@given(DAYS, st.text(max_size=30))
def test_what_stands_behind_a_separator_changes_nothing(day: date, after: str) -> None:
    found = find_date(f"{day.isoformat()} | {after}")
    assert found is not None
    assert found.iso == day.isoformat()
