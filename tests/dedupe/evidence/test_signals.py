"""The signals: each has a label that is stored, a sentence, and a weight among those in use."""

import dataclasses

import pytest

from archiver.dedupe.evidence.signals import MatchWeight, Signal, log_odds, score_of
from archiver.dedupe.evidence.weights import WEIGHTS, SignalWeights

FIELDS = [field.name for field in dataclasses.fields(SignalWeights)]


@pytest.mark.parametrize("signal", Signal)
def test_a_signal_is_found_by_its_label(signal):
    assert Signal.of_label(signal.label) is signal
    assert signal.label.replace("-", "").isalpha()
    assert signal.describe("7").startswith(signal.describe())
    assert "7" in signal.describe("7")


def test_labels_are_not_shared():
    assert len({signal.label for signal in Signal}) == len(Signal)
    with pytest.raises(KeyError):
        Signal.of_label("same address")


@pytest.mark.parametrize("signal", [signal for signal in Signal if signal is not Signal.OVERRIDE])
def test_a_signal_has_one_of_the_weights_in_use(signal):
    before = signal.weight
    assert before in {getattr(WEIGHTS, name) for name in FIELDS}
    assert before != 0


def test_an_override_is_not_weighed():
    assert Signal.OVERRIDE.weight == 0


def test_a_match_weight_says_what_it_rests_on():
    assert str(MatchWeight(Signal.TEXT_CUT, 5.5, 65.04)) == "text-cut (65.0): +5.5"
    assert str(MatchWeight(Signal.SAME_DATE, 1.5)) == "same-date: +1.5"
    assert Signal.TEXT_CUT.describe("65.0") == "one text is a piece of the other (words shared: 65.0)"
    assert Signal.NUMBER.describe("1 against 2") == "a number in the texts differs (1 against 2)"


@pytest.mark.parametrize("score", [1, 50, 80, 99])
def test_scores_are_odds(score):
    assert score_of(log_odds(score)) == score
