"""The excerpt of a card: its visible text that is no other field and no boilerplate.

A card and the texts of its other fields come in; one text goes out, or None. The excerpt is not shortened: a
full post on a listing is a long excerpt. It goes from the first piece of prose to the last. So labels before
and after it, which no class may mark, are left out, and the sub-headings between are kept.
"""

import re
from dataclasses import dataclass

from archiver.parse.document.links import is_wide, width
from archiver.parse.document.tree import HEADINGS, JOINED, LINE, Tree
from archiver.parse.fields.markers import MarkedElements, Marker
from archiver.parse.fields.scope import CardScope, GroupScope
from archiver.parse.listing.score import Member

_PROSE, _OWN_PROSE = 50, 40
"""Columns of a text that is prose by its length alone, and how many of them are outside hyperlinks."""
_SENTENCE = 30
"""Columns of a sentence that is a card's excerpt where it is the only one."""
_MANY_WORDS, _FEW_WORDS = 5, 3
"""Words of a sentence that no mark ends, and of a short one that a full stop ends."""
_FEW_PARTS = 3
"""Small elements of a line that may still be prose, at most."""
_LARGE = 200
"""Characters: an element of so many is no boilerplate, whatever its class marks."""
_LONGEST_READ_MORE = 60
"""Columns: a longer label of a hyperlink to the card's post is a part of the text."""
_LINE_TEXTS = 40
"""Texts before and after a hyperlink that are searched for the line it stands in."""
_LEVELS = 4
"""Elements around a text whose markers count."""
_LABEL, _SHORT_LABEL = 60, 30
"""Columns of a line besides its hyperlinks: with more, it is a sentence; with fewer, a label."""
_MORE = re.compile(r"more|comment|respon|repl|disqus|continu|read", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")
_SENTENCE_ENDS = frozenset('.。!?！？…:：」”»"।')
_FULL_STOPS = frozenset(".!?।")
_COLONS = frozenset(":：")
_UNIT = re.compile(r"\d\s?[^\W\d_]{1,4}\.$")
"""A number with a shortened unit: the full stop ends no sentence."""
_LONGEST_UNIT = 8
"""Characters of a text that show such an end."""
_BOILERPLATE_TAGS = frozenset({"footer", "nav", "form"})
_PROSE_TAGS = frozenset({"p", "blockquote"})

Run = list[int]
"""The texts of one block that are no other field, without gaps in their order."""


@dataclass(slots=True)
class _LinkTexts:
    """The texts in a card's hyperlinks: labels of its template ("read more"), and what leads elsewhere."""

    buttons: set[int]
    elsewhere: set[int]


def read_excerpt(group: GroupScope, card: CardScope, used: set[int], start: int) -> str | None:
    """Read the excerpt of a card.

    It goes from the first prose to the last. Short blocks in one container with these belong to it, and so do
    the sub-headings above.

    Args:
        group: The page and the group of the card.
        card: The card.
        used: The texts of its other fields.
        start: The first text after the title: what stands before it are labels.
    """
    tree, member = group.tree, card.member
    links = _link_texts(group, card)
    hidden = used.union(links.buttons, *_boilerplate_texts(tree, card.marked, start))
    runs = _runs(tree, range(start, member.text_end), hidden)
    if not runs:  # most cards of a list of titles
        return None
    first, last = 0, len(runs) - 1
    while first <= last and not _is_prose(group, card, runs[first], links.elsewhere, start):
        first += 1
    if first > last:
        return _only_sentence(group, runs, links.elsewhere)
    while last > first and not _is_prose(group, card, runs[last], links.elsewhere, start):
        last -= 1
    if first == last and _is_detail(_text(tree, runs[first])):
        return None
    first = _first_of_container(group, card, runs, first, links.elsewhere, start)
    last = _last_of_container(group, card, runs, last, links.elsewhere, start)
    return _join(tree, runs[first : last + 1])


def _boilerplate_texts(tree: Tree, marked: MarkedElements, start: int) -> list[range]:
    """Return the texts of each element that is marked as boilerplate, and is.

    A large one is not, nor one that holds a long sentence, or the title as well, which ends before text
    *start*: blocks round the texts of a card are called "info", too.
    """
    found = []
    for i in marked.boilerplate:
        texts = range(tree.text_start[i], tree.text_end[i])
        if tree.tags[i] in _BOILERPLATE_TAGS or not (
            tree.size(i) >= _LARGE
            or texts.start < start < texts.stop
            or (tree.size(i) >= _PROSE and any(_is_long_sentence(tree.texts[k]) for k in texts))
        ):
            found.append(texts)
    return found


def _is_long_sentence(text: str) -> bool:
    """Return whether a text is prose by its length, and ends as a sentence does."""
    return text[-1] in _SENTENCE_ENDS and is_wide(text, _PROSE)


def _link_texts(group: GroupScope, card: CardScope) -> _LinkTexts:
    """Sort the texts of a card's hyperlinks by where these lead."""
    tree, links, member = group.tree, group.links, card.member
    own = links.key[member.row]
    buttons: set[int] = set()
    elsewhere: set[int] = set()
    for row in card.rows:
        i = links.element[row]
        texts = range(tree.text_start[i], tree.text_end[i])
        if links.key[row] != own:
            is_button = links.text[row] in group.repeats.texts and _ends_block(tree, texts)
            (buttons if is_button else elsewhere).update(texts)
        elif not is_wide(links.text[row], _LONGEST_READ_MORE) and len({tree.block[k] for k in texts}) < 2:
            fragment = links.url[row].partition("#")[2]
            if not fragment or _MORE.match(fragment) or not in_prose(tree, i, member):
                buttons.update(texts)
    return _LinkTexts(buttons, elsewhere)


def _ends_block(tree: Tree, texts: range) -> bool:
    """Return whether no text of the same block follows the texts of a hyperlink."""
    return not texts or texts.stop == len(tree.block) or tree.block[texts.stop] != tree.block[texts.start]


def _is_template_line(group: GroupScope, run: Run, most_own: int = 0) -> bool:
    """Return whether most cards repeat a line, but for *most_own* columns ("By Ann")."""
    tree = group.tree
    shared = {k for k in run if group.repeats.shares(tree.texts[k])}
    if not shared:
        return False
    text = _text(tree, run)
    return (
        not is_wide(text, _PROSE)
        and (text[-1] not in _SENTENCE_ENDS or text[-1] in _COLONS)
        and any(_LETTER.search(tree.texts[k]) for k in shared)
        and not is_wide(_join(tree, [[k for k in run if k not in shared]]), most_own + 1)
    )


def _only_sentence(group: GroupScope, runs: list[Run], elsewhere: set[int]) -> str | None:
    """Return the sentence of a card without prose, if there is exactly one outside hyperlinks.

    A short one has words and a full stop, and is on no other card.
    """
    texts = [(_text(group.tree, run), run) for run in runs if elsewhere.isdisjoint(run)]
    sentences = [
        text
        for text, run in texts
        if is_wide(text, _SENTENCE) and _is_sentence(text) and not _is_template_line(group, run, _SENTENCE)
    ]
    sentences = sentences or [text for text, run in texts if _is_short_sentence(group, text, run)]
    return sentences[0] if len(sentences) == 1 else None


def _is_short_sentence(group: GroupScope, text: str, run: Run) -> bool:
    """Return whether a short text is of words, ends with a full stop, and is not printed on most cards.

    A point after a number ends a date.
    """
    return (
        text[-1] in _FULL_STOPS
        and not text[-2:-1].isdigit()
        and len(text.split()) >= _FEW_WORDS
        and sum(map(str.isdigit, text)) <= _FEW_WORDS
        and not any(group.repeats.shares(group.tree.texts[k]) for k in run)
    )


def _is_sentence(text: str) -> bool:
    """Return whether a text ends as a sentence does, or is of words that are not mostly names.

    Most of its words have letters, and no digits in front: prices and sizes end in abbreviations.
    """
    words = text.split()
    if 2 * sum(word[0].isdigit() or not _LETTER.search(word) for word in words) > len(words):
        return False
    if text[-1] in _SENTENCE_ENDS:
        return True
    lower = sum(word[0].islower() for word in words)
    return len(words) >= _MANY_WORDS and 2 * lower >= len(words)


def _first_of_container(
    group: GroupScope, card: CardScope, runs: list[Run], first: int, elsewhere: set[int], after_title: int
) -> int:
    """Go back from the *first* prose over the runs in its container, and over headings, up to a label."""
    tree = group.tree
    container = _container(tree, card, runs[first])
    is_own = container > card.member.start and tree.text_start[container] >= after_title
    while first > 0 and (
        (is_own and _container(tree, card, runs[first - 1]) == container)
        or tree.tags[tree.block[runs[first - 1][0]]] in HEADINGS
    ):
        before = runs[first - 1]
        if _is_label(group, before, elsewhere) or _is_template_line(group, before, _SENTENCE):
            break
        first -= 1
    return first


def _last_of_container(
    group: GroupScope, card: CardScope, runs: list[Run], last: int, elsewhere: set[int], after_title: int
) -> int:
    """Extend the *last* prose over the runs in its container, up to a label."""
    tree = group.tree
    container = _container(tree, card, runs[last])
    is_own = container > card.member.start and tree.text_start[container] >= after_title
    while (
        is_own
        and last + 1 < len(runs)
        and _container(tree, card, runs[last + 1]) == container
        and not _is_label(group, runs[last + 1], elsewhere)
        and not _is_template_line(group, runs[last + 1])
    ):
        last += 1
    return last


def _is_label(group: GroupScope, run: Run, elsewhere: set[int]) -> bool:
    """Return whether a run beside the prose is none: just hyperlinks, no words (a rating), or a value."""
    text = _text(group.tree, run)
    return elsewhere.issuperset(run) or not _LETTER.search(text) or _is_value(group, run, text)


def _runs(tree: Tree, texts: range, hidden: set[int]) -> list[Run]:
    """Split the texts that are not hidden by their blocks."""
    runs: list[Run] = []
    block = -2  # of no text: texts outside all blocks have -1
    for k, own in zip(texts, tree.block[texts.start : texts.stop], strict=True):
        if k not in hidden:
            if own != block:
                block = own
                runs.append([])
            runs[-1].append(k)
    return runs


def _container(tree: Tree, card: CardScope, run: Run) -> int:
    """Return the element around the block of a run; the member itself where nothing smaller is.

    A block that is marked as an excerpt is all of it.
    """
    block, start = tree.block[run[0]], card.member.start
    if block <= start:
        return start
    return block if card.marked.markers.get(block, 0) & Marker.EXCERPT else tree.parents[block]


def _join(tree: Tree, runs: list[Run]) -> str:
    """Join the texts of runs; a space separates runs."""
    texts, gap = tree.texts, tree.gap
    joined = ["".join([" " + texts[k] if gap[k] else texts[k] for k in run]).lstrip() for run in runs]
    return " ".join(joined)


def _text(tree: Tree, run: Run) -> str:
    """Return the text of one run; most are a single text."""
    return tree.texts[run[0]] if len(run) == 1 else _join(tree, [run])


def _is_prose(group: GroupScope, card: CardScope, run: Run, elsewhere: set[int], after_title: int) -> bool:
    """Return whether a run is prose by its length, by its tag or by what is marked around it.

    What is around the title as well, which ends before text *after_title*, marks no excerpt.
    """
    tree, start = group.tree, card.member.start
    text = _text(tree, run)
    if _is_value(group, run, text):
        return False
    if is_wide(text, _PROSE) and not _is_line_of_labels(tree, run, text):
        if elsewhere.isdisjoint(run):
            return True
        if is_wide(_join(tree, [[k for k in run if k not in elsewhere]]), _OWN_PROSE):
            return True
    if not _LETTER.search(text) or _is_template_line(group, run, _SENTENCE):
        return False
    i = tree.block[run[0]]
    has_own_words = any(k not in elsewhere and _LETTER.search(tree.texts[k]) for k in run)
    if tree.tags[i] in _PROSE_TAGS and i > start and has_own_words:
        return True
    if not has_own_words and not is_wide(text, _PROSE):
        return False
    for _ in range(_LEVELS):
        if i <= start or tree.text_start[i] < after_title:
            break
        if card.marked.markers.get(i, 0) & Marker.EXCERPT:
            return True
        i = tree.parents[i]
    return False


def _is_detail(text: str) -> bool:
    """Return whether a short text with a number is no sentence: an hour and a place, a price."""
    return text[-1] not in _SENTENCE_ENDS and not is_wide(text, _SENTENCE) and any(map(str.isdigit, text))


def _is_value(group: GroupScope, run: Run, text: str) -> bool:
    """Return whether a line is no sentence, but a value with its label, or a number of the card's own."""
    ends_sentence = text[-1] in _SENTENCE_ENDS and not _UNIT.search(text[-_LONGEST_UNIT:])
    return not ends_sentence and (_is_labelled(group, run) or _differs_in_numbers(group, run))


def _is_labelled(group: GroupScope, run: Run) -> bool:
    """Return whether a line begins with a label that most cards print ("Subjects: ...")."""
    label = group.tree.texts[run[0]]
    return len(run) > 1 and label[-1] in _COLONS and label in group.repeats.texts


def _differs_in_numbers(group: GroupScope, run: Run) -> bool:
    """Return whether most cards print a line with other numbers ("Journal of Works 40(1), 2020")."""
    texts = [group.tree.texts[k] for k in run]
    return all(map(group.repeats.shares, texts)) and not group.repeats.texts.issuperset(texts)


def _is_line_of_labels(tree: Tree, run: Run, text: str) -> bool:
    """Return whether a line is made of small elements alone ("Posted on ... in ... by ...").

    A few are enough where no white space is between them: the theme sets them apart.
    """
    block = tree.block[run[0]]
    return (
        (len(run) > _FEW_PARTS or (len(run) > 1 and all(tree.gap[k] == JOINED for k in run[1:])))
        and text[-1] not in _SENTENCE_ENDS
        and not any(tree.owner[k] == block or is_wide(tree.texts[k], _PROSE) for k in run)
    )


def in_prose(tree: Tree, i: int, member: Member) -> bool:
    """Return whether hyperlink *i* is a part of a sentence.

    Its line has more text than labels have, or ends as a sentence does. In a line of small elements ("Posted
    on ... in ... by ...") only the element of the hyperlink counts.
    """
    start, end = tree.text_start[i], tree.text_end[i]
    if start == end:
        return False
    block = tree.block[start]
    own = i
    while tree.parents[own] > max(block, member.start):
        own = tree.parents[own]
    if own != i:
        start, end = tree.text_start[own], tree.text_end[own]
    else:  # the whole line counts
        first, last = max(member.text_start, start - _LINE_TEXTS), min(member.text_end, end + _LINE_TEXTS)
        while start > first and tree.gap[start] != LINE and tree.block[start - 1] == block:
            start -= 1
        while end < last and tree.gap[end] != LINE and tree.block[end] == block:
            end += 1
    inner = [j for j in tree.within(tree.links, max(block, 0)) if start <= tree.text_start[j] < end]
    rest = width(tree.join(start, end)) - sum(width(tree.text(j)) for j in inner)
    if rest > _LABEL:
        return True
    ending = tree.texts[end - 1].rstrip()
    ends_in_link = bool(inner) and tree.text_end[inner[-1]] >= end
    return not ends_in_link and ending[-1] in _SENTENCE_ENDS and (len(ending) > 2 or rest > _SHORT_LABEL)
