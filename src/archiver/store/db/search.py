"""The full-text index of the posts, and the query that a user's words make of it.

FTS5 would take Chinese, Japanese and Korean for one word up to the next punctuation. Here each two
neighbouring characters are a word of the index, and the last of a run is one by itself. A word of any length
is found inside any text, and any program that opens the database can look up two characters. The index is
half the size of one of trigrams, which cannot find a word of two characters.
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
"""A run of characters that are written without spaces between words or, in Hangul, with endings on words."""
COLUMNS = ("title", "former_titles", "excerpt", "author", "categories", "tags")
"""The columns of a post that are indexed."""
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')


def add(db: Database, posts: Iterable[int]) -> None:
    """Add posts (row ids) to the index; those that are in it must be removed first.

    Triggers would take five times as long, since FTS5 writes what it has collected at the end of each.
    """
    names = ", ".join(COLUMNS)
    texts = ", ".join(f"indexed({name})" for name in COLUMNS)
    db.execute(
        f"INSERT INTO posts_fts (rowid, {names})"
        f" SELECT id, {texts} FROM posts WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(posts)),),
    )


def remove(db: Database, posts: Iterable[int]) -> None:
    """Remove posts (row ids) from the index while their rows are still as they were added."""
    names = ", ".join(COLUMNS)
    texts = ", ".join(f"indexed({name})" for name in COLUMNS)
    db.execute(
        f"INSERT INTO posts_fts (posts_fts, rowid, {names})"
        f" SELECT 'delete', id, {texts} FROM posts WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(posts)),),
    )


def clear(db: Database) -> None:
    """Remove all posts from the index."""
    db.execute("INSERT INTO posts_fts (posts_fts) VALUES ('delete-all')")


def indexed(text: str | None) -> str:
    """Return the text as the index holds it."""
    return (text or "") if text is None or text.isascii() else _DENSE.sub(_pairs, text)


def expression(words: str) -> str:
    """Return the FTS5 expression for posts that have all these words.

    `"words in quotes"` are next to each other, `wo*` is the beginning of a word. Nothing else is syntax.

    Raises:
        ConfigError: where there is no word.
    """
    found = [_phrase(phrase or word) for phrase, word in _TERM.findall(clean_text(words))]
    if not any(found):
        raise ConfigError(f"{words}: no word to search for; give letters or digits")
    return " AND ".join(filter(None, found))


def terms(words: str) -> list[str]:
    """Return the words and phrases themselves, to be marked in a text."""
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
