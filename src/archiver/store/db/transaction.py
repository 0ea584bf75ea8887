"""One transaction for all that is written, or read, together."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database


@contextmanager
def transaction(db: Database, *, keep: bool = True) -> Iterator[None]:
    """Run one transaction that holds the write lock from its start; inside another one, join it.

    *keep* False rolls the writes back at the end. `Database.atomic()` begins a deferred transaction: two
    crawls could then both append to one WARC file before the second learns that it has to wait.
    """
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.conn.execute("COMMIT" if keep else "ROLLBACK")
    except BaseException:  # Ctrl-C, too, must not leave a transaction open for the next writer to join
        db.rollback()
        raise


@contextmanager
def snapshot(db: Database) -> Iterator[None]:
    """Read everything inside as it is at one moment, whatever other processes write meanwhile."""
    if db.conn.in_transaction:
        yield
        return
    db.conn.execute("BEGIN")
    try:
        yield
    finally:
        db.rollback()
