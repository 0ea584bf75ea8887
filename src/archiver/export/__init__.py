"""Rows into JSON, JSON Lines and CSV.

In: rows (dictionaries) with at least the columns of their kind. Out: bytes, in pieces, with the columns in
their fixed order. Refuses: nothing. The one surprise: CSV cells that a spreadsheet would run as a formula
get an apostrophe in front, unless `raw` is asked for.
"""

from archiver.export.columns import COLUMNS
from archiver.export.write import write

__all__ = ["COLUMNS", "write"]
