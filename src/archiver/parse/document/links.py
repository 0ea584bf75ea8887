"""Every hyperlink of a page, scored for how much it looks like the permalink of a card.

A tree and the resolver of its URLs come in; a `Links` table goes out, one row for each hyperlink that leads
somewhere. A hyperlink is scored by itself and against the others of the page: a label that many URLs share is
"read more", a URL that stands everywhere is a menu's. The card around it counts later (`listing`). Another
host counts little against a hyperlink, because link sites link to other hosts.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from archiver.parse.dates.find import is_date
from archiver.parse.document.tree import CELLS, HEADINGS, LINE, Tree
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
    r"/(?:tags?(?!/[^/?]*\d\.\d)|category|categories|cat|labels?|author|authors|users?|members?|profile|"
    r"search/label|keyword)(?:/|\?|$|\.)",
    re.IGNORECASE,
)
"""The URL of a category, a tag or an author. The tag of a version is that of a release."""

AUTHOR_PATH = re.compile(
    r"/(?=[aumpAUMP~@])"
    r"(?:(?:authors?|users?|people|profiles?|u)/(?:\d+/)?[^/]+/?$|(?:user|member)\w*(?:\.\w+)?\?|[~@][^/]+/?$)"
    r"|\?author(?:_?id)?=|&author(?:_?id)?=",
    re.IGNORECASE,
)
"""The URL of an author's or user's page.

Each branch begins with a sign: `re` skips to the next such sign, and looks at the letter after it. This
takes a fifth of the time.
"""
AUTHOR_CLASS = re.compile(r"(?:^|[\s_-])(?:author|byline|user\w*|avatar)(?:$|[\s_-])", re.IGNORECASE)
"""The class of a hyperlink to such a page, or of the element round it."""

STRONG = 4.0
"""Points from which a hyperlink alone shows that there is a card."""
LEAST = -4.0
"""Points up to which a hyperlink is not a permalink."""

# Points of a hyperlink for what makes it a permalink.
_IN_HEADING, _TITLE, _BOOKMARK, _FULL_LABEL, _WRAPS, _DATE, _PICTURE = 4.0, 2.0, 2.0, 3.0, 1.0, 1.0, 0.5
# Points against it.
_TAXONOMY, _EVERYWHERE, _ABOVE, _SHARED_LABEL = -5.0, -4.0, -4.0, -3.0
_PROSE, _FRAGMENT, _OTHER_HOST, _DOWNLOAD = -3.0, -3.0, -1.0, -2.0
_ITSELF = -20.0  # to the page itself, as a tag's on its own page: never a permalink

_FULL_LENGTH = 60  # columns: a longer label does not make a better title
_MANY_PLACES = 8  # hyperlinks to one URL; a card has three or four
_FEW_URLS = 2  # URLs of one label, beyond which it is a "read more"
_LABEL = 40  # characters of text that can stand beside a title in its line
_MAX_DATE = 40  # characters
_HIGHEST = 6  # levels above a permalink to a part of its page, where that part is looked for
_NEAR = 2  # texts below a heading, where the date of what it heads is looked for
_CALL = re.compile(r"[\x00-\x20]*javascript:[^(]*\([^)]", re.IGNORECASE)
"""A call of a script with an argument, in place of a URL."""
_NOWHERE = re.compile(r"#|javascript:(?:void\(?\s?0?\s?\)?)?;?", re.IGNORECASE)
"""What stands in place of a URL where a click calls a script."""
_HANDLER = re.compile(r"\w\(\s*['\"\d]")
"""A call of a script with a text or a number."""
_LONGEST_ENDING = 4  # characters of the end of a path that names a kind of file, with its dot
_MAX_LABEL = 500  # characters of a hyperlink's text that are looked at for its points
_PROGRAM = re.compile(
    r"/[^/]*\.(?:zip|7z|rar|tar|t[gbx]z|gz|bz2|xz|zst|exe|msi|dmg|pkg|deb|rpm|apk|jar|whl|iso|asc|sig)$",
    re.IGNORECASE,
)
"""The end of a path to an archive or a program: a card about it offers it beside the link to its own page."""
_SITE = re.compile(r"[(\[]?(?:[a-z0-9-]{1,63}\.)+[a-z]{2,24}[)\]]?", re.IGNORECASE)
"""A label that is the name of a site, as link sites print it beside the title."""
_WIDE = re.compile("[\u2e80-\uffdc\U00020000-\U0003ffff]+")


@dataclass(slots=True)
class Links:
    """Parallel lists, one row for each hyperlink in document order.

    `element` is its element in the tree, `key` its URL for comparison (`urls.same_place`), `text` its label,
    `heading` the heading round it or in it, else -1, `points` how much it looks like a permalink, `home`
    whether it leads to the page's own host.
    """

    element: list[int] = field(default_factory=list)
    url: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    heading: list[int] = field(default_factory=list)
    points: list[float] = field(default_factory=list)
    home: list[bool] = field(default_factory=list)


def width(text: str) -> int:
    """Return the length of a text in columns. Chinese, Japanese and Korean characters count twice."""
    return len(text) if text.isascii() else len(text) + sum(map(len, _WIDE.findall(text)))


def is_wide(text: str, columns: int) -> bool:
    """Return whether a text takes at least so many columns. Its length in characters decides most cases."""
    return len(text) >= columns or (2 * len(text) >= columns and width(text) >= columns)


def read_links(tree: Tree, resolver: Resolver, page_url: str, dated: Sequence[bool]) -> Links:
    """List the hyperlinks of a page with their points.

    Args:
        tree: of the page.
        resolver: of its URLs.
        page_url: the page's own URL.
        dated: whether there may be a date, for each text of the tree.

    """
    links = Links()
    places: dict[str, tuple[str, str] | None] = {}  # an href to its URL and key
    heading_of = _headings_of_links(tree)
    headlines = _headlines(tree, heading_of, dated)
    here = same_place(page_url)
    calls = _calls(tree)
    for i in tree.links:
        href = tree.attributes[i].get("href")
        if not href:
            continue
        place: tuple[str, str] | None
        if i in calls:
            place = "", calls[i]
        elif href in places:
            place = places[href]
        else:
            place = places[href] = _place_of(href, resolver, page_url)
        if place is None:
            continue
        if "#" in href and place[1] == here:
            fragment = href.partition("#")[2]
            if _is_in(tree, i, fragment, headlines):
                place = place[0], f"{here}#{fragment}"
            elif href[0] == "#":
                continue
        links.element.append(i)
        links.url.append(place[0])
        links.key.append(place[1])
        links.text.append(tree.text(i))
        links.heading.append(heading_of.get(i, -1))
    home = host(page_url)
    links.home = [
        not url or key == home or key.startswith(home + "/")
        for url, key in zip(links.url, links.key, strict=True)
    ]
    _set_points(tree, links, _url_points(links, home, here), dated)
    return links


def _calls(tree: Tree) -> dict[int, str]:
    """Return the scripts that hyperlinks of table rows call in place of a URL, where no two call the same.

    A row with a URL has its permalink.
    """
    scripts = {
        i: script
        for i in tree.links
        if (script := tree.attributes[i].get("onclick"))
        and _HANDLER.search(script)
        and _NOWHERE.fullmatch(tree.attributes[i].get("href") or "")
        and _has_row_without_url(tree, i)
    }
    counts = Counter(scripts.values())
    return {i: script for i, script in scripts.items() if counts[script] == 1}


def _has_row_without_url(tree: Tree, link: int) -> bool:
    """Return whether a hyperlink stands in a cell of a table's row in which none of a few leads to a URL."""
    cell = link
    while cell >= 0 and tree.tags[cell] not in CELLS and tree.depth[link] - tree.depth[cell] < _HIGHEST:
        cell = tree.parents[cell]
    if cell < 0 or tree.tags[cell] not in CELLS:
        return False
    row = tree.parents[cell]
    start = bisect_left(tree.links, row)
    stop = bisect_left(tree.links, tree.end[row], start)
    return stop - start <= _MANY_PLACES and all(
        _NOWHERE.fullmatch(tree.attributes[i].get("href") or "") for i in tree.links[start:stop]
    )


def _place_of(href: str, resolver: Resolver, page_url: str) -> tuple[str, str] | None:
    """Return the URL and the key of an `href`; a call of a script has no URL, and is its own key."""
    if _CALL.match(href):
        return "", href
    url = page_url.partition("#")[0] + href if href[0] == "#" else resolver.resolve(href)
    return (url, same_place(url)) if url else None


def _is_in(tree: Tree, link: int, name: str, headlines: Set[int]) -> bool:
    """Return whether a hyperlink stands in the block of this `id`, as a permalink to a part of its page does.

    Headings and links with an `id` are not meant, nor hyperlinks in headings that are no *headlines*: so a
    manual marks its sections.
    """
    i, may_be = link, link in headlines
    for _ in range(_HIGHEST):
        i = tree.parents[i]
        if i < 0 or (tree.tags[i] in HEADINGS and not may_be):
            return False
        if tree.attributes[i].get("id") == name:
            return tree.tags[i] not in HEADINGS
    return False


def _headlines(tree: Tree, heading_of: Mapping[int, int], dated: Sequence[bool]) -> set[int]:
    """Return the hyperlinks that are all of their heading, which has a date right below.

    One whose label recurs is not meant: the posts of a thread are all headed by its title.
    """
    own = [
        i
        for i, heading in heading_of.items()
        if "#" in (tree.attributes[i].get("href") or "")
        and tree.size(i) == tree.size(heading) > 0
        and any(dated[tree.text_end[heading] : tree.text_end[heading] + _NEAR])
    ]
    labels = Counter(map(tree.text, own))
    return {i for i in own if labels[tree.text(i)] == 1}


def _set_points(tree: Tree, links: Links, url_points: dict[str, float], dated: Sequence[bool]) -> None:
    """Score each hyperlink."""
    labels = [text[:_MAX_LABEL] for text in links.text]
    shared = _shared_labels(labels, links.key)
    frequent = {key for key, count in Counter(links.key).items() if count > _MANY_PLACES}
    names = {tree.classes[at] for i in links.element for at in (i, tree.parents[i])}
    titles = set(filter(_is_title_name, names))
    filed_names = set(filter(_is_taxonomy_name, names))
    filed_urls = set(filter(_TAXONOMY_PATH.search, url_points))
    for row, i in enumerate(links.element):
        label, key, url = labels[row], links.key[row], links.url[row]
        attributes, own, around = tree.attributes[i], tree.classes[i], tree.classes[tree.parents[i]]
        rel = attributes.get("rel") or ""
        in_heading = links.heading[row] >= 0
        columns = width(label)
        points = url_points[url] + _FULL_LABEL * min(columns, _FULL_LENGTH) / _FULL_LENGTH
        if "bookmark" in rel or "u-url" in own:
            points += _BOOKMARK
        if in_heading:
            points += _IN_HEADING
        elif own in titles or around in titles or attributes.get("itemprop") in _TITLE_PROPERTIES:
            points += _TITLE
        if not label:
            points += _PICTURE
        elif columns > _FULL_LENGTH and tree.end[i] > i + 2:
            points += _WRAPS
        if not in_heading:
            filed = url in filed_urls or own in filed_names or around in filed_names or rel in _TAXONOMY_RELS
            points += _points_outside_headings(tree, i, label, columns, dated, filed=filed)
        if label in shared:
            points += _SHARED_LABEL
        if key in frequent:
            points += _EVERYWHERE
        links.points.append(points)


@lru_cache(maxsize=20_000)
def _is_title_name(classes: str) -> bool:
    """Return whether an element's classes are a title's. Cached: the pages of a site share their classes."""
    return TITLE_CLASS.search(classes) is not None


@lru_cache(maxsize=20_000)
def _is_taxonomy_name(classes: str) -> bool:
    """Return whether an element's classes are those of a category, an author or the like. Cached as above."""
    return _TAXONOMY_CLASS.search(classes) is not None


def _points_outside_headings(
    tree: Tree, i: int, label: str, columns: int, dated: Sequence[bool], *, filed: bool
) -> float:
    """Score a hyperlink outside a heading: a date, *filed* under a category, or a part of a sentence.

    *columns* is the width of the *label*.
    """
    if label and len(label) <= _MAX_DATE and _is_date(tree, i, label, dated):
        return _DATE
    if filed:
        return _TAXONOMY
    return _PROSE if label and _in_sentence(tree, i, columns) else 0.0


def _shared_labels(labels: list[str], keys: list[str]) -> set[str]:
    """Return the labels that lead to many URLs, and those that are the name of a site."""
    keys_of: dict[str, set[str]] = {}
    for label, key in zip(labels, keys, strict=True):
        keys_of.setdefault(label, set()).add(key)
    return {
        label
        for label, distinct in keys_of.items()
        if label and (len(distinct) > _FEW_URLS or ("." in label and _SITE.fullmatch(label)))
    }


def _url_points(links: Links, home: str, here: str) -> dict[str, float]:
    """Score the URLs of a page on the host *home* whose own key is *here*, each by itself."""
    scored: dict[str, float] = {}
    for url, key, is_home in zip(links.url, links.key, links.home, strict=True):
        if url in scored:
            continue
        points = _ITSELF if key == here else 0.0
        if home and not is_home:
            points += _OTHER_HOST
        elif "#" in url and not key.startswith(here + "#"):
            points += _FRAGMENT
        if "." in key[-_LONGEST_ENDING:] and _PROGRAM.search(key):
            points += _DOWNLOAD
        if here.startswith(key) and here[len(key) : len(key) + 1] in ("/", "?"):
            points += _ABOVE
        scored[url] = points
    return scored


_TITLE_PROPERTIES = frozenset({"url", "name", "headline", "mainEntityOfPage"})
_TAXONOMY_RELS = frozenset({"tag", "category", "category tag", "author"})


def _is_date(tree: Tree, i: int, label: str, dated: Sequence[bool]) -> bool:
    """Return whether a hyperlink's label is a date. A label of one text without a date is none."""
    start = tree.text_start[i]
    return (dated[start] or tree.text_end[i] - start > 1) and is_date(label)


def begins_sentence(tree: Tree, link: int) -> bool:
    """Return whether a hyperlink begins a sentence that goes on after it, in small letters."""
    after = tree.text_end[link]
    is_last = after == tree.text_start[link] or after == len(tree.texts) or tree.gap[after] == LINE
    return not is_last and tree.texts[after][0].islower()


def _in_sentence(tree: Tree, i: int, columns: int) -> bool:
    """Return whether a hyperlink stands in a sentence: beside it, its line has more text than a label has.

    Text after it alone may be an excerpt: it goes on with the sentence where it begins with a small letter.
    """
    start, end = tree.text_start[i], tree.text_end[i]
    before = after = ""
    if start and tree.block[start - 1] == tree.block[start] and tree.gap[start] != LINE:
        before = tree.texts[start - 1]
    if end < len(tree.texts) and tree.block[end] == tree.block[start] and tree.gap[end] != LINE:
        after = tree.texts[end]
    if not before and not begins_sentence(tree, i):
        return False
    return len(before) + len(after) > columns + _LABEL


def _headings_of_links(tree: Tree) -> dict[int, int]:
    """Map each hyperlink to the innermost heading round it, else to the first heading in it."""
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
