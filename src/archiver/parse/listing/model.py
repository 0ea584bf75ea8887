"""The learned model: how likely it is that a group is the cards of its page.

The features of a group come in; log odds go out, and the share of each feature in them. The model is
log-linear: a weight for each feature, and a bias. The odds are those of the group against none. `make train`
fits the weights to labelled pages and writes the file that is loaded here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from math import exp

from archiver.models import FeatureShare

BIAS = "any group"
"""Names the share that every group has."""


@dataclass(frozen=True, slots=True)
class ListingModel:
    """A weight for each feature, and the bias: the log odds of a group without any feature.

    A group is chosen from `threshold` log odds on.
    """

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def log_odds(self, features: Mapping[str, float]) -> float:
        """Return the log odds that a group with these features is the cards of its page."""
        return self.bias + sum(weight * features[name] for name, weight in self.weights.items())

    def shares(self, features: Mapping[str, float]) -> tuple[FeatureShare, ...]:
        """Return what each feature adds to the log odds, the largest first, and the bias among them."""
        shares = [FeatureShare(name, weight * features[name]) for name, weight in self.weights.items()]
        return tuple(sorted([*shares, FeatureShare(BIAS, self.bias)], key=lambda s: -abs(s.log_odds)))


def probability(log_odds: float) -> float:
    """Return the probability that has these log odds, none of which is below -700."""
    return 1 / (1 + exp(-log_odds))


def load_model() -> ListingModel:
    """Read the model that the package has."""
    text = files(__package__).joinpath("model.json").read_text(encoding="utf-8")
    return ListingModel(**json.loads(text))


MODEL = load_model()
