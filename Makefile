# Every target makes the environment first; `make demo` and `make test` are all that a new machine needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint types docs reference coverage wheels quality neutral posts weights frames train floor feeds fuzz fuzz-commands soak torture together histories mutants peers readers site clean

$(VENV)/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "archiver needs Python 3.11 or newer; set PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

# Crawl the sample captures, merge their cards into posts, show them and write them.
demo: $(VENV)/ready
	$(BIN)/archiver --archive data crawl data/sample --base-url https://harbour.example/
	$(BIN)/archiver --archive data dedupe
	$(BIN)/archiver --archive data posts
	$(BIN)/archiver --archive data export posts -o data/posts.json
	$(BIN)/archiver --archive data export posts -o data/posts.csv

test: $(VENV)/ready
	$(BIN)/python -m pytest --numprocesses=auto

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/ready
	$(BIN)/mypy

# The documentation as a site in dist/docs; a warning, such as a link that leads nowhere, is an error.
docs: $(VENV)/ready
	$(BIN)/python -m sphinx --builder html --fail-on-warning --keep-going --quiet docs dist/docs

# Write the pages of docs/reference and the picture of the README again, from the program.
reference: $(VENV)/ready
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_picture.py

# Which lines and branches the tests run, also in processes that they start. Where a test limits the size of files, coverage
# cannot write its own, either.
coverage: $(VENV)/ready
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses=auto -k "not full_disk" --ignore=tests/test_imports.py
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# The table of docs/platforms.md: where all dependencies have wheels, by the package index.
wheels: $(VENV)/ready
	$(BIN)/python benchmarks/wheels.py

# The figures of docs/quality.md, on captures with their truth that are kept elsewhere: make quality CORPORA=DIR
quality: $(VENV)/ready
	$(BIN)/python benchmarks/quality.py $(CORPORA)

# On how many pages that are kept elsewhere neutral changes of a page change no card: make neutral CORPORA=DIR
neutral: $(VENV)/ready
	$(BIN)/python benchmarks/neutral.py $(CORPORA)

# How well the cards of histories that are kept elsewhere are merged, beside plain rules: make posts CORPORA=DIR
posts: $(VENV)/ready
	$(BIN)/python benchmarks/posts.py $(CORPORA)

# Estimate what the signals of deduplication weigh, and write it into the package: make weights CORPORA=DIR
weights: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group train
	$(BIN)/python benchmarks/weights.py --write $(CORPORA)

# The rows of an archive in pandas and polars, and the notebook of the docs.
frames: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group frames
	$(BIN)/python -m pytest tests/test_frames.py

# Fit the model that chooses the cards to labelled pages, and write it into the package: make train CORPORA=DIR
train: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group train
	$(BIN)/python benchmarks/train.py --each $(CORPORA)

# Compare quality on the project's own labels with tests/fixtures/floor.json: make floor FLOOR=--write raises it.
floor: $(VENV)/ready
	$(BIN)/python benchmarks/floor.py $(FLOOR)

# What the test cases of feedparser expect of a feed, and what we read; they are downloaded from the package index.
feeds: $(VENV)/ready
	$(BIN)/python benchmarks/feeds.py

# What wacz, surt, pywb and ReplayWeb.page make of an exported WACZ; npm and chromium have to be there: make peers ARCHIVE=DIR
peers: $(VENV)/ready
	$(BIN)/python benchmarks/peers.py $(ARCHIVE)

# What pandas, DuckDB, polars, csvkit, jq, frictionless, feedparser and LibreOffice read in exports; jq has to be there.
readers: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group readers
	$(BIN)/python benchmarks/readers.py $(ARCHIVE)

# What axe-core and Chromium find in a static site; npm and chromium have to be there: make site ARCHIVE=DIR
site: $(VENV)/ready
	$(BIN)/python benchmarks/site_pages.py $(ARCHIVE)

clean:
	rm -rf $(VENV) data/archive.db* data/warc data/posts.json data/posts.csv

# Run the commands on 10,000 hostile arguments, damaged files and damaged archives.
fuzz-commands: $(VENV)/ready
	ARCHIVER_EXAMPLES=10000 $(BIN)/python -m pytest tests/cli/test_hostile_commands.py

# For half an hour, crawl and dedupe sites that change and fail, and look at what grows.
soak: $(VENV)/ready
	$(BIN)/python benchmarks/soak.py

# Kill each command 200 times and look whether anything is lost.
torture: $(VENV)/ready
	ARCHIVER_KILLS=200 $(BIN)/python -m pytest tests/crawl/test_kill.py tests/test_killed.py

# Run commands in four processes at once on one archive, 200 times, and look whether anything is lost.
together: $(VENV)/ready
	ARCHIVER_MIXES=200 $(BIN)/python -m pytest tests/test_together.py

# Live 200 histories of an archive bit by bit and from scratch.
HISTORIES := test_archive.py test_incremental.py test_retired_cards.py test_merging.py
histories: $(VENV)/ready
	ARCHIVER_HISTORIES=200 $(BIN)/python -m pytest --numprocesses=auto $(addprefix tests/properties/,$(HISTORIES))

# Read 10,000 damaged copies of the pages of a folder: make fuzz PAGES=DIR
fuzz: $(VENV)/ready
	ARCHIVER_MUTATIONS=10000 ARCHIVER_PAGES=$(PAGES) $(BIN)/python -m pytest --numprocesses=auto tests/parse/test_mutations.py

# Set each weight of a decision to 0: a weight that no test needs fails the target.
mutants: $(VENV)/ready
	$(BIN)/python benchmarks/mutants.py
