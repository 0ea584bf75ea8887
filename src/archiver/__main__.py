"""`python -m archiver` is `archiver`."""

from archiver.cli.app import main

main()
