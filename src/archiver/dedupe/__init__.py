"""Cards to posts: keys, blocking, evidence, clustering, survivorship.

Cards by public id, their sightings and overrides go in; posts come out, sorted by first sighting and id.
Every card that has a sighting stands in exactly one post. No clock, no network, no database; the order of
what goes in does not matter.
"""

from archiver.dedupe.clustering.resolve import Resolution
from archiver.dedupe.decisions import Ground
from archiver.dedupe.edits import Edit, EditedField, edits
from archiver.dedupe.explain import (
    Flip,
    PairExplained,
    PostExplained,
    explain,
    explain_pair_in,
    explain_post,
    explain_post_in,
)
from archiver.dedupe.posts import DedupeReview, dedupe, dedupe_with_review, posts_of
from archiver.dedupe.review import UncertainDecision, review_queue
from archiver.dedupe.rules import Rules
from archiver.dedupe.texts import label_texts
from archiver.models import Override

__all__ = [
    "DedupeReview",
    "Edit",
    "EditedField",
    "Flip",
    "Ground",
    "Override",
    "PairExplained",
    "PostExplained",
    "Resolution",
    "Rules",
    "UncertainDecision",
    "dedupe",
    "dedupe_with_review",
    "edits",
    "explain",
    "explain_pair_in",
    "explain_post",
    "explain_post_in",
    "label_texts",
    "posts_of",
    "review_queue",
]
