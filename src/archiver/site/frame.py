"""What all pages of a site have in common: the head, the links, the search box; and where each page is.

Links are relative to where a page stands: the site works in any folder, and from a disk.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, islice
from typing import Any, Generic, NamedTuple, TypeVar

from archiver.models import content_key
from archiver.site.markup import Content, Html, document, element, joined

Item = TypeVar("Item")

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'"
"""The Content-Security-Policy of every page: files of the site alone, nothing inline, no pictures."""

SECTIONS = {
    "Posts": "index.html",
    "Sites": "sites/index.html",
    "Changes": "changes/index.html",
    "Coverage": "coverage/index.html",
}
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-")
_LONGEST_NAME = 80


class SiteFile(NamedTuple):
    """A file of a site: its path below the site's folder, with slashes, and its bytes."""

    path: str
    data: bytes


class Frame(NamedTuple):
    """What is round the content of every page: the name of the site, and whether a WACZ lies beside it."""

    name: str
    has_wacz: bool

    def page(
        self,
        path: str,
        title: str,
        *content: Content,
        section: str | None = None,
        scripts: Sequence[str] = (),
    ) -> SiteFile:
        """Return a page; its *content* begins with the heading, its *section* is the one that is marked."""
        up = "../" * path.count("/")
        links = (
            element(
                "li",
                element("a", words, href=up + target, aria_current="true" if words == section else None),
            )
            for words, target in SECTIONS.items()
        )
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=POLICY),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("meta", name="color-scheme", content="light dark"),
            element("title", title if title == self.name else f"{title} · {self.name}"),
            element("link", rel="stylesheet", href=f"{up}style.css"),
            *(element("script", src=up + script, defer=True) for script in scripts),
        )
        header = element(
            "header",
            element("a", "Skip to the content", href="#content", class_="skip"),
            element("a", self.name, href=f"{up}index.html", class_="name"),
            element("nav", element("ul", *links), aria_label="Sections"),
            search_box(up) if section != "Search" else None,
        )
        wacz = (
            joined(
                " All captures, byte for byte: ",
                element("a", "archive.wacz", href=f"{up}archive.wacz"),
                ", for ",
                element(
                    "a", "ReplayWeb.page", href="https://replayweb.page/", rel="noreferrer noopener external"
                ),
                ".",
            )
            if self.has_wacz
            else None
        )
        footer = element(
            "footer",
            element(
                "p",
                "Made from captures of listing pages by archiver. The texts belong to their authors.",
                wacz,
            ),
        )
        main = element("main", *content, id="content")
        return SiteFile(
            path, document(element("html", head, element("body", header, main, footer), lang="en"))
        )


def search_box(up: str) -> Html:
    """Return the form that leads to the page of search; no script is needed to get there."""
    return element(
        "form",
        element("label", "Search", for_="q"),
        element("input", type="search", name="q", id="q", autocomplete="off"),
        element("button", "Find"),
        action=f"{up}search/index.html",
        role="search",
    )


def post_path(post: str) -> str:
    """Return where the page of a post is: a folder holds a 256th of the posts."""
    return f"posts/{post[:2]}/{post}.html"


def site_name(site: str | None) -> str:
    """Return the words for a site, which may be none."""
    return site or "no site"


def site_path(site: str | None) -> str:
    """Return where the list of a site's posts begins."""
    if site and len(site) <= _LONGEST_NAME and _SAFE.issuperset(site) and not site.startswith("."):
        return f"sites/{site}.html"
    return f"sites/{f'_{content_key(site)}' if site else '_none'}.html"


def numbered(path: str, number: int) -> str:
    """Return the path of one of the pages of a list, from 1."""
    return path if number == 1 else f"{path.removesuffix('.html')}_{number}.html"


class ListPart(NamedTuple, Generic[Item]):
    """The items of one page of a list, the number of the page, and whether another one follows."""

    number: int
    items: list[Item]
    has_next: bool


def parts(items: Iterable[Item], size: int) -> Iterator[ListPart[Item]]:
    """Divide a list into pages."""
    left = iter(items)
    held = list(islice(left, size))
    for number in count(1):
        following = list(islice(left, size))
        yield ListPart(number, held, bool(following))
        if not following:
            return
        held = following


def pager(path: str, part: ListPart[Any]) -> Html | None:
    """Return the links to the pages before and after one of a list."""
    if part.number == 1 and not part.has_next:
        return None
    name = path.rpartition("/")[2]
    before = numbered(name, part.number - 1) if part.number > 1 else None
    after = numbered(name, part.number + 1) if part.has_next else None
    return element(
        "nav",
        element("a", "← Back", href=before, rel="prev") if before else element("span"),
        element("span", f"Page {part.number}"),
        element("a", "On →", href=after, rel="next") if after else element("span"),
        class_="pager",
        aria_label="Pages",
    )
