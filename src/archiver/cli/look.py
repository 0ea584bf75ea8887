"""The commands that show what the archive holds: posts, captures, and what changed between them."""

from typing import Annotated

import typer

import archiver
from archiver.cli import filters
from archiver.cli.common import (
    EXIT_FAILED,
    AsJson,
    CaptureName,
    PostId,
    archive_of,
    log_no_posts,
    row,
    show_as,
)
from archiver.cli.options import past_time, site_name, skipped
from archiver.cli.terminal import json_array, printable_values, write_data

Since = Annotated[
    str | None, typer.Option(metavar="TIME|AGE", help="Of captures since then alone (2026-03-01, 36h, 7d).")
]


def posts(
    context: typer.Context,
    new_since: filters.NewSince = None,
    site: filters.Site = None,
    source: filters.Source = None,
    category: filters.Category = None,
    author: filters.Author = None,
    from_date: filters.FromDate = None,
    to_date: filters.ToDate = None,
    edited: filters.Edited = False,
    gone: filters.Gone = False,
    sort: filters.Order = "first_seen",
    descending: filters.Descending = False,
    limit: filters.Limit = None,
    page: filters.PageNumber = 1,
    review: Annotated[
        bool, typer.Option("--review", help="List the least certain merges and refusals instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the posts, or the least certain decisions behind them."""
    from archiver.cli.show import print_posts, print_review_queue

    archive = archive_of(context)
    if review:
        found = [item.model_dump(mode="json") for item in archive.review_queue(limit=limit or 20)]
        show_as(found, print_review_queue, as_json=as_json)
        return
    where = filters.filter_of(context)
    if as_json:
        write_data(archive.export_iter("posts", "json", where=where))
    else:
        print_posts(map(printable_values, archive.rows("posts", where)))
        log_no_posts(archive)


def changes(
    context: typer.Context,
    since: Since = None,
    site: filters.Site = None,
    as_json: AsJson = False,
) -> None:
    """Show what came, was edited, went and came back, by site.

    A post is gone where a capture shows its neighbours on both sides and not the post. Each statement names
    the captures that show it.
    """
    from archiver.cli.changes import print_changes

    archive = archive_of(context)
    wanted = site_name(site)
    found = (
        row(change)
        for change in archive.changes(past_time("--since", since))
        if wanted is None or change.site == wanted
    )
    if as_json:
        write_data(json_array(found))
    else:
        print_changes(map(printable_values, found))
        log_no_posts(archive)


def captures(
    context: typer.Context,
    site: filters.Site = None,
    source: Annotated[
        str | None, typer.Argument(metavar="URL", help="URL of a page, or of a source that was crawled.")
    ] = None,
    since: Since = None,
    limit: Annotated[int | None, typer.Option(min=1, help="How many to list at most.")] = None,
    page: filters.PageNumber = 1,
    as_json: AsJson = False,
) -> None:
    """List the captures, latest first, with what they show."""
    from archiver.cli.captures import print_captures

    archive = archive_of(context)
    where = archiver.CaptureFilter(
        site=site_name(site),
        source=source,
        since=past_time("--since", since),
        limit=limit,
        skip=skipped(limit, page),
    )
    found = archive.captures(where)
    if as_json:
        write_data(json_array(found))
    else:
        print_captures(map(printable_values, found))


def diff(context: typer.Context, before: CaptureName, after: CaptureName, as_json: AsJson = False) -> None:
    """Show what differs between two captures.

    These are posts that came, left, moved or were edited. A capture is named by its id, by its URL (the last
    one), or by URL@TIME (the last one up to then, in UTC; 2026-03-01 is up to the end of that day).
    """
    from archiver.cli.changes import print_diff

    show_as(row(archive_of(context).diff(before, after)), print_diff, as_json=as_json)


def show(context: typer.Context, post: PostId, as_json: AsJson = False) -> None:
    """Show one post: its fields, what happened to it, where seen.

    Each field is shown with its capture. Of revisions and edits, the words that are new are in braces, those
    that were left out in brackets.
    """
    from archiver.cli.post import print_post

    show_as(row(archive_of(context).show(post)), print_post, as_json=as_json)


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

    found = row(archive_of(context).search(" ".join(words), limit=limit))
    show_as(found["posts"], lambda _: print_found(printable_values(found)), as_json=as_json)


def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show how much the archive holds, and what is wrong.

    Each figure is explained, also the health of each source. Where pages were not seen, the exit code is 1.
    """
    from archiver.cli.status import print_status

    held = archive_of(context).status()
    show_as(row(held), print_status, as_json=as_json)
    if held.unseen:
        raise typer.Exit(EXIT_FAILED)
