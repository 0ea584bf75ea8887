"""The excerpt of one card: its visible text that is no other field and no furniture.

In: a member, and which of its texts are other fields. Out: one text, or None. Refuses to shorten: a full post
on a listing is a long excerpt. The one surprise: it runs from the first piece of prose to the last, so that
labels before and after, which no class may name, fall away, and the sub-headings between do not.
"""

import re

from archiver.parse.document.links import Links, is_wide, width
from archiver.parse.document.tree import HEADINGS, LINE, Tree
from archiver.parse.fields.markers import MarkedElements, Marker
from archiver.parse.listing.score import Member

_PROSE, _OWN_PROSE = 50, 40
"""Columns that make a text prose by themselves, and how many of them stand outside links."""
_SHORT_PROSE = 30
"""Columns of a sentence that is a card's excerpt where it is the only one."""
_FEW_PARTS = 3  # small elements of a line, at most, that may still be prose
_LARGE = 200  # characters: a region of so many is no furniture, whatever its class says
_READ_MORE = 60  # columns: a longer label of the card's own link is a part of the text
_MORE = re.compile(r"more|comment|respon|repl|disqus|continu|read", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_LINE_TEXTS = 40  # texts before and after a link that are looked at for the line it stands in
_LEVELS = 4  # elements above a text that are asked for their name
_SENTENCE_ENDS = frozenset('.。!?！？…:：」”»"।')


def read_excerpt(
    tree: Tree, links: Links, member: Member, rows: range, named: MarkedElements, used: set[int], start: int
) -> str | None:
    """The excerpt of *member*; *rows* are its links, *used* the texts of its other fields.

    It goes from the first prose to the last, and to the short blocks that stand beside these in one
    container, and the sub-headings above. It starts at text *start*, after the title: what stands before
    is a label of the card.
    """
    hidden = set(used)
    for i in named.furniture:
        if tree.size(i) < _LARGE or tree.tags[i] in {"footer", "nav", "form"}:
            hidden.update(range(tree.text_start[i], tree.text_end[i]))
    own = links.key[member.row]
    elsewhere: set[int] = set()
    for row in rows:
        i = links.element[row]
        texts = range(tree.text_start[i], tree.text_end[i])
        if links.key[row] != own:
            elsewhere.update(texts)
        elif not is_wide(links.text[row], _READ_MORE) and len({tree.block[k] for k in texts}) < 2:
            fragment = links.url[row].partition("#")[2]
            if not fragment or _MORE.match(fragment) or not in_prose(tree, i, member):
                hidden.update(texts)
    runs = _runs(tree, range(start, member.text_end), hidden)
    first, last = 0, len(runs) - 1
    while first <= last and not _is_prose(tree, member, runs[first], named, elsewhere):
        first += 1
    while last > first and not _is_prose(tree, member, runs[last], named, elsewhere):
        last -= 1
    if first > last:
        alone = [_join(tree, [run]) for run in runs if elsewhere.isdisjoint(run)]
        short = [text for text in alone if _is_sentence(text)]
        return short[0] if len(short) == 1 else None
    holder = _holder(tree, member, runs[first])
    while first > 0 and (
        (holder > member.start and _holder(tree, member, runs[first - 1]) == holder)
        or tree.tags[tree.block[runs[first - 1][0]]] in HEADINGS
    ):
        first -= 1
    holder = _holder(tree, member, runs[last])
    while (
        last + 1 < len(runs)
        and holder > member.start
        and _holder(tree, member, runs[last + 1]) == holder
        and not elsewhere.issuperset(runs[last + 1])
    ):
        last += 1
    return _join(tree, runs[first : last + 1])


def _runs(tree: Tree, texts: range, hidden: set[int]) -> list[list[int]]:
    """The texts that are not hidden, those of one block together."""
    runs: list[list[int]] = []
    block = -2
    for k, of in zip(texts, tree.block[texts.start : texts.stop], strict=True):
        if k not in hidden:
            if of != block:
                block = of
                runs.append([])
            runs[-1].append(k)
    return runs


def _holder(tree: Tree, member: Member, run: list[int]) -> int:
    """What holds the block of a run of texts; the member itself where nothing smaller does."""
    block = tree.block[run[0]]
    return tree.parents[block] if block > member.start else member.start


def _join(tree: Tree, runs: list[list[int]]) -> str:
    """The texts of runs as one, white space collapsed; a run is a block's and stands apart."""
    texts, gap = tree.texts, tree.gap
    parts = []
    for run in runs:
        parts.append(" ")
        parts += [" " + texts[k] if gap[k] else texts[k] for k in run]
    return " ".join("".join(parts).split())


def _is_prose(tree: Tree, member: Member, run: list[int], named: MarkedElements, elsewhere: set[int]) -> bool:
    text = _join(tree, [run])
    if is_wide(text, _PROSE) and not _is_of_parts(tree, run, text):
        own = [k for k in run if k not in elsewhere]
        if len(own) == len(run) or is_wide(_join(tree, [own]), _OWN_PROSE):
            return True
    if not _LETTER.search(text):
        return False
    i = tree.block[run[0]]
    if tree.tags[i] in {"p", "blockquote"} and i > member.start and not elsewhere.issuperset(run):
        return True
    for _ in range(_LEVELS):
        if i <= member.start:
            break
        if named.parts.get(i, 0) & Marker.EXCERPT:
            return True
        i = tree.parents[i]
    return False


def _is_of_parts(tree: Tree, run: list[int], text: str) -> bool:
    """Whether a line is made of small elements alone ("Posted on ... in ... by ..."): it is no prose."""
    block = tree.block[run[0]]
    return (
        len(run) > _FEW_PARTS
        and text[-1] not in _SENTENCE_ENDS
        and not any(tree.owner[k] == block or is_wide(tree.texts[k], _PROSE) for k in run)
    )


def _is_sentence(text: str) -> bool:
    """Whether a short text is a sentence of some length."""
    return text[-1:] in _SENTENCE_ENDS and width(text) >= _SHORT_PROSE


def in_prose(tree: Tree, i: int, member: Member) -> bool:
    """Whether a link is a part of a sentence: more text in its line than a label has, or a sentence's end.

    In a line of small elements ("Posted on ... in ... by ...") only the link's own counts.
    """
    if tree.text_start[i] == tree.text_end[i]:
        return False
    block = tree.block[tree.text_start[i]]
    own = i
    while tree.parents[own] > max(block, member.start):
        own = tree.parents[own]
    start, end = tree.text_start[own], tree.text_end[own]
    first, last = max(member.text_start, start - _LINE_TEXTS), min(member.text_end, end + _LINE_TEXTS)
    while own == i and start > first and tree.gap[start] != LINE and tree.block[start - 1] == block:
        start -= 1
    while own == i and end < last and tree.gap[end] != LINE and tree.block[end] == block:
        end += 1
    inner = [j for j in tree.within(tree.links, max(block, 0)) if start <= tree.text_start[j] < end]
    rest = width(tree.join(start, end)) - sum(width(tree.text(j)) for j in inner)
    ending = tree.texts[end - 1].rstrip()
    after_links = not inner or tree.text_end[inner[-1]] < end
    return rest > 60 or (after_links and ending[-1] in _SENTENCE_ENDS and (len(ending) > 2 or rest > 30))
