"""The names of regions beside the content: navigation, sidebars, footers, related stories, pagers, banners.

In: what an element calls itself (class, id, role). Out: whether that is such a region. Refuses to decide: a
region that holds much of the page's text is its content whatever it is called (`tree`), and "recent posts" is
what listings call themselves, too. The one surprise: names are English on pages of all languages, so that a
list of words does.
"""

import re
from functools import lru_cache

_ASIDE = re.compile(
    r"[\s_-](?:nav\w*|menus?|side-?bars?\w*|aside|widgets?|footer|foot|breadcrumbs?|related\w*|recommend\w*|"
    r"similar|popular\w*|trending|recent-?comments?|tag-?cloud|comments?-?(?:list|area)?|share|"
    r"social\w*|pagination|pager|paging|page-?navi\w*|archives-list|slider|slideshow|carousel|ticker|toc|"
    r"banner|advert\w*|sponsor\w*|modal|popup|cookie\w*|login|toolbar|most-?read|blogroll)[\s_-]"
)
_BESIDE = re.compile(r"[\s_-](?:related\w*|recommend\w*|similar)[\s_-]")
_ASIDE_END = re.compile(r"(?:sidebar|menu|footer|nav|widget)[\s_-]")


def is_beside_name(name: str) -> bool:
    """Whether words of the name say that the element stands beside another thing, which is the content."""
    return _BESIDE.search(f" {name.lower()} ") is not None


@lru_cache(maxsize=20_000)
def is_aside_name(name: str) -> bool:
    """Whether words of the name say that the element stands beside the content.

    The pages of a site share their names: these are remembered from page to page.
    """
    name = f" {name.lower()} "
    if _ASIDE.search(name):
        return True
    return any("a" <= name[m.start() - 1] <= "z" for m in _ASIDE_END.finditer(name))
