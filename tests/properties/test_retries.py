"""Laws of Retry-After: any text gives a pause that can be waited for, or none; dates survive their forms."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from archiver.fetch.retries import MAX_RETRY_AFTER_S, parse_http_date, retry_after_s

TIMES = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  hypothesis takes the zone apart
    max_value=datetime(2069, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda time: time.replace(microsecond=0))
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@given(
    st.one_of(
        st.text(), st.from_regex(r"-?\d{1,400}"), st.from_regex(r"\w{3}, \d\d \w{3} \d{4} [0-9:]{8} GMT")
    ),
    TIMES,
)
def test_any_text_gives_a_pause_or_none(text, now):
    pause = retry_after_s(text, now)
    assert pause is None or 0 <= pause <= MAX_RETRY_AFTER_S


@given(st.integers(-100, 80_000), TIMES)
def test_seconds_and_a_date_say_the_same(seconds, now):
    date = now + timedelta(seconds=seconds)
    text = f"{DAYS[date.weekday()][:3]}, {date.day:02} {MONTHS[date.month - 1]} {date:%Y %H:%M:%S} GMT"
    assert retry_after_s(str(seconds), now) == retry_after_s(text, now) == max(0, seconds)


@given(TIMES, TIMES)
def test_the_three_forms_say_the_same(time, now):
    day, month = DAYS[time.weekday()], MONTHS[time.month - 1]
    fixed = f"{day[:3]}, {time.day:02} {month} {time:%Y %H:%M:%S} GMT"
    unix = f"{day[:3]} {month} {time.day:>2} {time:%H:%M:%S %Y}"
    old = f"{day}, {time.day:02}-{month}-{time:%y %H:%M:%S} GMT"
    assert parse_http_date(fixed, now) == parse_http_date(unix, now) == time
    guessed = parse_http_date(old, now)
    # 29 February is one only in some of the years that end in these digits.
    assert guessed is None or (guessed.year % 100 == time.year % 100 and guessed.year - now.year <= 50)
