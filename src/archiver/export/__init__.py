"""Write rows as JSON, JSON Lines and CSV.

Rows with at least the columns of their kind go in; bytes come out piece by piece, with the columns in a fixed
order. CSV cells that a spreadsheet would run as a formula get an apostrophe in front, unless `csv_raw` is
set.
"""

from archiver.export.columns import COLUMNS
from archiver.export.write import gzipped, write

__all__ = ["COLUMNS", "gzipped", "write"]
