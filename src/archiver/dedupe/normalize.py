"""Texts reduced to what tells posts apart.

In: a text or a title as a card shows it. Out: a key; equal keys mean that nothing but the
rendering differs. Refuses nothing: any text has a key, which may be empty. The one surprise: a key holds
neither white space nor punctuation, but keeps numbers whole and apart: one `.` stands for whatever joined two
digits, one U+001F for whatever parted them, so that 1.12 is not 11.2 and "part 1, 2024" is not "part 12024".
"""

import html
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

FORMULA = "\x00"
"""Stands for any mathematics: pages show one formula as source, as a placeholder, or not at all."""
SEAM = "\x1f"
"""Stands between two numbers that the text sets apart."""

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,300}>")
_MATH = re.compile(
    r"\$\$[^$]{1,400}(?:\$\$|$)"
    r"|\$(?=[^$]{0,200}[\\^_={}])[^$]{1,200}(?:\$|$)|\$[A-Za-z]\$"
    r"|\\\((?:(?!\\\)).){1,400}(?:\\\)|$)|\\\[(?:(?!\\\]).){1,400}(?:\\\]|$)"
    r"|\[(?:math|formula|equation|公式|数式|數式|수식)\]",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(r"\[(?:code|代码|代碼|程式碼|コード|코드)\]", re.IGNORECASE)
_CUT_PLACEHOLDER = re.compile(r"\[[^\W\d_]{0,8}$")
_LINE_NUMBERS = re.compile(r"(?<!\S)1 2 3(?: \d{1,4})+(?!\S)")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_ROMAN = re.compile(r"[IVX]{2,}(?![A-Za-z0-9])")
_ROMANS = {
    tens * "X" + ones: str(10 * tens + n)
    for tens in range(4)
    for n, ones in enumerate(("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"))
}
_TAIL = re.compile(r"(?:\[\s*)?(?:…|\.{3,}|⋯)+(?:\s*\])?[^.…。!?！？]{0,24}$")
_DIGITS_BESIDE = re.compile(r"\d([.,:/\-]|[^\w\x00\x1e]+)(?=\d)")
_LONE_DOT = re.compile(r"\.(?:(?!\d)|(?<!\d\.))")
_FORMULAS = re.compile("\x00{2,}")


class _Table:
    """What becomes of each character: a table that fills itself and works on a whole batch at once.

    `str.translate` looks each character up in a dictionary; half of the time of all keys went there.
    """

    _UNKNOWN, _NOTHING, _SEVERAL, _ITSELF = 0, 1, 2, 3

    def __init__(self, becomes: Callable[[str], str]) -> None:
        self._becomes = becomes
        self._table = np.zeros(sys.maxunicode + 1, np.uint32)  # code + _ITSELF, or one of the three below it

    def __call__(self, text: str) -> str:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        found = self._table[codes]
        unknown = codes[found == self._UNKNOWN]
        if len(unknown):
            self._learn(np.unique(unknown).tolist())
            found = self._table[codes]
        several = codes[found == self._SEVERAL]
        if len(several):
            for character in map(chr, np.unique(several)):
                text = text.replace(character, self._becomes(character))
            return self(text)
        kept = found[found >= self._ITSELF] - np.uint32(self._ITSELF)
        return kept.tobytes().decode("utf-32-le", "surrogatepass")

    def _learn(self, codes: Sequence[int]) -> None:
        for code in codes:
            text = self._becomes(chr(code))
            several = self._NOTHING if not text else self._SEVERAL
            self._table[code] = ord(text) + self._ITSELF if len(text) == 1 else several


def _kept(character: str) -> str:
    """Letters and digits by their case folding, all else by nothing.

    Vowel signs, which words of many scripts are made of, and emoji are kept as well.
    """
    if character in _SIGNS or ord(character) in _VARIANTS:
        return character if character in _SIGNS else ""
    kept = character.isalnum() or unicodedata.category(character) in ("Mn", "Mc", "So")
    return character.casefold() if kept else ""


_SEPARATOR = "\x1e"
"""Stands between the texts of a batch."""
_SIGNS = "." + FORMULA + SEAM + _SEPARATOR
_VARIANTS = range(0xFE00, 0xFE10)
"""Variation selectors: they choose how an emoji looks."""
_fold = _Table(partial(unicodedata.normalize, "NFKC"))
_keep = _Table(_kept)
_BATCH = 200_000
"""Characters that are worked on at once."""


def text_key(text: str | None) -> str:
    """The text without what a rendering, a theme or a cut may change: `text_keys` of one text."""
    return text_keys([text])[0] if text else ""


def text_keys(texts: Sequence[str]) -> list[str]:
    """The texts without what a rendering, a theme or a cut may change.

    Off come entities, tags, width and case, a read-more tail, white space and punctuation; mathematics
    becomes one token, line numbers of a code block and placeholders for code go, Roman numerals of two
    letters and more become digits. Linear in the texts' length; no key depends on the other texts.
    """
    keys: list[str] = []
    start = 0
    while start < len(texts):
        stop, size = start, 0
        while stop < len(texts) and (size == 0 or size + len(texts[stop]) <= _BATCH):
            size += len(texts[stop]) + 1
            stop += 1
        keys.extend(_batch_keys(texts[start:stop]))
        start = stop
    return keys


def _batch_keys(texts: Sequence[str]) -> list[str]:
    whole = _SEPARATOR.join(texts)
    if whole.count(_SEPARATOR) >= len(texts):
        whole = _SEPARATOR.join(t.replace(_SEPARATOR, " ") for t in texts)
    if not whole.isascii():
        # character by character: a tenth of the time of NFKC of the whole, and equal but for rare sequences
        whole = _fold(
            whole if unicodedata.is_normalized("NFC", whole) else unicodedata.normalize("NFC", whole)
        )
    whole = _SEPARATOR.join(map(_plain, whole.split(_SEPARATOR)))
    whole = _DIGITS_BESIDE.sub(_beside, _ROMAN.sub(_arabic, whole))
    whole = _FORMULAS.sub(FORMULA, _LONE_DOT.sub("", _keep(whole)))
    return whole.split(_SEPARATOR)


def _plain(text: str) -> str:
    """The text without markup, a read-more tail, formulas and line numbers."""
    if "&" in text:
        text = _ENTITY.sub(_unescaped, text)
        if "&" in text:  # escaped twice, as feeds do
            text = _ENTITY.sub(_unescaped, text)
    if "<" in text:
        text = _TAG.sub("", text)
    end = text[-40:]
    if "..." in end or "…" in end or "⋯" in end:
        tail = _TAIL.search(text, max(0, len(text) - 40))
        if tail:
            text = text[: tail.start()]
    if "$" in text or "\\" in text or "[" in text:
        text = _CODE.sub(" ", _MATH.sub(f" {FORMULA} ", _CUT_PLACEHOLDER.sub(f" {FORMULA} ", text)))
    return _LINE_NUMBERS.sub(" ", text) if "1 2 3" in text else text


def _unescaped(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _arabic(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()]
    return match[0] if before.isascii() and before.isalnum() else _ROMANS.get(match[0], match[0])


def _beside(match: re.Match[str]) -> str:
    """One sign for whatever joins two digits, another for whatever parts them."""
    return match[0][0] + ("." if match[1] in ".,:/-" else SEAM)
