"""Texts and addresses reduced to what tells posts apart.

In: a text, a title or an address as a card shows it. Out: a key; equal keys mean that nothing but the
rendering differs. Refuses nothing: any text has a key, which may be empty. The one surprise: a key holds
neither white space nor punctuation, but keeps numbers whole and apart: one `.` stands for whatever joined two
digits, one U+001F for whatever parted them, so that 1.12 is not 11.2 and "part 1, 2024" is not "part 12024".
"""

import html
import re
import unicodedata
from urllib.parse import unquote, urlsplit

FORMULA = "\x00"
"""Stands for any mathematics: pages show one formula as source, as a placeholder, or not at all."""
SEAM = "\x1f"
"""Stands between two numbers that the text sets apart."""
_SEAMED = rf"\1{SEAM}"

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
_ROMAN = re.compile(r"(?<![A-Za-z0-9])(?=[IVX]{2})(X{0,3})(IX|IV|V?I{0,3})(?![A-Za-z0-9])")
_ROMAN_PAIR = re.compile("[IVX]{2}")
_ROMAN_ONES = {"": 0, "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_TAIL = re.compile(r"(?:\[\s*)?(?:…|\.{3,}|⋯)+(?:\s*\])?[^.…。!?！？]{0,24}$")
# each of these begins with what is rare, so that the search skips from one place to the next
_JOINED_DIGITS = re.compile(r"[.,:/\-](?<=\d.)(?=\d)")
_PARTED_DIGITS = re.compile(r"(\d)[^\w.\x00]+(?=\d)")
_NOT_KEPT_ASCII = re.compile(r"[^a-z0-9.\x00\x1f]+")
_LONE_DOT = re.compile(r"\.(?:(?!\d)|(?<!\d\.))")
_FORMULAS = re.compile("\x00{2,}")
_TRACKING = re.compile(r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|mc_cid|mc_eid|igshid|spm|ref_src)$")
_INDEX = re.compile(r"/(?:(?:index|default)\.(?:html?|php|aspx?|jsp))?$", re.IGNORECASE)
_SLASHES = re.compile(r"/{2,}")


class _Folded(dict[int, str]):
    """A translation table that fills itself: each character by its compatibility form (width, ligatures)."""

    def __missing__(self, code: int) -> str:
        self[code] = unicodedata.normalize("NFKC", chr(code))
        return self[code]


class _Kept(dict[int, str]):
    """A translation table that fills itself: letters and digits by their case folding, all else by nothing.

    Vowel signs, which words of many scripts are made of, and emoji are kept as well.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        kept = character.isalnum() or character in "." + FORMULA + SEAM
        kept = kept or unicodedata.category(character) in ("Mn", "Mc", "So")
        self[code] = character.casefold() if kept and code not in _VARIANTS else ""
        return self[code]


_VARIANTS = range(0xFE00, 0xFE10)
"""Variation selectors: they choose how an emoji looks."""
_FOLDED, _KEPT = _Folded(), _Kept()


def text_key(text: str | None) -> str:
    """The text without what a rendering, a theme or a cut may change.

    Off come entities, tags, width and case, a read-more tail, white space and punctuation; mathematics
    becomes one token, line numbers of a code block and placeholders for code go, Roman numerals of two
    letters and more become digits. Linear in the text's length.
    """
    if not text:
        return ""
    if not text.isascii():
        # character by character: seven times as fast as NFKC of the whole, and equal but for rare sequences
        text = (
            text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
        ).translate(_FOLDED)
    if "&" in text:
        text = _ENTITY.sub(_unescaped, text)
        if "&" in text:  # escaped twice, as feeds do
            text = _ENTITY.sub(_unescaped, text)
    if "<" in text:
        text = _TAG.sub("", text)
    tail = _TAIL.search(text, max(0, len(text) - 40))
    if tail:
        text = text[: tail.start()]
    if "$" in text or "\\" in text or "[" in text:
        text = _CODE.sub(" ", _MATH.sub(f" {FORMULA} ", _CUT_PLACEHOLDER.sub(f" {FORMULA} ", text)))
    if "1 2 3" in text:
        text = _LINE_NUMBERS.sub(" ", text)
    if _ROMAN_PAIR.search(text):
        text = _ROMAN.sub(_arabic, text)
    text = _PARTED_DIGITS.sub(_SEAMED, _JOINED_DIGITS.sub(".", text))
    key = _NOT_KEPT_ASCII.sub("", text.lower()) if text.isascii() else text.translate(_KEPT)
    if "." in key:
        key = _LONE_DOT.sub("", key)
    return _FORMULAS.sub(FORMULA, key) if FORMULA in key else key


def _unescaped(match: re.Match[str]) -> str:
    return html.unescape(match[0])


def _arabic(match: re.Match[str]) -> str:
    return str(10 * len(match[1]) + _ROMAN_ONES[match[2]])


def url_key(url: str | None) -> str:
    """The identity key of a permalink: what is left of an address when its spelling is set aside.

    Scheme, `www.`, port, letter case of the host, percent-encoding, `index.html`, the last slash, a fragment
    (other than `#!` and `#/`) and campaign parameters do not tell posts apart; the rest of the query does. An
    address without a path, query or such a fragment tells nothing and has the empty key.
    """
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # not an address at all: it can still be equal to another
        return url.strip()
    path = unicodedata.normalize("NFC", _SLASHES.sub("/", _INDEX.sub("", unquote(parts.path))).rstrip("/"))
    kept = (
        q for q in sorted(parts.query.split("&")) if q and not _TRACKING.match(q.partition("=")[0].lower())
    )
    query = "&".join(kept)
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    if not (path or query or fragment):
        return ""
    return f"{host}{path}" + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
