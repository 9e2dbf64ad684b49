# What an operator types. Every verb fails where plain pyinfra would exit 0 without having done anything.
environment ?= lab
inventory    = inventories/$(environment)
python       = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help plan deploy verify restart explain secrets lab lab-down test fast bench lint packages

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.locked: requirements.lock
	python3 -m venv --clear .venv
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

plan: .venv/.locked ## what a deploy would change:            make plan environment=staging
	@$(python) -m tasks.verbs plan $(inventory) $(if $(limit),--limit $(limit))

deploy: .venv/.locked ## make it so, without questions:          make deploy environment=staging
	@$(python) -m tasks.verbs deploy $(inventory) $(if $(limit),--limit $(limit))

restart: .venv/.locked ## restart what waits for it, one by one:  make restart environment=staging
	@$(python) -m tasks.verbs restart $(inventory) $(if $(limit),--limit $(limit))

verify: .venv/.locked ## prove it, read-only:                    make verify environment=staging
	@$(python) -m pytest -q tests/acceptance --inventory $(inventory) $(if $(limit),--limit $(limit))

explain: .venv/.locked ## settings with reasons, no host needed:  make explain memory=16GB cpus=4 storage=ssd version=17 workload=oltp
	@$(python) -m fleet.explain $(foreach key,memory cpus storage disk version workload connections standbys,$(if $($(key)),$(key)=$($(key))))

secrets: .venv/.locked ## generate the secrets that are missing:  make secrets environment=staging
	@$(python) -m tasks.secrets $(inventory).yml

lab: .venv/.locked ## real hosts on this machine, deployed and proven
	@$(python) -m lab make

lab-down: .venv/.locked ## and gone again, without a trace
	@$(python) -m lab down

lint: .venv/.locked
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy

fast: lint ## lint, types, unit, golden, plan: under a minute
	$(python) -m pytest -q -n 2 tests/unit tests/golden tests/plan

test: packages lint ## everything, on real hosts too
	$(python) -m pytest -q -n 2 tests/unit tests/golden tests/plan
	$(python) -m pytest -q tests/sql tests/lab

bench: .venv/.locked ## how fast, beside the floor of this machine
	@$(python) -m lab bench
