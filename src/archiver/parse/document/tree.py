"""Markup to flat lists of elements and texts, where a subtree is a range of indices.

Markup comes in, a `Tree` goes out. Elements, and the texts between them, are numbered in document order. What
an element holds (elements, texts, hyperlinks, headings) is therefore a pair of indices, and its amount of
text a difference of prefix sums. Any text has a tree. What no reader sees is left out (scripts, styles,
templates, `noscript`, drawings, form choices), and so are texts of white space alone.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archiver.parse.document.clicks import clickable
from archiver.parse.document.regions import is_region_name, is_related_name, is_widget_name
from archiver.parse.document.visible import INLINE

JOINED, SPACE, LINE = 0, 1, 2
"""What stands before a text: nothing, white space, or the end of a line (a block's edge or a `br`)."""
CELLS = frozenset({"td", "th"})
"""The tags of a table's cells."""
_DIGITS_OF_SPAN = 2
"""Digits of the number of rows that a cell reaches over, at most."""
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "svg", "iframe", "object", "select", "textarea", "head"}
    | {"datalist", "audio", "video", "canvas", "dialog"}
)
_INLINE = INLINE | {"img"}
_REGION_TAGS = frozenset({"nav", "aside", "footer"})
_HEAD_TAGS = frozenset({"link", "base", "meta"})
_NEVER_REGIONS = frozenset({"html", "body", "a"})
_BARE: dict[str, str | None] = {}
"""The attributes of all elements that have none: most elements of a large page."""
_LONGEST_NAME = 400
"""Characters of a class, and of a class with id and role, that are looked at."""
_MARK = "data-archiver-selected"
"""The attribute that carries the numbers of the selectors that an element fits through the walk."""
_TEXT = 2
"""Lexbor's tag number of a text node (`LXB_TAG__TEXT`)."""
_LARGE_REGION = 0.4
"""Share of the page's text. A region that holds more is the page's content, whatever it calls itself."""


@dataclass(slots=True)
class Tree:
    """A document as parallel lists; `i` below is an element, `k` a text, both in document order.

    Of an element: `end[i]` is the first element after its subtree, and `text_start[i]:text_end[i]` are its
    texts. `path[i]` is the number of the chain of tags down to `i`: equal numbers, equal chains. `region[i]`
    is the region of `i`, the nearest element at or above `i` that calls itself navigation, sidebar, footer or
    the like, else -1. `parents[0]` is -1.

    Of a text: `owner[k]` is its parent, `block[k]` the nearest element round it that is not inline, and
    `gap[k]` what stands before it (`JOINED`, `SPACE` or `LINE`). Its white space is collapsed and cut off
    at its ends: how much there is says how the source is indented, and nothing of the page.

    `length` holds the prefix sums of the texts' lengths, `head` the tags and attributes of `<link>`, `<meta>`
    and `<base>`, `data` the texts of JSON-LD blocks and `scripts` those of the other scripts. `selected` are
    the elements of each CSS selector that was asked for.
    """

    tags: list[str] = field(default_factory=list)
    attributes: list[dict[str, str | None]] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depth: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    path: list[int] = field(default_factory=list)
    region: list[int] = field(default_factory=list)
    text_start: list[int] = field(default_factory=list)
    text_end: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    gap: list[int] = field(default_factory=list)
    block: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    head: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    language: str | None = None
    length: list[int] = field(default_factory=lambda: [0])
    selected: dict[str, list[int]] = field(default_factory=dict)

    def text(self, i: int) -> str:
        """Join the visible text of an element; a block's edge is a space, an inline element's edge is not."""
        return self.join(self.text_start[i], self.text_end[i])

    def join(self, start: int, end: int) -> str:
        """Join the texts *start* to *end* (excluded)."""
        if start == end:
            return ""
        if end - start == 1:
            return self.texts[start]
        parts = [" " + t if g else t for t, g in zip(self.texts[start:end], self.gap[start:end], strict=True)]
        return "".join(parts).lstrip()

    def size(self, i: int) -> int:
        """Count the characters of text in an element."""
        return self.length[self.text_end[i]] - self.length[self.text_start[i]]

    def within(self, sorted_elements: list[int], i: int) -> list[int]:
        """Return those of a sorted list of elements that are `i` or lie in it."""
        start = bisect_left(sorted_elements, i)
        return sorted_elements[start : bisect_left(sorted_elements, self.end[i], start)]

    def inside(self, i: int, ancestor: int) -> bool:
        """Return whether `i` is *ancestor* or lies in it."""
        return ancestor <= i < self.end[ancestor]


def read_tree(markup: str, selectors: Sequence[str] = ()) -> Tree:
    """Read the tree of a document. Time and memory grow with its length alone, however it is nested.

    Args:
        markup: any text.
        selectors: CSS selectors that Lexbor can parse, to be answered in `tree.selected`.

    """
    parser = LexborHTMLParser(markup.encode("utf-8", "replace"))
    root = parser.root
    tree = Tree()
    if root is None:
        return tree
    if selectors:
        _mark(parser, selectors)
    _walk(root, tree)
    _set_regions(tree)
    if (head := parser.head) is not None:
        tree.head = [(tag, node.attributes) for node in head.iter() if (tag := node.tag or "") in _HEAD_TAGS]
    for node in parser.css("script"):
        is_data = (node.attributes.get("type") or "").strip().lower() == "application/ld+json"
        (tree.data if is_data else tree.scripts).append(node.text())
    tree.links = [i for i, tag in enumerate(tree.tags) if tag == "a"]
    if clicked := clickable(tree.tags, tree.attributes, tree.end):
        for i, url in clicked.items():
            tree.attributes[i] = {**tree.attributes[i], "href": url}
        tree.links = sorted([*tree.links, *clicked])
    tree.headings = [i for i, tag in enumerate(tree.tags) if tag in HEADINGS]
    tree.length = [0, *accumulate(map(len, tree.texts))]
    if tree.tags:
        tree.language = tree.attributes[0].get("lang") or tree.attributes[0].get("xml:lang")
        _unset_large_regions(tree)
    if selectors:
        tree.selected = _marked(tree, selectors)
    return tree


def spanned_rows(tree: Tree, cell: int) -> Iterator[int]:
    """Yield the rows below that a cell reaches into."""
    span = tree.attributes[cell].get("rowspan") or "" if tree.tags[cell] in CELLS else ""
    if not span.isdecimal() or len(span) > _DIGITS_OF_SPAN:
        return
    row = tree.parents[cell]
    last = tree.end[tree.parents[row]] if tree.parents[row] >= 0 else 0
    at = tree.end[row]
    for _ in range(int(span) - 1):
        if at >= last:
            return
        yield at
        at = tree.end[at]


def _walk(root: LexborNode, tree: Tree) -> None:
    """Fill the lists of elements and texts in the order of the nodes.

    This is the hot loop of `parse`. It is one function: a call for each element costs `read_tree` 3.5%, and a
    second loop for the numbers of the chains 2.5%.
    """
    tags, attributes, parents, depth, end = tree.tags, tree.attributes, tree.parents, tree.depth, tree.end
    path, text_start, text_end = tree.path, tree.text_start, tree.text_end
    texts, owner, gaps, blocks = tree.texts, tree.owner, tree.gap, tree.block
    kinds: dict[int, tuple[str, bool]] = {}  # by tag number, which costs less than the tag's name
    first: dict[tuple[int, str], int] = {}  # the first element of each chain of tags
    opened: list[tuple[LexborNode, bool, int]] = []  # each open element, and the block round it
    node, i, parent, block = root, -1, -1, -1
    gap, seen = LINE, 0
    while True:
        number = node.tag_id
        if number == _TEXT:
            text = node.text_content
            if not text or text.isspace():
                gap = gap or SPACE
            else:
                seen += 1
                texts.append(" ".join(text.split()))
                owner.append(parent)
                gaps.append(gap or (SPACE if text[0].isspace() else JOINED))
                blocks.append(block)
                gap = SPACE if text[-1].isspace() else JOINED
        else:
            try:
                tag, inline = kinds[number]
            except KeyError:
                tag, inline = kinds[number] = _kind(node)
            if tag:
                i += 1
                tags.append(tag)
                attributes.append(node.attributes or _BARE)
                parents.append(parent)
                depth.append(len(opened))
                path.append(first.setdefault((path[parent] if i else -1, tag), i))
                text_start.append(seen)
                text_end.append(seen)
                end.append(i + 1)
                if not inline:
                    gap = LINE
                child = node.first_child
                if child is not None:
                    opened.append((node, inline, block))
                    parent = i
                    if not inline:
                        block = i
                    node = child
                    continue
        following = node.next
        while following is None and opened:
            end[parent] = i + 1
            text_end[parent] = seen
            parent = parents[parent]
            node, inline, block = opened.pop()
            if not inline:
                gap = LINE
            following = node.next
        if following is None:
            return
        node = following


def _set_regions(tree: Tree) -> None:
    """Set the class of each element, and the nearest region at or above it."""
    classes, regions = tree.classes, tree.region
    named: dict[str, bool] = {}  # each name on the page is looked at once
    for i, (tag, values, parent) in enumerate(zip(tree.tags, tree.attributes, tree.parents, strict=True)):
        is_region = tag in _REGION_TAGS
        if not values:
            classes.append("")
        else:
            name = full_name = (values.get("class") or "")[:_LONGEST_NAME]
            if "id" in values or "role" in values:
                full_name = f"{name} {values.get('id') or ''} {values.get('role') or ''}"
            if full_name not in named:
                named[full_name] = is_region_name(full_name[:_LONGEST_NAME])
            if named[full_name] and tag not in _NEVER_REGIONS:
                is_region = True
            classes.append(name)
        regions.append(i if is_region else regions[parent] if i else -1)


def _mark(parser: LexborHTMLParser, selectors: Sequence[str]) -> None:
    """Write on each element the numbers of the selectors that it fits, for the walk to take along."""
    for node in parser.css(f"[{_MARK}]"):
        del node.attrs[_MARK]
    for number, selector in enumerate(selectors):
        for node in parser.css(selector):
            node.attrs[_MARK] = f"{node.attrs.get(_MARK) or ''} {number}"


def _marked(tree: Tree, selectors: Sequence[str]) -> dict[str, list[int]]:
    """Collect the elements of each selector, and take their marks off."""
    found: dict[str, list[int]] = {selector: [] for selector in selectors}
    for i, values in enumerate(tree.attributes):
        if values:
            for number in (values.pop(_MARK, None) or "").split():
                found[selectors[int(number)]].append(i)
    return found


def _kind(node: LexborNode) -> tuple[str, bool]:
    """Return the tag of an element and whether it is inline; an empty tag where no reader sees the node."""
    tag = node.tag or "-"
    return ("", True) if tag in _UNSEEN or tag[0] in "-!" else (tag, tag in _INLINE)


def _unset_large_regions(tree: Tree) -> None:
    """Keep only the regions of the tree that are not its content.

    A region with more than 40% of the page's text is content, and so are widgets that have as much together:
    a page may be built of nothing else. It stays a region where the page has a `main` elsewhere, however long
    its footer is, and where its name is that of related stories, which can be longer than the story.
    """
    regions, parents = tree.region, tree.parents
    limit = _LARGE_REGION * tree.length[-1]
    named = set(regions) - {-1}
    large = {i for i in named if tree.size(i) > limit} or _widgets(tree, named, limit)
    if not large:
        return
    main = next((i for i, tag in enumerate(tree.tags) if tag == "main" and tree.size(i)), None)
    content = {i for i in large if not _is_apart(tree, i, main)}
    if not content:
        return
    for i, region in enumerate(regions):
        if region >= 0 and (region != i or i in content):
            regions[i] = regions[parents[i]] if parents[i] >= 0 else -1


def _widgets(tree: Tree, regions: Set[int], limit: float) -> set[int]:
    """Return the regions that are widgets in no other region, if these have more text than *limit*."""
    widgets = {
        i
        for i in regions
        if tree.tags[i] not in _REGION_TAGS
        and i > 0
        and tree.region[tree.parents[i]] < 0
        and is_widget_name(f"{tree.classes[i]} {tree.attributes[i].get('id') or ''}")
    }
    return widgets if sum(map(tree.size, widgets)) > limit else set()


def _is_apart(tree: Tree, region: int, main: int | None) -> bool:
    """Return whether a large region is outside the page's `main`, or holds related stories by its name."""
    if main is not None and not tree.inside(region, main) and not tree.inside(main, region):
        return True
    return is_related_name(f"{tree.classes[region]} {tree.attributes[region].get('id') or ''}")
