"""Read the test cases of feedparser and say where our cards differ from what its authors expect.

    python benchmarks/feeds.py [FOLDER]

Downloads the source distribution of feedparser with pip into a temporary folder (or takes the `tests` FOLDER
of one), reads each XML case as a capture by the whole of `parse_page`, and compares what the case expects
with the card or the page, as far as these have the field: markup as its visible text, times as the date as
it is written. Expectations of fields that a card has not (sizes of images, chapters, ratings) are not
counted. Prints how many agree, and those that do not.
"""

import ast
import html
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from archiver.models import Capture, Page, clean_text
from archiver.parse import parse_page
from archiver.parse.document.visible import visible_text
from archiver.parse.payload.encoding import charset_of_label, decode

WHY = (
    ("x80_|utf-32", "a code page that browsers do not know (Encoding Standard)"),
    (
        "linenoise|text_.*xml_(?:.*default|bogus|qs)",
        "text/xml without a charset is no longer ASCII (RFC 7303)",
    ),
    ("gb2312", "GBK is the name of gb2312, as browsers have it"),
    ("koi8r", "no charset is told; the guess reads the same text"),
    ("rang|lang.xml", "an HTML entity whose character has changed since"),
    ("category_term", "a label, which is for people, comes before a term"),
    ("content_location", "Content-Location is no base (RFC 9110)"),
    ("description_and_summary|summary_and_description", "the summary comes before the content"),
    ("iframe|object", "what stands in an object is shown where objects cannot be"),
    ("doctype|nested_cdata", "markup is read as browsers read it"),
    ("link_conflict", "a host has no capitals"),
)
"""Patterns of the names of cases that we read otherwise, and why."""
ORIGIN = "http://127.0.0.1:8097/"


def cases() -> Iterator[Path]:
    if len(sys.argv) > 1:
        yield from sorted(Path(sys.argv[1]).rglob("*.xml"))
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-binary", ":all:", "--no-deps"]
        subprocess.run([*command, "--dest", folder, "feedparser"], check=True)
        with tarfile.open(next(Path(folder).glob("*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
        yield from sorted(Path(folder).rglob("tests/**/*.xml"))


def expectation(payload: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What the comment of a case expects, as Python, and the headers it is served with."""
    for codec in ("utf-8", "utf-16", "utf-32", "cp037", "latin-1"):
        try:
            text = payload.decode(codec)
        except UnicodeError:
            continue
        if match := re.search(r"Expect:\s*(.+)", text):
            headers = re.findall(r"^Header:\s+([\w-]+):[ \t]*(.*?)\s*$", text, re.MULTILINE)
            return match[1], tuple(headers)
    return "", ()


def claims(expression: str) -> Iterator[tuple[tuple[object, ...], object]]:
    """The `path == value` of an expression, a path as its keys: ("entries", 0, "title")."""
    if not expression.strip():
        return
    for node in ast.walk(ast.parse(expression.strip(), mode="eval")):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
            keys: list[object] = []
            left = node.left
            while isinstance(left, ast.Subscript | ast.Attribute):
                keys.insert(0, left.slice.value if isinstance(left, ast.Subscript) else left.attr)  # type: ignore[attr-defined]
                left = left.value
            if isinstance(left, ast.Name):
                try:
                    yield (left.id, *keys), ast.literal_eval(node.comparators[0])
                except ValueError:
                    continue


def shown(value: object) -> str | None:
    return (visible_text(value) or None) if isinstance(value, str) else None


def judged(page: Page, text: str, path: tuple[object, ...], value: object) -> tuple[object, object] | None:
    """What is expected of our reading and what we read, or None where a page has no such field."""
    match path:
        case ("encoding",) if isinstance(value, str):
            return charset_of_label(value) or value, page.charset
        case ("feed", "language"):
            return value, page.language
        case ("feed", "title") if isinstance(value, str) and not value.isascii() and "&" not in value:
            return True, clean_text(value) in clean_text(html.unescape(text))  # the charset was right
        case ("entries", int(n), *rest):
            card = page.cards[n] if n < len(page.cards) else None
        case _:
            return None
    match rest:
        case ["title"] | ["title_detail", "value"]:
            return {shown(value), clean_text(str(value)) or None}, card and card.title
        case ["description"] | ["summary"] | ["summary_detail", "value"] | ["content", 0, "value"]:
            return {shown(value), clean_text(str(value)) or None}, card and card.excerpt
        case ["link"]:
            return value, card and card.url
        case ["author"] | ["author_detail", "name"] if isinstance(value, str):
            return re.sub(r"\s*\(\S+@\S+\)", "", value), card and card.author
        case ["tags", int(k), "term" | "label"] if isinstance(value, str):
            have = card.categories if card else ()
            return value, have[k] if k < len(have) else None
        case ["category"]:
            return value, card.categories[0] if card and card.categories else None
        case ["published_parsed" | "created_parsed"] if isinstance(value, tuple):
            return "{:04}-{:02}-{:02}".format(*value), card and card.date
    return None


def main() -> None:
    agreed: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    total = 0
    for path in cases():
        total += 1
        payload = path.read_bytes()
        expression, headers = expectation(payload)
        headers = headers if "Content-Type" in dict(headers) else (*headers, ("Content-Type", "text/xml"))
        capture = Capture(
            url=f"{ORIGIN}{path.name}",
            captured_at=datetime(2024, 1, 1, tzinfo=UTC),
            payload=payload,
            headers=headers,
        )
        page = parse_page(capture)
        text = decode(payload, dict(headers)["Content-Type"], xml=True).text
        for claim, value in claims(expression):
            verdict = judged(page, text, claim, value)
            if verdict is None:
                continue
            wanted, have = verdict
            field = (
                "text"
                if claim[0] == "feed" and claim[1] == "title"
                else str(claim[2] if claim[0] == "entries" else claim[-1])
            )
            asked[field] += 1
            if have in wanted if isinstance(wanted, set) else have == wanted:
                agreed[field] += 1
            else:
                name = f"{path.parent.name}/{path.name}"
                reason = next((why for pattern, why in WHY if re.search(pattern, name)), "UNEXPLAINED")
                reasons[reason] += 1
                claimed = ".".join(map(str, claim))
                print(f"{name}: {claimed}: {wanted!r}, read {have!r} {page.error or ''} [{reason}]")
    print(f"\n{total} cases, {sum(asked.values())} claims about fields that a page has:")
    print(f"{sum(agreed.values())} agree; of the others")
    for why, n in reasons.most_common():
        print(f"  {n:5} {why}")
    for field, n in asked.most_common():
        print(f"  {field:16} {agreed[field]:5} of {n}")


if __name__ == "__main__":
    main()
