"""Build a static site of an archive's posts: pages that work from a disk, and need nothing from elsewhere.

Rows go in; the files of the site come out one by one, as paths and bytes. Nothing is read or written here but
temporary files of the index of words.
"""

from archiver.site.build import SiteRows, build
from archiver.site.frame import SiteFile
from archiver.site.lists import Totals

__all__ = ["SiteFile", "SiteRows", "Totals", "build"]
