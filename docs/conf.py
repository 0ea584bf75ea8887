"""How Sphinx builds the site of the documentation: `make docs`."""

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

from archiver import __version__

project = "archiver"
copyright = "the archiver contributors"  # noqa: A001 - the name that Sphinx reads
release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "index"
exclude_patterns = ["_build"]
myst_heading_anchors = 4  # links to headings, by the anchors that GitHub gives them

autodoc_default_options = {"members": True, "exclude-members": "model_config, model_post_init"}
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = True

html_theme = "furo"
html_title = f"archiver {release}"
html_show_sourcelink = False
html_copy_source = False

DECISIONS = "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"


def list_decisions(_app: Sphinx, page: str, source: list[str]) -> None:
    """Give the index of decisions the directive that other readers of the file have no use for."""
    if page == "adr/README":
        source[0] += DECISIONS


def setup(app: Sphinx) -> None:
    """Set up what no setting does."""
    app.connect("source-read", list_decisions)
    app.add_lexer(
        "mermaid", TextLexer
    )  # GitHub draws these; drawing them here would take a script from elsewhere
