"""Values of the archive as a reader is shown them: times, counts, differences, the names of posts."""

from archiver.differences import Piece, differences, in_context
from archiver.site.frame import post_path
from archiver.site.markup import Html, element, joined, text

LONGEST_TEXT = 20_000
"""Characters of an excerpt that a page shows; exports have all."""


def minute(time: str) -> Html:
    """Return a time in UTC as a reader is shown it, to the minute."""
    return element("time", time[:16].replace("T", " "), datetime=time)


def day(time: str) -> Html:
    """Return the day of a time, or a date."""
    return element("time", time[:10], datetime=time[:10])


def counted(number: int, what: str, plural: str | None = None) -> str:
    """Return a number with what it counts."""
    return f"{number:,} {what if number == 1 else plural or f'{what}s'}"


def cut(value: str, most: int) -> str:
    """Return the beginning of a text."""
    return value if len(value) <= most else f"{value[:most].rstrip()} …"


def name_of(title: str | None, excerpt: str | None, url: str | None) -> str:
    """Return what a post is called: its title, else the beginning of its text, else its URL."""
    return cut(title or excerpt or url or "A post without words", 200)


def post_link(post: str, name: str, up: str, language: str | None = None) -> Html:
    """Return a link to the page of a post."""
    return element("a", text(name, language), href=up + post_path(post))


def badge(kind: str) -> Html:
    """Return a word that marks a post or a change."""
    return element("span", kind, class_=f"badge {kind}")


def side_by_side(old: str | None, new: str | None) -> tuple[Html, Html]:
    """Return two texts, each with what the other lacks marked in it."""
    pieces = differences(cut(old or "", LONGEST_TEXT), cut(new or "", LONGEST_TEXT))
    return _marked(pieces, "old", "del"), _marked(pieces, "new", "ins")


def in_one(old: str, new: str) -> Html:
    """Return two texts as one: what was left out and what is new, and what stands next to it."""
    marks = {"same": None, "old": "del", "new": "ins"}
    pieces = in_context(differences(cut(old, LONGEST_TEXT), cut(new, LONGEST_TEXT)))
    return joined(*(_piece(piece.text, marks[piece.kind]) for piece in pieces))


def _marked(pieces: list[Piece], kind: str, mark: str) -> Html:
    shown = (piece for piece in pieces if piece.kind in ("same", kind))
    return joined(*(_piece(piece.text, mark if piece.kind == kind else None) for piece in shown))


def _piece(value: str, mark: str | None) -> Html:
    return element(mark, value) if mark else joined(value)
