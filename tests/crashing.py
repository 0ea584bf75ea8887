"""A reader that takes its process with it, for the tests of the workers to import."""

import os


def crash(_capture):
    os._exit(3)
