"""The page of search, and the files that it loads: the words, and what is shown of posts that are found."""

import json
from collections.abc import Iterator

from archiver.rows import PublishedPost
from archiver.site.frame import Frame, SiteFile, search_box, site_name
from archiver.site.markup import element
from archiver.site.shown import cut, name_of
from archiver.site.words import WordIndex, chunks, words_of

POSTS_PER_FILE = 200
_TEXT = 200


class SearchIndex:
    """Takes the posts in the order in which they are to be found, and gives the files of search."""

    def __init__(self, words: WordIndex) -> None:
        self._words = words
        self._count = 0
        self._shown: list[tuple[str, ...]] = []

    def add(self, post: PublishedPost) -> Iterator[SiteFile]:
        """Add a post; yield the file of the last posts when it is full."""
        row = post.row
        texts = [row["title"], row["excerpt"], row["author"], *row["categories"], *row["tags"]]
        texts += [text for revision in row["revisions"] for text in (revision["title"], revision["excerpt"])]
        self._words.add(self._count, words_of(set(filter(None, texts))))
        self._count += 1
        name = name_of(row["title"], row["excerpt"], row["url"])
        text = cut(row["excerpt"] or "", _TEXT) if row["title"] else ""
        self._shown.append((row["id"], name, row["date"] or "no date", site_name(post.site), text))
        if len(self._shown) == POSTS_PER_FILE:
            yield self._file_of_posts()

    def files(self, frame: Frame) -> Iterator[SiteFile]:
        """Yield the last posts, the words, the first word of each file of words, and the page."""
        if self._shown:
            yield self._file_of_posts()
        firsts = []
        for n, chunk in enumerate(chunks(self._words.entries())):
            firsts.append(chunk[0][0])
            yield SiteFile(f"search/words-{n}.js", script("archiverWords", n, chunk))
        directory = script("archiverDirectory", firsts, POSTS_PER_FILE)
        yield SiteFile("search/directory.js", directory)
        yield frame.page(
            "search/index.html",
            "Search",
            element("h1", "Search"),
            search_box("../"),
            element("p", "", id="found", role="status"),
            element("ol", id="results", class_="posts"),
            element("button", "Show more", id="more", type="button", hidden=True),
            element("noscript", element("p", "Search needs JavaScript; the lists of posts do not.")),
            section="Search",
            scripts=("search.js",),
        )

    def _file_of_posts(self) -> SiteFile:
        number = (self._count - 1) // POSTS_PER_FILE
        shown, self._shown = self._shown, []
        return SiteFile(f"search/posts-{number}.js", script("archiverPosts", number, shown))


def script(function: str, *values: object) -> bytes:
    """Return a script that calls a function with values."""
    written = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return f"{function}({written});\n".encode("utf-8", "replace")
