"""Where captures come from, but for the network: saved pages, and lists of sources.

`fetch` serves the sources that are URLs.
"""

from archiver.sources.files import ImportOptions, find_files, parse_time, read_capture

__all__ = ["ImportOptions", "find_files", "parse_time", "read_capture"]
