"""What changed, for a terminal: by site, with the words that differ and the captures that show it.

The rows that `changes --json` prints come in, with printable texts; lines for standard output go out.
"""

from collections.abc import Iterable

from rich.text import Text

from archiver.cli.printing import Row, cut, minute_of, plain_console
from archiver.differences import differences

KIND_STYLES = {"came": "green", "edited": "yellow", "gone": "red", "back": "cyan"}
"""The colour of each kind of change."""
_INDENT = " " * 10
_CONTEXT = 40
"""Characters that are shown on either side of a difference."""
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
                f"  {change['kind']:6}  {minute_of(change['at'])}  {post['id']}  {_name(change, post)}",
                soft_wrap=True,
            )
            for line in grounds(change):
                console.print(Text(_INDENT) + line, soft_wrap=True)


def difference_text(old: str, new: str) -> Text:
    """Return two texts as one: old words struck through and in brackets, new words in braces.

    Of what both texts have, what stands next to a difference is shown. The signs are for terminals without
    colours, and for files.
    """
    text = Text()
    pieces = differences(old, new)
    for n, (kind, piece) in enumerate(pieces):
        if kind == "same":
            text.append(_round_difference(piece, is_first=n == 0, is_last=n == len(pieces) - 1))
        elif kind == "old":
            text.append(f"[-{cut(piece, _TEXT)}-]", style="red strike")
        else:
            text.append(f"{{+{cut(piece, _TEXT)}+}}", style="green")
    return text


def _round_difference(text: str, *, is_first: bool, is_last: bool) -> str:
    """Cut what both texts have to what stands next to a difference."""
    behind = "" if is_first else text[:_CONTEXT]
    ahead = "" if is_last else text[-_CONTEXT:]
    if len(text) <= len(behind) + len(ahead) + 1:
        return text
    return f"{_whole_words(behind)}…{_whole_words(ahead[::-1])[::-1]}"


def _whole_words(text: str) -> str:
    """Leave out the word that was cut at the end; texts without spaces stay as they are."""
    return text[: text.rfind(" ") + 1] or text


def grounds(change: Row) -> Iterable[Text]:
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
