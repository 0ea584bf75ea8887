"""What a feed says of an archive as a whole: its sites."""

import re

from sqlite_utils import Database

_ORIGIN = re.compile(r"https?://[^/?#]*")


class Overview:
    """Facts about all posts and listings of one archive."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def sites(self, limit: int) -> list[str]:
        """Return the first *limit* hosts of captured URLs, `https://harbour.example`, in order.

        Each is one look-up in the index of URLs, however many captures a host has.
        """
        found: dict[str, None] = {}
        after = "http"
        while len(found) < limit:
            url = self._db.execute(
                "SELECT min(url) FROM captures WHERE url > ? AND url < 'httpt'", [after]
            ).fetchone()[0]
            if url is None:
                break
            if origin := _ORIGIN.match(url):
                found[origin[0]] = None
                after = max(url, f"{origin[0]}0")  # the character behind "/"
            else:
                after = url
        return list(found)
