# All that a newcomer types. uv comes from PyPI where it is missing; uv brings everything else.

UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
RUN = $(UV) run --frozen

.PHONY: demo test system soak spark bench fuzz check assets help

help:
	@echo "make demo    a simulated city with the story of Shiniushan Road, in your browser"
	@echo "make test    the tests, under ten minutes; what needs PostgreSQL or another program is skipped by name where it is absent"
	@echo "make system  the tests of the whole: a browser, kills, clusters, walks through every page and operation; some 15 minutes"
	@echo "make soak    the tests of races with many more repetitions, then 1,000 rounds of sudden deaths under a light siege, some"
	@echo "             hours; what is broken off is gone on with; ROUNDS=5 for less"
	@echo "make spark   the tests on Apache Spark, which is fetched for them (400 MB); Java is needed"
	@echo "make bench   speed and memory on this machine, beside a bare loop in the same run"
	@echo "make fuzz    bytes of strangers towards code that nothing reached, and the API as every role; SECONDS=60 for each target"
	@echo "make check   style, types, the ladder of imports, templates, and the browser half with its tests"
	@echo "make assets  the browser bundle and the translations, built again"

demo: | $(UV)
	@exec $(RUN) tocsin demo $(DEMO)

# Files of tests side by side, one process more than there are cores, since many wait for a Tocsin of their own; four at most.
SIDE_BY_SIDE = --numprocesses $(shell python3 -c 'import os; print(min(4, os.cpu_count() + 1))') --dist loadfile --no-loadscope-reorder --durations 20

test: | $(UV)
	@exec $(RUN) pytest $(SIDE_BY_SIDE) -m "not system" $(TEST)

system: | $(UV)
	@exec $(RUN) pytest $(SIDE_BY_SIDE) -m system $(TEST)

ROUNDS ?= 1000

soak: | $(UV)
	env TOCSIN_SOAK=1 $(RUN) pytest tests/warning/test_concurrency.py tests/command/test_crowd.py tests/deploy/test_upgrade.py $(TEST)
	$(RUN) tocsin bench chaos --rounds $(ROUNDS) --json .soak/rounds.ndjson $(CHAOS)

spark: | $(UV)
	@exec $(RUN) --extra spark pytest tests/workshop/test_spark.py $(TEST)

bench: | $(UV)
	@exec $(RUN) tocsin bench $(BENCH)

SECONDS ?= 60

fuzz: | $(UV)
	@nice -n 15 $(RUN) --group fuzz python -m tests.fuzz.run --seconds $(SECONDS) $(FUZZ)
	@TOCSIN_STORIES=$(SECONDS) TOCSIN_SEED=$$(date +%s) nice -n 15 $(RUN) pytest -q -o timeout=0 tests/jurisdiction/test_stateful.py

check: | $(UV)
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports
	$(RUN) djangofmt --check src/tocsin
	$(RUN) python tools/check_web.py

assets: | $(UV)
	$(UV) sync --frozen --reinstall-package tocsin

.tools/bin/uv:
	@echo "fetching uv from PyPI"
	@python3 tools/get_uv.py .tools
