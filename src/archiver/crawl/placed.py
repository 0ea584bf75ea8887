"""Read the page of a stored capture, in the process that is given its location.

The location of a capture in the WARC files goes in; a `Page` comes out. This is no part of `reading`, so that
worker processes which are sent whole captures do not load the store.
"""

from dataclasses import dataclass

from archiver.crawl.reading import read_page
from archiver.models import Page
from archiver.parse import Site
from archiver.store.warc.locate import CapturePlace, read_capture_at


@dataclass(frozen=True, slots=True)
class PlacedCapture:
    """A stored capture by its location in the WARC files, with what is known of its site."""

    place: CapturePlace
    site: Site

    @property
    def url(self) -> str:
        """The capture's URL."""
        return self.place.url

    @property
    def size(self) -> int:
        """Bytes of the record that holds the payload, compressed."""
        return self.place.payload.length


def read_placed(placed: PlacedCapture) -> Page:
    """Load and parse a stored capture. Raises CorruptError."""
    return read_page(read_capture_at(placed.place), placed.site)
