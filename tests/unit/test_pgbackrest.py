"""pgBackRest's options for each node, by what its version knows."""

import pytest

from fleet import environment, pgbackrest
from fleet.layout import Layout
from fleet.pgbackrest import Place

TEXT = """
secrets: {from: environment}
clusters:
  main:
    postgresql: 17
    nodes:
      pg1: {address: 192.0.2.11, duty: primary}
      pg2: {address: 192.0.2.12, duty: standby}
      keep: {address: 192.0.2.21, duty: repository}
    backups:
      repositories:
        near: {host: keep, retention: {full: 3, differential: 6}}
        far: {s3: {endpoint: s3.example.com, bucket: b}}
"""
SECRETS = {"near/cipher": "one", "far/cipher": "two", "far/s3_key": "key", "far/s3_secret": "secret"}
OLD, NEW = (2, 45), (2, 55, 1)


def cluster(text: str = TEXT) -> environment.Cluster:
    return environment.load(text, "test.yml").clusters["main"]


def options(name: str, version: tuple[int, ...] = NEW, text: str = TEXT) -> dict[str, list[tuple[str, str]]]:
    one = cluster(text)
    layout = Layout(17, "main", one.data)
    place = Place(name, one.nodes[name].duty != "repository", version)
    return pgbackrest.sections(one, layout, place, 1 << 30, SECRETS)


@pytest.mark.parametrize(("text", "version"), [("2.55.1-1", (2, 55, 1)), ("2.45-1", (2, 45)), ("", ())])
def test_a_packages_version_is_read(text: str, version: tuple[int, ...]) -> None:
    assert pgbackrest.version(text) == version


def test_a_server_reaches_the_host_and_knows_itself_alone() -> None:
    seen = options("pg2")
    assert ("repo1-host", "keep") in seen["global"]
    assert [value for name, value in seen["main"] if name.endswith("-host")] == []
    assert not any("cipher-pass" in name for name, _ in seen["global"] if name.startswith("repo1"))


def test_the_repository_knows_every_server_and_keeps_both_repositories() -> None:
    seen = options("keep")
    assert [value for name, value in seen["main"] if name.endswith("-host")] == ["pg1", "pg2"]
    assert ("repo1-cipher-pass", "one") in seen["global"]
    assert ("repo2-s3-key-secret", "secret") in seen["global"]
    assert ("repo1-retention-diff", "6") in seen["global"]
    assert pgbackrest.keepers(cluster()) == {"keep": ("near", "far")}


def test_without_a_host_every_server_may_keep_and_knows_all() -> None:
    text = TEXT.replace("        near: {host: keep, retention: {full: 3, differential: 6}}\n", "").replace(
        "      keep: {address: 192.0.2.21, duty: repository}\n", ""
    )
    assert pgbackrest.keepers(cluster(text)) == {"pg1": ("far",), "pg2": ("far",)}
    assert [pgbackrest.kept_now(cluster(text), name) for name in ("pg1", "pg2")] == [("far",), ()]
    seen = options("pg2", text=text)
    assert dict(seen["main"])["pg1-path"] == "/var/lib/postgresql/17/main"
    assert "pg1-host" not in dict(seen["main"])
    assert dict(seen["main"])["pg2-host"] == "pg1"


def test_an_old_version_gets_no_option_that_it_does_not_know() -> None:
    old, new = dict(options("keep", OLD)["global"]), dict(options("keep", NEW)["global"])
    assert "repo1-block" not in old
    assert new["repo1-block"] == "y"
    assert (old["backup-standby"], new["backup-standby"]) == ("n", "prefer")


def test_only_the_nodes_of_the_cluster_are_let_in() -> None:
    allowed = {value for name, value in options("keep")["global"] if name == "tls-server-auth"}
    assert allowed == {"pg1=main", "pg2=main"}


LOCAL = TEXT.replace("far: {s3: {endpoint: s3.example.com, bucket: b}}", "own: {path: /srv/backups}")


def test_a_path_of_its_own_is_kept_by_every_server_though_there_is_a_host() -> None:
    """Another node could not read it."""
    text = LOCAL.replace("{path: /srv/backups}", "{path: /srv/backups, retention: {full: 14, by: days, archive: 2}}")
    found = cluster(text)
    assert pgbackrest.keepers(found) == {"keep": ("near",), "pg1": ("own",), "pg2": ("own",)}
    assert {node: pgbackrest.kept_now(found, node) for node in found.nodes} == {
        "pg1": ("own",),
        "pg2": (),  # a standby now: the primary readies it
        "keep": ("near",),
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("{full: 3}", {"retention-full": "3"}),
        ("{full: 3, differential: 6}", {"retention-full": "3", "retention-diff": "6"}),
        (
            "{full: 14, by: days, archive: 2}",
            {"retention-full": "14", "retention-full-type": "time", "retention-archive": "2"},
        ),
    ],
)
def test_retention_is_told_in_pgbackrests_words(words: str, expected: dict[str, str]) -> None:
    seen = options("keep", text=TEXT.replace("{full: 3, differential: 6}", words))["global"]
    prefix = "repo1-"
    assert {name[len(prefix) :]: value for name, value in seen if name.startswith(f"{prefix}retention")} == expected


def test_every_repository_has_exactly_one_kind_of_keeper() -> None:
    for text in (TEXT, LOCAL):
        found = cluster(text)
        kept = [name for names in pgbackrest.keepers(found).values() for name in names]
        assert found.backups is not None
        assert set(kept) == set(found.backups.repositories)
        now = [name for node in found.nodes for name in pgbackrest.kept_now(found, node)]
        assert sorted(now) == sorted(found.backups.repositories)  # by one node each
