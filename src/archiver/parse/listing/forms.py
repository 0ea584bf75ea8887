"""The forms of URLs: what those of the stories of one page have in common.

A URL goes in; its form, or whether it is a story's or a folder's, goes out. No word is looked at: only how
many parts a path has, and whether these are numbers, have some or are made of several words.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from archiver.parse.document.urls import host, url_path

_DIGIT = re.compile(r"\d")
_SEPARATOR = re.compile(r"[-_]")
_WORDS_OF_TITLE = 3
"""Words of the last part of a path from which on it is made of a title."""
_MOST_LEVELS = 4
"""Levels above a page where a folder is looked for."""


def url_form(url: str) -> tuple[str, ...]:
    """Return the host of a URL, and for each part of its path whether it is a number, or has one."""
    parts = url_path(url).split("/")
    return host(url), *("0" if p.isdecimal() else "a0" if _DIGIT.search(p) else "a" for p in parts)


def names_story(url: str) -> bool:
    """Return whether the path of a URL has a number, or ends with the words of a title."""
    path = url_path(url)
    words = len(_SEPARATOR.split(path.rpartition("/")[2]))
    return words >= _WORDS_OF_TITLE or _DIGIT.search(path) is not None


def is_folder(url: str, urls: Sequence[str]) -> bool:
    """Return whether a URL below the root is the folder in which all the other *urls* stand."""
    folder = f"{url.partition('?')[0].rstrip('/')}/"
    return url_path(url) != "" and all(len(u) > len(folder) and u.startswith(folder) for u in urls)


def folders_of_several(urls: Iterable[str]) -> set[str]:
    """Return the folders in which several of the *urls* stand, without the slash at their ends."""
    counts: Counter[str] = Counter()
    for url in urls:
        path = url.partition("?")[0].rstrip("/")
        least = path.find("//") + 2
        for _ in range(_MOST_LEVELS):
            path = path[: path.rfind("/")]
            if len(path) <= least:
                break
            counts[path] += 1
    return {folder for folder, count in counts.items() if count > 1}
