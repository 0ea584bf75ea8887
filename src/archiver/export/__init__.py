"""Write rows as JSON, JSON Lines and CSV, and captures as other web archiving tools read them: CDXJ and WACZ.

Rows with at least the columns of their kind go in; bytes come out piece by piece, with the columns in a fixed
order. CSV cells that a spreadsheet would run as a formula get an apostrophe in front, unless `csv_raw` is
set.
"""

from archiver.export.cdxj import cdxj_line, write_cdxj
from archiver.export.columns import COLUMNS
from archiver.export.wacz import WaczPage, WaczParts, WarcBytes, write_wacz
from archiver.export.write import gzipped, write

__all__ = [
    "COLUMNS",
    "WaczPage",
    "WaczParts",
    "WarcBytes",
    "cdxj_line",
    "gzipped",
    "write",
    "write_cdxj",
    "write_wacz",
]
