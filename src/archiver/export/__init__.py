"""Write rows as JSON, JSON Lines and CSV, and captures as other web archiving tools read them: CDXJ and WACZ.

Rows with at least the columns of their kind go in; bytes come out piece by piece, with the columns in a fixed
order. CSV cells that a spreadsheet would run as a formula get an apostrophe in front, unless `csv_raw` is
set.
"""

from archiver.export.atom import write_atom, write_atom_pages
from archiver.export.cdxj import cdxj_line, write_cdxj
from archiver.export.columns import COLUMNS
from archiver.export.datapackage import PackageHead, write_data_package
from archiver.export.feed import FeedHead
from archiver.export.jsonfeed import write_json_feed, write_json_feed_pages
from archiver.export.markdown import write_markdown
from archiver.export.parquet import check_parquet
from archiver.export.wacz import WaczPage, WaczParts, WarcBytes, write_wacz
from archiver.export.write import gzipped, write
from archiver.export.wxr import write_wxr

__all__ = [
    "COLUMNS",
    "FeedHead",
    "PackageHead",
    "WaczPage",
    "WaczParts",
    "WarcBytes",
    "cdxj_line",
    "check_parquet",
    "gzipped",
    "write",
    "write_atom",
    "write_atom_pages",
    "write_cdxj",
    "write_data_package",
    "write_json_feed",
    "write_json_feed_pages",
    "write_markdown",
    "write_wacz",
    "write_wxr",
]
