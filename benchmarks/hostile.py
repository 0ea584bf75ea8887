"""Measure what pages that no one would write cost: time at a size and at four times that size.

    python benchmarks/hostile.py [SHAPE ...]

Each shape is read by `parse_page` in a process of its own, so that its peak of memory is its own. The
exponent is log4 of the ratio of both times: 1 is linear, 2 quadratic. A page that is refused before it is
parsed says so.
"""

import gzip
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import brotli
import zstandard

from archiver.models import Capture
from archiver.parse import parse_page

URL = "https://h.example/list"
CARD = '<li><h3><a href="/p/{0}">Note number {0}</a></h3><p>{0} boats came back before the rain.</p></li>'
ITEM = "<item><title>Note {0}</title><link>/p/{0}</link><description>&lt;p&gt;Boats</description></item>"


def rss(body: str) -> bytes:
    return f'<rss version="2.0"><channel>{body}</channel></rss>'.encode()


def json_feed(n: int) -> bytes:
    return json.dumps({"items": [{"url": f"/{i}", "title": f"Note {i}"} for i in range(n)]}).encode()


def entities(n: int) -> bytes:
    declared = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, n))
    return f'<!DOCTYPE rss [<!ENTITY e0 "boats">{declared}]>'.encode() + rss(
        f"<item><title>&e{n - 1};</title></item>"
    )


def nested_json(n: int) -> bytes:
    return b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * n


def script(value: object) -> bytes:
    return f"<script>rows = {json.dumps(value)}</script>".encode()


def row(number: int) -> dict[str, str]:
    return {"title": f"Note {number}", "url": f"/p/{number}", "date": "2024-03-05"}


SHAPES: dict[str, tuple[int, Callable[[int], bytes]]] = {
    "nested div": (12_500, lambda n: b"<div>" * n),
    "nested inline": (12_500, lambda n: b"<span>" * n),
    "nested b with attributes": (12_500, lambda n: "".join(f"<b id={i}>" for i in range(n)).encode()),
    "closed and nested": (5_000, lambda n: b"<div>" * n + b"x" + b"</div>" * n),
    "cards": (25_000, lambda n: ("<ul>" + "".join(map(CARD.format, range(n))) + "</ul>").encode()),
    "links": (200_000, lambda n: "".join(f"<a href=/p/{i}>Note {i}</a>\n" for i in range(n)).encode()),
    "links, one address": (250_000, lambda n: b"<a href=/p>t</a> " * n),
    "javascript: and data: links": (
        100_000,
        lambda n: b'<a href="javascript:f()">t</a><a href="data:text/html,x">u</a>' * (n // 2),
    ),
    "groups of two": (
        20_000,
        lambda n: "".join(
            f'<div class="c{i}"><a href="/{i}/a">Note {i}</a></div>' * 2 for i in range(n // 2)
        ).encode(),
    ),
    "a long attribute": (1 << 20, lambda n: b'<p class="' + b"x" * n + b'"><a href="/p">t</a>'),
    "a long class list": (250_000, lambda n: b'<p class="' + b"x " * n + b'"><a href="/p">t</a>'),
    "a long address": (1 << 20, lambda n: b'<a href="/' + b"x/" * (n // 2) + b'">t</a>'),
    "many attributes": (1_000, lambda n: b"<p" + b"".join(b" a%d=1" % i for i in range(n)) + b">x"),
    "a long title": (1 << 20, lambda n: b"<title>" + b"boats " * (n // 6) + b"</title><p>x"),
    "long titles of cards": (
        4_000,
        lambda n: b"".join(b"<li><h3><a href=/p/%d>%s</a></h3>" % (i, b"boats " * 100) for i in range(n)),
    ),
    "&amp;": (1_250_000, lambda n: b"<p>" + b"&amp;" * (n // 5)),
    "unclosed comment": (2_500_000, lambda n: b"<p>x<!-- " + b"<p> -- " * (n // 7)),
    "unclosed comments": (500_000, lambda n: b"<p>x<!--" * (n // 8)),
    "unclosed CDATA": (2_500_000, lambda n: b"<svg><![CDATA[" + b"<p> " * (n // 4)),
    "unclosed quotes": (500_000, lambda n: b'<meta content="' * (n // 15)),
    "unclosed script": (2_500_000, lambda n: b"<script>" + b"<p> " * (n // 4)),
    "script, rows": (2_500, lambda n: script([row(i) for i in range(n)])),
    "script, lists of rows": (2_500, lambda n: script([[row(i + k) for k in range(4)] for i in range(n)])),
    "script, a row of many fields": (12_500, lambda n: script([dict.fromkeys(map(str, range(n)), "x")] * 3)),
    "script, values that do not end": (250_000, lambda n: b"<script>" + b'={"' * (n // 3)),
    "only <": (500_000, lambda n: b"<" * n),
    "null bytes": (1_000_000, lambda n: b"<p>boats</p>" + b"a\0b" * (n // 30) + b"net " * (n // 4)),
    "numbers": (250_000, lambda n: b"<p>" + b"2024-03-05 1/2/3 " * (n // 17)),
    "dates of cards": (
        4_000,
        lambda n: b"".join(b"<li><a href=/p/%d>t</a> 5 Mar %d</li>" % (i, 2000 + i % 25) for i in range(n)),
    ),
    "tables in tables": (3_000, lambda n: b"<table><tr><td>" * n + b"<a href=/p>t</a>"),
    "unclosed lists": (
        8_000,
        lambda n: b"".join(b"<ul><li><a href=/p/%d>Note %d</a>" % (i, i) for i in range(n)),
    ),
    "text, one line": (5_000_000, lambda n: b"boats came back " * (n // 16)),
    "text, short lines": (250_000, lambda n: b"boats\n2024-03-05\n" * (n // 16)),
    "text, digits": (250_000, lambda n: (b"7" * 70 + b"x\n") * (n // 72)),
    "text, excerpts": (
        1_250_000,
        lambda n: (b"Nets\n2024-03-05\n" + b"boats came back " * 8 + b"\n\n") * (n // 150),
    ),
    "text, wrapped lines": (
        1_250_000,
        lambda n: (b"boats came back before the rain and nets " + b"were dry again\n") * (n // 56),
    ),
    "feed": (4_000, lambda n: rss("".join(map(ITEM.format, range(n))))),
    "feed, broken": (4_000, lambda n: rss("".join(map(ITEM.format, range(n))) + "&<")),
    "feed, cut": (4_000, lambda n: rss("".join(map(ITEM.format, range(n))))[:-50]),
    "feed, one description": (
        1_250_000,
        lambda n: rss("<item><description>" + "&lt;p&gt;net " * (n // 13) + "</description></item>"),
    ),
    "feed, &amp; in a title": (
        1_250_000,
        lambda n: rss("<item><title>" + "&amp;" * (n // 5) + "</title></item>"),
    ),
    "feed, only <": (250_000, lambda n: rss("<item><title>" + "< " * (n // 2))),
    "feed, nested": (12_500, lambda n: b"<rss>" + b"<item>" * n),
    "feed, unclosed CDATA": (
        2_500_000,
        lambda n: b"<rss><channel><item><title><![CDATA[" + b"x]] " * (n // 4),
    ),
    "feed, long prolog": (500_000, lambda n: b"<!DOCTYPE rss [" + b"<!--x-->" * (n // 8) + b"]>" + rss("")),
    "feed, entity bomb": (10, entities),
    "JSON, nested": (25_000, nested_json),
    "JSON, items": (25_000, json_feed),
    "JSON, cut": (25_000, lambda n: json_feed(n)[:-9]),
    "JSON, a huge number": (250_000, lambda n: b'{"items": [{"title": ' + b"9" * n + b"}]}"),
    "gzip bomb": (100 << 20, lambda n: gzip.compress(bytes(n))),
    "brotli bomb": (100 << 20, lambda n: brotli.compress(bytes(n), quality=5)),
    "zstd bomb": (100 << 20, lambda n: zstandard.compress(bytes(n))),
    "legacy bytes": (500_000, lambda n: "日本の港と船".encode("euc_jp") * (n // 12)),
    "mixed bytes": (500_000, lambda n: ("日本の港".encode("euc_jp") + "日本の港".encode()) * (n // 20)),
    "ISO-2022-JP escapes": (500_000, lambda n: b"\x1b$B\x1b(B" * (n // 6)),
}
CODINGS = {"gzip bomb": "gzip", "brotli bomb": "br", "zstd bomb": "zstd"}


def one(shape: str, n: int) -> None:
    """Read one page, and print what it cost as JSON: for the process that asked."""
    headers = (("Content-Encoding", CODINGS[shape]),) if shape in CODINGS else ()
    if shape.startswith("text"):
        headers += (("Content-Type", "text/plain"),)
    payload = SHAPES[shape][1](n)
    capture = Capture(url=URL, captured_at=datetime(2024, 1, 1, tzinfo=UTC), payload=payload, headers=headers)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    page = parse_page(capture)
    seconds = time.process_time() - start
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps([seconds, grown // 1024, len(payload), len(page.cards), page.error]))


def main() -> None:
    print(f"{'shape':28} {'size':>9} {'seconds':>8} {'4 x':>8} {'exponent':>8} {'MiB':>5}  cards")
    for shape in sys.argv[1:] or SHAPES:
        told = []
        for n in (SHAPES[shape][0], SHAPES[shape][0] * 4):
            command = [sys.executable, __file__, "--one", shape, str(n)]
            told.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
        (small, _, _, _, _), (large, memory, size, cards, error) = told
        exponent = math.log(max(large, 1e-4) / max(small, 1e-4), 4)
        shown = f"{exponent:8.2f}" if large > 0.05 else "       -"
        print(
            f"{shape:28} {size:9,} {small:8.2f} {large:8.2f} {shown} {memory:5}  {cards} {error or ''}",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        main()
