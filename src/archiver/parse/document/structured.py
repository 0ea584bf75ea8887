"""What a page says of itself for machines: what it is about, and the URLs of the items that it lists.

The tree of a page comes in; `StructuredData` goes out. What cannot be read is passed over. Of JSON-LD only
the outline is read (schema.org types, `itemListElement`, `blogPost`, `hasPart`), not its values: what a card
shows is read from the page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

import orjson

from archiver.parse.document.jsontext import read_json
from archiver.parse.document.tree import Tree
from archiver.parse.document.urls import Resolver, same_place


class Subject(Enum):
    """What a page is about: many things of one kind, or one thing of that kind."""

    LISTING = "a list of things"
    ARTICLE = "one article"
    PRODUCT = "one product"
    THREAD = "one discussion"


_TYPES = {
    Subject.LISTING: "CollectionPage SearchResultsPage MediaGallery ImageGallery VideoGallery ItemList Blog "
    "DataFeed OfferCatalog",
    Subject.ARTICLE: "Article NewsArticle AnalysisNewsArticle AskPublicNewsArticle BackgroundNewsArticle "
    "OpinionNewsArticle ReportageNewsArticle ReviewNewsArticle AdvertiserContentArticle SatiricalArticle "
    "ScholarlyArticle MedicalScholarlyArticle TechArticle APIReference Report BlogPosting LiveBlogPosting "
    "SocialMediaPosting HowTo Recipe Review CriticReview JobPosting",
    Subject.PRODUCT: "Product ProductGroup ProductModel IndividualProduct SomeProducts Vehicle Car "
    "SoftwareApplication MobileApplication WebApplication VideoGame Book ItemPage",
    Subject.THREAD: "DiscussionForumPosting QAPage",
}
_SUBJECTS = {name: subject for subject, names in _TYPES.items() for name in names.split()}
"""The types of schema.org that say what a page is about. Its other types stand on pages of any kind."""
_OPEN_GRAPH = {
    "article": Subject.ARTICLE,
    "product": Subject.PRODUCT,
    "product.item": Subject.PRODUCT,
    "product.group": Subject.LISTING,
    "book": Subject.PRODUCT,
}
_SEVERAL = 3
"""Things of one type on a page that is about none of them."""
_LISTING_KEYS = ("itemListElement", "blogPost", "blogPosts", "hasPart")
"""Properties of schema.org whose values are the items of a list."""
_MAX_VALUES = 50_000
"""JSON values of one page that are looked at."""


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What a page says of itself.

    `is_published`: the head dates it as one article (`article:published_time`). `item_keys` are the URLs of
    the items of its JSON-LD lists, for comparison (`urls.same_place`); breadcrumbs are no list. What the page
    is about stands in three places, which need not agree: `open_graph` (`og:type`), `json_ld` and `microdata`
    (the things that are no part of another one).
    """

    is_published: bool
    item_keys: frozenset[str]
    open_graph: Subject | None = None
    json_ld: frozenset[Subject] = frozenset()
    microdata: frozenset[Subject] = frozenset()

    @property
    def subjects(self) -> frozenset[Subject]:
        """What the page is about by any of them."""
        return self.json_ld | self.microdata | ({self.open_graph} if self.open_graph else frozenset())


NO_DATA = StructuredData(False, frozenset())


@dataclass(frozen=True, slots=True)
class _Outline:
    """The types of the things that a page's JSON-LD describes, and the URLs of the items that it lists."""

    types: list[str]
    items: list[str]


def read_structured(tree: Tree, resolver: Resolver) -> StructuredData:
    """Read the structured data of a page."""
    outline = _outline(tree.data)
    urls = map(resolver.resolve, outline.items)
    return StructuredData(
        is_published=any(_property(values) == "article:published_time" for values in _metas(tree)),
        item_keys=frozenset(same_place(url) for url in urls if url),
        open_graph=_open_graph(_metas(tree)),
        json_ld=_subjects(outline.types),
        microdata=_subjects(_outer_types(tree)),
    )


def _metas(tree: Tree) -> Iterator[Mapping[str, str | None]]:
    return (attributes for tag, attributes in tree.head if tag == "meta")


def _property(meta: Mapping[str, str | None]) -> str:
    """Return the property that a `meta` element sets; many pages name it in the attribute `name`."""
    return meta.get("property") or meta.get("name") or ""


def _open_graph(metas: Iterable[Mapping[str, str | None]]) -> Subject | None:
    """Return what the first `og:type` says."""
    kinds = (values.get("content") or "" for values in metas if _property(values) == "og:type")
    kind = next(kinds, "").strip().lower().removeprefix("og:")
    return _OPEN_GRAPH.get(kind)


def _outer_types(tree: Tree) -> Iterator[str]:
    """Yield the types of the microdata items that are no property of another item."""
    for values in [values for values in tree.attributes if "itemtype" in values]:  # few of all
        if "itemprop" not in values:
            yield from (values["itemtype"] or "").split()


def _subjects(types: Iterable[str]) -> frozenset[Subject]:
    """Return what things of these types make a page be about: several of one type are a list of things."""
    counts = Counter(kind.rstrip("/").rpartition("/")[2].rpartition(":")[2] for kind in types)
    return frozenset(
        Subject.LISTING if count >= _SEVERAL else _SUBJECTS[kind]
        for kind, count in counts.items()
        if kind in _SUBJECTS
    )


def _outline(blocks: Iterable[str]) -> _Outline:
    """Read the outline of JSON-LD blocks."""
    outline = _Outline([], [])
    opened: list[tuple[object, bool]] = [(_decoded(block), False) for block in blocks]
    for _ in range(_MAX_VALUES):
        if not opened:
            break
        value, is_item = opened.pop()
        if isinstance(value, list):
            opened.extend((one, is_item) for one in value)
        elif isinstance(value, dict):
            opened.extend(_inner(value, is_item))
            if is_item:
                outline.items.extend(_url(value))
            else:
                outline.types.extend(_types(value))
    return outline


def _decoded(block: str) -> object:
    """Return the value that a JSON-LD block holds, None where it is broken."""
    try:
        return orjson.loads(block)
    except orjson.JSONDecodeError:  # some hold line breaks in their strings
        return read_json(block)


def _inner(value: Mapping[str, object], is_item: bool) -> Iterator[tuple[object, bool]]:
    """Yield the values that describe things of the page, and whether they are items of a list."""
    types = _types(value)
    if "BreadcrumbList" not in types:
        yield from ((value[key], True) for key in _LISTING_KEYS if key in value)
    if "FAQPage" not in types:
        yield from ((value[key], False) for key in ("@graph", "mainEntity") if key in value)
    if is_item and isinstance(item := value.get("item"), dict):
        yield item, True


def _types(value: Mapping[str, object]) -> list[str]:
    """Return the types of an object: it may have several."""
    kind = value.get("@type")
    return [one for one in (kind if isinstance(kind, list) else [kind]) if isinstance(one, str)]


def _url(item: Mapping[str, object]) -> list[str]:
    """Return the URL of an item of a list, if it has one."""
    written = (item.get("url"), item.get("@id"), item.get("item"))
    return [url for url in written if isinstance(url, str)][:1]
