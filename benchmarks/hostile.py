"""Measure what pages that no one would write cost: time at a size and at four times that size.

    python benchmarks/hostile.py [SHAPE ...]

Each shape is read by `parse_page`, or by `parse_robots` where it is a robots.txt, in a process of its own, so
that its peak of memory is its own. The exponent is log4 of the ratio of both times: 1 is linear, 2 quadratic.
A page that is refused before it is parsed says so.
"""

import gzip
import json
import math
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import brotli
import zstandard

from archiver.fetch.robots import parse_robots
from archiver.models import Capture, Page
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


def nested_entities(n: int) -> bytes:
    """About 450 bytes at the least: each entity of ten names the one before it *n* times."""
    declared = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * n}">' for i in range(1, 4))
    prolog = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "boats">{declared}]>'
    return prolog.encode() + rss("<item><title>&e3;</title></item>")


def layers(n: int, pack: Callable[[bytes], bytes]) -> bytes:
    data = b"<p>boats"
    for _ in range(n):
        data = pack(data)
    return data


def script(value: object) -> bytes:
    return f"<script>rows = {json.dumps(value)}</script>".encode()


def row(number: int) -> dict[str, str]:
    return {"title": f"Note {number}", "url": f"/p/{number}", "date": "2024-03-05"}


def dated_places(n: int) -> str:
    """A table whose first rows print dates in so many elements of their own, above rows of empty cells."""
    dated = "".join(
        f"<tr><td><a href=/p/{row}>Note {row} of the harbour</a><td>"
        + "".join(f"<span class=c{i}><b>{2020 - row}-03-05</b></span>" for i in range(n))
        for row in range(3)
    )
    empty = "".join(f"<tr><td><a href=/e/{i}>Boat {i} of the harbour</a><td>" for i in range(n))
    return f"<table>{dated}{empty}</table>"


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
    "dates in many places": (1_500, lambda n: dated_places(n).encode()),
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
    "gzip, empty members": (400_000, lambda n: gzip.compress(b"", mtime=0) * (n // 20)),
    "gzip, members of a byte": (400_000, lambda n: gzip.compress(b"x", mtime=0) * (n // 21)),
    "gzip, layers": (250, lambda n: layers(n, lambda data: gzip.compress(data, mtime=0))),
    "gzip bomb of members": (2_000, lambda n: gzip.compress(bytes(10_000), mtime=0) * n),
    "deflate, empty blocks": (2_000_000, lambda n: b"\x78\x9c" + b"\0\0\0\xff\xff" * (n // 5)),
    "brotli, empty blocks": (2_000_000, lambda n: b"\x0c" + b"\x06" * n + b"\x03"),
    "brotli, layers": (250, lambda n: layers(n, brotli.compress)),
    "zstd, empty frames": (400_000, lambda n: zstandard.compress(b"") * (n // 9)),
    "zstd, skippable frames": (
        400_000,
        lambda n: zstandard.compress(b"") + b"\x50\x2a\x4d\x18\0\0\0\0" * (n // 8),
    ),
    "zstd, frames of a byte": (400_000, lambda n: zstandard.compress(b"x") * (n // 10)),
    "zstd, layers": (250, lambda n: layers(n, zstandard.compress)),
    "identity, layers": (100_000, lambda n: layers(n, bytes)),
    "feed, namespaces": (
        1_500,
        lambda n: rss("".join(f'<x xmlns:a{i}="v{i}" xmlns="u{i}">t</x>' for i in range(n))),
    ),
    "feed, encodings": (400, lambda n: b"<?xml " + b'encoding="" ' * n + rss("")),
    "feed, blank lines": (50_000, lambda n: b'<?xml version="1.0"?>' + b"\n" * n + rss("")),
    "feed, a long author": (
        50_000,
        lambda n: rss("<item><title>t</title><author>" + "a" * n + "</author></item>"),
    ),
    "feed, long authors": (
        400,
        lambda n: rss(f"<item><title>t</title><author>{'a' * 900}</author></item>" * n),
    ),
    "feed, own xmlns": (
        4_000,
        lambda n: rss("".join(f'<x{i} xmlns="u{i}">t</x{i}>' for i in range(n))),
    ),
    "feed, items of own xmlns": (
        2_000,
        lambda n: rss("".join(f'<item xmlns:a{i}="u{i}"><title>Note {i}</title></item>' for i in range(n))),
    ),
    "feed, one item, elements": (
        8_000,
        lambda n: rss("<item>" + "".join(f"<e{i}>t</e{i}>" for i in range(n)) + "</item>"),
    ),
    "feed, one item, categories": (
        8_000,
        lambda n: rss("<item>" + "".join(f"<category>t{i}</category>" for i in range(n)) + "</item>"),
    ),
    "feed, one item, authors": (
        4_000,
        lambda n: rss(
            "<item>" + "".join(f"<author>a{i}@x.example (A {i})</author>" for i in range(n)) + "</item>"
        ),
    ),
    "feed, one item, links": (
        8_000,
        lambda n: rss("<item>" + "".join(f"<link>/p/{i}</link>" for i in range(n)) + "</item>"),
    ),
    "feed, one item, enclosures": (
        8_000,
        lambda n: rss(
            "<item>" + "".join(f'<enclosure url="/p/{i}" type="image/png"/>' for i in range(n)) + "</item>"
        ),
    ),
    "feed, attributes": (
        2_500,
        lambda n: rss("<item" + "".join(f" a{i}='1'" for i in range(n)) + "><title>t</title></item>"),
    ),
    "feed, xmlns attributes": (
        1_000,
        lambda n: rss(
            "<item" + "".join(f" xmlns:a{i}='u{i}'" for i in range(n)) + "><title>t</title></item>"
        ),
    ),
    "feed, comments": (500_000, lambda n: rss("<!--x-->" * (n // 8))),
    "feed, comments in a title": (
        500_000,
        lambda n: rss("<item><title>" + "<!--x-->" * (n // 8) + "</title></item>"),
    ),
    "feed, CDATA sections": (
        500_000,
        lambda n: rss("<item><title>" + "<![CDATA[x]]>" * (n // 13) + "</title></item>"),
    ),
    "feed, broken, CDATA sections": (
        500_000,
        lambda n: rss("<item><title>" + "<![CDATA[x]]>" * (n // 13) + "</title></item>&<"),
    ),
    "feed, entities declared": (
        250_000,
        lambda n: (
            b"<!DOCTYPE rss ["
            + b"".join(b"<!ENTITY e%d 'x'>" % i for i in range(n // 20))
            + b"]>"
            + rss("<item><title>&e1;</title></item>")
        ),
    ),
    "feed, nested entities": (30, nested_entities),
    "feed, unclosed doctype": (500_000, lambda n: b"<!DOCTYPE rss [" + b"<!ENTITY " * (n // 9)),
    "feed, xml:base": (
        4_000,
        lambda n: rss("".join(f'<item xml:base="/b{i}/"><link>{i}</link></item>' for i in range(n))),
    ),
    "feed, nested xml:base": (
        250,
        lambda n: rss(
            "".join(f'<x xml:base="b{i}/">' for i in range(n)) + "<item><link>a</link></item>" + "</x>" * n
        ),
    ),
    "feed, XHTML content": (
        250_000,
        lambda n: (
            b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><content type="xhtml"><div>'
            + b"<p>x</p>" * (n // 8)
            + b"</div></content></entry></feed>"
        ),
    ),
    "feed, processing instructions": (500_000, lambda n: b"<?x y?>" * (n // 7) + rss("")),
    "charset declarations": (500_000, lambda n: b"<meta charset=x-none>" * (n // 21)),
    "comments": (1_000_000, lambda n: b"<p>" + b"<!--x-->" * (n // 8)),
    "a long comment": (2_500_000, lambda n: b"<p><!--" + b"-- >" * (n // 4) + b"--><p>x"),
    "CDATA sections": (1_000_000, lambda n: b"<p>" + b"<![CDATA[x]]>" * (n // 13)),
    "tables": (
        3_000,
        lambda n: b"".join(
            b"<table><tr><td><a href=/p/%d>Note %d</a><td>x</table>" % (i, i) for i in range(n)
        ),
    ),
    "table, rows": (
        5_000,
        lambda n: (
            b"<table>"
            + b"".join(b"<tr><td>%d<td><a href=/p/%d>Note %d</a><td>5 Mar 2024" % (i, i, i) for i in range(n))
        ),
    ),
    "table, columns": (5_000, lambda n: b"<table>" + (b"<tr>" + b"<td><a href=/p>x</a>" * (n // 4)) * 4),
    "lists in lists": (3_000, lambda n: b"<ul><li>" * n + b"<a href=/p>t</a>"),
    "lists in lists, closed": (500, lambda n: b"<ul><li><a href=/p>t</a>" * n + b"</ul>" * n),
    "lists": (
        4_000,
        lambda n: b"".join(
            b"<ul><li><a href=/a/%d>Note %d</a><li><a href=/b/%d>Nets %d</a></ul>" % (i, i, i, i)
            for i in range(n)
        ),
    ),
    "headings": (8_000, lambda n: b"".join(b"<h2>%d</h2>" % i for i in range(n))),
    "headings with links": (
        8_000,
        lambda n: b"".join(b"<h2><a href=/p/%d>Note %d</a></h2><p>x" % (i, i) for i in range(n)),
    ),
    "srcset lists": (
        500_000,
        lambda n: b"<li><a href=/p><img srcset='" + b"/a.png 1x, " * (n // 11) + b"'>Note</a>",
    ),
    "srcset of spaces": (500_000, lambda n: b"<li><a href=/p><img srcset='" + b" " * n + b"'>Note</a>"),
    "srcset of commas": (500_000, lambda n: b"<li><a href=/p><img srcset='" + b"," * n + b"'>Note</a>"),
    "data: pictures": (
        1_000_000,
        lambda n: b"".join(
            b"<li><a href=/p/%d><img src='data:image/png;base64,%s'>Note %d</a>" % (i, b"iVBORw0KGgo" * 50, i)
            for i in range(n // 600)
        ),
    ),
    "a data: picture": (
        2_500_000,
        lambda n: b"<li><a href=/p><img src='data:image/png;base64," + b"iVBOR" * (n // 5) + b"'>Note</a>",
    ),
    "JSON-LD, nested": (
        12_500,
        lambda n: b'<script type="application/ld+json">' + b'{"@graph":[' * n + b"</script>",
    ),
    "JSON-LD, nested and closed": (
        900,
        lambda n: (
            b'<script type="application/ld+json">' + b'{"a":[' * (n // 4) + b"]}" * (n // 4) + b"</script>"
        ),
    ),
    "JSON-LD, many": (
        2_000,
        lambda n: b"".join(
            b'<script type="application/ld+json">{"@type":"Article","name":"Note %d","url":"/p/%d"}</script>'
            % (i, i)
            for i in range(n)
        ),
    ),
    "data attributes": (
        2_000,
        lambda n: b"".join(
            b"<p data-props='{&quot;title&quot;:&quot;Note %d&quot;,&quot;url&quot;:&quot;/p/%d&quot;}'></p>"
            % (i, i)
            for i in range(n)
        ),
    ),
    "data attributes, unclosed": (20_000, lambda n: b"<div data-props='[{{[{'></div>" * n),
    "feeds": (
        3_000,
        lambda n: b"".join(b"<link rel=alternate type=application/rss+xml href=/f/%d>" % i for i in range(n)),
    ),
    "base elements": (
        20_000,
        lambda n: b"".join(b"<base href=/b/%d>" % i for i in range(n)) + b"<a href=x>t</a>",
    ),
    "page numbers": (8_000, lambda n: b"".join(b"<a href='?page=%d'>%d</a>" % (i, i) for i in range(n))),
    "page numbers, one": (8_000, lambda n: b"<a href='?page=2'>2</a>" * n),
    "next links": (8_000, lambda n: b"".join(b"<a rel=next href='/page/%d'>Next</a>" % i for i in range(n))),
    "ids and labels": (
        8_000,
        lambda n: b"".join(b"<p id=i%d aria-labelledby=i%d>x</p>" % (i, i + 1) for i in range(n)),
    ),
    "many classes": (
        8_000,
        lambda n: b"".join(b"<p class='c%d d%d'><a href=/p/%d>Note %d</a>" % (i, i, i, i) for i in range(n)),
    ),
    "breadcrumbs": (
        8_000,
        lambda n: b"<nav>" + b"".join(b"<a href=/a/%d>A %d</a> &gt; " % (i, i) for i in range(n)) + b"</nav>",
    ),
    "times": (
        8_000,
        lambda n: b"".join(
            b"<time datetime=2024-03-05>5 March 2024</time><a href=/p/%d>Note %d</a>" % (i, i)
            for i in range(n)
        ),
    ),
    "bylines": (
        4_000,
        lambda n: b"".join(
            b"<li><a href=/p/%d>Note %d</a><span>by Ida %d, Mo %d and Jo %d</span>" % (i, i, i, i, i)
            for i in range(n)
        ),
    ),
    "a long byline": (
        100_000,
        lambda n: b"<li><a href=/p>Note</a><span class=author>by " + b"Ida Lund, " * (n // 10),
    ),
    "a long date": (250_000, lambda n: b"<li><a href=/p>Note</a><time>" + b"5 March " * (n // 8)),
    "one card of many texts": (
        8_000,
        lambda n: b"<ul>" + (b"<li><a href=/p/1>Note one</a>" + b"<span>tide</span>" * (n // 2)) * 2,
    ),
    "one card of many links": (
        8_000,
        lambda n: (
            b"<ul>"
            + b"".join(
                b"<li>" + b"".join(b"<a href=/p/%d/%d>Note %d</a>" % (k, i, i) for i in range(n // 2))
                for k in range(2)
            )
        ),
    ),
    "white space": (2_500_000, lambda n: b"<p>" + b" \n" * (n // 2) + b"<a href=/p>x</a>"),
    "combining marks": (250_000, lambda n: b"<h1>e" + "\u0301".encode() * (n // 2)),
    "full-width digits": (250_000, lambda n: b"<p>" + "２０２４年３月５日".encode() * (n // 27)),
    "text, only short lines": (200_000, lambda n: b"net\n" * (n // 4)),
    "text, distinct short lines": (200_000, lambda n: b"".join(b"net%d\n" % i for i in range(n // 8))),
    "text, blank lines": (500_000, lambda n: b"net" + b"\n" * n),
    "text, one word": (1_000_000, lambda n: b"x" * n),
    "text, one line of digits": (1_000_000, lambda n: b"7" * n),
    "text, one line of spaces": (1_000_000, lambda n: b"a" + b" " * n + b"b"),
    "text, one line of dates": (1_000_000, lambda n: b"5 March 2024 " * (n // 13)),
    "text, brackets": (250_000, lambda n: b"[" * n),
    "text, Markdown links": (250_000, lambda n: b"[a](b) " * (n // 7)),
    "text, unclosed links": (250_000, lambda n: b"[a](" * (n // 4)),
    "text, stars": (250_000, lambda n: b"*a " * (n // 3)),
    "text, bullets": (250_000, lambda n: b"* boats came\n" * (n // 13)),
    "text, Markdown headings": (250_000, lambda n: b"# boats *a* [b](c\n" * (n // 18)),
    "text, tabs": (2_000, lambda n: b"\t" * n),
    "text, numbered": (
        250_000,
        lambda n: b"".join(b"%d. boats came back before the rain\n" % i for i in range(n // 36)),
    ),
    "text, separators": (250_000, lambda n: b"| " * (n // 2)),
    "text, lines of separators": (250_000, lambda n: b"| 2024-03-05 | a | b\n" * (n // 21)),
    "JSON, nested objects": (25_000, lambda n: b'{"items": [' + b'{"a":' * n),
    "JSON, items cut": (
        25_000,
        lambda n: b'{"items": [' + b'{"title": "Note", "url": "/p"}, ' * n + b'{"x": [',
    ),
    "JSON, items of broken": (25_000, lambda n: b'{"items": [' + b'{"title": ' * n),
    "robots, agents without a colon": (120_000, lambda n: b"user-agent" + b" " * n + b"x: "),
    "robots, groups": (
        100_000,
        lambda n: b"".join(b"user-agent: a%d\ndisallow: /%d\n" % (i, i) for i in range(n // 35)),
    ),
    "robots, stars": (100_000, lambda n: b"user-agent: *\ndisallow: /" + b"*a" * (n // 2) + b"b$"),
    "legacy bytes": (500_000, lambda n: "日本の港と船".encode("euc_jp") * (n // 12)),
    "mixed bytes": (500_000, lambda n: ("日本の港".encode("euc_jp") + "日本の港".encode()) * (n // 20)),
    "ISO-2022-JP escapes": (500_000, lambda n: b"\x1b$B\x1b(B" * (n // 6)),
}
CODINGS = {"gzip": "gzip", "deflate": "deflate", "brotli": "br", "zstd": "zstd", "identity": "identity"}
"""The content coding of a shape by its first word; one of layers has as many codings."""


def _decided(payload: bytes) -> Page:
    """Ask a robots.txt for a long URL, for a page that says nothing."""
    parse_robots(payload).decide(URL + "a" * 2000)
    return Page(url=URL, kind="empty", confidence=1)


def one(shape: str, n: int) -> None:
    """Read one page, and print what it cost as JSON: for the process that asked."""
    coding = CODINGS.get(re.split("[ ,]", shape)[0])
    times = n if "layers" in shape else 1
    headers = (("Content-Encoding", ", ".join([coding] * times)),) if coding else ()
    if shape.startswith("text"):
        headers += (("Content-Type", "text/plain"),)
    payload = SHAPES[shape][1](n)
    capture = Capture(url=URL, captured_at=datetime(2024, 1, 1, tzinfo=UTC), payload=payload, headers=headers)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    page = parse_page(capture) if not shape.startswith("robots") else _decided(payload)
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
