"""The flat tree against the plain one: what a recursive walk over Lexbor's nodes says, the lists say."""

from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from archiver.parse.document.tree import LINE, SPACE, read_tree

UNSEEN = {"script", "style", "template", "noscript", "svg", "iframe", "object", "select", "textarea", "head"}
BLOCKS = {"html", "body", "div", "p", "li", "ul", "table", "tbody", "tr", "td", "br", "nav", "h2", "pre"}
BLOCKS |= {"option", "circle", "plaintext", "math", "mi", "x-card", "title", "xmp"}
INLINE = {"a", "b", "img", "span"}
PIECES = [
    *(f"<{tag}>" for tag in sorted(UNSEEN | BLOCKS)),
    *(f"</{tag}>" for tag in sorted(UNSEEN | BLOCKS)),
    *(
        "<b>",
        "</b>",
        "<a href=/x>",
        "</a>",
        "<span class='a  b'>",
        "</span>",
        "<img alt='<p>'>",
        "<p id=sidebar>",
    ),
    *(
        "text",
        " ",
        "\n",
        "\xa0",
        "&lt;b&gt;",
        "&amp;nbsp;",
        "&nbsp;",
        "<!-- <p> -->",
        "<![CDATA[x]]>",
        "<",
        "\0",
    ),
    *(
        "<a b'c=1 d\"e <f>",
        "<option>",
        "<li class=menu>",
        "<circle/>",
        "<?php x ?>",
        "</>",
        "<p/ class=post>",
    ),
]


def seen(node, parents, elements, texts):
    """The elements below a node (tag, parent, attributes, texts before, end, texts until) and the texts."""
    for child in node.iter(include_text=True):
        if child.is_text_node:
            if (child.text_content or "").strip():
                texts.append((" ".join(child.text_content.split()), parents[-1]))
        elif child.is_element_node and child.tag not in UNSEEN:
            i = len(elements)
            elements.append([child.tag, parents[-1], child.attributes, len(texts), None, None])
            seen(child, [*parents, i], elements, texts)
            elements[i][4:] = len(elements), len(texts)
    return elements, texts


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_the_lists_say_what_a_recursive_walk_says(markup):
    tree = read_tree(markup)
    root = LexborHTMLParser(markup).root
    assert root is not None
    elements, texts = seen(root.parent, [-1], [], [])
    lists = (tree.tags, tree.parents, tree.attributes, tree.text_start, tree.end, tree.text_end)
    assert [list(element) for element in zip(*lists, strict=True)] == elements
    assert list(zip(tree.texts, tree.owner, strict=True)) == texts
    chains = [(0 if up < 0 else tree.depth[up] + 1, up < 0 or tree.path[up]) for up in tree.parents]
    assert tree.depth == [depth for depth, _ in chains]
    kinds = list(zip(chains, tree.tags, strict=True))
    assert tree.path == [kinds.index(kind) for kind in kinds]
    for block, holder in zip(tree.block, tree.owner, strict=True):
        at = holder
        while at >= 0 and tree.tags[at] in INLINE:
            at = tree.parents[at]
        assert block == at


def test_what_stands_before_a_text_is_nothing_white_space_or_a_line_s_end():
    tree = read_tree("a<b>b</b> <i>c</i><p>d<span>e</span></p>f<br>g<script>x</script>h\n<!-- -->i")
    gaps = dict(zip(tree.texts, tree.gap, strict=True))
    spaced = {"c": SPACE, "i": SPACE}
    assert gaps == {"a": LINE, "b": 0, "d": LINE, "e": 0, "f": LINE, "g": LINE, "h": 0} | spaced
    assert tree.text(0) == "ab c de f gh i"
