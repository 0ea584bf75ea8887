"""How the URL of a page relates to the URL of another: by a number, by a query, or not at all.

Two URLs come in; a number of pages (positive: further on), or None where they do not show it, goes out.
Years, months and days are no pages. An offset (`start=20`) counts as so many pages: only the sign of the
number, and which of two is nearer, mean something.
"""

import re
from datetime import date
from urllib.parse import unquote

CALENDAR = re.compile(r"(?:19|20)\d\d[/-]\d{1,2}(?:[/-]\d{1,2})?/?$")
"""The end of a URL that names a month or a day."""
_PAGE = re.compile(
    r"(?:(?<!per)(?<!per[_-])pag(?!\w*(?:size|count|limit))[a-z_]*(?:\d(?==))?|seite|sayfa|strona|strank[a-z]*|halaman|trang|"
    r"(?<![a-z0-9])(?:(?P<offset>start(?:at|row|index)?|limitstart|offset|skip|begin)|"
    r"sid[ae]|sivu|oldal|index|previous|older|pg?|_?pgn|pn))"
    r"\]?[=/_-]?(?P<n>\d{1,7})(?![a-z0-9])",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<mark>[/-]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)(?!\d)")
_DATE_PARAMETER = re.compile(r"[?&]\w*(?:year|month|week|day|date)\w*=", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"[/_-]?(?P<n>\d{1,3})(?:\.\w{2,5})?")
_DIGITS = re.compile(r"\d{1,7}(?!\d)")
_FILE = re.compile(r"(?:index|default)?(?:\.\w+)?$")
_INDEX = re.compile(r"/(?:(?:index|default)\.\w+)?(?=\?|$)")
"""The last slash of a path, with the file that a server sends for the folder: both may be left out."""
_LONGEST = 1000
"""Characters: a longer URL is no pager's."""


def path_of(url: str) -> str:
    """Return path and query of a URL, percent-decoded, without last slashes and the index of a folder."""
    rest = url.partition("#")[0].partition("://")[2]
    return _INDEX.sub("", unquote(rest[rest.find("/") :]).rstrip("/"), count=1) if "/" in rest else ""


def names_page(url: str) -> bool:
    """Return whether the URL itself names a page of a listing by its number."""
    return len(url) <= _LONGEST and _PAGE.search(path_of(url)) is not None


def skipped_entries(url: str) -> int:
    """Return how many entries a URL skips, by its own words (`start=20`); 0 where it names none."""
    page = _PAGE.search(path_of(url)) if len(url) <= _LONGEST else None
    return int(page["n"]) if page and page["offset"] else 0


def page_step(here: str, there: str) -> int | None:
    """Return by how many pages *there* comes after *here*; None where the URLs do not show it.

    Two URLs that differ in one number are that far apart. One that continues the other with a page's number
    comes after it. With the number 1 it is the first page, and so 0 pages on; or the second one, where pages
    are counted from 0.
    """
    a, b = path_of(here), path_of(there)
    if max(len(a), len(b)) > _LONGEST or CALENDAR.search(a) or CALENDAR.search(b):
        return None
    numbers = changed_number(here, there)
    if numbers:
        return numbers[1] - numbers[0]
    page_a, page_b = _PAGE.search(a), _PAGE.search(b)
    if page_a and page_b and _listing(a, page_a) == _listing(b, page_b):
        return int(page_b["n"]) - int(page_a["n"]) or None
    added = _added_number(a, b)
    if added is not None:
        return added - 1
    taken = _added_number(b, a)
    return None if taken is None else -max(1, taken - 1)


def changed_number(here: str, there: str) -> tuple[int, int] | None:
    """Return the two numbers in which alone two URLs differ; None where they differ otherwise."""
    a, b = path_of(here), path_of(there)
    start = _same_until(a, b)
    while start and a[start - 1].isdigit():
        start -= 1
    number_a, number_b = _DIGITS.match(a, start), _DIGITS.match(b, start)
    if number_a and number_b and a != b and a[number_a.end() :] == b[number_b.end() :]:
        return int(number_a.group()), int(number_b.group())
    return None


def _same_until(a: str, b: str) -> int:
    """Return how many characters two texts begin with alike."""
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def continues(here: str, there: str) -> bool:
    """Return whether *there* is the same place as *here* with another query.

    A site may also name the last part of its path in the query: `/wiki/Boats`, `/index.php?title=Boats`.
    """
    (a, _, query_a), (b, _, query_b) = path_of(here).partition("?"), path_of(there).partition("?")
    if not query_b or query_a == query_b:
        return False
    name = a.rpartition("/")[2]
    is_named = bool(name) and any(part.partition("=")[2] == name for part in query_b.split("&"))
    return (is_named and b.count("/") <= a.count("/")) or _FILE.sub("", a).rstrip("/") == _FILE.sub(
        "", b
    ).rstrip("/")


def is_numbered_file(here: str, there: str) -> bool:
    """Return whether *there* is a file with a number in its name, in the folder of *here* below the root."""
    folder, b = path_of(here).partition("?")[0], path_of(there)
    before, _, name = b.rpartition("/")
    return bool(folder) and before == folder and _DIGITS.search(name) is not None


def names_date(url: str) -> bool:
    """Return whether the query of a URL names a date, as those of a calendar do."""
    return _DATE_PARAMETER.search(url) is not None


def shows_day(here: str, there: str, day: date) -> bool:
    """Return whether *there* is a day of the listing that *here* is, with another day or none."""
    found = _DAY.search(path_of(there))
    return (
        found is not None
        and (found["year"], found["month"], found["day"]) == tuple(day.isoformat().split("-"))
        and _without_day(here) == _without_day(there)
    )


def _without_day(url: str) -> str:
    """Return the path of a URL without a day in it."""
    return _DAY.sub("", path_of(url)).partition("?")[0].rstrip("/")


def _added_number(a: str, b: str) -> int | None:
    """Return the number of the page that *b* names, where it is the same listing as *a* but for that."""
    stem = _FILE.sub("", a if _is_path(a) else a.partition("?")[0]).rstrip("/")
    if not b.startswith(stem):
        return None
    page = _PAGE.search(b, len(stem))
    if page is None:
        bare = _BARE_NUMBER.fullmatch(b, len(stem))
        return int(bare["n"]) if bare else None
    between, mark, _ = b[len(stem) : page.start()].partition("?")
    after = "" if mark else b[page.end() :].partition("?")[0]
    if _FILE.fullmatch(between.strip("/_-")) and _FILE.fullmatch(after.strip("/")) and _agree(a, b):
        return int(page["n"])
    return None


def _is_path(url: str) -> bool:
    """Return whether a query, if there is one, is a path: it has no names of parameters."""
    return "=" not in url.partition("?")[2]


def _agree(a: str, b: str) -> bool:
    """Return whether the parameters that two URLs share have the same values."""
    values = dict(part.partition("=")[::2] for part in a.partition("?")[2].split("&"))
    return all(
        values.get(name, value) == value
        for name, _, value in (part.partition("=") for part in b.partition("?")[2].split("&"))
    )


def _listing(url: str, page: re.Match[str]) -> str:
    """Return the path of a URL without the number of the page."""
    return (url[: page.start("n")] + url[page.end("n") :]).partition("?")[0]
