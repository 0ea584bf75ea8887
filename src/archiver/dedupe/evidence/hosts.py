"""Which hosts are one site: those that show the same titles, texts, and beginnings of untitled texts.

Which texts each host shows goes in; pairs of hosts come out, both as numbers. A site that moves, or that has
a feed on another host, shows many of its posts on both; two sites have one title, or the first post of their
blog engine, in common.
"""

from collections.abc import Collection

import numpy as np

from archiver.dedupe.arrays import Postings
from archiver.dedupe.keys.hashing import hashed_key

HostPair = tuple[int, int]
"""The hashes of two hosts, the lesser first."""

_SHARED = 3
"""Titles and texts that two hosts must have in common."""
_SHARE = 0.1
"""Share of the titles and texts of the lesser of the two: sites of one trade have some in common."""
_MOST_HOSTS = 8
"""Hosts that may show one title or text for it to count: what more of them show is nobody's own."""


def host_key(host: str) -> int:
    """Return the hash of a host."""
    return hashed_key("host", host)


def kin_hosts(shown: Postings) -> frozenset[HostPair]:
    """Return the pairs of hosts that are one site, from all texts and titles with the hosts that show them.

    Args:
        shown: The hashes of hosts, with the texts that each shows as owners, by any numbers. Repeats do not
            count.
    """
    shown = shown.without_repeats()
    hosts, places, texts = np.unique(shown.keys, return_inverse=True, return_counts=True)
    of_text = np.argsort(shown.owners, kind="stable")
    owners, places = shown.owners[of_text], places[of_text]
    sizes = np.bincount(owners)[owners]
    few = (sizes > 1) & (sizes <= _MOST_HOSTS)
    owners, places = owners[few], places[few]
    pairs = [
        places[:-step][same] * len(hosts) + places[step:][same]
        for step in range(1, _MOST_HOSTS)
        if (same := owners[:-step] == owners[step:]).any()
    ]
    if not pairs:
        return frozenset()
    codes, counts = np.unique(np.concatenate(pairs), return_counts=True)
    x, y = codes // len(hosts), codes % len(hosts)
    kin = counts >= np.maximum(_SHARED, _SHARE * np.minimum(texts[x], texts[y]))
    return frozenset(zip(hosts[x[kin]].tolist(), hosts[y[kin]].tolist(), strict=True))


def are_strangers(left: Collection[str], right: Collection[str], kin: Collection[HostPair]) -> bool:
    """Whether all hosts of one card are other sites than those of the other card."""
    if left == right:  # as nearly all pairs
        return False
    pairs = [(x, y) for x in left for y in right]
    return bool(pairs) and not any(_is_one_site(x, y, kin) for x, y in pairs)


def _is_one_site(x: str, y: str, kin: Collection[HostPair]) -> bool:
    if x == y or x.endswith("." + y) or y.endswith("." + x):
        return True
    a, b = host_key(x), host_key(y)
    return (min(a, b), max(a, b)) in kin
