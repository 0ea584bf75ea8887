"""Texts reduced to what distinguishes posts.

A text or a title as a card shows it goes in, a key comes out; equal keys mean that nothing but the rendering
differs. Any text has a key, which may be empty. A key holds neither white space nor punctuation,
but keeps numbers whole and apart. One `.` stands for whatever joined two digits, one U+001F for whatever
parted them, so that 1.12 is not 11.2 and "part 1, 2024" is not "part 12024".
"""

import html
import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint32]

FORMULA = "\x00"
"""Stands for any mathematics: pages show one formula as source, as a placeholder, or not at all."""
SEAM = "\x1f"
"""Stands between two numbers that the text sets apart."""
MINUS = "\u2212"
"""Stands for the sign of a number below zero."""
MARKS = "\uff0b\uff03"
"""Stand for a plus and a sharp behind a word: C++, C#, 12+."""
NUMERAL = re.compile(r"\d+(?:\.\d+)*")
"""A number of a key, with all that it joins: 1, 1.2, 2024.03.05."""
NUMERALS = re.compile(r"[\d.\x1f]+")
"""Adjacent numbers of a key: what is taken out where numbers do not count."""

_PLUS_AND_SHARP = dict(zip("+#", MARKS, strict=True))
_TAG = re.compile(r"</?[A-Za-z][^<>\x1e]{0,300}>")
_MATH = re.compile(
    r"\$\$[^$]{1,400}(?:\$\$|$)"
    r"|\$(?=[^$]{0,200}[\\^_={}])[^$]{1,200}(?:\$|$)|\$[A-Za-z]\$"
    r"|\\\((?:(?!\\\)).){1,400}(?:\\\)|$)|\\\[(?:(?!\\\]).){1,400}(?:\\\]|$)"
    r"|\[(?:math|formula|equation|公式|数式|數式|수식)\]",
    re.IGNORECASE | re.DOTALL,
)
_CODE = re.compile(r"\[(?:code|代码|代碼|程式碼|コード|코드)\]", re.IGNORECASE)
_CUT_PLACEHOLDER = re.compile(r"\[[^\W\d_]{0,8}$")
_LINE_NUMBERS = re.compile(r"1 2 3(?<!\S1 2 3)(?: \d{1,4})+(?!\S)")
_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_ROMAN = re.compile(r"(?<![A-Za-z0-9])[IVX]{2,}(?![A-Za-z0-9])")
_ROMANS = {
    tens * "X" + ones: str(10 * tens + n)
    for tens in range(4)
    for n, ones in enumerate(("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"))
}
_TAIL = re.compile(r"(?:\.\.\.+|…|⋯)(?:\.\.\.+|…|⋯)*(?:\s*\])?[^.…。!?！？]{0,24}$")
"""The end of a cut text, without a bracket in front. It begins with signs, so that it is found fast."""
_TAIL_MOST = 40
# these begin with the sign, which is found fast, and look behind it for what stands in front of it
_MARK_BEHIND = re.compile(r"(?:\+(?<=[^\W_]\+)\+*|#(?<=[^\W_]#))(?![\w+#])")
_LONE_DOLLAR = re.compile(r"\$(?<!\d\$)(?<!\d \$)(?! ?\d)")
_SIGN = re.compile(r"[-–\u2212](?=\d)(?<![^\s(].)", re.DOTALL)
_FORMULAS = re.compile("\x00{2,}")


class _Table:
    """A table of what each character becomes, which fills itself and works on the codes of a whole batch.

    An entry is a code in its low bits and flags above it. `str.translate`, which looks each character up in a
    dictionary, took half of the time of all keys; `take` and `compress` take half and a third of the time of
    an index.
    """

    def __init__(self, becomes: Callable[[str], str], flags: Callable[[str], int] = lambda _: 0) -> None:
        self._becomes = becomes
        self._flags = flags
        self._table = np.zeros(sys.maxunicode + 1, np.uint32)  # 0: not looked at yet
        self._spelled: dict[int, Codes] = {}

    def __call__(self, codes: Codes) -> Codes:
        """Return the entries for these codes, one after another; a character may have several."""
        found = self._table.take(codes)
        if not found.all():
            for code in np.unique(codes[found == 0]).tolist():
                self._table[code] = self._entry(chr(code))
            found = self._table.take(codes)
        several = np.flatnonzero(found >= _SEVERAL)
        if not len(several):
            return found
        parts, last = [], 0
        for at in several.tolist():
            parts += [found[last:at], self._spelled[int(codes[at])]]
            last = at + 1
        return np.concatenate((*parts, found[last:]))

    def _entry(self, character: str) -> int:
        text = self._becomes(character)
        known = _KNOWN | self._flags(character)
        if len(text) == 1:
            return known | ord(text)
        if not text:
            return known | _GONE
        self._spelled[ord(character)] = np.array([self._entry(part) for part in text], np.uint32)
        return known | _SEVERAL


_CHARACTER = (1 << 21) - 1
_KNOWN, _BARRIER, _DIGIT, _JOIN, _GONE, _SEVERAL = (1 << bit for bit in range(21, 27))
"""Flags of a character: it was looked at; numbers on both sides of it are not adjacent; it is a digit; it
joins two digits; it becomes nothing; it becomes several characters."""


def _codes(text: str) -> Codes:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _text(entries: Codes) -> str:
    return (entries & np.uint32(_CHARACTER)).tobytes().decode("utf-32-le", "surrogatepass")


def _kept(character: str) -> str:
    """Return the case folding of letters and digits, and nothing for all else.

    Vowel signs, which words of many scripts are made of, emoji and signs of currencies are kept as well.
    """
    if character in _SIGNS or ord(character) in _VARIANTS:
        return character if character in _SIGNS else ""
    kept = character.isalnum() or unicodedata.category(character) in ("Mn", "Mc", "So", "Sc")
    return character.casefold() if kept else ""


def _flags(character: str) -> int:
    barrier = character.isalnum() or character in "_" + FORMULA + _SEPARATOR
    return _BARRIER * barrier | _DIGIT * character.isdecimal() | _JOIN * (character in ".,:/-")


_SEPARATOR = "\x1e"
"""Stands between the texts of a batch."""
_SIGNS = "." + FORMULA + SEAM + _SEPARATOR + MINUS + MARKS
_VARIANTS = range(0xFE00, 0xFE10)
"""Variation selectors: they choose how an emoji looks."""
_fold = _Table(partial(unicodedata.normalize, "NFKC"))
_keep = _Table(_kept, _flags)
_BATCH = 200_000
"""Characters that are worked on at once."""


def text_keys(texts: Sequence[str]) -> list[str]:
    """Reduce texts to keys, without what a rendering, a theme or a cut may change.

    Entities, tags, width and case, a read-more tail, white space and punctuation are taken off. Mathematics
    becomes one token, line numbers of a code block and placeholders for code are dropped, Roman numerals of
    two letters and more become digits. Linear in the texts' length; no key depends on the other texts.
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
        composed = unicodedata.is_normalized("NFC", whole)
        whole = _text(_fold(_codes(whole if composed else unicodedata.normalize("NFC", whole))))
    entries = _keep(_with_arabic_numbers(_plain(whole)))
    _mark_between_numbers(entries)
    key = _text(_without_lone_dots(entries.compress(entries < _GONE)))
    return (_FORMULAS.sub(FORMULA, key) if 2 * FORMULA in key else key).split(_SEPARATOR)


def _with_arabic_numbers(whole: str) -> Codes:
    """Return the codes of the text, with digits for Roman numbers."""
    codes = _codes(whole)
    letters = (codes == ord("I")) | (codes == ord("V")) | (codes == ord("X"))
    pairs = np.flatnonzero(letters[1:] & letters[:-1]).tolist()
    romans = [match for at in pairs if (match := _ROMAN.match(whole, at)) and match[0] in _ROMANS]
    if not romans:
        return codes
    codes = codes.copy()
    left = np.ones(len(codes), bool)
    for match in romans:
        digits = _codes(_ROMANS[match[0]])
        codes[match.start() : match.start() + len(digits)] = digits
        left[match.start() + len(digits) : match.end()] = False
    return codes.compress(left)


def _mark_between_numbers(entries: Codes) -> None:
    """Put one sign for whatever joins two digits, another for whatever parts them."""
    digits = np.flatnonzero(entries & _DIGIT != 0)
    gaps = np.flatnonzero(np.diff(digits) > 1)
    left, right = digits[gaps], digits[gaps + 1]
    barriers = np.cumsum(entries & _BARRIER != 0, dtype=np.int32)
    joined = (right - left == 2) & (entries[left + 1] & _JOIN != 0)
    beside = joined | (barriers[right - 1] == barriers[left])
    left, right, joined = left[beside], right[beside], joined[beside]
    for start, stop in zip((left + 2).tolist(), right.tolist(), strict=True):
        entries[start:stop] = _GONE
    entries[left + 1] = np.where(joined, ord("."), ord(SEAM))


def _without_lone_dots(entries: Codes) -> Codes:
    """Drop the dots that do not stand between two digits."""
    dots = np.flatnonzero(entries & _CHARACTER == ord("."))
    before, behind = (entries.take(dots + step, mode="clip") & _DIGIT != 0 for step in (-1, 1))
    left = np.ones(len(entries), bool)
    left[dots[~(before & behind)]] = False
    return entries.compress(left)


def _plain(whole: str) -> str:
    """Take markup, read-more tails, formulas and line numbers off the texts of a batch."""
    for _ in range(2):  # feeds escape twice
        whole = _ENTITY.sub(_unescaped, whole) if "&" in whole else whole
    whole = _TAG.sub("", whole) if "<" in whole else whole
    texts = [
        _without_tail(text) if "..." in (end := text[-_TAIL_MOST:]) or "…" in end or "⋯" in end else text
        for text in whole.split(_SEPARATOR)
    ]
    if "[" in whole or "$" in whole or "\\" in whole:
        texts = [
            _without_formulas(text) if "[" in text or "$" in text or "\\" in text else text for text in texts
        ]
    whole = _SEPARATOR.join(texts)
    whole = _LONE_DOLLAR.sub("", whole) if "$" in whole else whole
    whole = _MARK_BEHIND.sub(_marked, whole) if "+" in whole or "#" in whole else whole
    whole = _SIGN.sub(MINUS, whole)
    return _LINE_NUMBERS.sub(" ", whole) if "1 2 3" in whole else whole


def _marked(match: re.Match[str]) -> str:
    return _PLUS_AND_SHARP[match[0][0]] * len(match[0])


def _without_tail(text: str) -> str:
    tail = _TAIL.search(text, max(0, len(text) - _TAIL_MOST))
    if tail is None:
        return text
    left = text[: tail.start()]
    opened = left.rstrip()
    return opened[:-1] if opened.endswith("[") else left


def _without_formulas(text: str) -> str:
    return _CODE.sub(" ", _MATH.sub(f" {FORMULA} ", _CUT_PLACEHOLDER.sub(f" {FORMULA} ", text)))


def _unescaped(match: re.Match[str]) -> str:
    return html.unescape(match[0])
