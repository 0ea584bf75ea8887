"""A draft of a site rule: selectors that read a page as the generic parser reads it.

A `Capture` comes in, a `Draft` goes out. Each selector is tried on the page itself, and kept only if the page
is parsed the same with it: the rule is correct at least for the page that it comes from. Fields that no
simple selector finds are named in the draft. For the next page only `rel=next` is drafted: on the page after
this one, the first hyperlink of any other kind may lead back.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple, get_args

from archiver.models import Capture, Card, Model, Page
from archiver.parse.document.tree import Tree, read_tree
from archiver.parse.document.urls import Resolver
from archiver.parse.html import base_url, read_html
from archiver.parse.listing.score import is_card_name
from archiver.parse.page import MAX_PAGE_BYTES, parse_page
from archiver.parse.payload.encoding import decode
from archiver.parse.payload.inflate import decode_content
from archiver.parse.payload.sniff import content_encoding
from archiver.parse.wrapper.rules import SiteRule, UrlPatterns, patterns_for
from archiver.parse.wrapper.signatures import from_text
from archiver.parse.wrapper.site import Site

_FieldName = Literal["title", "url", "date", "author", "categories", "tags", "excerpt", "image"]
_FIELDS: tuple[_FieldName, ...] = get_args(_FieldName)
_NAME = re.compile(r"-?[A-Za-z_][\w-]*", re.ASCII)
"""A class that needs no escape in a selector."""
_REL_NEXT = "a[rel~=next]"
_MAX_PARENTS = 4
"""Elements around the one that shows a field which a selector may name."""
_MAX_TRIES = 24
"""Selectors that are tried for one field."""


class Draft(Model):
    """A rule for the host and path of a page, or None where no selector finds the cards.

    `missing` are the fields that the page has and no simple selector finds.
    """

    rule: SiteRule | None
    missing: tuple[str, ...] = ()


def draft_rule(capture: Capture) -> Draft:
    """Draft a rule that reads the capture as `parse_page` does, if it is a listing in HTML."""
    page = parse_page(capture)
    if page.kind != "listing" or not page.blocks:
        return Draft(rule=None)
    try:
        patterns = patterns_for(page.url)
    except ValueError:
        return Draft(rule=None)
    content = decode_content(capture.payload, content_encoding(capture), MAX_PAGE_BYTES)
    decoded = decode(content.payload, capture.header("Content-Type") or "", xml=False, url=capture.url)
    return _draft(_Trial(decoded.text, page, patterns))


@dataclass(frozen=True, slots=True)
class _Trial:
    """A page that was parsed without a rule, to try selectors on."""

    markup: str
    page: Page
    patterns: UrlPatterns

    def rule(self, selectors: Mapping[str, str]) -> SiteRule:
        """Make the rule for the page's host and path."""
        return SiteRule.model_validate({**self.patterns._asdict(), **selectors})

    def is_same(self, selectors: Mapping[str, str]) -> bool:
        """Return whether the page is parsed the same with these selectors as without a rule."""
        ruled = read_html(self.markup, self.page.url, Site(rule=self.rule(selectors)))
        return _compared(ruled) == _compared(self.page)


class _Example(NamedTuple):
    """A card of the page and its element."""

    element: int
    card: Card


def _draft(trial: _Trial) -> Draft:
    page = trial.page
    cards = next((s for s in _card_selectors(page) if trial.is_same({"cards": s})), None)
    if cards is None:
        return Draft(rule=None, missing=("cards",))
    selectors = {"cards": cards}
    tree = read_tree(trial.markup, [cards])
    examples = list(_examples(tree, tree.selected[cards], page))
    missing: list[str] = []
    for name in _FIELDS:
        example = next((example for example in examples if getattr(example.card, name)), None)
        if example is None:
            continue
        candidates = islice(dict.fromkeys(_field_selectors(tree, example, name, page.url)), _MAX_TRIES)
        selector = next((s for s in candidates if trial.is_same(selectors | {name: s})), None)
        if selector:
            selectors[name] = selector
        else:
            missing.append(name)
    if page.next_url and trial.is_same(selectors | {"next": _REL_NEXT}):
        selectors["next"] = _REL_NEXT
    elif page.next_url:
        missing.append("next")
    return Draft(rule=trial.rule(selectors), missing=tuple(missing))


def _compared(page: Page) -> tuple[list[dict[str, object]], str | None]:
    """Return what of a page a rule must not change: its cards and its next page.

    The place of a date is left out: a rule finds it in the element that it names. So is the list of a card,
    which may be another where the rule names an element in the card or round it.
    """
    cards = [card.model_dump(exclude={"printed": {"place"}, "list_number": True}) for card in page.cards]
    return cards, page.next_url


def _card_selectors(page: Page) -> Iterator[str]:
    """Yield selectors for the elements of the chosen block, names of cards first, then the shortest."""
    signature = from_text(page.blocks[0].signature)
    *above, tag = signature.path.split()
    plain = sorted(filter(_NAME.fullmatch, signature.classes), key=lambda name: not is_card_name(name))
    own = [*(f"{tag}.{name}" for name in plain), tag + "".join(f".{name}" for name in plain)]
    yield from own
    for reach in range(1, len(above) + 1):
        yield from (" > ".join([*above[-reach:], name]) for name in own)


def _examples(tree: Tree, elements: list[int], page: Page) -> Iterator[_Example]:
    """Yield the cards with their elements, without elements that hold the permalink of no card."""
    resolver = Resolver(base_url(tree, page.url))
    remaining = iter(elements)
    for card in page.cards:
        for i in remaining:
            hrefs = (tree.attributes[link].get("href") for link in tree.within(tree.links, i))
            if any(resolver.resolve(href) == card.url for href in hrefs):
                yield _Example(i, card)
                break


def _field_selectors(tree: Tree, example: _Example, name: _FieldName, page_url: str) -> Iterator[str]:
    """Yield selectors for the elements of a card that show a field, the smallest element first.

    Of each element the bare tag comes last.
    """
    start = example.element
    shows = _showing(tree, example.card, name, page_url)
    elements = [i for i in range(start, tree.end[start]) if shows(i)]
    for i in sorted(elements, key=lambda i: (tree.end[i] - i, -i)):
        own = _names(tree, i)
        yield from own[:-1]
        above, parent = "", tree.parents[i]
        for _ in range(_MAX_PARENTS):
            if parent <= start:
                break
            above = f"{_names(tree, parent)[0]} {above}"
            yield f"{above}{own[0]}"
            parent = tree.parents[parent]
        yield own[-1]


def _names(tree: Tree, i: int) -> list[str]:
    """List selectors for an element: its tag with all its classes, with each of them, and alone."""
    tag = tree.tags[i]
    classes = [name for name in tree.classes[i].split() if _NAME.fullmatch(name)]
    return list(
        dict.fromkeys([tag + "".join(f".{c}" for c in classes), *(f"{tag}.{c}" for c in classes), tag])
    )


def _showing(tree: Tree, card: Card, name: _FieldName, page_url: str) -> Callable[[int], bool]:
    """Return a function that returns whether an element shows the card's value of the field."""
    value = getattr(card, name)
    match name:
        case "url":
            resolver = Resolver(base_url(tree, page_url))
            return lambda i: tree.tags[i] == "a" and resolver.resolve(tree.attributes[i].get("href")) == value
        case "image":
            return lambda i: tree.tags[i] in ("img", "picture", "source", "figure")
        case "date":
            printed = card.printed.text if card.printed else value
            return lambda i: printed in tree.text(i) or printed in tree.attributes[i].values()
        case "categories" | "tags":
            return lambda i: tree.text(i) in value
        case _:
            return lambda i: tree.text(i) == value
