"""The name of a way of computing: a digest of the program's own source that does it.

In: a stage of the package, what it depends on beside, its libraries. Out: a name. Refuses to rely on memory:
a version number is one that someone must remember to raise. The one surprise: a comment that changes
gives another name, and a little work is done again that need not have been.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from importlib.metadata import version
from importlib.resources import files

import archiver
from archiver.models import content_key


def recipe_of(stage: str, beside: Sequence[str], libraries: Sequence[str]) -> str:
    """The name of what the modules of a stage do, with the modules beside it and the libraries."""
    package = files("archiver")
    modules = [*(package / stage).iterdir(), *(package / name for name in beside)]
    sources = sorted((file.name, file.read_bytes()) for file in modules if file.name.endswith(".py"))
    digests = [hashlib.sha256(source).hexdigest() for _, source in sources]
    return content_key(
        archiver.__version__, unicodedata.unidata_version, digests, [version(name) for name in libraries]
    )
