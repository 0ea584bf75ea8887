from archiver.dedupe.clustering.cluster import Refusal, RefusalReason, cluster


def yes(_a, _b):
    return True


def no(_a, _b):
    return False


def clustering(n, edges, apart=(), captures=None, contradicts=yes, unlike=no, **overrides):
    captures = captures or [frozenset()] * n
    return cluster(captures, [10] * n, edges, apart, contradicts=contradicts, unlike=unlike, **overrides)


def run(*args, **options):
    return clustering(*args, **options).labels


def test_edges_join():
    assert run(5, [(90, 0, 1), (80, 1, 4)]) == [0, 0, 2, 3, 0]


def test_a_cannot_link_holds_between_clusters():
    # 0-1 and 2-3 are pairs; 1-2 would join them, but 0 and 3 are held apart
    assert run(4, [(99, 0, 1), (98, 2, 3), (90, 1, 2)], apart=[(0, 3)]) == [0, 0, 2, 2]


def test_a_doubtful_card_goes_with_the_one_it_is_more_like():
    assert run(3, [(80, 0, 1), (95, 1, 2)], apart=[(0, 2)]) == [0, 1, 1]


def test_cannot_links_are_inherited():
    edges = [(99, 0, 1), (98, 1, 2), (97, 3, 4), (60, 2, 4)]
    assert run(5, edges, apart=[(0, 3)]) == [0, 0, 0, 3, 3]


def test_cards_on_one_capture_are_asked_about():
    captures = [{"x"}, set(), {"x"}]
    edges = [(99, 0, 1), (98, 1, 2)]
    assert run(3, edges, captures=captures) == [0, 0, 2]
    assert run(3, edges, captures=captures, contradicts=no) == [0, 0, 0]


def test_a_short_card_does_not_bridge_unlike_texts():
    edges = [(99, 0, 1), (99, 0, 2)]
    lengths = [10, 90, 80]
    found = cluster([()] * 3, lengths, edges, (), contradicts=no, unlike=lambda a, b: {a, b} == {1, 2})
    assert found.labels == [0, 0, 2]
    assert found.refusals == {(0, 2): Refusal(RefusalReason.UNLIKE_TEXTS, (1, 2))}


def test_an_override_joins_the_clusters_of_both_cards():
    edges, apart = [(99, 0, 1), (99, 2, 3)], [(0, 2), (1, 3), (0, 3)]
    assert run(5, edges, apart, overrides={(1, 2): True}) == [0, 0, 0, 0, 4]
    assert run(5, edges, apart, overrides={(1, 2): True, (0, 3): False}) == [0, 0, 2, 2, 4]


def test_an_override_that_parts_holds_for_all_that_others_join():
    assert run(3, [(99, 1, 2)], overrides={(0, 1): True, (0, 2): False}) == [0, 0, 2]


def test_nothing_joins_nothing():
    assert run(0, []) == []
    assert run(2, []) == [0, 1]


def test_a_refused_edge_names_the_pair_that_decided():
    edges = [(99, 0, 1), (98, 2, 3), (90, 1, 2)]
    assert clustering(4, edges, apart=[(0, 3)]).refusals == {
        (1, 2): Refusal(RefusalReason.CANNOT_LINK, (0, 3))
    }
    assert clustering(4, edges, overrides={(0, 3): False}).refusals == {
        (1, 2): Refusal(RefusalReason.OVERRIDE, (0, 3))
    }
    captures = [{"x"}, set(), {"x"}]
    met = clustering(3, [*edges[:1], (98, 1, 2)], captures=captures)
    assert met.refusals == {(1, 2): Refusal(RefusalReason.CANNOT_LINK, (0, 2))}


def test_a_refused_join_names_the_split():
    found = clustering(3, [], overrides={(0, 1): True, (1, 2): True, (0, 2): False})
    assert (found.labels, found.refusals) == (
        [0, 0, 2],
        {(1, 2): Refusal(RefusalReason.OVERRIDE, (0, 2))},
    )


def test_a_join_that_overrides_of_others_keep_from_its_clusters_names_them():
    edges, splits = [(99, 0, 1), (98, 2, 3)], [(0, 3)]
    found = clustering(4, edges, overrides={(1, 2): True, **dict.fromkeys(splits, False)})
    assert (found.labels, found.refusals) == (
        [0, 0, 2, 2],
        {(1, 2): Refusal(RefusalReason.OVERRIDE, (0, 3))},
    )
