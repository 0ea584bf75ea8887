"""The options that say which posts are wanted, and the filter that they describe.

Several commands have these options; each takes them as parameters of the names of `PostFilter`.
"""

from typing import Annotated

import typer

import archiver
from archiver.cli.options import past_time, site_name, skipped
from archiver.errors import ConfigError
from archiver.rows import PostOrder

NewSince = Annotated[
    str | None,
    typer.Option(metavar="TIME|AGE", help="Seen for the first time since then (2026-03-01, 36h, 7d)."),
]
Site = Annotated[str | None, typer.Option(metavar="HOST", help="Of this site alone, such as blog.example.")]
Source = Annotated[
    str | None,
    typer.Option(help="Shown by the page with this URL, or found by the crawl of this source."),
]
Category = Annotated[str | None, typer.Option(help="With this category or tag.")]
Author = Annotated[str | None, typer.Option(help="By this author.")]
FromDate = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help="Dated that day or later (YYYY-MM-DD).")
]
ToDate = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Dated that day or earlier.")]
Edited = Annotated[bool, typer.Option("--edited", help="With an edited title or text.")]
Gone = Annotated[bool, typer.Option("--gone", help="Taken down, as captures show.")]
Order = Annotated[PostOrder, typer.Option(help="Field that orders the posts; posts without it come last.")]
Descending = Annotated[bool, typer.Option("--descending", help="In descending order.")]
Limit = Annotated[int | None, typer.Option(min=1, help="How many at most.")]
PageNumber = Annotated[int, typer.Option(min=1, help="Page of the list, from 1 on, with --limit.")]


def filter_of(context: typer.Context) -> "archiver.PostFilter":
    """Return the filter that the options of a command describe."""
    given = context.params
    names = archiver.PostFilter.model_fields.keys() & given.keys()
    chosen = {name: given[name] for name in names}
    chosen["new_since"] = past_time("--new-since", given["new_since"])
    chosen["site"] = site_name(given["site"])
    chosen["skip"] = skipped(given["limit"], given.get("page", 1))
    try:
        return archiver.PostFilter.model_validate(chosen)
    except ValueError as error:
        raise ConfigError("invalid --from or --to: expected a day, YYYY-MM-DD") from error
