"""Root follows no link that postgres has planted: hosts full of them, at every name that a verb was seen to use.

Each verb works or refuses; of what is root's nothing has another owner, mode or content afterwards.
"""

import pytest

from .backups.depot import depot
from .conftest import MakeLab
from .planted import NODES, PLANTED, VICTIMS, Planted

LONG = "the first tier tries the deploy, a migration, a dump, its restore and a fence"
KINDS = ("files", "directories", "instead")
PROMOTION = "promotion"
VERBS = {
    "take": ("take", "--limit", "pl1", "--data", "dump=all"),
    "dump": ("restore", "--limit", "pl1", "--data", "dump=latest", "--data", "database=shop", "--data", "as=shop_{0}"),
}
LONG_VERBS = {
    "beside": ("restore", "--limit", "pl1", "--data", "repository=far"),
    "drill": ("drill", "--data", "kind=restore"),
    "dump drill": ("drill", "--data", "kind=dump"),
    "switchover": ("drill", "--data", "kind=switchover", "--data", "cluster=shop"),
    "in place": ("restore", "--data", "in_place=shop", "--data", "repository=far"),
}
TURNED = """systemd-tmpfiles --create
for file in postgresql-common pgsteward; do logrotate -f "/etc/logrotate.d/$file"; done"""
TRACES = ("Traceback", "ld.so")


@pytest.fixture(scope="module")
def blank(make_lab: MakeLab) -> Planted:
    made = depot(make_lab, "planted", PLANTED)
    return Planted(made.lab, made.operator)


@pytest.fixture(scope="module")
def hosts(blank: Planted) -> Planted:
    """Deployed by this tree, and every verb of the first tier was seen at work."""
    first = blank.deploy(1)
    assert first.code == 0, first.said
    for node in NODES:
        blank.lab.ssh(node, VICTIMS)
    blank.record()
    for name, outcome in worked(blank, VERBS, 2).items():
        assert outcome == (0, outcome[1]), f"{name}: {outcome[1]}"
    blank.recorded()
    return blank


def worked(hosts: Planted, verbs: dict[str, tuple[str, ...]], number: int) -> dict[str, tuple[int, str]]:
    """Exit code and words of each verb. In the first tier a deploy comes before them, and fences and what hosts do by
    themselves behind them; in the second one a promotion."""
    found = {}
    if "take" in verbs:
        run = hosts.deploy(number)
        found["deploy"] = (run.code, run.said)
    for name, (door, *words) in verbs.items():
        run = hosts.verb(door, *(word.format(number) for word in words))
        found[name] = (run.code, run.said)
    if "take" in verbs:
        for node in NODES:
            found |= {f"{name} on {node}": done for name, done in hosts.fenced(node).items()}
            hosts.lab.attempt(node, TURNED)
    else:
        run = hosts.promoted()
        found[PROMOTION] = (run.code, run.said)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_link_leads_root_nowhere(hosts: Planted, kind: str) -> None:
    number = 3 + KINDS.index(kind)
    outcomes, planted = tried(hosts, kind, VERBS, number)
    assert sum(map(len, planted.values())) > (4 if kind == "instead" else 20), planted
    assert wrong(outcomes) == []


def wrong(outcomes: dict[str, tuple[int, str]]) -> list[str]:
    """The verbs that neither worked nor refused in a sentence."""
    return [
        f"{name}: {code}: {words}"
        for name, (code, words) in outcomes.items()
        if any(trace in words for trace in TRACES) or (code and "HINT:" not in words)
    ]


def tried(
    hosts: Planted, kind: str, verbs: dict[str, tuple[str, ...]], number: int
) -> tuple[dict[str, tuple[int, str]], dict[str, list[str]]]:
    """What the verbs come to among planted links; root's own is as it was."""
    before = {node: hosts.fingerprint(node) for node in NODES}
    planted = {node: hosts.plant(node, kind) for node in NODES}
    try:
        outcomes = worked(hosts, verbs, number)
        after = {node: hosts.fingerprint(node) for node in NODES}
    finally:
        for node in NODES:
            hosts.weed(node, planted[node])
    for node in NODES:
        assert after[node] == before[node], sorted(after[node] ^ before[node])
    return outcomes, planted


def test_after_all_that_every_verb_works_and_a_second_deploy_changes_nothing(hosts: Planted) -> None:
    healed(hosts, 6)
    assert hosts.operator.deploy().changed == {}


def healed(hosts: Planted, number: int) -> None:
    """Without links every verb works, and what has failed among them is made good."""
    for name, (code, words) in worked(hosts, VERBS, number).items():
        assert code == 0, f"{name}: {words}"


@pytest.mark.long(LONG)
def test_restores_drills_a_switchover_and_a_promotion_lead_nowhere_either(hosts: Planted) -> None:
    healed(hosts, 7)
    hosts.record()
    outcomes = worked(hosts, LONG_VERBS, 8)
    for name, (code, words) in outcomes.items():
        assert code == 0, f"{name}: {words}"
    hosts.recorded()
    for kind in KINDS:  # the last one may leave a cluster that only a person puts right, and says so
        hosts.settled(outcomes[PROMOTION][1])
        outcomes, _ = tried(hosts, kind, LONG_VERBS, 9)
        assert wrong(outcomes) == []
