# What an operator types. Every verb fails where plain pyinfra would exit 0 without having done anything.
environment ?= lab
inventory    = inventories/$(environment)
limits       = $(if $(limit),--limit $(limit))
typed        = $(if $(cluster),--data cluster=$(cluster)) $(if $(standby),--data standby=$(standby))
python       = .venv/bin/python

# What Python has parsed is kept, also where an image forbids it: each verb would parse 150 modules anew.
unexport PYTHONDONTWRITEBYTECODE

# A misspelt variable must not turn a deploy to one node into one to all.
given   := $(foreach word,$(MAKEOVERRIDES),$(firstword $(subst =, ,$(word))))
allowed := $(strip environment $(if $(filter ready disaster,$(MAKECMDGOALS) $(kind)),,limit) \
    $(if $(filter status,$(MAKECMDGOALS)),json) $(if $(filter drill,$(MAKECMDGOALS)),kind cluster standby) \
    $(if $(filter ready,$(MAKECMDGOALS)),cluster) $(if $(filter report,$(MAKECMDGOALS)),output))
unknown := $(if $(filter explain,$(MAKECMDGOALS)),,$(filter-out $(allowed),$(given)))
ifneq ($(unknown),)
$(error no such variable: $(unknown). HINT: the variables are $(allowed))
endif
json_given := $(filter json,$(given))
ifneq ($(and $(json_given),$(filter-out yes,$(json))),)
$(error json=$(json) says nothing. HINT: write json=yes, or leave it out)
endif

.DEFAULT_GOAL := help
.PHONY: help plan deploy restart status report drill ready drill-all verify explain secrets lab lab-down test test-all evidence fast lint bench packages
.SUFFIXES:

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/.locked: requirements.lock
	@[ ! -L .venv ] || { printf '.venv is a link, and to renew it would empty what others use\n    HINT: remove the link\n' >&2; exit 1; }
	@python3 -c 'import ensurepip, venv' 2>/dev/null || { apt-get -q update && apt-get install -q -y python3-venv; } >&2
	@echo 'making .venv from requirements.lock' >&2
	@python3 -m venv --clear .venv
	@.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

plan: .venv/.locked ## what a deploy would change             make plan environment=staging
	@$(python) -m tasks.verbs plan $(inventory) $(limits)

deploy: .venv/.locked ## make it so, without questions           make deploy environment=staging
	@$(python) -m tasks.verbs deploy $(inventory) $(limits)

restart: .venv/.locked ## restart what waits for it, one by one   make restart environment=staging
	@$(python) -m tasks.verbs restart $(inventory) $(limits)

status: .venv/.locked ## how it stands now, worst first          make status environment=prod [json=yes]
	@$(python) -m tasks.status $(inventory) $(limits) $(if $(json_given),--json)

report: .venv/.locked ## promised and measured, as one HTML file  make report environment=prod [output=prod.html]
	@$(python) -m tasks.report $(inventory) $(limits) $(if $(output),--output $(output))

drill: .venv/.locked ## a recovery nobody needed, timed          make drill kind=restore environment=prod [cluster=shop]
ifeq ($(kind),disaster)
	@$(python) -m tasks.disaster $(inventory) $(cluster)
else
	@$(python) -m tasks.verbs drill $(inventory) --data kind=$(kind) $(typed) $(limits)
endif

ready: .venv/.locked ## spare hosts have what a disaster needs    make ready environment=prod cluster=shop
	@$(python) -m tasks.spares $(inventory) $(cluster)

verify: .venv/.locked ## prove it, read-only                     make verify environment=staging
	@$(python) -m pytest -q tests/acceptance --inventory $(inventory) $(limits)

explain: .venv/.locked ## settings with reasons, no host needed   make explain memory=16GB cpus=4 storage=ssd version=17 workload=oltp
	@$(python) -m fleet.explain $(filter-out environment=% limit=%,$(MAKEOVERRIDES))

secrets: .venv/.locked ## generate the secrets that are missing   make secrets environment=staging
	@$(python) -m tasks.secrets $(inventory).yml

lab: .venv/.locked ## real hosts on this machine, deployed and proven
	@begin=$$(date +%s) && \
	$(python) -m lab up && \
	$(python) -m tasks.secrets inventories/lab.yml && \
	$(python) -m tasks.verbs deploy inventories/lab && \
	$(python) -m pytest -q tests/acceptance --inventory inventories/lab && \
	$(python) -m lab show && \
	echo && echo "  the lab stands, $$(( $$(date +%s) - begin )) s after make lab"

lab-down: .venv/.locked ## and gone again, without a trace
	@$(python) -m lab down

lint: .venv/.locked
	.venv/bin/ruff check --output-format concise
	.venv/bin/ruff format --check
	.venv/bin/mypy
	@for folder in migrations/*; do $(python) -m steward migrate lint --folder $$folder --all --pg-version 14 > /dev/null || exit 1; done

fast: lint ## lint, types, unit, golden, plan         under a minute
	$(python) -m pytest -q -n 2 tests/unit tests/golden tests/plan

# Two at a time: a lab waits for its hosts half of its time. The longest come first. (What imports pyinfra's command line
# has gevent in all its threads, which pytest-xdist's workers do not survive.)
test: packages fast ## everything, on real servers and hosts too
	$(python) -m pytest -q tests/report
	$(python) -m pytest -q -n 2 --dist loadscope --no-loadscope-reorder tests/lab tests/sql tests/steward

# Restartable: a package that passed on this commit is not run again.
second = $(patsubst %/__init__.py,%,$(wildcard tests/lab/*/__init__.py tests/lab/drills/*/__init__.py)) $(wildcard tests/lab/test_*.py) \
    tests/sql tests/steward
test-all: packages fast ## both tiers: every release, every case   hours; goes on where it ended
	@commit=$$(git describe --always --dirty --abbrev=40); mkdir -p build/test-all/$$commit; \
	for package in $(filter-out tests/lab/drills,$(second)); do \
	    passed=build/test-all/$$commit/$$(echo $$package | tr / -); [ ! -e $$passed ] || continue; \
	    echo "== $$package"; $(python) -m pytest -q --long -n 2 --dist loadscope --evidence $$passed.json $$package && touch $$passed || \
	        failed="$$failed $$package"; \
	done; $(python) -m tests.evidence collect build/test-all/$$commit; [ -z "$$failed" ] || { echo "failed:$$failed" >&2; exit 1; }

evidence: .venv/.locked ## docs/evidence.md, out of what test-all showed
	@$(python) -m tests.evidence render

drill-all: packages ## every drill on the lab, with 2 GB, and their figures
	$(python) -m pytest -q -s tests/lab/drills --long

bench: .venv/.locked ## how fast, beside this machine's floor   after make lab
	@$(python) -m lab bench
	@$(python) -m lab bench-growth
	@$(python) -m lab bench-restores
	@$(python) -m tests.bench.migrate
	@$(python) -m tests.bench.dump

# PostgreSQL's programs for tests/sql and psql for the lab; no cluster is made on this machine. The lab brings its own.
# Chromium looks at the page of `make report`, as its readers do; the others are what dumps are sealed and sent with.
# Servers of versions that Debian has not are npm's, without client programs: each is as its lock says.
servers = tests/sql/servers
packages: .venv/.locked
	@for one in age chromium gpg restic; do command -v $$one > /dev/null || missing="$$missing $$one"; done; \
	[ -z "$$missing" ] || { apt-get -q update && apt-get install -q -y --no-install-recommends $$missing; }
	@dpkg-query -W -f '$${db:Status-Abbrev}\n' postgresql 2>/dev/null | grep -q '^ii' || { \
	    mkdir -p /etc/postgresql-common/createcluster.d && \
	    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/pgsteward.conf && \
	    apt-get -q update && apt-get install -q -y --no-install-recommends postgresql; }
	@command -v npm > /dev/null || { apt-get -q update && apt-get install -q -y --no-install-recommends npm; }
	@[ $(servers)/node_modules/.package-lock.json -nt $(servers)/package-lock.json ] || npm ci --prefix $(servers) \
	    --ignore-scripts --no-audit --no-fund && for one in $(servers)/node_modules/postgresql-*; do \
	    (cd $$one && node scripts/hydrate-symlinks.js) || exit 1; done
