"""What Datasette asks of a plugin: SQL functions, routes, links to posts, the guard.

Datasette's own search box, too, speaks the query language of `archiver search`: `escape_fts`, the function
with which it makes an FTS5 expression of a reader's words, is ours. That is how Chinese words are found.
"""

import json
import re
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import markupsafe
from datasette import hookimpl
from datasette.app import Datasette

from archiver.archive import Archive
from archiver.errors import ConfigError
from archiver.models import Model
from archiver.serve.guard import Application, guarded
from archiver.serve.metadata import DATABASE, metadata
from archiver.serve.pages import ArchivePages
from archiver.sources import parse_time
from archiver.store.db.search import expression, indexed

_ID = re.compile(r"[0-9a-f]{16}")


class Plugin:
    """The hooks of one archive. Its name is the package in which Datasette finds templates and style."""

    __name__ = "archiver.serve"

    def __init__(self, archive: Archive, pages: ArchivePages, port: int) -> None:
        self._archive = archive
        self._pages = pages
        self._port = port
        self._tables: list[str] = []

    @hookimpl
    def startup(self, datasette: Datasette) -> Callable[[], Awaitable[None]]:
        """Learn which tables there are."""

        async def look() -> None:
            self._tables = await datasette.get_database(DATABASE).table_names()

        return look

    @hookimpl
    def get_metadata(self) -> dict[str, Any]:
        """Return titles, labels, facets and queries, and hide the tables that have none."""
        return metadata(self._archive.folder.absolute().name, self._tables)

    @hookimpl(trylast=True)  # after Datasette's own, whose escape_fts knows no Chinese
    def prepare_connection(self, conn: Any) -> None:  # noqa: ANN401 - sqlite3's connection
        """Add the functions of the archive to a connection, which can only read."""
        conn.execute("PRAGMA trusted_schema = OFF")
        for name, count, function in (
            ("indexed", 1, indexed),
            ("escape_fts", 1, _expression),
            ("archive_changes", 1, self._changes),
            ("archive_coverage", 0, self._coverage),
        ):
            conn.create_function(name, count, function)

    @hookimpl
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        """Return the pages of our own."""
        return self._pages.routes()

    @hookimpl
    def asgi_wrapper(self) -> Callable[[Application], Application]:
        """Put the guard before Datasette."""
        return lambda application: guarded(application, self._port)

    @hookimpl
    def skip_csrf(self, scope: dict[str, Any]) -> bool:
        """Leave the review's form to its own token: Datasette's lets requests pass that carry no cookie."""
        return bool(scope["path"] == "/-/review/decide")

    @hookimpl
    def menu_links(self) -> list[dict[str, str]]:
        """Return a link to the review for the menu of each page."""
        return [{"href": "/-/review", "label": "Merge review"}]

    @hookimpl
    def render_cell(self, value: object, column: str, table: str | None) -> markupsafe.Markup | None:
        """Link the ids of posts to their pages."""
        is_post = column == "post" or (table, column) == ("posts", "key")
        if not (is_post and isinstance(value, str) and _ID.fullmatch(value)):
            return None
        return markupsafe.Markup('<a href="/-/post/{0}">{0}</a>').format(value)

    def _changes(self, since: str | None) -> str:
        return _as_json(self._archive.changes(parse_time(since) if since else None))

    def _coverage(self) -> str:
        return _as_json(self._archive.coverage())


def _as_json(values: Iterable[Model]) -> str:
    return json.dumps([value.model_dump(mode="json") for value in values])


def _expression(words: str | None) -> str:
    """Return the FTS5 expression of a reader's words; without a word, one that nothing matches."""
    try:
        return expression(words or "")
    except ConfigError:
        return '""'
