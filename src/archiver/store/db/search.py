"""Posts by their words: what the index holds of them, and what a person's words ask of it.

In: rows of posts, and words as a person types them. Out: entries of the FTS5 index, an FTS5 expression.
Refuses: words without a letter or digit. The one surprise: of Chinese, Japanese and Korean, which FTS5 would
take for one word up to the next punctuation, each two neighbouring characters are a word of the index, and
the last of a run is one by itself. So a word of any length is found inside of any text, one of two characters
by any program that opens the database, and the index is half the size of one of trigrams, which finds none of
two.
"""

import json
import re
from collections.abc import Iterable

from sqlite_utils import Database

from archiver.errors import ConfigError
from archiver.models import clean_text

_DENSE = re.compile(
    "[\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+"
)
"""A run of characters that are written without spaces between words, or (Hangul) with endings on them."""
_COLUMNS = ("title", "former_titles", "excerpt", "author", "categories", "tags")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


def add(db: Database, posts: Iterable[int]) -> None:
    """Take the posts (rows of this database) into the index; those that are in it must be removed first.

    Not by triggers: FTS5 writes what it has collected at the end of each, which takes five times as long.
    """
    names = ", ".join(_COLUMNS)
    texts = ", ".join(f"indexed({name})" for name in _COLUMNS)
    db.execute(
        f"INSERT INTO posts_fts (rowid, {names})"
        f" SELECT id, {texts} FROM posts WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(posts)),),
    )


def remove(db: Database, posts: Iterable[int]) -> None:
    """Take the posts out of the index, as long as their rows are still as they were when they were added."""
    names = ", ".join(_COLUMNS)
    texts = ", ".join(f"indexed({name})" for name in _COLUMNS)
    db.execute(
        f"INSERT INTO posts_fts (posts_fts, rowid, {names})"
        f" SELECT 'delete', id, {texts} FROM posts WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(posts)),),
    )


def clear(db: Database) -> None:
    """Take all posts out of the index."""
    db.execute("INSERT INTO posts_fts (posts_fts) VALUES ('delete-all')")


def indexed(text: str | None) -> str:
    """The text as the index takes it in."""
    return (text or "") if text is None or text.isascii() else _DENSE.sub(_pairs, text)


def expression(words: str) -> str:
    """The FTS5 expression for posts that have all these words.

    `"words in quotes"` stand together, `wo*` is the beginning of a word. Nothing else is syntax. Raises
    ConfigError where there is no word.
    """
    found = [_phrase(phrase or word) for phrase, word in _TERM.findall(clean_text(words))]
    if not any(found):
        raise ConfigError(f"{words}: holds no word to search for; give letters or digits")
    return " AND ".join(filter(None, found))


def terms(words: str) -> list[str]:
    """The words and phrases themselves, to be looked for in a text."""
    found = ((phrase or word).rstrip("*").strip() for phrase, word in _TERM.findall(clean_text(words)))
    return [term for term in found if any(map(str.isalnum, term))]


def _phrase(term: str) -> str:
    if not any(map(str.isalnum, term)):
        return ""
    word = term.rstrip("*").strip()
    *pairs, last = indexed(word).split()
    if pairs and pairs[-1].endswith(last) and _DENSE.fullmatch(pairs[-1]):
        last = pairs.pop()  # by itself the last character would ask for the end of a run
    beginning = word != term or (len(last) == 1 and _DENSE.fullmatch(last))
    return f'"{" ".join([*pairs, last])}"' + (" *" if beginning else "")


def _pairs(run: re.Match[str]) -> str:
    text = run[0]
    return " " + " ".join([*map(str.__add__, text, text[1:]), text[-1]]) + " "
