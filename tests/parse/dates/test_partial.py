"""What stands in the place of a date and tells no day."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.parse.dates.find import find_date
from archiver.parse.dates.partial import find_inexact


@pytest.mark.parametrize(
    ("text", "printed", "precision"),
    [
        ("March 2023", "March 2023", "month"),
        ("  Mar.\n 2023 ", "Mar. 2023", "month"),
        ("Posted: March, 2023", "March, 2023", "month"),
        ("2023 March", "2023 March", "month"),
        ("marzo de 2023", "marzo de 2023", "month"),
        ("Août 2023", "Août 2023", "month"),
        ("март 2023 г.", "март 2023", "month"),
        ("2023年3月", "2023年3月", "month"),
        ("2023년 3월", "2023년 3월", "month"),
        ("tháng 3 2023", "tháng 3 2023", "month"),
        ("มีนาคม 2566", "มีนาคม 2566", "month"),
        ("2023-03", "2023-03", "month"),
        ("03/2023", "03/2023", "month"),
        ("2023", "2023", "year"),
        ("(2023)", "2023", "year"),
        ("03/05/2024", "03/05/2024", "day"),
        ("03/05/2024, 10:00", "03/05/2024", "day"),
    ],
)
def test_what_tells_no_day(text, printed, precision):
    found = find_inexact(text, "element")
    assert found is not None
    assert (found.text, found.precision, found.place) == (printed, precision, "element")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5 March 2023",
        "2023-03-05",
        "The storms of March 2023",
        "March 2023 and April 2023",
        "March April 2023",
        "March",
        "1234",
        "2023-13",
        "2,023",
        "2023 views",
        "May 5",
        "March 2023 " * 10,
    ],
)
def test_what_is_something_else(text):
    assert find_inexact(text, "text") is None


@given(st.one_of(st.text(max_size=50), st.text("0123456789-/. MayJun年月", max_size=20)))
def test_what_is_found_stands_in_the_text(text):
    found = find_inexact(text, "text")
    if found:
        assert found.text in " ".join(text.split())
        assert found.precision == "day" or find_date(found.text) is None
