"""Which way the label of a pager's link points, in the languages of the web.

A label comes in; a `Direction` goes out. It is not enough to find the next page: `next_page` compares the
URLs first. "Next" and "previous" are directions in the list, "older" and "newer" in time; on a blog only the
latter two are sure.
"""

import re
from enum import Enum
from functools import lru_cache

_OLDER = re.compile(
    r"\bolder\b|\bearlier\b|ältere|aeltere|plus anciens|anciens|"
    r"entradas antiguas|más antigu|mais antig|antigas|старые|старее|ранее|более ранн|"
    r"古い|過去の|以前の|较旧|較舊|更早|旧文章|舊文章|이전 글|eski|starsze|starší|vecchi|"
    r"meno recent|oudere?\b|äldre|ældre|eldre|vanhem|régebbi|\blama\b|cũ hơn|παλαιότερ|παλιότερ|"
    r"الأقدم|أقدم|ישנות|قدیمی|старіш|по-стари|mai vechi|starij|पुरानी|पुराने",
    re.IGNORECASE,
)
_OLDEST = re.compile(r"\boldest\b|\bälteste|самы[ех] стары|最旧|最舊|最古", re.IGNORECASE)
_NEXT = re.compile(
    r"\bnext\b|"
    r"\bsuivant|\bsiguiente|\bpróxim|\bproxim|\bseguinte|\bseguent|\bweiter\b|nächste|naechste|"
    r"\bvor\b|следующ|вперед|вперёд|далее|дальше|наступн|下一[页頁]|下[页頁]|后一页|後一頁|次の|次へ|"
    r"次ページ|다음|\bavanti\b|successiv|prossim|volgende|sonraki|następn|dalej|další|ďalš|nästa|"
    r"næste|\bneste\b|seuraava|επόμεν|التالي|التالى|הבא|berikut|selanjutnya|\btiếp|trang sau|"
    r"ถัดไป|अगला|अगले|următor|înainte|следва|наредн|sljedeć|naprej|naslednj|järgmi|\bkitas|nākam|"
    r"بعدی|következő|hurrengo|següent",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"\bmore\b|\bmehr\b|\bplus\b|\bmás\b|\bmais\b|\baltri\b|\bmeer\b|\bmer\b|\bflere\b|\blisää\b|\bwięcej\b|"
    r"\bdaha fazla\b|\bещё\b|\bеще\b|もっと|更多|더 ?보기",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"[\w.\s]{0,12}(?:»|›|→|>{1,2}|≫|▶|►|⟩|❯|＞|⇒|➔)\s*")
_PAGES = (
    r"pag(?:e|es|ina|inas|ine|ing|ination)\b|página|pàgina|seiten?\b|sayfa|stron[aęy]|strán\w*|strana|sida|side\b|"
    r"sivu|oldal|halaman|trang|страниц|сторінк|σελίδα|صفحة|صفحه|หน้า|[页頁]|ページ|쪽|페이지"
)
_PAGE = re.compile(rf"\b(?:{_PAGES})", re.IGNORECASE)
_POSTS = (
    r"posts?\b|entr(?:y|ies)\b|articles?\b|stor(?:y|ies)\b|items?\b|results?\b|news\b|einträge|beiträge|artikel|artikl(?:ar|er)|"
    r"entradas|artículos|noticias|postagens|artigos|articoli|berichten|inlägg|indlæg|innlegg|записи|статьи|новости|"
    r"публикации|文章|投稿|記事|글"
)
_FILLERS = r"(?:the|to|go|show|load|view|see|all|of)\b"
_NEWER = re.compile(
    r"\bnewer\b|neuere|plus récent|más reciente|mais recente|новее|более нов|новые|新しい|较新|"
    r"較新|更新的|最新|yeni\b|nowsze|novější|più recent|nieuwere?|nyare|nyere|uudem|újabb|νεότερ|"
    r"الأحدث|أحدث|חדשות|mới hơn|terbaru",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"\bprev|\bback\b|précédent|antérieur|\banterior|zurück|vorherige|vorige|назад|предыдущ|попередн|"
    r"上一[页頁]|上[页頁]|前の|前へ|前ページ|이전|precedent|indietro|önceki|poprzedni|předchoz|"
    r"föregående|forrige|edellinen|sebelum|trước|ก่อนหน้า|előző|^\s*(?:«|‹|←|<{1,2}|◀|◄|⟨|❮|＜)",
    re.IGNORECASE,
)
_END = re.compile(
    r"\bfirst\b|\bprim[ei]|\bpremi[eè]re?\b|\berste|\blast\b|\bletzte|derni|últim|ultim|последн|первая|"
    r"首[页頁]|尾[页頁]|最初|最後|末[页頁]|처음|마지막",
    re.IGNORECASE,
)


class Direction(Enum):
    """The way a label points."""

    OLDER = "older posts"
    OLDEST = "the oldest posts"
    NEWER = "newer posts"
    NEXT = "next"
    MORE = "more"
    BACK = "previous, an arrow to the left"
    END = "first, last"
    NOTHING = "nothing of pages"


_MEANINGS = (
    (_OLDEST, Direction.OLDEST),
    (_OLDER, Direction.OLDER),
    (_NEWER, Direction.NEWER),
    (_NEXT, Direction.NEXT),
    (_MORE, Direction.MORE),
    (_END, Direction.END),
    (_BACK, Direction.BACK),
)
_KNOWN = re.compile(
    rf"(?:{'|'.join(pattern.pattern for pattern, _ in _MEANINGS)}|\b(?:{_PAGES}|{_POSTS}|{_FILLERS}))\w*",
    re.IGNORECASE,
)
_NO_OTHERS = re.compile(rf"(?:{_KNOWN.pattern}|[\W\d_])*+", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=20_000)
def read_direction(label: str) -> Direction:
    """Return the first direction that a word of the label has.

    Most labels hold no beginning of such a word, which is fast to see. Results are cached from page to page:
    the pages of a site repeat their menus.
    """
    word = label.lower()
    if _FIRST_LETTERS.isdisjoint(word) and _BEGINNINGS.isdisjoint(
        [word[at : at + _BEGINNING] for at in range(len(word) - _BEGINNING + 1)]
    ):
        return Direction.NOTHING
    return next((direction for pattern, direction in _MEANINGS if pattern.search(label)), Direction.NOTHING)


def has_other_words(label: str) -> bool:
    """Return whether the label has words that are no pager's: neither directions nor pages nor posts."""
    return _NO_OTHERS.fullmatch(label) is None


def has_one_other_word(label: str) -> bool:
    """Return whether one word of the label is no pager's: what the entries are called ("older recipes")."""
    return len(_WORD.findall(_KNOWN.sub(" ", label))) == 1


def names_pages(label: str) -> bool:
    """Return whether the label holds the word "page"."""
    return _PAGE.search(label) is not None


def points_forward(label: str) -> bool:
    """Return whether the label is an arrow to the right, with a short word at most."""
    return _FORWARD.fullmatch(label) is not None


_BEGINNING = 3
"""Letters of a word that a label must hold before its words are looked for."""


def _beginnings() -> tuple[frozenset[str], frozenset[str]]:
    """Return the first letters of the patterns' words, and the first letter of the words that are shorter."""
    words = {
        found.group(1).lower()
        for pattern, _ in _MEANINGS
        for found in re.finditer(
            r"(?:^|\||\(\?:)(?:\^|\\s\*|\\b|\(\?:)*([^\\\[\](){}?*+^$|]+)", pattern.pattern
        )
    }
    long = frozenset(word[:_BEGINNING] for word in words if len(word) >= _BEGINNING)
    return long, frozenset(word[0] for word in words if len(word) < _BEGINNING)


_BEGINNINGS, _FIRST_LETTERS = _beginnings()
