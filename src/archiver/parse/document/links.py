"""Every link of a page, judged for how much it looks like the permalink of a card.

In: a tree and the base address. Out: a `Links` table, one row per link that leads somewhere. Refuses to
decide: a link is judged for itself and against the other links of the page (a label that many addresses
share is "read more", an address that stands everywhere is a menu's); the card it lies in comes later. The
one surprise: where a link leads (this host or another) counts little, link sites live on other hosts.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from archiver.parse.dates.find import is_date
from archiver.parse.document.tree import LINE, Tree
from archiver.parse.document.urls import Resolver, host, same_place

TITLE_CLASS = re.compile(
    r"title|headline|subject|heading|permalink|(?:^|[\s_-])(?:name|u-url)(?:$|[\s_-])", re.IGNORECASE
)
_TAXONOMY_CLASS = re.compile(
    r"(?:^|[\s_-])(?:tags?|cats?|categor\w+|labels?|author|byline|user\w*|avatar|comments?\w*|"
    r"replies|share\w*|social|meta|last-?post\w*|sub-?title)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TAXONOMY_PATH = re.compile(
    r"/(?:tags?|category|categories|cat|labels?|author|authors|users?|members?|profile|search/label|"
    r"keyword)(?:/|\?|$|\.)",
    re.IGNORECASE,
)

AUTHOR_PATH = re.compile(
    r"/(?:authors?|users?|people|profiles?|u)/[^/]+/?$|/(?:user|member)\w*(?:\.\w+)?\?|/[~@][^/]+/?$|[?&]author=",
    re.IGNORECASE,
)
"""An address of a person's page."""

# What makes a link a permalink, in points.
HEADING, TITLE, BOOKMARK, LENGTH, WRAPS, DATE, PICTURE = 4.0, 2.0, 2.0, 3.0, 1.0, 1.0, 0.5
TAXONOMY, EVERYWHERE, ABOVE, SHARED_LABEL, PROSE, FRAGMENT, OTHER_HOST = (
    -5.0,
    -4.0,
    -4.0,
    -3.0,
    -3.0,
    -3.0,
    -1.0,
)
ITSELF = -20.0
"""A link to the page itself, as a tag's on its own page: never a permalink."""
STRONG = 4.0
"""From this many points on a link alone says: here is a card."""
LEAST = -4.0
"""A link of no more points is no permalink."""

_FULL_LENGTH = 60  # columns: a longer label is no better a title
_MANY_PLACES = 8  # links to one address; a card has three or four
_FEW_ADDRESSES = 2  # that one label may lead to before it says "read more"
_LABEL = 40  # characters of text that may stand beside a title in its line
_LONGEST_DATE = 40  # characters
_LONGEST_LABEL = 500  # characters of a link's text that are looked at for its points
_SITE = re.compile(r"[(\[]?(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}[)\]]?", re.IGNORECASE)
"""A label that is the name of a site, as link sites print it beside the title."""
_WIDE = re.compile("[\u2e80-\uffdc\U00020000-\U0003ffff]+")


@dataclass(slots=True)
class Links:
    """Parallel lists, one row per link in document order.

    `element` is its place in the tree, `key` its address for comparison (`urls.same_place`), `text` its
    label, `heading` the heading round it or in it, else -1, `points` how much it looks like a permalink,
    `home` whether it leads to the page's own host.
    """

    element: list[int] = field(default_factory=list)
    url: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    heading: list[int] = field(default_factory=list)
    points: list[float] = field(default_factory=list)
    home: list[bool] = field(default_factory=list)


def width(text: str) -> int:
    """The length of a text in columns: letters of Chinese, Japanese and Korean say more and count twice."""
    return len(text) if text.isascii() else len(text) + sum(map(len, _WIDE.findall(text)))


def is_wide(text: str, columns: int) -> bool:
    """Whether a text takes at least so many columns. Its length in characters decides most."""
    return len(text) >= columns or (2 * len(text) >= columns and width(text) >= columns)


def read_links(tree: Tree, resolver: Resolver, page_url: str, dated: list[bool]) -> Links:
    """The links of a page with their points.

    *dated* says of each text of the tree whether a date may be in it.
    """
    links = Links()
    here = same_place(page_url)
    places: dict[str, tuple[str, str] | None] = {}  # an address as written: resolved, for comparison
    heading_of = _headings_of_links(tree)
    for i in tree.links:
        href = tree.attributes[i].get("href")
        if not href or href[0] == "#":
            continue
        if href in places:
            place = places[href]
        else:
            url = resolver.resolve(href)
            place = places[href] = (url, same_place(url)) if url else None
        if place is None:
            continue
        links.element.append(i)
        links.url.append(place[0])
        links.key.append(place[1])
        links.text.append(tree.text(i))
        links.heading.append(heading_of.get(i, -1))
    _judge(tree, links, host(page_url), here, dated)
    return links


def _judge(tree: Tree, links: Links, home: str, here: str, dated: list[bool]) -> None:
    labels = [text[:_LONGEST_LABEL] for text in links.text]
    addresses: dict[str, set[str]] = {}
    for label, key in zip(labels, links.key, strict=True):
        addresses.setdefault(label, set()).add(key)
    known: dict[str, tuple[float, bool]] = {}
    for url, key in zip(links.url, links.key, strict=True):
        if url not in known:
            known[url] = _address_points(url, key, home, here), _TAXONOMY_PATH.search(url) is not None
    often = {key for key, count in Counter(links.key).items() if count > _MANY_PLACES}
    names: dict[str, tuple[bool, bool]] = {"": (False, False)}
    for row, i in enumerate(links.element):
        label, url, key = labels[row], links.url[row], links.key[row]
        attributes, parent = tree.attributes[i], tree.parents[i]
        own, around = tree.classes[i], tree.classes[parent] if parent >= 0 else ""
        for name in (own, around):
            if name not in names:
                names[name] = TITLE_CLASS.search(name) is not None, _TAXONOMY_CLASS.search(name) is not None
        (titled, filed), (titled_around, filed_around) = names[own], names[around]
        rel = attributes.get("rel") or ""
        headed = links.heading[row] >= 0
        length = width(label)
        points, taxonomy = known[url]
        if key == here:
            points += ITSELF
        points += LENGTH * min(length, _FULL_LENGTH) / _FULL_LENGTH
        if "bookmark" in rel or "u-url" in own:
            points += BOOKMARK
        if headed:
            points += HEADING
        elif titled or titled_around or attributes.get("itemprop") in _TITLE_PROPERTIES:
            points += TITLE
        if not label:
            points += PICTURE
        elif length > _FULL_LENGTH and tree.end[i] > i + 2:
            points += WRAPS
        if not headed:
            if label and len(label) <= _LONGEST_DATE and _is_date(tree, i, label, dated):
                points += DATE
            elif taxonomy or filed or filed_around or rel in _TAXONOMY_RELS:
                points += TAXONOMY
            elif label and _in_sentence(tree, i, length):
                points += PROSE
        if label and (len(addresses[label]) > _FEW_ADDRESSES or ("." in label and _SITE.fullmatch(label))):
            points += SHARED_LABEL
        if key in often:
            points += EVERYWHERE
        links.points.append(points)
        links.home.append(_is_home(key, home))


def _is_home(key: str, home: str) -> bool:
    """Whether an address for comparison is of this host."""
    return key == home or key.startswith(home + "/")


def _address_points(url: str, key: str, home: str, here: str) -> float:
    """What the address alone says, for a page at the address *here* on the host *home*."""
    points = 0.0
    if home and not _is_home(key, home):
        points += OTHER_HOST
    elif "#" in url:
        points += FRAGMENT
    if here.startswith(key) and here[len(key) : len(key) + 1] in ("/", "?"):
        points += ABOVE
    return points


_TITLE_PROPERTIES = frozenset({"url", "name", "headline", "mainEntityOfPage"})
_TAXONOMY_RELS = frozenset({"tag", "category", "category tag", "author"})


def _is_date(tree: Tree, i: int, label: str, dated: list[bool]) -> bool:
    """Whether a link's label is a date. A label of one text without a date is none."""
    start = tree.text_start[i]
    return (dated[start] or tree.text_end[i] - start > 1) and is_date(label)


def _in_sentence(tree: Tree, i: int, length: int) -> bool:
    """Whether a link stands in a sentence: after some text of its line, with more text than a label's."""
    start, end = tree.text_start[i], tree.text_end[i]
    if start == 0 or tree.block[start - 1] != tree.block[start] or tree.gap[start] == LINE:
        return False
    beside = len(tree.texts[start - 1])
    if end < len(tree.texts) and tree.block[end] == tree.block[start] and tree.gap[end] != LINE:
        beside += len(tree.texts[end])
    return beside > length + _LABEL


def _headings_of_links(tree: Tree) -> dict[int, int]:
    """Link to heading: the innermost heading round the link, else the first heading in it."""
    found: dict[int, int] = {}
    opened: list[int] = []
    at = 0
    for i in tree.links:
        while at < len(tree.headings) and tree.headings[at] < i:
            opened.append(tree.headings[at])
            at += 1
        while opened and tree.end[opened[-1]] <= i:
            opened.pop()
        if opened:
            found[i] = opened[-1]
        elif at < len(tree.headings) and tree.headings[at] < tree.end[i]:
            found[i] = tree.headings[at]
    return found
