"""Defaults and limits that the library and the command line share, in a module that imports nothing.

The command line shows them in its help, which must not wait for the parser or the network libraries to load.
"""

MAX_PAGES = 100
"""Pages of one listing that a crawl fetches at most."""
MAX_PAYLOAD_BYTES = 256 << 20
"""Bytes of the largest payload that is kept: it is held in memory whole. No listing page comes near it."""
DEFAULT_THRESHOLD = 80.0
"""Score (0 to 100) from which on two cards are one post; `dedupe.rules` has the measurement."""
