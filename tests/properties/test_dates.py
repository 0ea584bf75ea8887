import calendar
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from archiver.parse.dates import find_date, find_order, is_date

DAYS = st.dates(min_value=date(1970, 1, 1), max_value=date(2068, 12, 31))
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


@given(DAYS, st.text(max_size=30))
def test_what_stands_behind_a_separator_changes_nothing(day: date, after: str) -> None:
    found = find_date(f"{day.isoformat()} | {after}")
    assert found is not None
    assert found.iso == day.isoformat()
