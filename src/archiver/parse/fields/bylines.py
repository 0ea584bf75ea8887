"""The bylines of a group: authors that their line or the form of their names tells, and no markup.

A page and the members of a group come in; the byline of each member that has one goes out. A byline begins
with a word for "by" or "author", stands below a table's header with such a word, or is nothing but names with
initials ("A. Holm, B. Lind"). Names of users ("ines", "gull77") show as a column: each is one word, and some
join letters and digits. Any of these may be chance on one card: most cards of the group have it.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

from archiver.parse.dates.find import find_date, is_date
from archiver.parse.document.tree import LINE, Tree
from archiver.parse.fields.date_columns import label_of
from archiver.parse.fields.repeats import TextPlace, text_place
from archiver.parse.fields.scope import FieldText
from archiver.parse.listing.score import Member

_SHARE = 0.5
"""Share of the members that have a byline, for these to be the authors."""
_SHARE_OF_USERS = 0.8
"""Share of the members that have the name of a user in a column of them."""
_FEWEST_USERS = 5
"""Members from which on a column of users shows."""
_LONGEST, _LONGEST_NAME = 120, 60
"""Characters of a text that may hold a byline, and of the names in it."""
_PREPOSITION = 3
"""Letters of a word between a name and a date, at most."""
_MOST_WORDS = 8
"""Words of the names in a byline: more are a sentence."""
_SPLIT = re.compile(r"[|·•‧∙／–—-](?:(?<=[|·•‧∙／])|(?<=\s.)(?=\s))")
"""A sign between parts; a dash has spaces around it. The signs come first: `re` skips to the next of them."""
_BY = (
    "by|posted by|written by|por|publicado por|escrito por|par|publié par|von|verfasst von|geschrieben von|"
    "di|scritto da|pubblicato da|door|geplaatst door|av|af|skrevet af|napsal|autor|автор|oleh|ditulis oleh|"
    "bởi|đăng bởi|viết bởi|per|yazan|írta|szerző|από|מאת|بقلم|نوشته|توسط|द्वारा|โดย|"
    "作者|文|記者|记者|撰文|글|기자"
)
_AUTHOR = (
    "authors?|writers?|autor(?:es|as?|in|en|i|ul|zy)?|auteurs?|autrices?|autor[ei]|författare|forfatter(?:e)?|"
    "verfasser(?:in)?|kirjoittaja|автор(?:ы|и)?|yazar(?:lar)?|penulis|tác giả|συγγραφέ(?:ας|είς)|מחבר(?:ים)?|"
    "tekijät?|autori(?:us|ai)|autors|аутори?|pengarang|müəllif|ผู้แต่ง|지은이|"
    "الكاتب|المؤلف|نویسنده|लेखक|ผู้เขียน|作者|著者|執筆者|筆者|撰稿人|글쓴이|작성자|저자|szerzők?|autoři|höfundur"
)
# Of texts in lower case: to disregard case in so many words would take seven times as long.
_BEGINS = re.compile(rf"(?:{_BY})\s+(?=\w)|(?:{_BY}|{_AUTHOR})\s?[:：/／]\s*")
_MAY_BEGIN = re.compile(rf"[\n|·•‧∙／–—-]\s*(?:{_BY}|{_AUTHOR})(?![^\s|·•‧∙:：/／])")
"""What stands in the texts of a card, one a line, if one of the above does."""
_LABEL = re.compile(rf"(?:{_BY}|{_AUTHOR})(?:\s?[:：])?")
_IS_AUTHOR = re.compile(rf"(?:{_AUTHOR})(?:\([^\W\d_]{{1,2}}\))?(?:\s?[:：])?")
_SURNAME = r"(?:[^\W\d_]{1,3}\s)?[^\W\d_][\w'’-]+"
_INITIALS = r"(?:[^\W\d_]\.[\s-]?){1,4}"
_WITH_INITIALS = rf"(?:{_INITIALS}{_SURNAME}|{_SURNAME},\s{_INITIALS})"
_NAMES = re.compile(rf"{_WITH_INITIALS}(?:(?:\s?[,;&]\s?|\s[^\W\d_]{{1,3}}\s){{1,2}}{_WITH_INITIALS})*\.?")

_CELLS = frozenset({"td", "dd"})
"""Blocks that another one may name: a header, or a term."""
_USER = re.compile(r"[A-Za-z][A-Za-z0-9_]{2,19}")
_DIGIT = re.compile(r"\d")
_NUMBERS = re.compile(r"\d{1,4}[-/.]\d")
"""The start of a date in numbers, which may be of an unknown order."""
_BEHIND_DATE = re.compile(rf"\d\W.*[\s,)](?:{_BY})(?:\s|$)", re.MULTILINE)
"""A word for "by" after a number, as in a line with a date."""
_TIME = re.compile(
    r"\A(?:[,\s]*\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{3,4}\b)?)?(?:\s*\([^\W\d_]+\))?[,\s]*"
)
"""What follows a date in its line: a time, its zone, the day of the week in brackets."""


def bylines(tree: Tree, members: Sequence[Member], titles: Sequence[range]) -> Mapping[int, FieldText]:
    """Return the byline of each member that has one, by its first element, if most have.

    Args:
        tree: The page.
        members: The members of the group.
        titles: The texts of the title of each.
    """
    short = [_short_texts(tree, member, title) for member, title in zip(members, titles, strict=True)]
    for read in (_led_by_a_word, _names_with_initials):
        found = _of_most(tree, members, short, read)
        if found:
            return found
    return _column_of_users(tree, members, short)


_Reader = Callable[[Tree, Member, Sequence[int]], Iterator[FieldText]]


def _of_most(
    tree: Tree, members: Sequence[Member], short: Sequence[Sequence[int]], read: _Reader
) -> dict[int, FieldText]:
    """Return the first byline of each member that has one, if most have. Most groups have none."""
    most_without = len(members) - max(2, _SHARE * len(members))
    found: dict[int, FieldText] = {}
    for at, (member, texts) in enumerate(zip(members, short, strict=True), 1):
        byline = next((b for b in read(tree, member, texts) if b.value), None)
        if byline:
            found[member.start] = byline
        if at - len(found) > most_without:
            return {}
    return found


def _short_texts(tree: Tree, member: Member, title: range) -> list[int]:
    """Return the texts of a member outside its title that may hold a byline."""
    start, end = member.text_start, member.text_end
    sizes = map(len, tree.texts[start:end])
    return [k for k, size in enumerate(sizes, start) if 1 < size <= _LONGEST and k not in title]


def _led_by_a_word(tree: Tree, member: Member, short: Sequence[int]) -> Iterator[FieldText]:
    """Yield what follows a word for "by" or "author" in its text, or stands after or below such a label."""
    lines = "\n".join(["", *(tree.texts[k] for k in short)]).lower()
    if not (_MAY_BEGIN.search(lines) or _BEHIND_DATE.search(lines)):
        short = [k for k in short if tree.tags[tree.block[k]] in _CELLS]
    for k in short:
        text = tree.texts[k]
        parts = [part.strip() for part in _SPLIT.split(text)]
        behind_dates = [_after_date(part) for part in parts]
        for part in dict.fromkeys([*parts, *behind_dates]):
            begin = _BEGINS.match(part.lower())
            name = _name(part[begin.end() :]) if begin else None
            if name:
                yield FieldText(name, {k})
        if _LABEL.fullmatch(behind_dates[-1].lower()) and k + 1 < member.text_end and tree.gap[k + 1] != LINE:
            yield FieldText(_name_after_label(tree, k + 1), {k, k + 1})
        elif tree.tags[tree.block[k]] in _CELLS and _IS_AUTHOR.fullmatch(label_of(tree, k).lower()):
            yield FieldText(_name(text), {k})


def _after_date(part: str) -> str:
    """Return what follows the date of a part, and its time; the part where it has no date."""
    found = find_date(part) if _BEHIND_DATE.search(part.lower()) else None
    return _TIME.sub("", part[found.end :]) if found else part


def _name_after_label(tree: Tree, k: int) -> str | None:
    """Return the names that a text begins with; the name of a user where it is all that its element holds."""
    text = tree.texts[k]
    if _USER.fullmatch(text) and tree.owner[k] != tree.block[k] and tree.gap[k]:
        return text
    return _name(_SPLIT.split(text)[0].strip())


def _names_with_initials(tree: Tree, _: Member, short: Sequence[int]) -> Iterator[FieldText]:
    """Yield the lines that are nothing but names with initials."""
    for k in short:
        text = tree.texts[k]
        if "." in text and _is_line(tree, k) and _NAMES.fullmatch(text):
            yield FieldText(_without_full_stop(text), {k})


def _column_of_users(
    tree: Tree, members: Sequence[Member], short: Sequence[Sequence[int]]
) -> dict[int, FieldText]:
    """Return the first column whose texts are names of users: some have digits, most have none."""
    columns: dict[TextPlace, dict[int, FieldText]] = defaultdict(dict)
    for member, texts in zip(members, short, strict=True):
        for k in texts:
            if _USER.fullmatch(tree.texts[k]) and _is_line(tree, k):
                columns[text_place(tree, k)].setdefault(member.start, FieldText(tree.texts[k], {k}))
    for cells in columns.values():
        numbered = sum(_DIGIT.search(cell.value or "") is not None for cell in cells.values())
        lower = sum((cell.value or "")[0].islower() for cell in cells.values())
        if (
            len(cells) >= max(_FEWEST_USERS, _SHARE_OF_USERS * len(members))
            and 0 < numbered < len(cells) / 2 < lower
            and len({cell.value for cell in cells.values()}) > 2
        ):
            return cells
    return {}


def _is_line(tree: Tree, k: int) -> bool:
    """Return whether a text is all of its line."""
    return tree.gap[k] == LINE and (k + 1 == len(tree.gap) or tree.gap[k + 1] == LINE)


def _name(text: str) -> str | None:
    """Return the names that a text begins with, up to a date; None where it is no name."""
    found = find_date(text)
    end = found.start if found else numbers.start() if (numbers := _NUMBERS.search(text)) else len(text)
    name = _without_full_stop(text[:end]).strip(" ,;:：")
    if end < len(text):
        name = _without_preposition(name)
    is_name = (
        0 < len(name) <= _LONGEST_NAME
        and name[0].isalpha()
        and not name[0].islower()
        and len(name.split()) <= _MOST_WORDS
        and not is_date(text)
    )
    return name if is_name else None


def _without_preposition(name: str) -> str:
    """Return a name without the short word that leads to the date behind it ("Ines Calder at 9 May")."""
    before, _, last = name.rpartition(" ")
    return before.rstrip(" ,") if last.islower() and len(last) <= _PREPOSITION else name


def _without_full_stop(text: str) -> str:
    """Return a text without the full stop of its line; that of an initial stays."""
    is_initial = len(text) > 2 and not text[-3].isalnum()
    return text if is_initial else text.removesuffix(".")
