"""The fields of a card, read from one member of the chosen group.

The parts of the page and a member come in, a `Card` goes out. The fields are read in an order: a text that
is one field is not another, and the excerpt is what is left.
"""

from collections import Counter

from archiver.models import Card
from archiver.parse.dates.find import find_order
from archiver.parse.document.links import Links
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver
from archiver.parse.fields.authors import read_author
from archiver.parse.fields.dates import read_date, read_updated
from archiver.parse.fields.excerpt import read_excerpt
from archiver.parse.fields.languages import outer_languages, read_language
from archiver.parse.fields.markers import marked_within
from archiver.parse.fields.pictures import read_picture
from archiver.parse.fields.scope import CardScope, GroupScope
from archiver.parse.fields.taxonomy import read_taxonomy
from archiver.parse.fields.titles import read_title
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import Member

_MIN_SHARED = 3
"""Permalinks of a group with one label, at the least, for the label to be no title."""


def group_scope(
    tree: Tree, links: Links, resolver: Resolver, members: list[Member], dated_texts: list[str]
) -> GroupScope:
    """Collect what the cards of a group are read with.

    Args:
        tree: The page.
        links: Its hyperlinks.
        resolver: Resolves the URLs of the page.
        members: The members of the group.
        dated_texts: The texts of the page that hold dates: they may prove an order of numbers.
    """
    labels = Counter(links.text[m.row] for m in members)
    least = max(_MIN_SHARED, len(members) // 2 + 1)
    return GroupScope(
        tree,
        links,
        resolver,
        tree.language,
        find_order(dated_texts),
        frozenset(label for label, count in labels.items() if count >= least),
        outer_languages(tree, members),
    )


def read_card(group: GroupScope, member: Member, rows: range, heading: Heading) -> Card:
    """Read the card of a member; *rows* are its hyperlinks, *heading* is what stands above it."""
    tree, links = group.tree, group.links
    card = CardScope(member, rows, marked_within(tree, member.start, member.end))
    title = read_title(group, card)
    after_title = max(title.texts, default=member.text_start - 1) + 1
    dated = read_date(group, card, heading, title.texts)
    updated = read_updated(group, card.marked)
    author = read_author(group, card)
    taxonomy = read_taxonomy(group, card, author.texts)
    used = set(title.texts).union(dated.texts, updated.texts, author.texts, taxonomy.texts)
    return Card(
        url=links.url[member.row],
        title=title.value,
        date=dated.iso,
        author=author.value,
        categories=tuple(taxonomy.categories),
        tags=tuple(taxonomy.tags),
        excerpt=read_excerpt(group, card, used, after_title),
        href=tree.attributes[links.element[member.row]].get("href"),
        printed=dated.printed,
        updated=updated.value,
        image=read_picture(group, card),
        language=read_language(group, card),
    )
