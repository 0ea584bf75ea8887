"""Archive listing pages, read the cards out of them, and merge the cards of one post.

The folder list is the pipeline: `sources` and `fetch` bring captures, `store` keeps them, `parse` reads
cards out of them, `dedupe` merges the cards of one post, `export` writes the posts. `Archive` drives it.
"""

__version__ = "0.1.0"
