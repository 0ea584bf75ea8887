"""Captures as records in WARC 1.1 files (ISO 28500)."""
