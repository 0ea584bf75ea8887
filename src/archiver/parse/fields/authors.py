"""The author of a card, as printed."""

from archiver.parse.dates.find import is_date
from archiver.parse.document.links import AUTHOR_PATH
from archiver.parse.fields.excerpt import in_prose
from archiver.parse.fields.scope import NO_FIELD, CardScope, FieldText, GroupScope

_LONGEST = 80
"""Characters: a longer text is a sentence, and a name in it is not the author's."""


def read_author(group: GroupScope, card: CardScope) -> FieldText:
    """Read the author: the innermost marked element, a hyperlink to the page of an author, or a byline."""
    tree = group.tree
    element = _marked_author(group, card)
    if element is None:
        linked = _linked_author(group, card)
        return linked if linked.value else group.bylines.get(card.member.start, NO_FIELD)
    labels = (tree.text(link) for link in tree.within(tree.links, element))
    name = next(filter(_is_name, labels), None)
    return FieldText(name or tree.text(element), group.texts(element))


def _is_name(text: str) -> bool:
    """Return whether a text may be a name: it has letters, and is no date."""
    return any(map(str.isalpha, text)) and not is_date(text)


def _marked_author(group: GroupScope, card: CardScope) -> int | None:
    """Return the innermost of the first nested elements that are marked as an author."""
    tree = group.tree
    found: int | None = None
    for i in card.marked.authors:
        if (
            0 < tree.size(i) <= _LONGEST
            and (found is None or tree.inside(i, found))
            and _is_name(tree.text(i))
        ):
            found = i
    return found


def _linked_author(group: GroupScope, card: CardScope) -> FieldText:
    """Return the label of the first hyperlink to the page of an author, outside headings and prose."""
    tree, links, member = group.tree, group.links, card.member
    for row in card.rows:
        i, label = links.element[row], links.text[row]
        if (
            links.heading[row] < 0
            and row != member.row
            and AUTHOR_PATH.search(links.url[row])
            and _is_name(label)
            and not in_prose(tree, i, member)
        ):
            return FieldText(label, group.texts(i))
    return NO_FIELD
