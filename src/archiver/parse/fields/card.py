"""One card out of one member of the chosen group: title, date, author, categories, tags, excerpt, picture.

In: a tree, its links, a member. Out: a `Card`. Refuses to invent: a date stands on the page or in an
attribute that is a date and nothing else. The one surprise: the printed date wins over the attribute, they
differ by a day on real sites; a date that calls itself updated is no date of the card.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from archiver.models import Card, PrintedDate
from archiver.parse.dates.calendar import FoundDate
from archiver.parse.dates.find import Order, find_date, is_date
from archiver.parse.dates.partial import find_inexact, printed_date
from archiver.parse.document.languages import own_language
from archiver.parse.document.links import AUTHOR_PATH, Links, is_wide, width
from archiver.parse.document.tree import HEADINGS, Tree
from archiver.parse.document.urls import Resolver
from archiver.parse.fields.excerpt import in_prose, read_excerpt
from archiver.parse.fields.markers import MarkedElements, Marker, marked_within
from archiver.parse.fields.pictures import card_picture, picture_address
from archiver.parse.listing.headings import Heading
from archiver.parse.listing.score import Member

_CATEGORY_PATH = re.compile(
    r"/(?:category|categories|cat|kategori\w*|categor[iy]\w*|section|rubri\w*)(?:/|\?|$)", re.IGNORECASE
)
_TAG_PATH = re.compile(r"/(?:tags?|labels?|topics?|keywords?|search/label)(?:/|\?|$)|[?&]tag=", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_HOUR = re.compile(r"\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?", re.IGNORECASE)
_SEPARATORS = " -–—|:·•»/"  # between a date and a title
_TEXT = 100  # characters between a title and a heading that is within the post
_SHORT = 80
"""Characters: what is longer is a sentence; a date or a name in it is not the card's."""
_LONGEST_LABEL = 60  # columns of a category or a tag
_LONGEST_CATEGORY = 40  # characters, where it is no link
_LEVELS = 3  # a link and the elements round it that may say what it is
_LONGEST_TITLE = 300  # characters, where only a class says that it is one


@lru_cache(maxsize=20_000)
def _find_date(text: str, year: int | None, language: str | None, order: Order | None) -> FoundDate | None:
    """`find_date`, which is asked the same on every capture of a page."""
    return find_date(text, year=year, language=language, order=order)


@dataclass(slots=True)
class Reader:
    """Reads the fields of the members of one group."""

    tree: Tree
    links: Links
    resolver: Resolver
    language: str | None
    order: Order | None
    repeated: frozenset[str] = frozenset()
    """Labels of the permalinks that several members share: "permalink", "#"; none is a title."""
    languages: dict[int, str | None] = field(default_factory=dict)
    """What the elements round the members say of their language."""

    def card(self, member: Member, rows: range, context: Heading) -> Card:
        """The card of a member; *rows* are its links, *context* is what stands above it."""
        named = marked_within(self.tree, member.start, member.end)
        title, used = self._title(member, rows, named)
        after_title = max(used, default=member.text_start - 1) + 1
        date, printed, at = self._date(member, named, context, used)
        used |= at
        updated, at = self._updated(named) if named.updated else (None, set())
        used |= at
        author, at = self._author(member, rows, named)
        used |= at
        categories, tags, at = self._taxonomy(member, rows, named, at)
        used |= at
        link = self.links.element[member.row]
        return Card(
            url=self.links.url[member.row],
            title=title,
            date=date,
            author=author,
            categories=tuple(categories),
            tags=tuple(tags),
            excerpt=read_excerpt(self.tree, self.links, member, rows, named, used, after_title),
            href=self.tree.attributes[link].get("href"),
            printed=printed,
            updated=updated,
            image=card_picture(self.tree, self.resolver, member, self.links.key[member.row], named)
            if named.pictures
            else None,
            language=self._language(member, link),
        )

    def _texts(self, i: int) -> set[int]:
        return set(range(self.tree.text_start[i], self.tree.text_end[i]))

    def _title(self, member: Member, rows: range, named: MarkedElements) -> tuple[str | None, set[int]]:
        """The title and the texts it is made of.

        The label of the heading's link, else the heading; the longest label to the same address, unless it
        wraps a card, is a date or says nothing of this card; what is called a title; the first text of a link
        that wraps the card.
        """
        tree, links = self.tree, self.links
        link, heading = links.element[member.row], links.heading[member.row]
        if 0 <= heading < member.start:
            heading = link  # a heading round several cards is the title of none
        if heading >= 0:
            text = links.text[member.row]
            if not tree.inside(link, heading) or not is_wide(text, 3):
                text = tree.text(heading)
            return text or None, self._texts(heading)
        url, key = links.url[member.row], links.key[member.row]
        same = [
            r
            for r in rows
            if links.key[r] == key
            and self._is_telling(links.text[r])
            and (links.url[r] == url or "#" not in links.url[r])
        ]
        best = max(same, key=lambda r: (links.points[r], width(links.text[r])), default=-1)
        wraps = best >= 0 and self._wraps(links.element[best])
        if best >= 0 and not wraps and links.points[best] > 0:
            return self._undated(links.element[best], named)
        called = self._called_title(named)
        if called >= 0:
            return tree.text(called), self._texts(called)
        if best >= 0 and wraps:
            i = links.element[best]
            for k in range(tree.text_start[i], tree.text_end[i]):
                text = " ".join(tree.texts[k].split())
                if text and not is_date(text):
                    return text, {k}
        if best >= 0:
            return links.text[best], self._texts(links.element[best])
        return None, set()

    def _is_telling(self, label: str) -> bool:
        """Whether a label may be a title: it has letters or a number, is no date, hour or every card's."""
        return (
            any(map(str.isalnum, label))
            and label not in self.repeated
            and _HOUR.fullmatch(label) is None
            and not is_date(label)
        )

    def _undated(self, link: int, named: MarkedElements) -> tuple[str, set[int]]:
        """The label of a link without its date, which begins it or is called one, and its texts."""
        tree, texts = self.tree, self._texts(link)
        dates = {k for i in named.dates if link < i < tree.end[link] for k in self._texts(i)}
        first = tree.text_start[link]
        if len(texts) > 1 and is_date(tree.texts[first]):
            dates.add(first)
        rest = sorted(texts - dates)
        label = " ".join(tree.join(k, k + 1) for k in rest).strip(_SEPARATORS) if dates else ""
        return (label, set(rest)) if label else (tree.text(link), texts)

    def _called_title(self, named: MarkedElements) -> int:
        """The first heading, else the first element that is called a title; -1 where there is none.

        A heading after text is one within the post.
        """
        tree = self.tree
        found = -1
        for i in named.titles:
            if tree.size(i):
                if tree.tags[i] in HEADINGS:
                    after_text = (
                        found >= 0
                        and tree.length[tree.text_start[i]] > tree.length[tree.text_end[found]] + _TEXT
                    )
                    return found if after_text else i
                if found < 0 and tree.size(i) < _LONGEST_TITLE and not is_date(tree.text(i)):
                    found = i
        return found

    def _wraps(self, link: int) -> bool:
        """Whether a link holds texts of more than one block: it wraps a card."""
        tree = self.tree
        return len({tree.block[k] for k in range(tree.text_start[link], tree.text_end[link])}) > 1

    def _date(
        self, member: Member, named: MarkedElements, context: Heading, title: set[int]
    ) -> tuple[str | None, PrintedDate | None, set[int]]:
        """The date, what is printed of it, and the texts it is printed in.

        Elements that are or call themselves a date, other short texts, attributes, the heading above. Where
        none of them tells a day, what is printed of a date first.
        """
        tree = self.tree
        used: set[int] = set()
        stamp: tuple[str, PrintedDate] | None = None
        open_: PrintedDate | None = None
        for i in named.dates:
            at = self._texts(i)
            if tree.size(i) > _SHORT or (at & title and tree.tags[i] != "time"):
                continue
            if named.parts.get(i, 0) & Marker.UPDATED:
                used |= at
                continue
            text = tree.text(i)
            found = _find_date(text, context.year, self.language, self.order)
            if found:
                used |= at
                printed = printed_date(text, found, "element")
                if found.iso:
                    return found.iso, printed, used
                open_ = open_ or printed
            elif open_ is None and (inexact := find_inexact(text, "element", self.language)):
                used |= at
                open_ = inexact
            if stamp is None and (stamp := self._stamp(i)):
                used |= at
        for k in range(member.text_start, member.text_end):
            text = tree.texts[k]
            if len(text) > _SHORT or k in title or k in used or not _DIGIT.search(text):
                continue
            if tree.size(tree.block[k]) > 2 * _SHORT and not is_date(text):
                continue
            found = _find_date(text, context.year, self.language, self.order)
            if found:
                used.add(k)
                printed = printed_date(text, found, "text")
                if found.iso:
                    return found.iso, printed, used
                open_ = open_ or printed
            elif open_ is None:
                inexact = find_inexact(text, "text", self.language)
                if inexact and inexact.precision != "year":  # a bare year is a number of anything
                    used.add(k)
                    open_ = inexact
        if stamp is None:
            for i in named.stamped:
                if tree.tags[i] in {"a", "img"} or tree.size(i) > _SHORT or i in named.updated:
                    continue
                if stamp := self._stamp(i):
                    used |= self._texts(i)
                    break
        if stamp:
            return *stamp, used
        return context.date, context.printed if context.date else open_ or context.printed, used

    def date_of(self, elements: Iterable[int], context: Heading) -> tuple[str | None, PrintedDate | None]:
        """The first date of these elements, in their text or their attributes, and what is printed of it."""
        inexact: PrintedDate | None = None
        for i in elements:
            text = self.tree.text(i)
            found = _find_date(text, context.year, self.language, self.order)
            if found and found.iso:
                return found.iso, printed_date(text, found, "element")
            if stamp := self._stamp(i):
                return stamp
            if inexact is None:
                inexact = (
                    printed_date(text, found, "element")
                    if found
                    else find_inexact(text, "element", self.language)
                )
        return None, inexact

    def picture_of(self, elements: Iterable[int]) -> str | None:
        """The address of the first image that one of these elements shows, or one in it."""
        for i in elements:
            for j in range(i, self.tree.end[i]):
                if url := picture_address(self.tree, self.resolver, j):
                    return url
        return None

    def _stamp(self, i: int) -> tuple[str, PrintedDate] | None:
        """The date in an element's attributes, where it is nothing but a date."""
        attributes = self.tree.attributes[i]
        for name in ("datetime", "content", "title"):
            value = attributes.get(name)
            if value and is_date(value):
                found = find_date(value, order=self.order)
                if found and found.iso:
                    return found.iso, printed_date(value, found, "attribute")
        return None

    def _updated(self, named: MarkedElements) -> tuple[str | None, set[int]]:
        """The first date of an element that calls itself updated, and the texts of all such elements."""
        date = None
        used: set[int] = set()
        for i in named.updated:
            if self.tree.size(i) <= _SHORT:
                used |= self._texts(i)
                if date is None:
                    found = _find_date(self.tree.text(i), None, self.language, self.order)
                    stamp = None if found and found.iso else self._stamp(i)
                    date = stamp[0] if stamp else found.iso if found else None
        return date, used

    def _language(self, member: Member, link: int) -> str | None:
        """The language that the permalink, or what is round it, says, where it is not the page's."""
        attributes, parents = self.tree.attributes, self.tree.parents
        said = attributes[link].get("hreflang")
        i = link
        while not said and i >= member.start:
            said = attributes[i].get("lang") or attributes[i].get("xml:lang")
            i = parents[i]
        if not said:
            i = above = parents[member.start]
            if above not in self.languages:
                while i > 0 and not said:  # the first element is the page's own
                    said = attributes[i].get("lang") or attributes[i].get("xml:lang")
                    i = parents[i]
                self.languages[above] = said
            said = self.languages[above]
        return own_language(said, self.language) if said else None

    def _author(self, member: Member, rows: range, named: MarkedElements) -> tuple[str | None, set[int]]:
        """The author as printed: the innermost element called so, else a link to an author's page."""
        tree, links = self.tree, self.links
        found = -1
        for i in named.authors:
            if (
                0 < tree.size(i) <= _SHORT
                and (found < 0 or tree.inside(i, found))
                and not is_date(tree.text(i))
            ):
                found = i
        if found >= 0:
            inner = [t for j in tree.within(tree.links, found) if (t := tree.text(j)) and not is_date(t)]
            return inner[0] if inner else tree.text(found), self._texts(found)
        for row in rows:
            i, text = links.element[row], links.text[row]
            if (
                text
                and links.heading[row] < 0
                and row != member.row
                and AUTHOR_PATH.search(links.url[row])
                and not in_prose(tree, i, member)
            ):
                return text, self._texts(i)
        return None, set()

    def _taxonomy(
        self, member: Member, rows: range, named: MarkedElements, author: set[int]
    ) -> tuple[list[str], list[str], set[int]]:
        """Categories, tags, and the texts they stand in: links of such names or addresses, else labels.

        The texts of the *author* are neither.
        """
        tree, links = self.tree, self.links
        categories: list[str] = []
        tags: list[str] = []
        used: set[int] = set()
        for row in rows:
            text, i = links.text[row], links.element[row]
            if not text or row == member.row or links.heading[row] >= 0 or is_wide(text, _LONGEST_LABEL + 1):
                continue
            rel = (tree.attributes[i].get("rel") or "").lower().split()
            url = links.url[row]
            if "category" in rel:  # `rel="category tag"` is how a category says what it is
                which = categories
            elif _TAG_PATH.search(url):
                which = tags
            elif _CATEGORY_PATH.search(url) or (called := self._called(i, member, named)) & Marker.CATEGORY:
                which = categories
            elif "tag" in rel or called & Marker.TAG:
                which = tags
            else:
                continue
            if not author.isdisjoint(self._texts(i)):
                continue
            if "tag" in rel or not in_prose(tree, i, member):
                which.append(text)
                used |= self._texts(i)
        if not categories and not tags:
            for which, elements in ((categories, named.categories), (tags, named.tags)):
                for i in elements:
                    short = 0 < tree.size(i) <= _LONGEST_CATEGORY
                    if short and not which and author.isdisjoint(self._texts(i)):
                        which.append(tree.text(i))
                        used |= self._texts(i)
        return categories, tags, used

    def _called(self, i: int, member: Member, named: MarkedElements) -> int:
        """What a link and the two elements round it call themselves, as far as they lie in the member."""
        called = 0
        for _ in range(_LEVELS):
            if i > member.start:
                called |= named.parts.get(i, 0)
                i = self.tree.parents[i]
        return called
