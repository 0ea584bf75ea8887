import pytest

from archiver.dedupe.normalize import FORMULA, SEAM, text_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (None, ""),
        ("", ""),
        ("…", ""),
        ("。。!?", ""),
        ("Hello, World!", "helloworld"),
        ("Ｈｅｌｌｏ　Ｗｏｒｌｄ", "helloworld"),
        ("Straße", "strasse"),
        ("Cafe\u0301", "café"),
        ("salt &amp;amp; <b>pepper</b>", "saltpepper"),
        ("cut here... Read more »", "cuthere"),
        ("cut here… 阅读更多", "cuthere"),
        ("cut here […]", "cuthere"),
        ("version 1.12", "version1.12"),
        ("version 11.2", "version11.2"),
        ("2024-03-05", "2024.03.05"),
        ("2024/03/05", "2024.03.05"),
        ("chapter 1 2024", f"chapter1{SEAM}2024"),
        ("since 2024. 12 views", f"since2024{SEAM}12views"),
        ("(#535). 12 views", f"535{SEAM}12views"),
        ("1, 2 and 3,4", f"1{SEAM}2and3.4"),
        ("1,:2", f"1{SEAM}2"),
        ("1_2 1 a 2", f"12{SEAM}1a2"),
        ("5..6 v.7 8.", f"5{SEAM}6v7{SEAM}8"),
        ("3 🎉 4 🎉", f"3{SEAM}4🎉"),
        ("٣-4", "٣.4"),
        ("part II", "part2"),
        ("II, III-IV", f"2{SEAM}3.4"),
        ("XIIII, VIIa, 1II", "xiiiiviia1ii"),
        ("ßII 2", f"ss2{SEAM}2"),
        ("part XIV of it", "part14ofit"),
        ("I like MIX and DIV", "ilikemixanddiv"),
        ("a $x^2$ b", f"a{FORMULA}b"),
        ("a \\(x\\) b", f"a{FORMULA}b"),
        ("a [Formula] b", f"a{FORMULA}b"),
        ("a $$x^2 and the cut", f"a{FORMULA}"),
        ("a [Form", f"a{FORMULA}"),
        ("from $5 to $6", "from5to6"),
        ("run [代码] it", "runit"),
        ("run 1 2 3 4 5 it", "runit"),
        ("🎉", "🎉"),
        ("\U0001f3f4\ufe0f", "\U0001f3f4"),
        ("हिन्दी", "हिन्दी"),
    ],
)
def test_text_key(text, key):
    assert text_key(text) == key
