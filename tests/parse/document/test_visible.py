import pytest

from archiver.parse.document.visible import visible_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one</p><p>two</p>", "one two"),
        ("<b>w</b>ord<br>next", "word next"),
        ("a<script>x()</script><style>p{}</style>b", "ab"),
        ("Boats &amp; nets", "Boats & nets"),
        ("1 < 2", "1 < 2"),
        ("<ul><li>a<li>b</ul>c", "a b c"),
        ("a<img src=x>b<!-- c -->", "a b"),
        ("&emsp;a\u00a0b", "a b"),
        ("", ""),
    ],
)
def test_visible_text(markup: str, text: str) -> None:
    assert visible_text(markup) == text
