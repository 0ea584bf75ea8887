"""Datasette over one archive, on a port of this machine alone, until it is interrupted.

The database is opened read-only and not as immutable: a crawl may write to it meanwhile, and no lock is held
between two requests. Overrides are written through `Archive`, as `archiver merge` writes them.
"""

import contextlib
import socket
import webbrowser
from collections.abc import Callable

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from archiver.archive import Archive
from archiver.errors import ConfigError
from archiver.serve.pages import ArchivePages
from archiver.serve.plugin import Plugin

_HOST = "127.0.0.1"
_SETTINGS = {
    "sql_time_limit_ms": 10_000,  # of one reader on his own machine; the default of 1 s is for public servers
    "facet_time_limit_ms": 1000,
    "default_page_size": 50,
    "allow_facet": True,
    "max_csv_mb": 0,
    "default_cache_ttl": 0,
}


def serve(
    archive: Archive,
    *,
    port: int,
    edit: bool,
    open_browser: bool,
    on_start: Callable[[str], None],
) -> None:
    """Serve an archive on 127.0.0.1 until Ctrl-C.

    Args:
        archive: The archive, which has to be there.
        port: The port; 0 is a free one.
        edit: Whether the review may write overrides.
        open_browser: Whether to open the first page in a browser.
        on_start: Called with the server's URL once it takes requests.

    Raises:
        ConfigError: where the port is taken, or there is no archive.
        StoreError: where it cannot be read.
    """
    archive.threshold()  # migrates a database of an older version, and says what is wrong with one
    with contextlib.closing(_listening(port)) as listener:
        chosen: int = listener.getsockname()[1]
        plugin = Plugin(archive, ArchivePages(archive, edit=edit), chosen)
        pm.register(plugin, plugin.__name__)
        try:
            datasette = Datasette([str(archive.folder / "archive.db")], settings=_SETTINGS)
            config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on", access_log=False)
            url = f"http://{_HOST}:{chosen}/"
            on_start(url)
            if open_browser:
                webbrowser.open(url)
            with contextlib.suppress(KeyboardInterrupt):  # which is how it is ended
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            pm.unregister(plugin)


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # a server that ended leaves its port at once
        listener.bind((_HOST, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ConfigError(f"port {port}: cannot be used ({error.strerror}); choose another") from error
    return listener
