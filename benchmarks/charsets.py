"""Decode pages of known text, labelled rightly, wrongly and not at all, beside html5lib.

    pip install --group benchmarks
    python benchmarks/charsets.py

Each text stands in each charset that can hold it, in a page that names its charset in the header, in a
`<meta>`, far down in one, in an XML declaration, by its byte order mark, or nowhere, and names the right one
or another. A page is right if its text comes back. Prints how many are, ours and html5lib's, by kind.
"""

import warnings
from collections import Counter
from collections.abc import Iterator

from html5lib._inputstream import HTMLBinaryInputStream

from archiver.parse.payload.charsets import CODECS, LABELS
from archiver.parse.payload.encoding import decode

TEXTS = {
    "French": "Où étaient les bateaux ? À la jetée, près du café. ",
    "German": "Schöne Schiffe fuhren früh über das große Meer. ",
    "Polish": "Dziś wieczorem powoli wracały łodzie, źle mówiono o pogodzie. ",
    "Czech": "Dnes večer se lodě pomalu vracely, příliš žluťoučký kůň. ",
    "Russian": "Сегодня мы долго шли вдоль гавани и видели три лодки. ",
    "Ukrainian": "Сьогодні ми довго йшли вздовж гавані й бачили три човни. ",
    "Greek": "Σήμερα περπατήσαμε πολύ δίπλα στο λιμάνι. ",
    "Turkish": "Bugün limanda uzun süre yürüdük ve üç geminin döndüğünü gördük. ",
    "Hebrew": "היום הלכנו לאורך הנמל וראינו שלוש סירות חוזרות. ",
    "Arabic": "اليوم مشينا على طول الميناء ورأينا ثلاثة قوارب تعود. ",
    "Thai": "วันนี้เราเดินไปตามท่าเรือเป็นระยะทางไกลและเห็นเรือสามลำ ",
    "Vietnamese": "Hôm nay chúng tôi đi dọc bến cảng. ",
    "Chinese": "今天我们沿着港口走了很长的一段路，看见三条船慢慢地开回来。",
    "Traditional": "今天我們沿著港口走了很長的一段路，看見三條船慢慢地開回來。",
    "Japanese": "今日は港に沿って長い道を歩きました。三隻の船が戻ってくるのを見ました。",
    "Korean": "오늘 우리는 항구를 따라 긴 길을 걸었고 배 세 척이 돌아오는 것을 보았습니다. ",
}
PAGE = "<html><head>{}<title>x</title></head><body><p>{}</p></body></html>"
WRONG = {"utf-8": "windows-1252", "windows-1252": "utf-8"}
"""What a page that lies about itself says most often: the other of these, or UTF-8."""


def encoded(text: str, charset: str) -> bytes | None:
    codec = CODECS[charset]
    if not codec or charset in ("hz-gb-2312", "iso-2022-kr"):
        return None
    try:
        return text.encode(codec)
    except UnicodeError:
        return None


def pages() -> Iterator[tuple[str, str, bytes, str]]:
    """Kind, text, payload, Content-Type."""
    for text in (text * 4 for text in TEXTS.values()):
        for charset in CODECS:
            body = encoded(text, charset)
            if body is None or body.decode(CODECS[charset]) != text:
                continue
            wide = charset.startswith("utf-16")

            def wrap(head: str, text: str = text, body: bytes = body, codec: str = CODECS[charset]) -> bytes:
                if codec.startswith("utf-16"):
                    return PAGE.format(head, text).encode(codec)
                return PAGE.format(head, "\0").encode().replace(b"\0", body)

            lie = WRONG.get(charset, "utf-8")
            meta = '<meta charset="{}">'
            yield "header", text, wrap(""), f"text/html; charset={charset}"
            yield "header against meta", text, wrap(meta.format(lie)), f"text/html; charset={charset}"
            yield "header lies", text, wrap(""), f"text/html; charset={lie}"
            if charset.startswith("utf"):
                codec = "utf-8-sig" if charset == "utf-8" else CODECS[charset]
                mark = "" if charset == "utf-8" else "\ufeff"
                marked = (mark + PAGE.format("", text)).encode(codec)
                yield "mark against header", text, marked, f"text/html; charset={lie}"
            if not wide:
                http = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
                yield "meta", text, wrap(meta.format(charset)), "text/html"
                yield "meta http-equiv", text, wrap(http), "text/html"
                yield "meta lies", text, wrap(meta.format(lie)), "text/html"
                yield "late meta", text, wrap("<!--" + "x" * 1100 + "-->" + meta.format(charset)), "text/html"
                yield "no label", text, wrap(""), "text/html"
    for label, charset in LABELS.items():
        text = TEXTS["French"]
        for other in TEXTS.values():
            if (body := encoded(other, charset)) is not None:
                text = other
                break
        else:
            continue
        yield (
            "each label",
            text,
            PAGE.format("", "\0").encode().replace(b"\0", body),
            f"text/html; charset={label}",
        )


def theirs(payload: bytes, content_type: str) -> str:
    _, _, charset = content_type.partition("charset=")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stream = HTMLBinaryInputStream(payload, transport_encoding=charset or None)
        encoding = stream.charEncoding[0]
        if encoding is None:
            return ""
        return encoding.codec_info.decode(payload, "replace")[0]


def main() -> None:
    asked: Counter[str] = Counter()
    ours: Counter[str] = Counter()
    peer: Counter[str] = Counter()
    for kind, text, payload, content_type in pages():
        asked[kind] += 1
        decoded = decode(payload, content_type)
        ours[kind] += text in decoded.text
        peer[kind] += text in theirs(payload, content_type)
        if text not in decoded.text and not kind.endswith("lies") and kind != "no label":
            print(
                f"{kind}: {content_type} read as {decoded.charset} ({decoded.basis}) {decoded.text[60:99]!r}"
            )
    print(f"{'kind':22} pages  ours  html5lib")
    for kind, n in asked.items():
        print(f"{kind:22} {n:5} {ours[kind]:5} {peer[kind]:9}")


if __name__ == "__main__":
    main()
