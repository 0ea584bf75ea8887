"""The command line: arguments in, exit code out; no logic.

Data goes to standard output, everything else to standard error. Exit codes: 0 all well, 1 some sources
failed or the archive is damaged, 2 wrong usage or configuration, 130 interrupted. The one surprise: `main`
is where the errors of the package become lines and codes; no command catches any.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import typer

from archiver import __version__
from archiver.archive import (
    FORMATS,
    MAX_PAGES,
    USUAL_THRESHOLD,
    Archive,
    FetchOptions,
    FollowPolicy,
    Format,
    ImportOptions,
    OverrideResult,
    parse_time,
)
from archiver.cli.inspect import page_row, print_page, rule_lines
from archiver.cli.progress import CrawlReport, LogFormat, ReparseReport, log_to_stderr, logger
from archiver.cli.show import (
    print_doubts,
    print_found,
    print_pair_explained,
    print_post,
    print_post_explained,
    print_posts,
    print_status,
)
from archiver.errors import ArchiverError, ConfigError

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

Shown = TypeVar("Shown")
Kind = Literal["posts", "cards", "captures", "revisions"]

app = typer.Typer(
    name="archiver",
    help="Archive listing pages, read the cards out of them, and merge the cards of one post.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,  # a bug stays a plain traceback
    rich_markup_mode=None,  # boxes are drawn to the width of a terminal; plain text is the same everywhere
)


ArchiveOption = Annotated[
    Path,
    typer.Option("--archive", envvar="ARCHIVER_DIR", help="The archive's folder.", show_default="./data"),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="The URL that the paths of saved pages are joined to.")
]
CardId = Annotated[
    str, typer.Argument(metavar="CARD", help="A card's id, or the first digits of it (4 at least).")
]
PostId = Annotated[
    str, typer.Argument(metavar="POST", help="A post's id, or any that it had, or the first digits of it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"archiver {__version__}")
        raise typer.Exit


@app.callback()
def archiver(
    context: typer.Context,
    archive: ArchiveOption = Path("data"),
    log_format: Annotated[LogFormat, typer.Option(help="The form of the lines on standard error.")] = "text",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell of every page.")] = False,
    version: Annotated[  # noqa: ARG001 - the callback acts on it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Archive listing pages, read the cards out of them, and merge the cards of one post."""
    log_to_stderr(log_format, verbose=verbose)
    context.obj = Archive(archive)


@app.command()
def crawl(
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="A URL, a saved page, a folder of them, card records (.jsonl, .csv), or - for a list.",
        ),
    ],
    base_url: BaseUrl = None,
    captured_at: Annotated[
        str | None,
        typer.Option(help="The time of saved pages whose path has none (ISO 8601 or 14 digits, UTC)."),
    ] = None,
    max_pages: Annotated[int, typer.Option(min=1, help="How many pages of a listing to fetch.")] = MAX_PAGES,
    full: Annotated[
        bool, typer.Option("--full", help="Go on beyond the first page that shows nothing new.")
    ] = False,
    feeds: Annotated[
        bool, typer.Option("--feeds", help="Fetch the feeds that a listing announces, too.")
    ] = False,
    delay: Annotated[
        float, typer.Option(min=0, help="The shortest pause between two requests to a host, in seconds.")
    ] = 1.0,
    timeout: Annotated[
        float, typer.Option(min=0.001, help="The longest silence of a server that is waited for, in seconds.")
    ] = 30.0,
    retries: Annotated[int, typer.Option(min=0, help="How often to ask again where that can help.")] = 2,
    max_bytes: Annotated[
        int, typer.Option(min=1, help="Where a response is cut off, in bytes as they come.")
    ] = 20 * 1024 * 1024,
    concurrency: Annotated[int, typer.Option(min=1, help="How many requests to one host at a time.")] = 1,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Do not ask robots.txt; for sites of your own.")
    ] = False,
    contact: Annotated[
        str | None, typer.Option(help="A mail or web address for the User-Agent, for those who are asked.")
    ] = None,
    stats_file: Annotated[
        Path | None, typer.Option(help="A file for the figures of the crawl, as JSON.")
    ] = None,
) -> None:
    """Fetch or import every source, keep every byte, read the cards. What is held is not stored twice."""
    archive: Archive = context.obj
    imports = ImportOptions(base_url=base_url, captured_at=_time(captured_at))
    try:
        fetching = FetchOptions(
            contact=contact,
            delay_s=delay,
            timeout_s=timeout,
            retries=retries,
            max_bytes=max_bytes,
            concurrency=concurrency,
            ignore_robots=ignore_robots,
        )
    except ValueError as error:
        raise ConfigError(f"--contact {contact}: a mail or web address in ASCII is needed") from error
    following = FollowPolicy(max_pages=max_pages, full=full, feeds=feeds)
    report = CrawlReport(ignores_robots=ignore_robots)
    interrupted = False
    try:
        with report:
            for outcome in archive.crawl(
                _expanded(sources),
                imports=imports,
                fetching=fetching,
                following=following,
                on_wait=report.wait,
                on_change=report.layout_change,
            ):
                report.add(outcome)
    except KeyboardInterrupt:
        interrupted = True
    report.tell_summary(interrupted=interrupted)
    if stats_file:
        _write_whole(stats_file, [json.dumps(report.summary(), ensure_ascii=False).encode() + b"\n"])
    if interrupted:
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def dedupe(
    context: typer.Context,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Make all posts anew, not only those that changed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be; write nothing.")] = False,
    threshold: Annotated[
        str | None,
        typer.Option(
            metavar="SCORE",
            help=f"From which score on (0 to 100) two cards are one post, {USUAL_THRESHOLD:g} where nobody"
            " said so; kept for all later runs.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Bring the posts up to date with the cards."""
    archive: Archive = context.obj
    wanted = _score(threshold)
    merged = archive.dedupe(from_scratch=from_scratch, dry_run=dry_run, threshold=wanted)
    what = f"{merged.posts} posts from {merged.sightings} cards"
    used = archive.threshold() if wanted is None else wanted
    if used != USUAL_THRESHOLD:
        what += f" (threshold {used:g}, not {USUAL_THRESHOLD:g})"
    logger.info("%s", f"{what} (nothing was written)" if dry_run else what)
    logger.debug("%d of the posts are new or changed", merged.renewed)


@app.command()
def merge(context: typer.Context, left: CardId, right: CardId) -> None:
    """Say that two cards are one post, whatever speaks against it; kept for good."""
    _tell_word(context.obj.merge(left, right), same=True)


@app.command()
def split(context: typer.Context, left: CardId, right: CardId) -> None:
    """Say that two cards are two posts, whatever speaks for one; kept for good."""
    _tell_word(context.obj.split(left, right), same=False)


@app.command()
def export(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What to export.")] = "posts",
    form: Annotated[
        Format | None,
        typer.Option("--format", help="The format; by default that of the file's ending, else JSON."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; by default standard output.")
    ] = None,
    csv_raw: Annotated[
        bool,
        typer.Option("--csv-raw", help="Leave CSV cells alone that a spreadsheet would run as formulas."),
    ] = False,
) -> None:
    """Write the posts, cards, captures or revisions as JSON, JSON Lines or CSV."""
    archive: Archive = context.obj
    pieces = archive.export(kind, form or _format_of(output), csv_raw=csv_raw)
    if output is None:
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
    else:
        _write_whole(output, pieces)


@app.command()
def posts(
    context: typer.Context,
    doubtful: Annotated[
        bool, typer.Option("--doubtful", help="List the least certain merges and refusals instead.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many doubtful ones of either kind.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the posts, or what is doubtful about them."""
    archive: Archive = context.obj
    if doubtful:
        _show(archive.review_queue(most=limit), print_doubts, as_json=as_json)
    elif as_json:
        sys.stdout.buffer.writelines(archive.export("posts", "json"))
    else:
        print_posts(archive.rows("posts"))


@app.command()
def show(context: typer.Context, post: PostId, as_json: AsJson = False) -> None:
    """Show one post: its fields and their sources, its revisions, where and when it was seen."""
    _show(context.obj.show(post), print_post, as_json=as_json)


@app.command()
def search(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS...", help='Words that a post must have; "in quotes" together, wo* as a beginning.'
        ),
    ],
    limit: Annotated[int, typer.Option(min=1, help="How many to show at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find the posts that have all these words, the best first."""
    found = context.obj.search(" ".join(words), most=limit)
    _show(found.posts, lambda _: print_found(found), as_json=as_json)


@app.command()
def explain(
    context: typer.Context,
    card: Annotated[
        str, typer.Argument(metavar="POST|CARD", help="A post's id, or that of one of two cards.")
    ],
    other: Annotated[str | None, typer.Argument(metavar="[CARD]", help="The other card's id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say why the cards of a post are one, or why two cards are one post or are not."""
    printed = print_pair_explained if other else print_post_explained
    _show(context.obj.explain(card, other), printed, as_json=as_json)


@app.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say how much the archive holds."""
    _show(context.obj.status(), print_status, as_json=as_json)


@app.command(name="inspect")
def inspect_source(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A URL or a saved page.")],
    base_url: BaseUrl = None,
    as_json: AsJson = False,
    rule: Annotated[
        bool, typer.Option("--rule", help="Print a rule for archiver.toml that reads the page so.")
    ] = False,
) -> None:
    """Show what the parser sees on one page, and why; store nothing."""
    archive: Archive = context.obj
    imports = ImportOptions(base_url=base_url)
    if rule:
        draft = archive.draft_rule(source, imports)
        for line in rule_lines(draft):
            typer.echo(line)
        if draft.rule is None:
            raise typer.Exit(EXIT_FAILED)
        return
    page = archive.inspect(source, imports)
    if as_json:
        typer.echo(json.dumps(page_row(page), ensure_ascii=False))
    else:
        print_page(page)


@app.command()
def verify(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended without loss; tell what is left.")
    ] = False,
) -> None:
    """Check every row against its record and every record against its digest."""
    archive: Archive = context.obj
    faults = 0
    for fault in archive.repair() if repair else archive.verify():
        typer.echo(fault)
        faults += 1
    logger.info("%s", f"{faults} faults" if faults else "the archive is whole")
    if faults:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def rebuild(context: typer.Context) -> None:
    """Make the database anew from the WARC files."""
    rebuilt = context.obj.rebuild()
    for line in rebuilt.damaged:
        logger.error("%s", line)
    logger.info("%d captures, %d posts", rebuilt.captures, rebuilt.posts)
    if rebuilt.damaged:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def reparse(context: typer.Context) -> None:
    """Read the cards out of all captures again with today's parser; an interrupted run goes on."""
    report = ReparseReport()
    interrupted = False
    try:
        with report:
            for reread in context.obj.reparse():
                report.add(reread)
    except KeyboardInterrupt:
        interrupted = True
    report.tell_summary(interrupted=interrupted)
    if interrupted:
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)


def main() -> None:
    """Run the command line; the errors of the package become one line and an exit code."""
    log_to_stderr("text", verbose=False)
    try:
        app(prog_name="archiver")
    except ArchiverError as error:
        logger.error("%s%s", error, f" (`archiver {error.remedy}`)" if error.remedy else "")
        sys.exit(EXIT_USAGE if isinstance(error, ConfigError) else EXIT_FAILED)
    except BrokenPipeError:
        _give_up_output()  # the reader has enough
    except OSError as error:
        logger.error("%s: %s", error.filename or "standard output", error.strerror)
        if error.filename is None:
            _give_up_output()
        sys.exit(EXIT_FAILED)


def _give_up_output() -> None:
    """Let what is still buffered go nowhere: Python would fail once more when it closes standard output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_word(told: OverrideResult, *, same: bool) -> None:
    left, right = told.cards
    kept = "" if told.new else " (this was said before)"
    if told.one_post:
        logger.info("%s and %s are one post: %s%s", left, right, told.posts[0], kept)
    else:
        logger.info("%s and %s are two posts: %s and %s%s", left, right, *told.posts, kept)
    if told.one_post is not same:
        logger.error("what was said is kept, but it contradicts what was said of other cards; splits win")
        raise typer.Exit(EXIT_FAILED)


def _show(value: Shown, printed: Callable[[Shown], None], *, as_json: bool) -> None:
    """The value as JSON for programs, or printed for a person."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
    else:
        printed(value)


def _expanded(sources: Iterable[str]) -> Iterator[str]:
    """The sources, `-` replaced by the lines of standard input."""
    for source in sources:
        if source == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield source


def _time(text: str | None) -> datetime | None:
    try:
        return parse_time(text) if text else None
    except ValueError as error:
        raise ConfigError(
            f"--captured-at {text}: is no time; write 2026-11-21T09:30:00Z or 20261121093000"
        ) from error


def _score(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError as error:
        raise ConfigError(f"threshold {text}: is no score; a number from 0 to 100 is needed") from error


def _format_of(output: Path | None) -> Format:
    """The format that the file's ending names, else JSON."""
    ending = output.suffix.lstrip(".").lower() if output else ""
    return next((known for known in FORMATS if known == ending), "json")


def _write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """The file appears whole or not at all: an export that fails leaves what was there before.

    A pipe or a device is written to as it is (a file put in the place of /dev/null would break the machine),
    a link is followed.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            file.writelines(pieces)
        return
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.writelines(pieces)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
