"""The command line: arguments in, exit code out; no logic.

Data goes to standard output, everything else to standard error. Exit codes: 0 all well, 1 some sources
failed, some pages were not seen or the archive is damaged, 2 wrong usage or configuration, 130 interrupted.
`main` turns the errors of the package into lines and codes, so no command catches any.

What takes long to import (the parser, the network, the database, tables on a terminal) is imported by the
commands themselves: `--help` and a shell's completion must not wait for it.
"""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, cast

import typer

import archiver
from archiver.cli.arguments import AnyOrder, ExportedKind, source_lines, wanted_export
from archiver.cli.log import LogFormat, log_to_stderr, logger
from archiver.cli.terminal import clean_streams, open_closed_streams, printable, printable_values, write_data
from archiver.defaults import DEFAULT_THRESHOLD, MAX_PAGES, MAX_PAYLOAD_BYTES
from archiver.errors import ArchiverError, ConfigError
from archiver.rows import ExportFormat
from archiver.wholefile import write_whole

if TYPE_CHECKING:
    from io import BufferedReader

    from archiver.cli.progress import CrawlReport
    from archiver.models import Model

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

GC_THRESHOLDS = (100_000, 50, 1000)
"""Allocations before a search for reference cycles, and searches before one of the next generation.

A run of `dedupe` makes millions of values that are in no cycle. By Python's own thresholds (700, 10, 10) a
run from scratch over 400,000 sightings took 13.0 s of the processor, by these 9.6 s.
"""

Value = TypeVar("Value")

app = typer.Typer(
    name="archiver",
    cls=AnyOrder,
    help="Archive listing pages, read the cards out of them, and merge the cards of one post.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,  # a bug stays a plain traceback
    rich_markup_mode=None,  # boxes are drawn to the width of a terminal; plain text is the same everywhere
)


ArchiveOption = Annotated[
    Path,
    typer.Option("--archive", envvar="ARCHIVER_DIR", help="Folder of the archive.", show_default="./data"),
]
BaseUrl = Annotated[
    str | None, typer.Option("--base-url", help="URL that the paths of saved pages are joined to.")
]
Cookies = Annotated[
    Path | None, typer.Option(help="File of cookies (cookies.txt), sent to the hosts that they name.")
]
Proxy = Annotated[str | None, typer.Option(help="HTTP proxy, such as http://localhost:3128.")]
CardId = Annotated[str, typer.Argument(metavar="CARD", help="A card's id, or its first digits (4 at least).")]
PostId = Annotated[
    str,
    typer.Argument(metavar="POST", help="A post's id, or one that it had, or its first digits, or its URL."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"archiver {archiver.__version__}")
        raise typer.Exit


@app.callback()
def common(
    context: typer.Context,
    archive: ArchiveOption = Path("data"),
    log_format: Annotated[LogFormat, typer.Option(help="Format of the lines on standard error.")] = "text",
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every page.")] = False,
    version: Annotated[  # noqa: ARG001 - the callback acts on it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Archive listing pages, read the cards out of them, and merge the cards of one post."""
    log_to_stderr(log_format, verbose=verbose)
    context.obj = archive


@app.command()
def crawl(
    context: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE...]",
            help="A URL; a saved page (also .mhtml, .har), a folder of them; a WARC or WACZ file;"
            " git:PATH[:GLOB]; card records (.jsonl, .csv, .json, .parquet, a SQLite database); wayback:URL"
            " or timemap:URL for a web archive's captures; a list of feeds (.opml); - for card records or a"
            " list of sources on standard input; none: the subscriptions that are due.",
        ),
    ] = None,
    base_url: BaseUrl = None,
    captured_at: Annotated[
        str | None,
        typer.Option(help="Time of saved pages whose path has none (ISO 8601 or 14 digits, UTC)."),
    ] = None,
    field_map: Annotated[
        str | None,
        typer.Option(
            "--map",
            metavar="FIELD=NAME,...",
            help="Names that card records have for fields, such as title=headline,url=link.",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Reject card records with fields that are not read.")
    ] = False,
    table: Annotated[
        str | None, typer.Option(help="Table of a SQLite database whose rows are card records.")
    ] = None,
    include: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="URLs (*/blog/*) or media types of WARC records to take alone."),
    ] = None,
    exclude: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="URLs or media types of WARC records to pass over."),
    ] = None,
    listings_only: Annotated[
        bool, typer.Option("--listings-only", help="Of a WARC keep the pages that show cards, and feeds.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Of a WARC keep all media types, not only those of pages.")
    ] = False,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="Leave the payloads in the WARC file, and keep their places.")
    ] = False,
    max_pages: Annotated[int, typer.Option(min=1, help="Pages of a listing to fetch at most.")] = MAX_PAGES,
    full: Annotated[
        bool, typer.Option("--full", help="Continue after the first page that shows nothing new.")
    ] = False,
    feeds: Annotated[
        bool, typer.Option("--feeds", help="Also fetch the feeds that a listing announces.")
    ] = False,
    delay: Annotated[
        float, typer.Option(min=0, help="Shortest pause between two requests to a host, in seconds.")
    ] = 1.0,
    timeout: Annotated[float, typer.Option(min=0.001, help="Read timeout in seconds.")] = 30.0,
    retries: Annotated[int, typer.Option(min=0, help="Retries for temporary failures.")] = 2,
    max_bytes: Annotated[
        int,
        typer.Option(
            min=1, max=MAX_PAYLOAD_BYTES, help="Size at which a response is cut off, in bytes as received."
        ),
    ] = 20 * 1024 * 1024,
    concurrency: Annotated[int, typer.Option(min=1, help="Concurrent requests to one host.")] = 1,
    cdx: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="CDX server that lists wayback: sources instead of web.archive.org."
        ),
    ] = None,
    from_time: Annotated[
        str | None,
        typer.Option("--from", help="First time of a web archive's captures (14 digits, ISO 8601)."),
    ] = None,
    to_time: Annotated[
        str | None, typer.Option("--to", help="Last time of a web archive's captures; a year is all of it.")
    ] = None,
    match_type: Annotated[
        str | None,
        typer.Option(metavar="exact|prefix|host|domain", help="Which URLs a wayback: source means."),
    ] = None,
    collapse: Annotated[
        str | None,
        typer.Option(
            metavar="digest|timestamp:N",
            help="Leave out captures that share it with the one before, in a web archive.",
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Captures of a web archive to fetch at most, earliest first.")
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Print how many captures a web archive would be asked for; fetch none."
        ),
    ] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Ignore robots.txt; for your own sites.")
    ] = False,
    contact: Annotated[
        str | None, typer.Option(help="E-mail or URL in the User-Agent, for the sites' operators.")
    ] = None,
    cookies: Cookies = None,
    proxy: Proxy = None,
    stats_file: Annotated[
        Path | None, typer.Option(help="File for the figures of the crawl, as JSON.")
    ] = None,
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="COMMAND",
            help="Command that gets the new posts of the subscriptions as JSON on standard input.",
        ),
    ] = None,
) -> None:
    """Fetch or import every source, keep every byte, read the cards; nothing is stored twice."""
    from archiver.archive import check_not_own
    from archiver.cli.progress import CrawlReport

    if stats_file:
        check_not_own(context.obj, stats_file)
    if not sources:
        _refuse_options(context, allowed=("stats_file", "notify"))
        _crawl_due(_archive(context), stats_file, notify)
        return
    if notify:
        raise ConfigError("--notify is for the crawl of subscriptions, which names no source")
    imports = archiver.ImportOptions(
        base_url=base_url,
        captured_at=_time(captured_at),
        fields=_fields(field_map),
        strict=strict,
        include=tuple(include or ()),
        exclude=tuple(exclude or ()),
        everything=everything,
        listings_only=listings_only,
        in_place=in_place,
        table=table,
    )
    try:
        fetching = archiver.FetchOptions(
            contact=contact,
            cookies=cookies,
            proxy=proxy,
            delay_s=delay,
            timeout_s=timeout,
            retries=retries,
            max_bytes=max_bytes,
            concurrency=concurrency,
            ignore_robots=ignore_robots,
        )
    except ValueError as error:
        raise _invalid(error) from error
    following = archiver.FollowPolicy(max_pages=max_pages, full=full, feeds=feeds)
    chosen = {
        "index": cdx,
        "from_time": from_time,
        "to_time": to_time,
        "match_type": match_type,
        "collapse": collapse,
        "limit": limit,
    }
    web_archive = _web_archive({name: value for name, value in chosen.items() if value is not None})
    if dry_run:
        _print_archived(_archive(context), sources, web_archive, fetching)
        return
    report = CrawlReport(ignores_robots=ignore_robots)
    interrupted = False
    try:
        with report:
            for result in _archive(context).crawl_iter(
                _expanded(sources),
                imports=imports,
                fetching=fetching,
                following=following,
                web_archive=web_archive,
                on_wait=report.wait,
                on_change=report.layout_change,
            ):
                report.add(result)
    except KeyboardInterrupt:
        interrupted = True
    report.log_summary(interrupted=interrupted)
    _write_stats(stats_file, report)
    if interrupted:
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="The URL of a listing or a feed.")],
    every: Annotated[
        str | None, typer.Option(help="Pause between two crawls (30m, 6h, 2d); else the site's own pace.")
    ] = None,
    contact: Annotated[
        str | None, typer.Option(help="E-mail or URL in the User-Agent, for the site's operators.")
    ] = None,
    delay: Annotated[
        float, typer.Option(min=0, help="Shortest pause between two requests, in seconds.")
    ] = 1.0,
    max_pages: Annotated[int, typer.Option(min=1, help="Pages of the listing to fetch at most.")] = MAX_PAGES,
    feeds: Annotated[bool, typer.Option("--feeds", help="Also fetch the feeds that it announces.")] = False,
    ignore_robots: Annotated[
        bool, typer.Option("--ignore-robots", help="Ignore robots.txt; for your own sites.")
    ] = False,
    cookies: Cookies = None,
    proxy: Proxy = None,
) -> None:
    """Subscribe to a source: `crawl` without a source crawls it whenever it is due."""
    try:
        wanted = archiver.Subscription.model_validate(
            {
                "url": url,
                "every": every,
                "contact": contact,
                "delay": delay,
                "robots": not ignore_robots,
                "cookies": cookies and cookies.absolute(),
                "proxy": proxy,
                "feeds": feeds,
                "max_pages": max_pages,
            }
        )
    except ValueError as error:
        raise _invalid(error) from error
    if _archive(context).add_source(wanted):
        logger.info("%s: added; `archiver crawl` crawls it now, and again when it is due", wanted.url)
    else:
        logger.warning("%s: is a subscription already; nothing was changed", wanted.url)


@app.command()
def sources(
    context: typer.Context,
    cron: Annotated[
        bool, typer.Option("--cron", help="Print the line of a crontab that crawls what is due.")
    ] = False,
    systemd: Annotated[
        bool, typer.Option("--systemd", help="Print a service and a timer of systemd that do so.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the subscriptions: when each was crawled, when it is due, and how it is."""
    from archiver.cli.subscribe import cron_line, print_sources, systemd_units

    archive = _archive(context)
    if cron or systemd:
        typer.echo(cron_line(archive.folder) if cron else systemd_units(archive.folder), nl=cron)
        return
    found = [_row(one) for one in archive.sources()]
    _show(found, print_sources, as_json=as_json)
    if not found:
        logger.warning("%s: no subscriptions (`archiver add`)", archive.folder)


@app.command()
def dedupe(
    context: typer.Context,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Compute all posts, not only those that changed.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report what would be; write nothing.")] = False,
    threshold: Annotated[
        str | None,
        typer.Option(
            metavar="SCORE",
            help=f"Score (0 to 100) from which on two cards are one post, {DEFAULT_THRESHOLD:g} by default;"
            " kept for all later runs.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Bring the posts up to date with the cards."""
    archive = _archive(context)
    wanted = _score(threshold)
    merged = archive.dedupe(from_scratch=from_scratch, dry_run=dry_run, threshold=wanted)
    what = f"{merged.posts} posts from {merged.sightings} cards"
    used = archive.threshold() if wanted is None else wanted
    if used != DEFAULT_THRESHOLD:
        what += f" (threshold {used:g}, not {DEFAULT_THRESHOLD:g})"
    logger.info("%s", f"{what} (nothing was written)" if dry_run else what)
    logger.debug("%d of the posts are new or changed", merged.renewed)


@app.command()
def merge(context: typer.Context, left: CardId, right: CardId) -> None:
    """Override: two cards are one post, whatever the evidence; kept for good."""
    _log_override(_archive(context).merge(left, right), same=True)


@app.command()
def split(context: typer.Context, left: CardId, right: CardId) -> None:
    """Override: two cards are two posts, whatever the evidence; kept for good."""
    _log_override(_archive(context).split(left, right), same=False)


@app.command()
def export(
    context: typer.Context,
    kind: Annotated[
        ExportedKind | None,
        typer.Argument(
            help="What to export: rows, cdxj or wacz (captures), datapackage (all rows).",
            show_default="posts",
        ),
    ] = None,
    form: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="Format; by default the one that the file's ending names, or JSON."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="File (.gz: compressed) or folder to write; by default standard output."
        ),
    ] = None,
    csv_raw: Annotated[
        bool,
        typer.Option("--csv-raw", help="Leave CSV cells alone that a spreadsheet would run as formulas."),
    ] = False,
) -> None:
    """Write the posts, cards, captures or revisions to a file; posts as a feed, captures as CDXJ or WACZ."""
    archive = _archive(context)
    wanted = wanted_export(kind, form, output)
    if output is not None:
        archive.export(wanted.kind, output, wanted.form, csv_raw=csv_raw)
    elif wanted.form in ("wacz", "parquet") and sys.stdout.isatty():
        raise ConfigError(f"{wanted.form} is no text: name a file with --output, or redirect standard output")
    else:
        write_data(archive.export_iter(wanted.kind, wanted.form or "json", csv_raw=csv_raw))


@app.command()
def posts(
    context: typer.Context,
    review: Annotated[
        bool, typer.Option("--review", help="List the least certain merges and refusals instead.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many uncertain merges, and refusals.")] = 20,
    as_json: AsJson = False,
) -> None:
    """List the posts, or the least certain decisions behind them."""
    from archiver.cli.show import print_posts, print_review_queue

    archive = _archive(context)
    if review:
        found = [item.model_dump(mode="json") for item in archive.review_queue(limit=limit)]
        _show(found, print_review_queue, as_json=as_json)
    elif as_json:
        write_data(archive.export_iter("posts", "json"))
    else:
        print_posts(map(printable_values, archive.rows("posts")))
        _log_no_posts(archive)


@app.command()
def show(context: typer.Context, post: PostId, as_json: AsJson = False) -> None:
    """Show one post: its fields and their sources, its revisions, where and when it was seen."""
    from archiver.cli.show import print_post

    _show(_row(_archive(context).show(post)), print_post, as_json=as_json)


@app.command()
def search(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="WORDS...", help='Words that a post must have; "in quotes" together, wo* as a beginning.'
        ),
    ],
    limit: Annotated[int, typer.Option(min=1, help="Posts to show at most.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find the posts that have all these words, best match first."""
    from archiver.cli.show import print_found

    found = _row(_archive(context).search(" ".join(words), limit=limit))
    _show(found["posts"], lambda _: print_found(printable_values(found)), as_json=as_json)


@app.command()
def explain(
    context: typer.Context,
    card: Annotated[
        str, typer.Argument(metavar="POST|CARD", help="A post's id, or that of one of two cards.")
    ],
    other: Annotated[str | None, typer.Argument(metavar="[CARD]", help="The other card's id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain why the cards of a post are one, or why two cards are one post or are not."""
    from archiver.cli.show import print_pair_explained, print_post_explained

    printed = print_pair_explained if other else print_post_explained
    _show(_row(_archive(context).explain(card, other)), printed, as_json=as_json)


@app.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how much the archive holds, and what was not seen: pages that failed (exit code 1)."""
    from archiver.cli.show import print_status

    held = _archive(context).status()
    _show(_row(held), print_status, as_json=as_json)
    if held.unseen:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def coverage(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what may have been missed of each listing: gaps, months without a capture, failed pages."""
    from archiver.cli.show import print_coverage

    archive = _archive(context)
    _show([_row(listing) for listing in archive.coverage()], print_coverage, as_json=as_json)
    _log_no_posts(archive)


@app.command(name="inspect")
def inspect_source(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A URL or a saved page.")],
    base_url: BaseUrl = None,
    as_json: AsJson = False,
    rule: Annotated[
        bool, typer.Option("--rule", help="Print a rule for archiver.toml that reads the page the same way.")
    ] = False,
) -> None:
    """Show what the parser reads on one page, and why; store nothing."""
    from archiver.cli.inspect import page_row, print_page, rule_lines

    archive = _archive(context)
    imports = archiver.ImportOptions(base_url=base_url)
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
        bool,
        typer.Option("--repair", help="Repair what can be repaired without loss; print what is left."),
    ] = False,
) -> None:
    """Check every row against its record and every record against its digest."""
    archive = _archive(context)
    faults = 0
    for fault in archive.repair() if repair else archive.verify_iter():
        typer.echo(printable(fault))
        faults += 1
    logger.info("%s", f"{faults} faults" if faults else "the archive is whole")
    if faults:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def rebuild(context: typer.Context) -> None:
    """Rebuild the database from the WARC files."""
    rebuilt = _archive(context).rebuild()
    for line in rebuilt.damaged:
        logger.error("%s", line)
    if rebuilt.lost:
        logger.warning("%d captures are lost for good; what was read of them is kept", rebuilt.lost)
    logger.info("%d captures, %d posts", rebuilt.captures, rebuilt.posts)
    if rebuilt.damaged:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def reparse(context: typer.Context) -> None:
    """Read all captures again with this version's parser; an interrupted run is resumed."""
    from archiver.cli.progress import ReparseReport

    report = ReparseReport()
    interrupted = False
    try:
        with report:
            for reread in _archive(context).reparse_iter():
                report.add(reread)
    except KeyboardInterrupt:
        interrupted = True
    report.log_summary(interrupted=interrupted)
    if interrupted:
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)


def main() -> None:
    """Run the command line; the errors of the package become one line and an exit code."""
    gc.set_threshold(*GC_THRESHOLDS)  # here and not in the library: it holds for the whole process
    open_closed_streams()
    if "_ARCHIVER_COMPLETE" not in os.environ:  # a shell reads it, and fish needs tabs
        clean_streams()
    log_to_stderr("text", verbose=False)
    try:
        try:
            app(prog_name="archiver")
        finally:
            sys.stdout.flush()  # here, where an error becomes a line
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
    """Discard what is still buffered: Python would fail once more when it closes standard output."""
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), sys.stdout.fileno())


def _crawl_due(archive: "archiver.Archive", stats_file: Path | None, notify: str | None) -> None:
    """Crawl the subscriptions that are due, and say what is new."""
    from archiver.cli.progress import CrawlReport
    from archiver.cli.subscribe import log_news, notified, split_command

    command = split_command(notify) if notify is not None else None
    if not archive.sources():
        raise ConfigError(
            "no source is named, and the archive has no subscriptions; name a source, or add one"
        )
    report = CrawlReport()
    due = None
    try:
        with report:
            due = archive.crawl_due(on_result=report.add, on_wait=report.wait, on_change=report.layout_change)
    except KeyboardInterrupt:
        pass
    if due is None or due.news:
        report.log_summary(interrupted=due is None)
    _write_stats(stats_file, report)
    if due is None:
        raise typer.Exit(EXIT_INTERRUPTED)
    news = [_row(one) for one in due.news]
    log_news(news)
    if due.next_due:
        logger.info("the next source is due at %s", due.next_due.strftime("%Y-%m-%d %H:%M UTC"))
    told = command is None or not news or notified(command, {"news": news, "crawl": report.summary()})
    if report.failed or not told:
        raise typer.Exit(EXIT_FAILED)


def _refuse_options(context: typer.Context, allowed: Iterable[str]) -> None:
    """Raise ConfigError where an option is given that only named sources have."""
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name)
        if name not in allowed and given is not None and given.name == "COMMANDLINE":
            raise ConfigError(
                f"{parameter.opts[0]} is for sources that are named; archiver.toml has those of the others"
            )


def _invalid(error: ValueError) -> ConfigError:
    """Return the error of an option or argument that does not fit; *error* is pydantic's."""
    from pydantic import ValidationError

    assert isinstance(error, ValidationError)  # noqa: S101 - for the type checker
    first = error.errors()[0]
    name = str(first["loc"][0]).removesuffix("_s").replace("_", "-")
    what = name if name == "url" else f"--{name}"
    message = first["msg"].removeprefix("Value error, ").replace("Input should be", "expected")
    if name == "contact":
        message = "expected an e-mail or URL in ASCII"
    value = repr(first["input"])
    return ConfigError(
        f"invalid {what}: {message}" if value in message else f"invalid {what} {value}: {message}"
    )


def _write_stats(stats_file: Path | None, report: "CrawlReport") -> None:
    """Write the figures of a crawl to the file that the user named."""
    if stats_file:
        write_whole(stats_file, [json.dumps(report.summary(), ensure_ascii=False).encode() + b"\n"])


def _archive(context: typer.Context) -> "archiver.Archive":
    """Return the archive that the options name."""
    return archiver.Archive(context.obj)


def _row(value: "Model") -> dict[str, Any]:
    """Return the value's fields as JSON has them, which is what is printed for programs and people."""
    return value.model_dump(mode="json")


def _log_no_posts(archive: "archiver.Archive") -> None:
    """Say why an archive shows no posts; an empty table could also mean a wrong folder."""
    held = archive.status()
    if held.posts == 0 and held.cards:
        logger.warning(
            "%s: none of its %d cards is in a post yet (`archiver dedupe`)", archive.folder, held.cards
        )
    elif held.posts == 0:
        logger.warning("%s: the archive holds no cards (`archiver crawl`)", archive.folder)


def _log_override(result: "archiver.OverrideResult", *, same: bool) -> None:
    left, right = result.cards
    again = "" if result.new else " (known before)"
    if result.one_post:
        logger.info("%s and %s are one post: %s%s", left, right, result.posts[0], again)
    else:
        logger.info("%s and %s are two posts: %s and %s%s", left, right, *result.posts, again)
    if result.one_post is not same:
        logger.error("the override is kept, but contradicts overrides of other cards; splits win")
        raise typer.Exit(EXIT_FAILED)


def _show(value: Value, printed: Callable[[Value], None], *, as_json: bool) -> None:
    """Print the value as JSON for programs, or as text for a terminal."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False))
    else:
        printed(printable_values(value))


def _expanded(sources: Iterable[str]) -> Iterator[str]:
    """Give the sources; `-` is a list of them on standard input, or itself where that holds card records."""
    from archiver.sources import STANDARD_INPUT, begins_as_records

    waiting = cast("BufferedReader", sys.stdin.buffer)
    for source in sources:
        if source == STANDARD_INPUT and not begins_as_records(waiting.peek(1)):
            listed = list(source_lines(map(os.fsdecode, waiting)))  # names of files need not be UTF-8
            if not listed:
                raise ConfigError("standard input names no source; give a list of them, or card records")
            yield from listed
        else:
            yield source


def _fields(text: str | None) -> dict[str, str]:
    """Return the names of a `--map`, by the fields of card records that they stand for."""
    named: dict[str, str] = {}
    for pair in text.split(",") if text else ():
        ours, _, theirs = (part.strip() for part in pair.partition("="))
        if not ours or not theirs:
            raise ConfigError(f"invalid --map {pair!r}: expected FIELD=NAME, such as title=headline")
        named[ours] = theirs
    return named


def _time(text: str | None) -> datetime | None:
    try:
        return archiver.parse_time(text) if text else None
    except ValueError as error:
        raise ConfigError(f"invalid --captured-at {text!r}: expected ISO 8601 or 14 digits") from error


_WEB_ARCHIVE_FLAGS = {
    "index": ("--cdx", "a URL"),
    "from_time": ("--from", "14 digits, the beginning of them, or ISO 8601"),
    "to_time": ("--to", "14 digits, the beginning of them, or ISO 8601"),
    "match_type": ("--match-type", "exact, prefix, host or domain"),
    "collapse": ("--collapse", "digest or timestamp:N, N from 1 to 14"),
    "limit": ("--limit", "1 or more"),
}


def _web_archive(chosen: Mapping[str, object]) -> "archiver.WebArchiveOptions | None":
    """Return what the flags say of the captures of web archives; None where they say nothing."""
    from pydantic import ValidationError

    if not chosen:
        return None
    try:
        return archiver.WebArchiveOptions.model_validate(chosen)
    except ValidationError as error:
        (fault, *_) = error.errors()
        name = str(fault["loc"][0])
        flag, expected = _WEB_ARCHIVE_FLAGS[name]
        raise ConfigError(f"invalid {flag} {chosen[name]!r}: expected {expected}") from error


def _print_archived(
    archive: "archiver.Archive",
    sources: Iterable[str],
    web_archive: "archiver.WebArchiveOptions | None",
    fetching: "archiver.FetchOptions",
) -> None:
    """Print, for each source, the captures and their bytes by month, and in all."""
    for source in _expanded(sources):
        months = archive.count_archived(source, web_archive=web_archive, fetching=fetching)
        for month in months:
            typer.echo(f"{printable(source)}  {month.month}  {month.captures:>7}  {month.bytes:>13}")
        captures, size = sum(month.captures for month in months), sum(month.bytes for month in months)
        logger.info(
            "%s: %d captures in %d months, %d bytes as the web archive keeps them",
            source,
            captures,
            len(months),
            size,
        )


def _score(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError as error:
        raise ConfigError(f"threshold {text}: expected a score from 0 to 100") from error
