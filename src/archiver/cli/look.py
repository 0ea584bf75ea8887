"""The commands that show what the archive holds: posts, show, search, status."""

from typing import Annotated

import typer

from archiver.cli.common import EXIT_FAILED, AsJson, PostId, archive_of, log_no_posts, row, show_as
from archiver.cli.terminal import printable_values, write_data


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

    archive = archive_of(context)
    if review:
        found = [item.model_dump(mode="json") for item in archive.review_queue(limit=limit)]
        show_as(found, print_review_queue, as_json=as_json)
    elif as_json:
        write_data(archive.export_iter("posts", "json"))
    else:
        print_posts(map(printable_values, archive.rows("posts")))
        log_no_posts(archive)


def show(context: typer.Context, post: PostId, as_json: AsJson = False) -> None:
    """Show one post: its fields, its revisions, where it was seen.

    Each field is shown with its source, each sighting with its time.
    """
    from archiver.cli.show import print_post

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
    """Show how much the archive holds, and what was not seen.

    Where pages failed, the exit code is 1.
    """
    from archiver.cli.show import print_status

    held = archive_of(context).status()
    show_as(row(held), print_status, as_json=as_json)
    if held.unseen:
        raise typer.Exit(EXIT_FAILED)
