"""The commands that merge cards into posts, explain why, and override it."""

from typing import Annotated

import typer

import archiver
from archiver.cli.common import EXIT_FAILED, AsJson, CardId, archive_of, row, show_as
from archiver.cli.log import logger
from archiver.cli.options import score
from archiver.defaults import DEFAULT_THRESHOLD


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
    archive = archive_of(context)
    wanted = score(threshold)
    merged = archive.dedupe(from_scratch=from_scratch, dry_run=dry_run, threshold=wanted)
    what = f"{merged.posts} posts from {merged.sightings} sightings"
    used = archive.threshold() if wanted is None else wanted
    if used != DEFAULT_THRESHOLD:
        what += f" (threshold {used:g}, not {DEFAULT_THRESHOLD:g})"
    logger.info("%s", f"{what} (nothing was written)" if dry_run else what)
    logger.debug("%d of the posts are new or changed", merged.renewed)


def explain(
    context: typer.Context,
    card: Annotated[
        str, typer.Argument(metavar="POST|CARD", help="A post's id, or that of one of two cards.")
    ],
    other: Annotated[str | None, typer.Argument(metavar="[CARD]", help="The other card's id.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain why cards are one post or are not.

    A post's id explains all of its cards; two cards explain this pair.
    """
    from archiver.cli.show import print_pair_explained, print_post_explained

    printed = print_pair_explained if other else print_post_explained
    show_as(row(archive_of(context).explain(card, other)), printed, as_json=as_json)


def merge(context: typer.Context, left: CardId, right: CardId) -> None:
    """Override: two cards are one post, whatever the evidence.

    The override is kept for good.
    """
    _log_override(archive_of(context).merge(left, right), same=True)


def split(context: typer.Context, left: CardId, right: CardId) -> None:
    """Override: two cards are two posts, whatever the evidence.

    The override is kept for good.
    """
    _log_override(archive_of(context).split(left, right), same=False)


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
