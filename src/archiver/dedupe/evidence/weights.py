"""What each signal weighs: log odds, read from the data file beside this module.

`make weights` estimates them from labelled histories and writes the file, which says what they are estimated
from. Above 0 a weight speaks for one post, below 0 for two.
"""

import json
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class SignalWeights:
    """What each signal weighs, in log odds; `_most` is the bound of a weight that depends on the pair.

    They are estimated from labelled histories (`benchmarks/weights.py`), and no further from what they were
    by hand than the data has reason for.
    """

    same_text_most: float
    shared_text: float
    cut_text_most: float
    cut_in_number: float
    edited_text_most: float
    other_text: float
    texts_part_most: float
    number: float

    same_title_most: float
    same_title_of_date_most: float
    """The bound where the title stands for several posts, but for one at the date of both cards."""
    shared_title: float
    title_cut_most: float
    title_base_most: float
    title_cut_beside_text: float
    title_edited_most: float
    title_word: float
    word_in_title_and_url: float
    title_and_text_most: float
    title_in_text: float
    title_number: float
    title_number_added: float
    other_title: float
    word_in_title_and_text: float

    own_url: float
    rewritten_most: float
    same_url: float
    same_front_page: float
    other_front_page: float
    url_of_two_posts: float
    url_of_few_posts: float
    same_url_end: float
    other_url: float
    other_url_number: float
    other_url_name: float
    renamed_url: float

    same_date: float
    other_date: float
    """Two days apart; each doubling adds -0.5 down to the next weight."""
    other_date_most: float
    other_date_and_text: float
    other_author: float
    same_author: float
    rare_author: float
    author_in_turn: float
    other_site: float
    other_categories: float

    same_capture: float
    repeated_on_capture: float
    """Instead of `same_capture`: one text twice on a page, with no other field that differs."""
    cut_on_capture: float
    """Instead of `same_capture`: a text and a cut of it. Lists show no card twice at two lengths."""
    in_two_boxes: float
    same_crawl_session: float
    same_neighbours: float
    counter: float

    sibling_edit: float
    sibling_same: float
    sibling_whole: float
    """Where the sibling has all of the text, and not nearly all: at most what the text weighs."""
    template: float


def load_weights() -> SignalWeights:
    """Read the weights that the package has."""
    text = files(__package__).joinpath("weights.json").read_text(encoding="utf-8")
    return SignalWeights(**json.loads(text)["weights"])


WEIGHTS = load_weights()
"""The weights in use."""
