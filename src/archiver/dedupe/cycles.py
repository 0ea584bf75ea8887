"""The garbage collector held back while millions of values are made.

In: a block of code. Out: nothing. Refuses to free anything: what nobody refers to goes at once, as ever; only
the search for cycles rests. The one surprise: it rests for the whole process, other threads included.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_cycles() -> Iterator[None]:
    """Look for no cycles meanwhile: a run makes millions of values, of which none stands in one.

    To look at them all, time and again, takes a quarter of a run from scratch, and a tenth of `label_texts`.
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looking:
            gc.enable()
