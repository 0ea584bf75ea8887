"""How many pages lie between two URLs, by the numbers in them.

Two URLs come in; a number of pages (positive: older), or None where they do not show it, goes out. Years,
months and days are no pages. An offset (`start=20`) counts as so many pages: only the sign of the number, and
which of two is nearer, mean something.
"""

import re
from urllib.parse import unquote

CALENDAR = re.compile(r"(?:19|20)\d\d[/-]\d{1,2}(?:[/-]\d{1,2})?/?$")
"""The end of a URL that names a month or a day."""
_PAGE = re.compile(
    r"(?:pag(?!\w*(?:size|count|limit))\w*|seite|sayfa|strona|strank\w*|halaman|trang|start|offset|limitstart|skip|"
    r"index|(?<![a-z])p|(?<![a-z])pg|(?<![a-z])pn)[=/_-]?(?P<n>\d+)",
    re.IGNORECASE,
)
_LAST_NUMBER = re.compile(r"[/_-]\d{1,4}(?:\.\w+)?$")
_DIGITS = re.compile(r"\d{1,7}")
_FILE = re.compile(r"(?:index|default)?(?:\.\w+)?$")
_LONGEST = 1000
"""Characters: a longer URL is no pager's."""


def path_of(url: str) -> str:
    """Return path and query of a URL, percent-decoded, without the last slash."""
    rest = url.partition("#")[0].partition("://")[2]
    return unquote(rest[rest.find("/") :]).rstrip("/") if "/" in rest else ""


def names_page(url: str) -> bool:
    """Return whether the URL itself names a page of a listing by its number."""
    return _PAGE.search(path_of(url)) is not None


def page_step(here: str, there: str) -> int | None:
    """Return by how many pages *there* comes after *here*; None where the URLs do not show it.

    Two URLs that differ in one number are that far apart. One that continues the other with a page's number
    comes after it.
    """
    a, b = path_of(here), path_of(there)
    if max(len(a), len(b)) > _LONGEST or CALENDAR.search(a) or CALENDAR.search(b):
        return None
    numbers = {a[: m.start()] + "#" + a[m.end() :]: int(m.group()) for m in _DIGITS.finditer(a)}
    digits = False
    for m in _DIGITS.finditer(b):
        digits = True
        before = numbers.get(b[: m.start()] + "#" + b[m.end() :])
        if before is not None:
            return int(m.group()) - before or None
    page_a, page_b = _PAGE.search(a) if numbers else None, _PAGE.search(b) if digits else None
    if page_a and page_b:
        return int(page_b["n"]) - int(page_a["n"]) or None
    if page_a:
        return -1 if a.startswith(b) and not _LAST_NUMBER.search(b) else None
    if page_b and b.startswith(_FILE.sub("", a.partition("?")[0])):
        return max(1, int(page_b["n"]) - 1)
    return None
