"""The learned model: what it says of features, and the file that it is read from."""

import json
from importlib.resources import files
from math import log

import pytest

from archiver.parse.listing.model import BIAS, MODEL, ListingModel, load_model, probability

SMALL = ListingModel({"dated": 2.0, "hidden": -3.0, "text": 0.5}, bias=-1.5, threshold=0.25)
GROUP = {"dated": 0.5, "hidden": 1.0, "text": 1.0, "articles": 1.0}
"""A feature that the model does not know says nothing."""


def test_the_log_odds_are_the_weighed_features_and_the_bias():
    assert SMALL.log_odds(GROUP) == pytest.approx(-1.5 + 1.0 - 3.0 + 0.5)


def test_the_shares_add_up_to_the_log_odds_the_largest_first():
    shares = SMALL.shares(GROUP)
    assert shares == (("hidden", -3.0), (BIAS, -1.5), ("dated", 1.0), ("text", 0.5))
    assert sum(share.log_odds for share in shares) == pytest.approx(SMALL.log_odds(GROUP))


def test_a_feature_that_was_not_measured_is_named():
    with pytest.raises(KeyError, match="hidden"):
        SMALL.log_odds({"dated": 1.0, "text": 1.0})


@pytest.mark.parametrize(("odds", "share"), [(1, 0.5), (3, 0.75), (1 / 3, 0.25), (10**12, 1.0)])
def test_odds_are_a_probability(odds, share):
    assert probability(log(odds)) == pytest.approx(share)


def test_the_model_is_read_from_its_file():
    written = json.loads(files("archiver.parse.listing").joinpath("model.json").read_text(encoding="utf-8"))
    assert load_model() == MODEL == ListingModel(**written)
    assert BIAS not in MODEL.weights


def test_a_threshold_makes_no_listing_of_what_is_unlikely():
    """A group is chosen where the model takes it for about as likely as none, or likelier."""
    assert 0.1 < probability(MODEL.threshold) < 0.9
