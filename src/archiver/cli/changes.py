"""What changed, for a terminal: by site or between two captures, with the words that differ.

The rows that `changes --json` and `diff --json` print come in, with printable texts; lines for
standard output go out.
"""

from collections.abc import Iterable

from rich.text import Text

from archiver.cli.printing import Row, cut, minute_of, plain_console
from archiver.differences import differences, in_context

KIND_STYLES = {"came": "green", "edited": "yellow", "gone": "red", "back": "cyan"}
"""The colour of each kind of change."""
_DIFF_STYLES = {"came": "green", "left": "red", "moved": "cyan", "edited": "yellow"}
FIELD_LABELS = {"title": "title", "url": "URL", "date": "date", "author": "author", "excerpt": "text"}
"""What the fields of a post that may be edited are called."""
_INDENT = " " * 10
_TEXT = 300
"""Characters of a difference that are shown."""


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
                f"  {change['kind']:6}  {minute_of(change['at'])}  {post['id']}  {_name(change, post)}"
                + or_earlier(change),
                soft_wrap=True,
            )
            for line in grounds(change):
                console.print(Text(_INDENT) + line, soft_wrap=True)


def print_diff(diff: Row) -> None:
    """Print what two captures show differently, in the order of the second one."""
    console = plain_console()
    for sign, capture in (("-", diff["before"]), ("+", diff["after"])):
        line = f"{sign} {capture['id']}  {minute_of(capture['captured_at'])}  {capture['url']}"
        console.print(Text(line, style="bold"), soft_wrap=True)
    for kind, style in _DIFF_STYLES.items():
        for one in diff[kind]:
            what = Text(f"  {kind:6}", style=style)
            what.append(f"  {_position(one):>7}  {one['post']['id']}  {_name(one, one['post'])}", style="")
            console.print(what, soft_wrap=True)
            if one.get("above"):
                between = f"{_quoted(one['above'])} and {_quoted(one['below'])}"
                console.print(
                    Text(f"{_INDENT}from between {between}, which are shown", "dim"), soft_wrap=True
                )
            for edit in one.get("edits", ()):
                console.print(Text(_INDENT) + edit_line(edit), soft_wrap=True)
    counts = ", ".join(f"{len(diff[kind]):,} {kind}" for kind in _DIFF_STYLES)
    console.print(f"{counts}, {diff['unchanged']:,} unchanged")


def or_earlier(change: Row) -> str:
    """Say of a post on the first capture of a page that it may have been there before."""
    return "  (or earlier)" if change["kind"] == "came" and change["before"] is None else ""


def edit_line(edit: Row) -> Text:
    """Return a line with the field that was edited, and its words."""
    return Text(f"{FIELD_LABELS[edit['field']]}: ") + difference_text(edit["old"], edit["new"])


def difference_text(old: str, new: str) -> Text:
    """Return two texts as one: old words struck through and in brackets, new words in braces.

    Of what both texts have, what stands next to a difference is shown. The signs are for terminals without
    colours, and for files.
    """
    text = Text()
    for kind, piece in in_context(differences(old, new)):
        if kind == "same":
            text.append(piece)
        elif kind == "old":
            text.append(f"[-{cut(piece, _TEXT)}-]", style="red strike")
        else:
            text.append(f"{{+{cut(piece, _TEXT)}+}}", style="green")
    return text


def grounds(change: Row) -> Iterable[Text]:
    """Return the lines that say what a change consists of, and which captures show it."""
    yield from map(edit_line, change["edits"])
    if change["kind"] == "edited":
        yield Text(f"shown by capture {change['before']}, then by {change['capture']}", style="dim")
    elif change["kind"] == "gone":
        between = f"between {_quoted(change['above'])} and {_quoted(change['below'])}"
        yield Text(f"{between}: on capture {change['before']}, not on {change['capture']}", style="dim")
    elif change["kind"] == "back":
        yield Text(f"not on capture {change['before']}, but on {change['capture']}", style="dim")
    for post in change["in_place_of"]:
        name = post["title"] or post["text"] or ""
        yield Text(f"where this one stood, which is not shown any more: {post['id']}  {name}")


def _counts(changes: Iterable[Row]) -> str:
    kinds = [change["kind"] for change in changes]
    return ", ".join(f"{kinds.count(kind):,} {kind}" for kind in dict.fromkeys(kinds))


def _position(one: Row) -> str:
    """Return where a post stands, or from where to where it moved."""
    return (
        f"{one['position_before']}->{one['position']}"
        if "position_before" in one
        else str(one.get("position", ""))
    )


def _name(change: Row, post: Row) -> str:
    return post["title"] or post["text"] or change["url"] or ""


def _quoted(post: Row) -> str:
    named = post["title"] or post["text"]
    return f'"{named}"' if named else post["id"]
