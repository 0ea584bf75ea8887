"""Components by name, so that a run can leave alone what stands.

In: all cards of an archive, gathered. Out: for each the name of its component: a digest of all that its posts
rest on. Refuses to tell what changed, only that something did. The one surprise: a name holds no number of a
card or a capture, for these change with every new one; sums of digests do not depend on the order either.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from archiver.dedupe.rules import Rules
from archiver.dedupe.solve import Batch, components, words_of
from archiver.models import Override, content_key, iso_time

_WIDE = (1 << 128) - 1


def component_names(batch: Batch, rules: Rules, overrides: Iterable[Override], recipe: str) -> list[str]:
    """For each card the name of its component; equal names, equal posts. *recipe* names the program's rules.

    A name is made of the cards with their sightings and their texts as they are compared, of the pairs of
    texts that are candidates, of the overrides, the thresholds and the recipe.
    """
    words = words_of(batch.ids, overrides)
    label = components(batch, words)
    sums = dict.fromkeys(label, 0)
    moments = [_number(m.capture, m.url, iso_time(m.captured_at), m.together) for m in batch.moments]
    for i, (card, face, shown) in enumerate(zip(batch.ids, batch.faces, batch.shown, strict=True)):
        first, last = ((moments[capture], position) for capture, position in (shown.first, shown.last))
        captures = sum(moments[capture] for capture in shown.captures | shown.pieces)
        sums[label[i]] += _number(
            card,
            face.text,
            captures,
            sum(shown.visits),
            sum(shown.places),
            first,
            last,
            shown.sightings,
            shown.language,
        )
    bearer = {face.text: i for i, face in enumerate(batch.faces)}
    for a, b in batch.alike:
        sums[label[bearer[a]]] += _number(a, b)
    for (i, j), same in words.items():
        sums[label[i]] += _number(batch.ids[i], batch.ids[j], same)
    made_by = (recipe, rules.model_dump_json())
    names = {component: content_key(str(total & _WIDE), *made_by) for component, total in sums.items()}
    return [names[component] for component in label]


def part_of(batch: Batch, cards: Sequence[int]) -> Batch:
    """The batch of some cards, by rising number: whole components, which know nothing of the others."""
    texts = {batch.faces[i].text for i in cards}
    return Batch(
        [batch.ids[i] for i in cards],
        [batch.faces[i] for i in cards],
        [batch.shown[i] for i in cards],
        batch.moments,
        [pair for pair in batch.alike if pair[0] in texts],
    )


def _number(*values: object) -> int:
    digest = blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return int.from_bytes(digest, "little")
