"""Laws of robots.txt: whatever it holds, there is a decision, and only our own groups make it."""

from hypothesis import given
from hypothesis import strategies as st

from archiver.fetch.robots import parse_robots

PATHS = st.text(st.sampled_from("ab/*$?=%é. "), max_size=8)
# At least one rule: names that follow each other without one between are the names of one group.
RULES = st.lists(st.tuples(st.sampled_from(["Allow", "Disallow"]), PATHS), min_size=1, max_size=6)
OTHERS = st.lists(
    st.sampled_from(["arch", "archivers", "otherbot", "a", "the-archiver"]), min_size=1, max_size=3
)


def lines(names: list[str], rules: list[tuple[str, str]]) -> str:
    return "".join(
        [f"User-agent: {name}\n" for name in names] + [f"{field}: {path}\n" for field, path in rules]
    )


def allowed(text: str, path: str) -> bool:
    return parse_robots(text.encode()).decide(f"https://a.example/{path}").allowed


@given(st.binary(max_size=300), st.text(max_size=20))
def test_any_bytes_give_a_decision(payload, path):
    decision = parse_robots(payload).decide(f"https://a.example/{path}")
    assert decision.reason


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_robots_txt_itself_is_always_allowed(text):
    assert allowed(text, "robots.txt")


@given(RULES, OTHERS, RULES, st.booleans(), PATHS)
def test_groups_of_others_change_nothing(ours, others, theirs, first, path):
    mine, not_mine = lines(["Archiver"], ours), lines(others, theirs)
    assert allowed(not_mine + mine if first else mine + not_mine, path) == allowed(mine, path)


@given(RULES, RULES, PATHS)
def test_everyones_group_counts_only_without_one_of_ours(ours, everyones, path):
    mine, all_ = lines(["archiver"], ours), lines(["*"], everyones)
    assert allowed(all_ + mine, path) == allowed(mine, path)


@given(RULES, PATHS)
def test_one_group_or_many_of_one_name_are_the_same(rules, path):
    apart = "".join(lines(["archiver"], [rule]) for rule in rules)
    assert allowed(apart, path) == allowed(lines(["archiver"], rules), path)
