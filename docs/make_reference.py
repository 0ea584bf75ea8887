"""Write the pages of docs/reference that the program knows best: `make reference`.

Commands come from their `--help`, tables from a fresh database, rows and settings from their types. What a
column or a setting means is said here; one without a meaning is a KeyError. `tests/test_docs.py` holds the
pages up to date.
"""

import re
import sqlite3
import tempfile
import typing
from pathlib import Path

from pydantic.fields import FieldInfo
from typer.testing import CliRunner

import archiver
from archiver import rows
from archiver.cli import app as command_line
from archiver.cli.common import EXIT_FAILED, EXIT_INTERRUPTED, EXIT_USAGE
from archiver.config import Config, Subscription
from archiver.export.columns import COLUMNS
from archiver.models import TimeBasis
from archiver.parse import SiteRule
from archiver.store import Store

FOLDER = Path(__file__).parent / "reference"

_POST = {
    "id": "Id of the post. It keeps resolving after the post has changed.",
    "url": "The permalink: the live one, where there are several.",
    "urls": "All URLs under which the post was shown.",
    "title": "The title that was shown over the longest stretch of time.",
    "date": "The first date that was printed, `YYYY-MM-DD`; never shifted by a time zone.",
    "author": "The author.",
    "categories": "The categories that any of its cards has.",
    "tags": "The tags that any of its cards has.",
    "excerpt": "The fullest text of its cards.",
    "language": "Language of the pages that showed it.",
    "first_seen": "Time of the first capture that shows it.",
    "last_seen": "Time of the last capture that shows it.",
    "sightings": "How often it was seen: a card at a position of a capture.",
    "captures": "How many captures show it.",
    "revisions": "The distinct titles and texts, in order of time; each as a row of `revisions` without `post_id`.",
}
_CARD = {
    "capture": "The capture: `id`, `url`, `path` and `captured_at`, as in `captures`.",
    "position": "Place of the card on the page, counted from 1.",
    "card_id": "Id of the card: a hash of what it shows.",
    "post_id": "Id of its post; null before `archiver dedupe`.",
    "url": "Permalink of the card.",
    "title": "Title.",
    "date": "Printed date, `YYYY-MM-DD`.",
    "author": "Author.",
    "categories": "Categories.",
    "tags": "Tags.",
    "excerpt": "Text of the card beside its other fields.",
}
_CAPTURE = {
    "id": "Id of the capture: a hash of its URL, time and payload.",
    "url": "URL of the page.",
    "path": "Path of the imported file as it was given; null for a fetched page.",
    "captured_at": "Time at which the page was received.",
    "time_basis": "Which rule gave the time: [see below](#times-of-captures).",
    "status": "HTTP status; null for a page saved by hand.",
    "media_type": "Media type, of the response or of the file.",
    "charset": "Encoding that the text was read in.",
    "digest": "SHA-256 of the payload.",
    "cards": "How many cards the page shows.",
    "next_url": "URL of the next older page.",
    "feeds": "URLs of the feeds that the page announces.",
    "warc": "Where the record is: `file` in `warc/`, `offset` and `length` in bytes.",
    "error": "Why the page could not be read.",
}
_REVISION = {
    "post_id": "Id of the post.",
    "title": "Title of this revision.",
    "excerpt": "Text of this revision, as its fullest card shows it.",
    "first_seen": "Time of the first capture that shows it.",
    "last_seen": "Time of the last capture that shows it.",
    "sightings": "How often it was seen.",
}
_TIME_BASIS = {
    "fetched": "the clock, when the page was fetched",
    "path": "a timestamp of 14 digits in the path",
    "page": "what the program wrote into the page that saved it",
    "option": "`--captured-at`",
    "mtime": "the modification time of the file",
    "record": "the card records",
    "warc": "the record of a WARC or ARC file",
    "entry": "the entry of a HAR file",
    "commit": "the commit",
    "memento": "the web archive that served it",
}
MEANINGS = {"posts": _POST, "cards": _CARD, "captures": _CAPTURE, "revisions": _REVISION}

ONE_ROW = {
    "posts": "a post",
    "cards": "a sighting of a card, in the order of the captures, then of the positions",
    "captures": "a capture, in the order of time",
    "revisions": "a revision of a post",
}

_RULE = {
    "host": "Host of the pages, without `www.`; `*` stands for any characters, `?` for one, `[ab]` for one of these.",
    "path": "Pattern of their paths, without the query. The first rule that matches a URL applies.",
    "cards": "CSS selector of the cards.",
    "url": "Selector of the link to the post, within a card.",
    "title": "Selector of the title.",
    "date": "Selector of the date.",
    "author": "Selector of the author.",
    "categories": "Selector of the categories, each an element.",
    "tags": "Selector of the tags, each an element.",
    "excerpt": "Selector of the text.",
    "image": "Selector of the picture.",
    "next": "Selector of the link to the next older page, anywhere on the page.",
}
_SOURCE = {
    "url": "URL of the listing or the feed.",
    "every": "Pause between two crawls, such as `30m`, `6h`, `2d`; else the pace of the site decides.",
    "contact": "E-mail address or URL that the User-Agent names.",
    "delay": "Shortest pause between two requests, in seconds.",
    "robots": "Whether robots.txt is obeyed.",
    "cookies": "File of cookies (`cookies.txt`), absolute or within the archive's folder.",
    "proxy": "URL of an HTTP proxy.",
    "feeds": "Whether the feeds that the listing announces are fetched.",
    "max_pages": "Pages of the listing that a crawl fetches at most.",
}

TABLES = {
    "posts": "One row a post.",
    "revisions": "The distinct titles and texts of the posts.",
    "cards": "One row for each distinct card; identical cards are one row.",
    "sightings": "Which card stands where on which capture.",
    "captures": "One row a capture.",
    "pages": "What the parser read on each capture.",
    "payloads": "The distinct payloads, and where they are in the WARC files.",
    "warc_files": "The files in `warc/`.",
    "field_sources": "From which card and capture each field of a post comes.",
    "comparisons": "Pairs of cards that were compared, and their evidence.",
    "overrides": "Manual overrides: `merge` and `split`.",
    "card_details": "How a card was shown: link as written, printed date, picture.",
}
"""The tables that answer questions; all others are for the program alone."""

VIEWS = {
    "post_timeline": "Each sighting of each post, in order of time.",
    "posts_with_revisions": "The posts of which more than one title or text was seen.",
    "cards_as_shown": "Each sighting with how the card was shown: link as written, printed date, picture.",
}


def _table(heads: typing.Sequence[str], lines: typing.Iterable[typing.Sequence[str]]) -> str:
    body = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *body]) + "\n"


def commands() -> str:
    """Return the page of all commands: the help of each, as the program prints it."""

    def help_of(*command: str) -> str:
        run = CliRunner(env={"COLUMNS": "80"}).invoke
        return run(command_line.app, [*command, "--help"], prog_name="archiver").stdout.strip()

    names = [
        command.name or command.callback.__name__
        for command in command_line.app.registered_commands
        if command.callback and not command.hidden
    ]
    parts = [
        "# Commands\n\nEach command with its options, as `archiver COMMAND --help` prints them. Options of the program may stand"
        " before or after the command. Data goes to standard output, everything else to standard error;"
        " [exit codes](exit-codes.md) say how it went.\n",
        f"```text\n{help_of()}\n```\n",
        *(f"## {name}\n\n```text\n{help_of(name)}\n```\n" for name in names),
    ]
    return "\n".join(parts)


def _type_of(hint: object) -> str:
    """Name a type as JSON has it."""
    if typing.get_origin(hint) in (list, tuple):
        return f"list of {_type_of(typing.get_args(hint)[0])}"
    parts = [part for part in typing.get_args(hint) if part is not type(None)]
    if parts and len(parts) < len(typing.get_args(hint)):
        return f"{_type_of(parts[0])} or null"
    if parts:
        return _type_of(parts[0])
    names = {str: "string", int: "integer", float: "number", bool: "true or false"}
    return names.get(hint, "object")  # type: ignore[call-overload, no-any-return]


def export_rows() -> str:
    """Return the page of the columns of each kind of export."""
    types = {"posts": rows.PostRow, "cards": rows.CardRow, "captures": rows.CaptureRow}
    types["revisions"] = rows.RevisionRow
    parts = [
        "# Export rows\n\n`archiver export KIND` writes one object for each row, `archiver.rows` yields the same from Python."
        " The same archive gives the same bytes.\n\n- Times are UTC in ISO 8601 with `Z`; a missing value is null, in CSV an"
        " empty cell.\n- In CSV, lists are joined by `; `, and the parts of an object are columns of their own, such as"
        " `capture.id`.\n- What a spreadsheet would run as a formula gets an apostrophe in front, also behind a semicolon, where some"
        " spreadsheets divide the cells. An import of card records removes it; `--csv-raw` leaves all cells alone.\n"
        "- `-o FILE` names the format by its ending, also with `.gz`. The file appears whole or not at all.\n"
    ]
    for kind, columns in COLUMNS.items():
        hints = typing.get_type_hints(types[kind])
        lines = [(f"`{name}`", _type_of(hints[name]), MEANINGS[kind][name]) for name in columns]
        parts.append(f"## {kind}\n\nOne row is {ONE_ROW[kind]}.\n")
        parts.append(_table(("column", "type", "meaning"), lines))
    bases = ((f"`{basis}`", _TIME_BASIS[basis]) for basis in typing.get_args(TimeBasis))
    parts.append("## Times of captures\n")
    parts.append(_table(("`time_basis`", "the time comes from"), bases))
    return "\n".join(parts)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    return "" if field.default is None else f"`{str(field.default).lower()}`"


def configuration() -> str:
    """Return the page of `archiver.toml`."""

    def settings(model: type[archiver.SiteRule | archiver.Subscription], meanings: dict[str, str]) -> str:
        fields = model.model_fields.items()
        return _table(
            ("key", "default", "meaning"),
            ((f"`{name}`", _default(field), meanings[name]) for name, field in fields),
        )

    tables = {"rules": (SiteRule, _RULE), "sources": (Subscription, _SOURCE)}
    said = {
        "rules": "A rule for the pages of one site, where they are read wrongly"
        " ([how](../no-cards.md#give-a-rule)). A field without a selector is read without a rule."
        " `archiver reparse` reads the affected pages again.",
        "sources": "A subscription, which `archiver add` writes ([how](../watch-sites.md)).",
    }
    parts = [
        "# Configuration\n\n`archiver.toml` in the archive's folder holds tables of two kinds. An unknown key is an error."
        " All else is said on the command line. `$ARCHIVER_DIR` names the archive where `--archive` does not; the default"
        " is `./data`.\n"
    ]
    for name in Config.model_fields:
        parts.append(f"## `[[{name}]]`\n\n{said[name]}\n")
        parts.append(settings(*tables[name]))
    return "\n".join(parts)


def exit_codes() -> str:
    """Return the page of the exit codes."""
    lines = (
        ("0", "success"),
        (
            str(EXIT_FAILED),
            "something failed. `crawl`: some sources, each named in one line; what was stored stays stored. `status`: pages"
            " were not seen. `verify`: the archive has faults. Any command: the archive cannot be read or written",
        ),
        (str(EXIT_USAGE), "wrong usage or configuration; nothing was done"),
        (
            str(EXIT_INTERRUPTED),
            "interrupted; what was captured is kept, and the next run resumes",
        ),
    )
    return "# Exit codes\n\n" + _table(("code", "meaning"), lines)


def schema() -> str:
    """Return the page of the tables and views of a fresh database."""
    with tempfile.TemporaryDirectory() as folder:
        with Store(Path(folder), "create"):
            pass
        database = sqlite3.connect(Path(folder) / "archive.db")
        statements = dict(database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        parts = [
            "# Database\n\n`archive.db` is a SQLite database. Of it the views are stable; tables and columns may change in any"
            " release ([what is stable](../library.md#what-is-stable)). Integer ids are local to one file; `key` is the"
            " public id of the exports. Times are UTC in ISO 8601, lists are JSON arrays, a missing value is NULL."
            " `posts_fts` is the full-text index of the posts. Tables that are not named here are for the program alone.\n",
            "```console\n$ sqlite-utils data/archive.db 'SELECT title, revisions FROM posts_with_revisions' --table\n```\n",
            "## Views\n",
        ]
        for name, said in VIEWS.items():
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
            parts.append(f"### {name}\n\n{said}\n\n" + ", ".join(f"`{column}`" for column in columns) + "\n")
        parts.append("## Tables\n")
        for name, said in TABLES.items():
            comments = dict(re.findall(r"^ *,? *(\w+) .*?-- (.+)$", statements[name], re.MULTILINE))
            targets = {row[3]: row[2] for row in database.execute(f"PRAGMA foreign_key_list({name})")}
            lines = []
            for _, column, kind, not_null, _, key in database.execute(f"PRAGMA table_info({name})"):
                facts = [
                    "part of the key" if key else "",
                    f"row of `{targets[column]}`" if column in targets else "",
                    comments.get(column, ""),
                ]
                lines.append(
                    (
                        f"`{column}`",
                        kind if not_null or key else f"{kind} or NULL",
                        "; ".join(filter(None, facts)),
                    )
                )
            parts.append(f"### {name}\n\n{said}\n\n" + _table(("column", "type", ""), lines))
        database.close()
    return "\n".join(parts)


PAGES = {
    "commands.md": commands,
    "export-rows.md": export_rows,
    "configuration.md": configuration,
    "exit-codes.md": exit_codes,
    "schema.md": schema,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
