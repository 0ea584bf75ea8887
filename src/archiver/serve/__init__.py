"""The archive in a browser: Datasette over the database, with pages of our own (an extra, `serve`)."""

from archiver.serve.server import serve

__all__ = ["serve"]
