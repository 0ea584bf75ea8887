"""A site rule to start from: selectors that read a page as it is read without a rule.

In: a page's markup, and how it was read. Out: a `Draft`. Pure. Refuses to promise: what no simple selector
says is named in `unsaid`. The one surprise: each selector is tried on the page itself and kept only if the
page is read the same by it, so that the rule is right at least where it comes from. Of the next page
only `rel=next` is drafted: on the page after this one, the first link of any other kind may lead back.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice

from archiver.models import Card, Model, Page
from archiver.parse.document.tree import Tree, read_tree
from archiver.parse.document.urls import Resolver
from archiver.parse.html import base_of, read_html
from archiver.parse.listing.score import is_card_name
from archiver.parse.wrapper.rules import SiteRule, patterns_for
from archiver.parse.wrapper.signatures import from_text
from archiver.parse.wrapper.site import Site

_FIELDS = ("title", "url", "date", "author", "categories", "tags", "excerpt", "image")
_NAME = re.compile(r"-?[A-Za-z_][\w-]*", re.ASCII)
"""A class that needs no escape in a selector."""
_REL_NEXT = "a[rel~=next]"
_MOST_PARENTS = 4
_MOST_TRIES = 24
"""Selectors that are tried for one field."""


class Draft(Model):
    """A rule for the page's host and path, None where no selector finds its cards; and what it leaves out.

    `unsaid` are the fields that the page has and no simple selector finds.
    """

    rule: SiteRule | None
    unsaid: tuple[str, ...] = ()


def draft(markup: str, page: Page) -> Draft:
    """A rule that reads the markup as *page*, which was read without one."""
    if page.kind != "listing":
        return Draft(rule=None)
    try:
        host, path = patterns_for(page.url)
    except ValueError:
        return Draft(rule=None)
    shown = _as_shown(page)

    def same(said: dict[str, str]) -> bool:
        rule = SiteRule.model_validate({"host": host, "path": path, **said})
        return _as_shown(read_html(markup, page.url, Site(rule=rule))) == shown

    said: dict[str, str] = {}
    signature = from_text(page.blocks[0].signature)
    for selector in _selectors_of_path(signature.path, signature.classes):
        if same({"cards": selector}):
            said["cards"] = selector
            break
    else:
        return Draft(rule=None, unsaid=("cards",))
    tree = read_tree(markup, [said["cards"]])
    cards = list(_with_elements(tree, tree.selected[said["cards"]], page))
    unsaid = []
    for name in _FIELDS:
        example = next(((i, card) for i, card in cards if getattr(card, name)), None)
        if example is None:
            continue
        for selector in islice(dict.fromkeys(_candidates(tree, *example, name, page.url)), _MOST_TRIES):
            if same(said | {name: selector}):
                said[name] = selector
                break
        if name not in said:
            unsaid.append(name)
    if page.next_url and same(said | {"next": _REL_NEXT}):
        said["next"] = _REL_NEXT
    elif page.next_url:
        unsaid.append("next")
    return Draft(rule=SiteRule.model_validate({"host": host, "path": path, **said}), unsaid=tuple(unsaid))


def _as_shown(page: Page) -> tuple[object, ...]:
    """What a reader of the page sees: its cards, its next page. In what a date was found is not of it.

    A rule finds it in the element that it names, in whatever it was found before.
    """
    cards = [card.model_dump(exclude={"printed": {"place"}}) for card in page.cards]
    return cards, page.next_url


def _selectors_of_path(path: str, classes: tuple[str, ...]) -> Iterator[str]:
    """Selectors for the elements at a path with these classes, names of cards first, then the shortest."""
    *above, tag = path.split()
    plain = sorted(filter(_NAME.fullmatch, classes), key=lambda name: not is_card_name(name))
    own = [*(f"{tag}.{name}" for name in plain), tag + "".join(f".{name}" for name in plain)]
    yield from own
    for reach in range(1, len(above) + 1):
        yield from (" > ".join([*above[-reach:], name]) for name in own)


def _with_elements(tree: Tree, elements: list[int], page: Page) -> Iterator[tuple[int, Card]]:
    """The cards with their elements; those of the elements that hold the permalink of no card are none's."""
    resolver = Resolver(base_of(tree, page.url))
    waiting = iter(elements)
    for card in page.cards:
        for i in waiting:
            hrefs = (tree.attributes[link].get("href") for link in tree.within(tree.links, i))
            if any(resolver.resolve(href) == card.url for href in hrefs):
                yield i, card
                break


def _candidates(tree: Tree, start: int, card: Card, name: str, url: str) -> Iterator[str]:
    """Selectors for the elements of a card that show the value of a field; a bare tag comes last."""
    shows = _showing(tree, card, name, url)
    elements = [i for i in range(start, tree.end[start]) if shows(i)]
    for i in sorted(elements, key=lambda i: (tree.end[i] - i, -i)):
        own = _names(tree, i)
        yield from own[:-1]
        above, parent = "", tree.parents[i]
        for _ in range(_MOST_PARENTS):
            if parent <= start:
                break
            above = f"{_names(tree, parent)[0]} {above}"
            yield f"{above}{own[0]}"
            parent = tree.parents[parent]
        yield own[-1]


def _names(tree: Tree, i: int) -> list[str]:
    """An element by its tag with all its classes, with each of them, and alone."""
    tag = tree.tags[i]
    classes = [name for name in tree.classes[i].split() if _NAME.fullmatch(name)]
    return list(
        dict.fromkeys([tag + "".join(f".{c}" for c in classes), *(f"{tag}.{c}" for c in classes), tag])
    )


def _showing(tree: Tree, card: Card, name: str, url: str) -> Callable[[int], bool]:
    """Whether an element shows the card's value of the field."""
    value = getattr(card, name)
    if name == "url":
        resolver = Resolver(base_of(tree, url))
        return lambda i: tree.tags[i] == "a" and resolver.resolve(tree.attributes[i].get("href")) == value
    if name == "image":
        return lambda i: tree.tags[i] in ("img", "picture", "source", "figure")
    if name == "date":
        printed = card.printed.text if card.printed else value
        return lambda i: printed in tree.text(i) or printed in tree.attributes[i].values()
    if name in ("categories", "tags"):
        return lambda i: tree.text(i) in value
    return lambda i: tree.text(i) == value
