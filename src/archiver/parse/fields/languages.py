"""The language of a card, where it is another than the page's, and that of the dates of a page."""

from archiver.parse.dates.calendar import with_country
from archiver.parse.document.languages import own_language
from archiver.parse.document.tree import Tree
from archiver.parse.fields.scope import CardScope, GroupScope
from archiver.parse.listing.score import Member

_LANGUAGE_NAMES = frozenset({"og:locale", "content-language", "language", "dc.language", "dcterms.language"})
"""What a `meta` element is called that declares the language of its page."""
_FIRST_BELOW_ROOT = 1
"""The first element of a tree but the root, whose language is the page's."""


def date_language(tree: Tree, host: str) -> str | None:
    """Return the language of a page's dates: with its country, where the page or its host declares one."""
    language = tree.language or _language_of_body(tree)
    for tag, attributes in tree.head:
        name = attributes.get("property") or attributes.get("http-equiv") or attributes.get("name") or ""
        if tag == "meta" and name.lower() in _LANGUAGE_NAMES:
            declared = (attributes.get("content") or "").replace("_", "-")
            if own_language(declared, language) and declared.lower().startswith((language or "").lower()):
                language = declared
    return with_country(language, host)


def _language_of_body(tree: Tree) -> str | None:
    """Return the language that the body declares, as the pages of word processors do."""
    body = _FIRST_BELOW_ROOT
    return tree.attributes[body].get("lang") if tree.tags[body : body + 1] == ["body"] else None


def outer_languages(tree: Tree, members: list[Member]) -> dict[int, str | None]:
    """Find the language that is declared around the members, by the parent element of each."""
    parents = {tree.parents[m.start] for m in members}
    return {parent: _declared(tree, parent, _FIRST_BELOW_ROOT) for parent in parents}


def read_language(group: GroupScope, card: CardScope) -> str | None:
    """Read the language that the permalink, or what is around it, declares."""
    tree, member = group.tree, card.member
    link = group.links.element[member.row]
    declared = (
        tree.attributes[link].get("hreflang")
        or _declared(tree, link, member.start)
        or group.outer_languages[tree.parents[member.start]]
    )
    return own_language(declared, group.language) if declared else None


def _declared(tree: Tree, i: int, first: int) -> str | None:
    """Return the language of the nearest element at or around *i* that declares one, down to *first*."""
    while i >= first:
        attributes = tree.attributes[i]
        if attributes and (language := attributes.get("lang") or attributes.get("xml:lang")):
            return language
        i = tree.parents[i]
    return None
