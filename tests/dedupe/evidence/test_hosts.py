"""Which hosts are one site."""

import numpy as np
import pytest

from archiver.dedupe.arrays import Postings
from archiver.dedupe.evidence.hosts import are_strangers, host_key, kin_hosts


def kin(**shown):
    """The kin of hosts that show these texts; the names of hosts without their `.example`."""
    hosts = {name: host_key(f"{name}.example") for name in shown}
    pairs = found({hosts[name]: texts for name, texts in shown.items()})
    return {frozenset(name for name in hosts if hosts[name] in pair) for pair in pairs}


def found(shown):
    rows = [(host, text) for host, texts in shown.items() for text in texts]
    return kin_hosts(Postings(*(np.array(column) for column in zip(*rows, strict=True))))


def test_two_hosts_with_many_posts_in_common_are_one_site():
    assert kin(old=range(20), new=range(5, 40)) == {frozenset({"old", "new"})}


@pytest.mark.parametrize("common", [0, 1, 2])
def test_two_hosts_with_one_or_two_texts_in_common_are_two_sites(common):
    assert kin(one=range(10), other=range(10 - common, 20)) == set()


def test_large_sites_of_one_trade_have_some_titles_in_common():
    assert kin(one=range(200), other=range(195, 400)) == set()
    assert kin(one=range(200), other=range(175, 400)) == {frozenset({"one", "other"})}


def test_what_very_many_hosts_show_is_no_ones_own():
    """The first posts of a blog engine: its title, its text, and the title of its first page."""
    blogs = {f"blog{n}": [1, 2, 3, 100 + n] for n in range(9)}
    assert kin(**blogs) == set()


def test_it_does_not_count_how_often_a_host_shows_a_text():
    assert kin(one=[1, 1, 1, 2, 2], other=[1, 1, 2, 2, 2]) == set()


def test_strangers_have_no_host_that_is_one_site_with_one_of_the_other():
    known = found({host_key("old.example"): range(5), host_key("new.example"): range(5)})
    assert are_strangers({"a.example"}, {"b.example"}, known)
    assert not are_strangers({"old.example"}, {"new.example"}, known)
    assert not are_strangers({"a.example"}, {"a.example", "b.example"}, known)
    assert not are_strangers({"a.example"}, {"feeds.a.example"}, known)
    assert are_strangers({"a.example"}, {"aa.example"}, known)


def test_a_card_of_no_host_is_no_stranger():
    assert not are_strangers({"a.example"}, set(), ())
    assert not are_strangers(set(), set(), ())
