"""How much an author tells."""

import numpy as np

from archiver.dedupe.arrays import Postings
from archiver.dedupe.evidence.authors import AuthorRanks, author_key, author_ranks
from archiver.dedupe.evidence.hosts import host_key
from archiver.dedupe.rules import Rules

NOBODY = Postings.joined([])


def ranks(*cards):
    """The ranks of the authors of cards, each given as its author and its hosts."""
    found = author_ranks(
        Postings.of_sets({n: [author_key(author)] for n, (author, *_) in enumerate(cards)}),
        Postings.of_sets({n: [host_key(host) for host in hosts] for n, (_, *hosts) in enumerate(cards)}),
        Rules(),
    )
    name = {author_key(author): author for author, *_ in cards}
    return tuple({name[key] for key in keys} for keys in found)


def crowd(host, size):
    return [(f"Author {n // 10}", host) for n in range(size)]


def test_an_author_of_few_cards_among_many_is_rare():
    assert ranks(*crowd("a.example", 250), ("Ada", "a.example"), ("Ada", "a.example")) == ({"Ada"}, set())


def test_an_author_of_few_cards_among_few_is_not_rare():
    assert ranks(*crowd("a.example", 40), ("Ada", "a.example"), ("Ada", "a.example")) == (set(), set())


def test_an_author_of_many_cards_is_not_rare_among_very_many():
    assert ranks(*crowd("a.example", 2000), *[("Ada", "a.example")] * 9) == (set(), set())


def test_the_author_of_half_the_cards_of_a_host_is_common():
    assert ranks(*crowd("a.example", 20), *[("Ada", "a.example")] * 20) == (set(), {"Ada"})


def test_two_cards_alone_do_not_make_their_author_common():
    assert ranks(("Ada", "a.example"), ("Ada", "a.example")) == (set(), set())


def test_the_author_of_a_small_site_is_not_rare_beside_a_large_one():
    assert ranks(*crowd("a.example", 250), *[("Ada", "b.example")] * 4) == (set(), set())
    assert ranks(*crowd("a.example", 250), *[("Ada", "a.example", "b.example")] * 4) == (set(), set())
    assert ranks(*crowd("a.example", 250), *[("Ada", "b.example")] * 40) == (set(), {"Ada"})


def test_pages_of_unknown_hosts_count_as_those_of_one():
    unknown = [(author,) for author, _ in crowd("", 250)]
    assert ranks(*unknown, ("Ada",)) == ({"Ada"}, set())


def test_cards_without_authors_have_no_ranks():
    shown = Postings(np.array([host_key("a.example")], np.uint64), np.array([3]))
    assert author_ranks(NOBODY, shown, Rules()) == author_ranks(NOBODY, NOBODY, Rules()) == AuthorRanks()


def test_the_authors_of_another_rank_are_told():
    before, after = (
        AuthorRanks(frozenset([1, 2]), frozenset([3])),
        AuthorRanks(frozenset([2, 3]), frozenset()),
    )
    assert before.changed_to(after) == {1, 3}
