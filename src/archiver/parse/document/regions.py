"""The names of regions beside the content: navigation, sidebars, footers, related stories, pagers, banners.

What an element calls itself (class, id, role) comes in; whether that is the name of such a region goes out. A
name alone does not decide: a region that holds much of the page's text is its content, whatever its name
(`tree`). "Recent posts" is not among the names, because listings call themselves so, too. The names are
English: pages in all languages use English names.
"""

import re
from functools import lru_cache

_REGION = re.compile(
    r"[\s_-](?:nav\w*|menus?|side-?bars?\w*|aside|widgets?|footer|foot|breadcrumbs?|related\w*|recommend\w*|"
    r"similar|popular\w*|trending|recent-?comments?|tag-?cloud|comments?-?(?:list|area)?|share|"
    r"social\w*|pagination|pager|paging|page-?navi\w*|archives-list|slider|slideshow|carousel|ticker|toc|"
    r"banner|advert\w*|sponsor\w*|modal|popup|cookie\w*|login|toolbar|most-?read|blogroll)[\s_-]"
)
_RELATED = re.compile(r"[\s_-](?:related\w*|recommend\w*|similar)[\s_-]")
_WIDGET = re.compile(r"widgets?")
_REGION_END = re.compile(r"(?:sidebar|menu|footer|nav|widget)[\s_-]")


def is_related_name(name: str) -> bool:
    """Return whether words of the name say that the element holds what is related to the content."""
    return _RELATED.search(f" {name.lower()} ") is not None


def is_widget_name(name: str) -> bool:
    """Return whether nothing but the word "widget" makes the name one of a region.

    It names a block of a sidebar, and each block of the pages that some programs build.
    """
    return is_region_name(name) and not is_region_name(_WIDGET.sub("", name.lower()))


@lru_cache(maxsize=4096)
def is_region_name(name: str) -> bool:
    """Return whether words of the name say that the element is a region beside the content.

    The pages of a site share their names. Remembering these saves 0.3 to 1.7% of the time of its pages.
    """
    name = f" {name.lower()} "
    if _REGION.search(name):
        return True
    return any("a" <= name[m.start() - 1] <= "z" for m in _REGION_END.finditer(name))
