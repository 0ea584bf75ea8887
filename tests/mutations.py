"""Pages that were damaged, spliced or shuffled: what a page becomes under a seed."""

import random
import re

_TAG = re.compile(rb"<[^<>]*>")
_TOKENS = (
    b"", b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"<", b">", b"</", b"<!--", b"-->",
    b"<![CDATA[", b"]]>", b'"', b"'", b"&", b"&#0;", b"&#xD800;", b"&amp;", b"<a href=",
    b"<a href='javascript:x'>", b"<base href='//o.example'>", b"<meta charset=utf-16>",
    b"<meta charset=gb18030>", b"<?xml encoding='euc-jp'?>", b"<table><tr>", b"<svg>", b"<template>",
    b"<script>", b"<plaintext>", b"<frameset>", b"</body></html>", b"2024-02-30", b"\xe2\x80\x8f", b"{",
    b"[" * 50, b"\r", b"\x1b$B",
)  # fmt: skip


def mutated(page: bytes, other: bytes, seed: int) -> bytes:
    """The page after one to eight mutations; *other* is a page to splice with."""
    r = random.Random(seed)
    for _ in range(r.randint(1, 8)):
        page = r.choice(_MUTATIONS)(page, other, r)
    return page


def _flip(page: bytes, _other: bytes, r: random.Random) -> bytes:
    changed = bytearray(page)
    for _ in range(min(len(changed), r.choice([1, 10, 100]))):
        changed[r.randrange(len(changed))] ^= 1 << r.randrange(8)
    return bytes(changed)


def _cut(page: bytes, _: bytes, r: random.Random) -> bytes:
    return page[: r.randint(0, len(page))]


def _splice(page: bytes, other: bytes, r: random.Random) -> bytes:
    return page[: r.randint(0, len(page))] + other[r.randint(0, len(other)) :]


def _repeat(page: bytes, _: bytes, r: random.Random) -> bytes:
    start = r.randint(0, len(page))
    end = min(len(page), start + r.choice([1, 10, 100, 1000]))
    return page[:start] + page[start:end] * r.choice([2, 5, 50]) + page[end:]


def _insert(page: bytes, _: bytes, r: random.Random) -> bytes:
    at = r.randint(0, len(page))
    return page[:at] + r.choice(_TOKENS) * r.choice([1, 1, 1, 20]) + page[at:]


def _swap_tags(page: bytes, _: bytes, r: random.Random) -> bytes:
    tags = _TAG.findall(page)
    if not tags:
        return page
    share = r.choice([0.01, 0.1, 1.0])
    return _TAG.sub(lambda match: r.choice(tags) if r.random() < share else match[0], page)


def _drop_tags(page: bytes, _: bytes, r: random.Random) -> bytes:
    return _TAG.sub(lambda match: b"" if r.random() < 0.05 else match[0], page)


def _shuffle_attributes(page: bytes, _: bytes, r: random.Random) -> bytes:
    def shuffled(match: re.Match[bytes]) -> bytes:
        name, *attributes = match[0][1:-1].split(b" ")
        r.shuffle(attributes)
        return b"<" + b" ".join([name, *attributes]) + b">"

    return _TAG.sub(lambda match: shuffled(match) if r.random() < 0.3 else match[0], page)


_MUTATIONS = (_flip, _cut, _splice, _repeat, _insert, _swap_tags, _drop_tags, _shuffle_attributes)
