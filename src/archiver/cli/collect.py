"""The commands that collect pages and cards: crawl, add, sources, and what of a listing may be missing."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

import archiver
from archiver.cli.arguments import source_lines
from archiver.cli.common import (
    EXIT_FAILED,
    EXIT_INTERRUPTED,
    AsJson,
    BaseUrl,
    Cookies,
    Proxy,
    archive_of,
    log_no_posts,
    row,
    show_as,
)
from archiver.cli.log import logger
from archiver.cli.options import captured_time, field_names, invalid, refuse_options, web_archive_options
from archiver.cli.terminal import json_array, printable, write_data
from archiver.defaults import MAX_PAGES, MAX_PAYLOAD_BYTES
from archiver.errors import ConfigError
from archiver.wholefile import write_whole

if TYPE_CHECKING:
    from io import BufferedReader

    from archiver.cli.progress import CrawlReport


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
    as_json: Annotated[bool, typer.Option("--json", help="Print what --dry-run counts as JSON.")] = False,
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
    """Fetch or import every source, keep every byte, read the cards.

    Nothing is stored twice.
    """
    from archiver.checks import check_not_own
    from archiver.cli.progress import CrawlReport

    if stats_file:
        check_not_own(context.obj, stats_file)
    if not sources:
        refuse_options(context, allowed=("stats_file", "notify"))
        _crawl_due(archive_of(context), stats_file, notify)
        return
    if notify:
        raise ConfigError("--notify is for the crawl of subscriptions, which names no source")
    if as_json and not dry_run:
        raise ConfigError("--json is for --dry-run; a crawl reports to a --stats-file")
    imports = archiver.ImportOptions(
        base_url=base_url,
        captured_at=captured_time(captured_at),
        fields=field_names(field_map),
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
        raise invalid(error) from error
    following = archiver.FollowPolicy(max_pages=max_pages, full=full, feeds=feeds)
    chosen = {
        "index": cdx,
        "from_time": from_time,
        "to_time": to_time,
        "match_type": match_type,
        "collapse": collapse,
        "limit": limit,
    }
    web_archive = web_archive_options({name: value for name, value in chosen.items() if value is not None})
    if dry_run:
        counted = _archived(archive_of(context), sources, web_archive, fetching)
        if as_json:
            write_data(json_array(counted))
        else:
            for one in counted:
                month = f"{one['month']}  {one['captures']:>7}  {one['bytes']:>13}"
                typer.echo(f"{printable(one['source'])}  {month}")
        return
    report = CrawlReport(ignores_robots=ignore_robots)
    interrupted = False
    try:
        with report:
            for result in archive_of(context).crawl_iter(
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
    """Subscribe to a source.

    `crawl` without a source crawls it whenever it is due.
    """
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
        raise invalid(error) from error
    if archive_of(context).add_source(wanted):
        logger.info("%s: added; `archiver crawl` crawls it now, and again when it is due", wanted.url)
    else:
        logger.warning("%s: is a subscription already; nothing was changed", wanted.url)


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
    """List the subscriptions: when crawled, when due, how they are."""
    from archiver.cli.subscribe import cron_line, print_sources, systemd_units

    archive = archive_of(context)
    if cron or systemd:
        typer.echo(cron_line(archive.folder) if cron else systemd_units(archive.folder), nl=cron)
        return
    found = [row(one) for one in archive.sources()]
    show_as(found, print_sources, as_json=as_json)
    if not found:
        logger.warning("%s: no subscriptions (`archiver add`)", archive.folder)


def coverage(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what may have been missed of each listing.

    Listed are gaps, months without a capture, and failed pages.
    """
    from archiver.cli.show import print_coverage

    archive = archive_of(context)
    show_as([row(listing) for listing in archive.coverage()], print_coverage, as_json=as_json)
    log_no_posts(archive)


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
    news = [row(one) for one in due.news]
    log_news(news)
    if due.next_due:
        logger.info("the next source is due at %s", due.next_due.strftime("%Y-%m-%d %H:%M UTC"))
    told = command is None or not news or notified(command, {"news": news, "crawl": report.summary()})
    if report.failed or not told:
        raise typer.Exit(EXIT_FAILED)


def _write_stats(stats_file: Path | None, report: "CrawlReport") -> None:
    """Write the figures of a crawl to the file that the user named."""
    if stats_file:
        write_whole(stats_file, [json.dumps(report.summary(), ensure_ascii=False).encode() + b"\n"])


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


def _archived(
    archive: "archiver.Archive",
    sources: Iterable[str],
    web_archive: "archiver.WebArchiveOptions | None",
    fetching: "archiver.FetchOptions",
) -> Iterator[dict[str, Any]]:
    """Yield, for each source, the captures and their bytes by month; log them in all."""
    for source in _expanded(sources):
        months = archive.count_archived(source, web_archive=web_archive, fetching=fetching)
        for month in months:
            yield {"source": source, "month": month.month, "captures": month.captures, "bytes": month.bytes}
        captures, size = sum(month.captures for month in months), sum(month.bytes for month in months)
        logger.info(
            "%s: %d captures in %d months, %d bytes as the web archive keeps them",
            source,
            captures,
            len(months),
            size,
        )
