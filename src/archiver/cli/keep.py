"""The commands that check an archive, repair it, and read it again."""

import json
from collections.abc import Iterator
from typing import Annotated

import typer

import archiver
from archiver.cli.common import EXIT_FAILED, EXIT_INTERRUPTED, AsJson, BaseUrl, archive_of
from archiver.cli.log import logger
from archiver.cli.terminal import json_array, printable, write_data


def inspect(
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

    archive = archive_of(context)
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


def verify(
    context: typer.Context,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Repair what can be repaired without loss; print what is left."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check the database against the records, and them for damage.

    Every row is checked against its record, and every record against its digest.
    """
    archive = archive_of(context)
    faults = 0

    def found() -> Iterator[str]:
        nonlocal faults
        for fault in archive.repair() if repair else archive.verify_iter():
            faults += 1
            yield fault

    if as_json:
        write_data(json_array(found()))
    else:
        for fault in found():
            typer.echo(printable(fault))
    logger.info("%s", f"{faults} faults" if faults else "the archive is whole")
    if faults:
        raise typer.Exit(EXIT_FAILED)


def rebuild(context: typer.Context) -> None:
    """Rebuild the database from the WARC files."""
    rebuilt = archive_of(context).rebuild()
    for line in rebuilt.damaged:
        logger.error("%s", line)
    if rebuilt.lost:
        logger.warning("%d captures are lost for good; what was read of them is kept", rebuilt.lost)
    logger.info("%d captures, %d posts", rebuilt.captures, rebuilt.posts)
    if rebuilt.damaged:
        raise typer.Exit(EXIT_FAILED)


def reparse(context: typer.Context) -> None:
    """Read all captures again with this version's parser.

    An interrupted run is resumed.
    """
    from archiver.cli.progress import ReparseReport

    report = ReparseReport()
    interrupted = False
    try:
        with report:
            for reread in archive_of(context).reparse_iter():
                report.add(reread)
    except KeyboardInterrupt:
        interrupted = True
    report.log_summary(interrupted=interrupted)
    if interrupted:
        raise typer.Exit(EXIT_INTERRUPTED)
    if report.failed:
        raise typer.Exit(EXIT_FAILED)
