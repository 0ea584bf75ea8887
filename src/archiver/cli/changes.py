"""What changed, for a terminal: by site, with the words that differ and the captures that show it.

The rows that `changes --json` prints come in, with printable texts; lines for standard output go out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.text import Text

from archiver.cli.show import plain_console
from archiver.differences import differences, in_context

Row = Mapping[str, Any]

_INDENT = " " * 10


def print_changes(changes: Iterable[Row]) -> None:
    """Print changes by site, in order of time, and count them."""
    console = plain_console()
    by_site: dict[str, list[Row]] = {}
    for change in changes:
        by_site.setdefault(change["site"] or "", []).append(change)
    for site in sorted(by_site):
        found = by_site[site]
        console.print(Text(f"{site or 'posts of no site'}: {_counts(found)}", style="bold"))
        for change in found:
            post = change["post"]
            console.print(
                f"  {change['kind']:6}  {_minute(change['at'])}  {post['id']}  {_name(change, post)}",
                soft_wrap=True,
            )
            for line in _grounds(change):
                console.print(Text(_INDENT) + line, soft_wrap=True)


def difference_text(old: str, new: str) -> Text:
    """Return two texts as one: what was left out is struck through and in brackets, what is new in braces.

    Of what both have, the text next to a difference is shown. The signs are there for terminals without
    colours, and for files.
    """
    text = Text()
    for kind, piece in in_context(differences(old, new)):
        if kind == "same":
            text.append(piece)
        elif kind == "old":
            text.append(f"[-{piece}-]", style="red strike")
        else:
            text.append(f"{{+{piece}+}}", style="green")
    return text


def _grounds(change: Row) -> Iterable[Text]:
    """Return the lines that say what a change consists of, and which captures show it."""
    for edit in change["edits"]:
        yield Text(f"{edit['field']}: ") + difference_text(edit["old"], edit["new"])
    if change["kind"] == "edited":
        yield Text(f"shown by capture {change['before']}, then by {change['capture']}", style="dim")
    elif change["kind"] == "gone":
        between = f"between {_quoted(change['above'])} and {_quoted(change['below'])}"
        yield Text(f"{between}: on capture {change['before']}, not on {change['capture']}", style="dim")
        for post in change["in_its_place"]:
            yield Text(f"in its place: {post['id']}  {post['title'] or ''}", style="dim")
    elif change["kind"] == "back":
        yield Text(f"not on capture {change['before']}, but on {change['capture']}", style="dim")
    elif change["before"] is None:
        yield Text("on the first capture of its page: it may be older", style="dim")


def _counts(changes: Iterable[Row]) -> str:
    kinds = [change["kind"] for change in changes]
    return ", ".join(f"{kinds.count(kind):,} {kind}" for kind in dict.fromkeys(kinds))


def _name(change: Row, post: Row) -> str:
    return post["title"] or change["url"] or ""


def _quoted(post: Row) -> str:
    return f'"{post["title"]}"' if post["title"] else post["id"]


def _minute(time: str) -> str:
    return time[:16].replace("T", " ")
