"""A Markdown file for each post, with YAML front matter, as Hugo, Jekyll and Zola read it.

Posts come in, files of a folder go out, `2026-03-01-who-rang-the-bell-672c0dc6a1b2c3d4.md`. Texts are written
as JSON strings, which YAML 1.1 and 1.2 read as they are meant. The excerpt is plain text: all that Markdown,
HTML, Liquid or a shortcode would take for more is escaped. `url` is a field of `extra`: on the top level it
would be where Hugo puts the page.
"""

import json
import re
from collections.abc import Iterable, Iterator

from archiver.export.days import day_of
from archiver.export.feed import updated
from archiver.export.slug import slug_of
from archiver.rows import ExportFile, PostRow

_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""What JSON leaves as it is, and YAML 1.1 takes for the end of a line or does not allow."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKUP = re.compile(r"[&<>{}$~|]")
_MARKDOWN = re.compile(r"[\\`*_\[\]!]")
_BLOCK = re.compile(r"(\d{0,9})([#+\-=:.)])")
"""What makes the beginning of a line a heading, a list, a rule or a definition."""


def write_markdown(posts: Iterable[PostRow]) -> Iterator[ExportFile]:
    """Write a file for each post."""
    for post in posts:
        yield ExportFile(_name(post), [_page(post).encode()])


def _name(post: PostRow) -> str:
    """Return a name that no other post has, since the id ends it; without a date where none is printed."""
    return "-".join(filter(None, [_day(post), slug_of(post["title"] or ""), post["id"]])) + ".md"


def _day(post: PostRow) -> str | None:
    return post["date"] if post["date"] and day_of(post["date"]) else None


def _page(post: PostRow) -> str:
    lines = ["---", f"title: {_quoted(post['title'] or '')}"]
    if day := _day(post):
        lines.append(f"date: {day}")
    lines.append(f"lastmod: {updated(post)}")
    if post["author"]:
        lines.append(f"author: {_quoted(post['author'])}")
    lines += [f"{name}: {_listed(values)}" for name in ("categories", "tags") if (values := post[name])]
    lines += ["extra:", f"  id: {_quoted(post['id'])}"]
    lines += [f"  {name}: {_quoted(value)}" for name in ("url", "language") if (value := post[name])]
    lines += [f"  {name}: {post[name]}" for name in ("first_seen", "last_seen")]
    lines += ["---", ""]
    if text := _plain(post["excerpt"] or ""):
        lines += [text, ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    """Return a text as a double-quoted scalar on one line."""
    quoted = json.dumps(_SURROGATE.sub("\ufffd", text), ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _listed(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _plain(text: str) -> str:
    """Return a text as a paragraph of Markdown that shows it letter by letter."""
    text = " ".join(_SURROGATE.sub("\ufffd", text).split())
    text = _MARKUP.sub(lambda found: f"&#{ord(found[0])};", text)
    text = _MARKDOWN.sub(r"\\\g<0>", text)
    return _BLOCK.sub(r"\1\\\2", text, count=1) if _BLOCK.match(text) else text
