"""An archive's captures as other web archiving tools read them: as an index (CDXJ), or in one file (WACZ).

A store comes in, bytes go out piece by piece. What another command stores at the same time is in neither the
index nor the pages, or in the WARC files, too: these only grow, and are read last.
"""

import logging
from collections.abc import Iterator

import archiver
from archiver.errors import CorruptError
from archiver.export import WaczPage, WaczParts, WarcBytes, cdxj_line, write_cdxj, write_wacz
from archiver.parse import page_title
from archiver.rows import WebArchiveFormat
from archiver.store import Store

_KEPT_TITLES = 1000

logger = logging.getLogger("archiver")


def write_web_archive(store: Store, form: WebArchiveFormat) -> Iterator[bytes]:
    """Write the captures in a format of web archives; a warning counts those that none of them holds."""
    if line := _left_out(store):
        logger.warning("%s", line)
    lines = store.web_index.lines(cdxj_line)
    if form == "cdxj":
        return write_cdxj(lines)
    return write_wacz(
        WaczParts(
            pages=_pages(store),
            index_lines=lines,
            warcs=(WarcBytes(*warc) for warc in store.warc_bytes()),
            created=store.web_index.last_captured_at(),
            software=f"archiver {archiver.__version__}",
        )
    )


def _left_out(store: Store) -> str | None:
    """Say in one line which captures no format of web archives holds; None where all are in."""
    card_records, lost = store.web_index.left_out()
    parts = [f"{card_records} of card records, which no server sent"] * bool(card_records)
    parts += [f"{lost} whose record is lost"] * bool(lost)
    return f"captures that are not in the index: {'; '.join(parts)}" if parts else None


def _pages(store: Store) -> Iterator[WaczPage]:
    """Yield the listings with their titles; a payload that many captures share is read once."""
    titles: dict[str, str | None] = {}
    for listing in store.web_index.listings():
        if listing.digest not in titles:
            if len(titles) == _KEPT_TITLES:
                titles.clear()
            titles[listing.digest] = _title(store, listing.row_id)
        yield WaczPage(listing.id, listing.url, listing.captured_at, titles[listing.digest])


def _title(store: Store, capture_id: int) -> str | None:
    try:
        return page_title(store.captures.read(capture_id))
    except CorruptError:  # a damaged record costs the title; `verify` says what is wrong
        return None
