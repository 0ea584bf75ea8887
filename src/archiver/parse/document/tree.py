"""The one walk: markup into flat lists, where a subtree is a range.

In: markup. Out: a `Tree`. Elements and the texts between them are numbered in document order, so that what
an element holds (elements, texts, links, headings) is a pair of indices, and how much of it is a difference
of prefix sums. Refuses nothing: any text is a tree. The one surprise: what no reader sees (scripts, styles,
templates, `noscript`, drawings, form choices) is left out, and so are texts of white space alone.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archiver.parse.document.regions import is_aside_name, is_beside_name
from archiver.parse.document.visible import INLINE

SPACE, LINE = 1, 2
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = frozenset(
    {"script", "style", "template", "noscript", "svg", "iframe", "object", "select", "textarea", "head"}
    | {"datalist", "audio", "video", "canvas", "dialog"}
)
_INLINE = INLINE | {"img"}
_ASIDE_TAGS = frozenset({"nav", "aside", "footer"})
_HEAD_TAGS = frozenset({"link", "base"})
_NO_REGIONS = frozenset({"html", "body", "a"})
_BARE: dict[str, str | None] = {}
"""The attributes of all elements that have none: most elements of a large page."""
_LONGEST_NAME = 400
"""Characters of a class or id that are looked at."""
_MARK = "data-archiver-selected"
"""The attribute that carries what selectors found through the walk."""
_TEXT = 2
"""Lexbor's number for a text (`LXB_TAG__TEXT`)."""
_LARGE_ASIDE = 0.4
"""Share of the page's text: a region that holds more is the page's content, whatever it calls itself."""


@dataclass(slots=True)
class Tree:
    """A document as parallel lists; `i` below is an element, `k` a text, both in document order.

    `end[i]` is the first element after the subtree of `i`; `text_start[i]:text_end[i]` are its texts.
    `path[i]` is a number for the chain of tags down to `i`: equal numbers, equal chains. `aside[i]` is the
    nearest element at or above `i` that calls itself navigation, sidebar, footer or the like, else -1.
    `gap[k]` says what stands before text `k`: nothing (0), white space (`SPACE`), or the end of a line, which
    is a block's edge or a `br` (`LINE`). `selected` are the elements of each CSS selector that was asked for.
    """

    tags: list[str] = field(default_factory=list)
    attributes: list[dict[str, str | None]] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    depth: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    path: list[int] = field(default_factory=list)
    aside: list[int] = field(default_factory=list)
    text_start: list[int] = field(default_factory=list)
    text_end: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    gap: list[int] = field(default_factory=list)
    block: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    head: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    language: str | None = None
    length: list[int] = field(default_factory=lambda: [0])
    selected: dict[str, list[int]] = field(default_factory=dict)

    def text(self, i: int) -> str:
        """The visible text of an element; blocks and white space give a space, inline elements none."""
        return self.join(self.text_start[i], self.text_end[i])

    def join(self, start: int, end: int) -> str:
        """The texts `start` to `end` (excluded) as one, white space collapsed."""
        if start == end:
            return ""
        if end - start == 1:
            return " ".join(self.texts[start].split())
        parts = [" " + t if g else t for t, g in zip(self.texts[start:end], self.gap[start:end], strict=True)]
        return " ".join("".join(parts).split())

    def size(self, i: int) -> int:
        """How many characters of text an element holds."""
        return self.length[self.text_end[i]] - self.length[self.text_start[i]]

    def within(self, sorted_elements: list[int], i: int) -> list[int]:
        """Those of a sorted list of elements that are `i` or lie in it."""
        start = bisect_left(sorted_elements, i)
        return sorted_elements[start : bisect_left(sorted_elements, self.end[i], start)]

    def inside(self, i: int, ancestor: int) -> bool:
        """Whether `i` is *ancestor* or lies in it."""
        return ancestor <= i < self.end[ancestor]


def read_tree(markup: str, selectors: Sequence[str] = ()) -> Tree:
    """The tree of a document. Time and memory grow with its length alone, however it is nested.

    *selectors* are those that `tree.selected` is to tell of; all of them are ones that Lexbor can parse.
    """
    parser = LexborHTMLParser(markup.encode("utf-8", "replace"))
    root = parser.root
    tree = Tree()
    if root is None:
        return tree
    if selectors:
        _mark(parser, selectors)
    tags, attributes, classes, parents = tree.tags, tree.attributes, tree.classes, tree.parents
    end, path, aside, depth = tree.end, tree.path, tree.aside, tree.depth
    text_start, text_end, texts = tree.text_start, tree.text_end, tree.texts
    owner, gaps, blocks = tree.owner, tree.gap, tree.block
    kinds: dict[
        int, tuple[str, bool, bool]
    ] = {}  # by Lexbor's number for a tag, which costs less than its name
    paths: dict[tuple[int, str], int] = {}
    marks: dict[str, bool] = {"": False}
    opened: list[tuple[LexborNode, int, int, int, int]] = []  # with what holds again after each is closed
    node, i = root, -1
    up = up_path = up_aside = block = -1
    gap, seen = LINE, 0
    while True:
        number = node.tag_id
        if number == _TEXT:
            text = node.text_content
            if not text or text.isspace():
                gap = gap or SPACE
            else:
                seen += 1
                texts.append(text)
                owner.append(up)
                gaps.append(gap)
                blocks.append(block)
                gap = 0
        else:
            kind = kinds.get(number)
            if kind is None:
                kind = kinds[number] = _kind(node)
            tag, inline, beside = kind
            if tag:
                i += 1
                values = node.attributes or _BARE
                name = called = ""
                if values:
                    name = called = (values.get("class") or "")[:_LONGEST_NAME]
                    if "id" in values or "role" in values:
                        called = f"{name} {values.get('id') or ''} {values.get('role') or ''}"
                    if called not in marks:
                        marks[called] = is_aside_name(called[:_LONGEST_NAME])
                    if marks[called] and tag not in _NO_REGIONS:
                        beside = True
                own_path = paths.setdefault((up_path, tag), i)
                own_aside = i if beside else up_aside
                tags.append(tag)
                attributes.append(values)
                classes.append(name)
                parents.append(up)
                depth.append(len(opened))
                path.append(own_path)
                aside.append(own_aside)
                text_start.append(seen)
                text_end.append(seen)
                end.append(i + 1)
                if not inline:
                    gap = LINE
                child = node.first_child
                if child is not None:
                    opened.append((node, up, up_path, up_aside, block))
                    up, up_path, up_aside = i, own_path, own_aside
                    if not inline:
                        block = i
                    node = child
                    continue
            elif node.tag == "head":
                tree.head = [(name, n.attributes) for n in node.iter() if (name := n.tag or "") in _HEAD_TAGS]
        following = node.next
        while following is None and opened:
            end[up] = i + 1
            text_end[up] = seen
            if tags[up] not in _INLINE:
                gap = LINE
            node, up, up_path, up_aside, block = opened.pop()
            following = node.next
        if following is None:
            break
        node = following
    tree.links = [i for i, tag in enumerate(tags) if tag == "a"]
    tree.headings = [i for i, tag in enumerate(tags) if tag in HEADINGS]
    tree.length = [0, *accumulate(map(len, texts))]
    if tags:
        tree.language = attributes[0].get("lang") or attributes[0].get("xml:lang")
        _unmark_large_asides(tree)
    if selectors:
        tree.selected = _marked(tree, selectors)
    return tree


def _mark(parser: LexborHTMLParser, selectors: Sequence[str]) -> None:
    """Write on each element the numbers of the selectors that it fits: the walk takes attributes along."""
    for node in parser.css(f"[{_MARK}]"):
        del node.attrs[_MARK]
    for number, selector in enumerate(selectors):
        for node in parser.css(selector):
            node.attrs[_MARK] = f"{node.attrs.get(_MARK) or ''} {number}"


def _marked(tree: Tree, selectors: Sequence[str]) -> dict[str, list[int]]:
    """The elements of each selector; their marks are taken off."""
    found: dict[str, list[int]] = {selector: [] for selector in selectors}
    for i, values in enumerate(tree.attributes):
        if values:
            for number in (values.pop(_MARK, None) or "").split():
                found[selectors[int(number)]].append(i)
    return found


def _kind(node: LexborNode) -> tuple[str, bool, bool]:
    """The tag of an element, whether it is inline, and whether it stands aside; no tag for what is unseen."""
    tag = node.tag or "-"
    if tag in _UNSEEN or tag[0] in "-!":
        return "", True, False
    return tag, tag in _INLINE, tag in _ASIDE_TAGS


def _unmark_large_asides(tree: Tree) -> None:
    """Keep as `aside` only regions of less than 40% of the page's text: what holds more is its content.

    Not where the page has a `main` elsewhere, however long its footer is, and not what stands beside a story
    by its name: related ones may be longer.
    """
    limit = _LARGE_ASIDE * tree.length[-1]
    aside, parents = tree.aside, tree.parents
    large = {i for i in set(aside) if i >= 0 and tree.size(i) > limit}
    main = (
        next((i for i, tag in enumerate(tree.tags) if tag == "main" and tree.size(i)), None)
        if large
        else None
    )
    for i in tuple(large):
        name = f"{tree.classes[i]} {tree.attributes[i].get('id') or ''}"
        elsewhere = main is not None and not tree.inside(i, main) and not tree.inside(main, i)
        if elsewhere or is_beside_name(name):
            large.remove(i)
    if not large:
        return
    for i in range(len(aside)):
        mark = aside[i]
        if mark == i:
            if i in large:
                aside[i] = aside[parents[i]] if parents[i] >= 0 else -1
        elif mark >= 0:
            aside[i] = aside[parents[i]]
