"""What hosts are told of dumps, and what opens the targets."""

import json
from typing import Any

import pytest

from fleet import dumps, environment, packages, steward
from fleet.configuration import following
from fleet.environment import Cluster
from fleet.layout import Layout
from fleet.problem import Refused
from fleet.secrets import can_generate, required

AGE = "age15ng0qzpdtkhzwr4qd3kdnwp3r75fxc8n054yqncm55k4fpn83u9sk68yk8"
OFFSITE = "offsite: {s3: {endpoint: s3.example.com, bucket: b, path_style: true, authority: tls/store.pem}}"
VAULT = 'vault: {restic: {repository: "s3:https://s3.example.com/r", credentials: [RESTIC_COMPRESSION]}}'
LOCAL = "disk: {restic: {repository: /mnt/restic, authority: tls/vault.pem}}"
SECRETS = {
    name: f"SECRET {name}"
    for name in (
        *("offsite/s3_key", "offsite/s3_secret", "vault/password", "vault/s3_key", "vault/s3_secret"),
        *("vault/RESTIC_COMPRESSION", "disk/password"),
    )
}


def declared(more: str = "", databases: str = "shop: {owner: postgres}", version: int = 17) -> Cluster:
    text = f"""
secrets: {{from: environment}}
clusters:
  main:
    postgresql: {version}
    nodes:
      pg-3: {{address: 192.0.2.13, duty: standby, delay: 1h}}
      pg2: {{address: 192.0.2.12, duty: standby}}
      pg1: {{address: 192.0.2.11, duty: primary}}
      keep: {{address: 192.0.2.14, duty: repository}}
    databases: {{{databases}}}
    dumps: {{{more}}}
"""
    return environment.load(text, "test.yml").clusters["main"]


def targets(*wanted: str) -> str:
    return f"encryption: {{age: [{AGE}]}}, targets: {{{', '.join(wanted)}}}"


def told(cluster: Cluster) -> Any:
    return dumps.told(cluster)


def test_a_cluster_without_dumps_is_told_of_none() -> None:
    text = "{secrets: {from: environment}, clusters: {main: {postgresql: 17, nodes: NODES}}}"
    nodes = "{pg1: {address: 192.0.2.11, duty: primary}}"
    cluster = environment.load(text.replace("NODES", nodes), "x").clusters["main"]
    assert dumps.told(cluster) is None
    assert packages.dumps(cluster) == ()
    assert list(dumps.directories(cluster)) == []


def test_every_database_is_dumped_that_does_not_say_otherwise() -> None:
    cluster = declared(
        databases="a: {owner: postgres}, b: {owner: postgres, dump: false}, c: {owner: postgres, dump: }"
    )
    assert list(told(cluster)["databases"]) == ["a"]


@pytest.mark.parametrize(("version", "words"), [(14, "gzip:6"), (15, "gzip:6"), (16, "zstd:3"), (18, "zstd:3")])
def test_zstd_is_chosen_where_the_version_can(version: int, words: str) -> None:
    assert told(declared(version=version))["compression"] == words


@pytest.mark.parametrize(("more", "jobs"), [("", 2), ("jobs: 7", 7), ("format: custom", 1)])
def test_a_single_file_has_a_single_writer(more: str, jobs: int) -> None:
    assert told(declared(more))["jobs"] == jobs


def test_standbys_are_asked_before_the_primary_and_delayed_ones_never() -> None:
    assert told(declared())["order"] == ["pg2", "pg1"]


def test_a_database_with_a_schedule_of_its_own_has_its_pause() -> None:
    cluster = declared(databases="a: {owner: postgres}, b: {owner: postgres, dump: {schedule: every 4h}}")
    assert [one["pause"] for one in told(cluster)["databases"].values()] == [86400, 4 * 3600]


def test_tables_are_named_as_pg_dump_understands_them() -> None:
    words = {"public.orders": "public.orders", "Shop.Users*": '"Shop"."Users"*', "a.*": "a.*", "a.b*C": 'a.b*"C"'}
    assert {word: dumps.pattern(word) for word in words} == words


def test_no_verification_is_due_where_there_is_none() -> None:
    assert told(declared("schedule: {verify: }"))["verify_pause"] == 0
    assert told(declared())["verify_pause"] == 7 * 86400


def test_the_secrets_of_targets_are_those_that_open_them() -> None:
    text = declared(targets(OFFSITE, VAULT, LOCAL))
    wanted = {f"{name}/{what}" for name, one in text.dumps.targets.items() for what in one.opened_by}  # type: ignore
    assert wanted == set(SECRETS)


def test_make_secrets_makes_up_restics_password_and_nobody_elses_credentials() -> None:
    made = {name for name in SECRETS if can_generate(f"main/{name}")}
    assert made == {"vault/password", "disk/password"}
    assert can_generate("main/shop_app")
    assert can_generate("main/SHOP")


def test_an_environment_needs_the_secrets_of_its_targets() -> None:
    text = f"""
secrets: {{from: environment}}
clusters:
  main:
    postgresql: 17
    nodes: {{pg1: {{address: 192.0.2.11, duty: primary}}}}
    databases: {{shop: {{owner: postgres}}}}
    dumps: {{{targets(OFFSITE, LOCAL)}}}
"""
    names = required(environment.load(text, "x"))
    assert names[-3:] == ("main/offsite/s3_key", "main/offsite/s3_secret", "main/disk/password")


def test_steward_is_told_nothing_that_opens_a_target() -> None:
    cluster = declared(targets(OFFSITE, VAULT, LOCAL))
    assert "SECRET" not in json.dumps(dumps.told(cluster))
    assert "SECRET" in json.dumps(dumps.targets(cluster, SECRETS))


def test_keys_of_restic_come_as_it_wants_them() -> None:
    found = dumps.targets(declared(targets(OFFSITE, VAULT)), SECRETS)["targets"][1]
    assert found["environment"] == {
        "RESTIC_COMPRESSION": "SECRET vault/RESTIC_COMPRESSION",
        "AWS_ACCESS_KEY_ID": "SECRET vault/s3_key",
        "AWS_SECRET_ACCESS_KEY": "SECRET vault/s3_secret",
    }


def test_authorities_lie_on_the_host_or_where_the_operator_has_them() -> None:
    cluster = declared(targets(OFFSITE, VAULT, LOCAL))
    on_host = [one["authority"] for one in dumps.targets(cluster, SECRETS)["targets"]]
    assert on_host == ["/etc/pgsteward/main/offsite-store.crt", None, "/etc/pgsteward/main/disk-store.crt"]
    own = dumps.targets(cluster, SECRETS, authorities={"offsite": "/home/me/store.pem"})["targets"]
    assert [one["authority"] for one in own] == ["/home/me/store.pem", None, None]


def test_gpgs_keys_go_along_as_text() -> None:
    cluster = declared(f"encryption: {{gpg: [a.asc]}}, targets: {{{OFFSITE}}}")
    assert dumps.targets(cluster, SECRETS, ["KEY"])["encryption"] == {"gpg": ["KEY"]}


def test_a_private_key_is_not_sealed_to() -> None:
    assert dumps.key_fault("-----BEGIN PGP PUBLIC KEY BLOCK-----") == ""
    assert dumps.key_fault("-----BEGIN PGP PRIVATE KEY BLOCK-----") == "holds a private key"
    assert dumps.key_fault("mQINBF") == "holds no public key in ASCII armor"


def test_a_restic_repository_on_a_disk_of_the_server_is_postgres_alone() -> None:
    assert list(dumps.directories(declared(targets(OFFSITE, LOCAL)))) == ["/var/backups/pgsteward", "/mnt/restic"]


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("", ()),
        (targets(OFFSITE), ("age", "ca-certificates", "python3-boto3")),
        (f"encryption: {{gpg: [a.asc]}}, targets: {{{OFFSITE}}}", ("ca-certificates", "gnupg", "python3-boto3")),
        (f"targets: {{{LOCAL}}}", ("ca-certificates", "restic")),
    ],
)
def test_packages_are_those_that_the_targets_need(more: str, wanted: tuple[str, ...]) -> None:
    assert packages.dumps(declared(more)) == wanted


def commands(cluster: Cluster, node: str) -> list[str]:
    return [one.command("main") for one in steward.jobs("main", cluster, node)]


def test_every_server_has_the_same_jobs_and_a_repository_none() -> None:
    cluster = declared(targets(OFFSITE))
    assert commands(cluster, "pg1") == [
        "/usr/local/bin/steward dump take main shop --scheduled",
        "/usr/local/bin/steward dump send main",
        "/usr/local/bin/steward dump verify main",
    ]
    assert list(steward.jobs("main", cluster, "pg1")) == list(steward.jobs("main", cluster, "pg-3"))
    assert commands(cluster, "keep") == []


def test_nothing_is_sent_or_proven_where_that_is_not_declared() -> None:
    assert commands(declared("schedule: {verify: }"), "pg1") == [
        "/usr/local/bin/steward dump take main shop --scheduled"
    ]


def test_a_database_of_any_name_is_one_word_for_cron_and_shell() -> None:
    cluster = declared(databases='"100% it\'s; $(x)": {owner: postgres}')
    assert commands(cluster, "pg1")[0] == (
        "/usr/local/bin/steward dump take main '100\\% it'\"'\"'s; $(x)' --scheduled"
    )


def test_a_verification_has_a_bound_and_nothing_else_has() -> None:
    jobs = steward.jobs("main", declared("verify: {memory: 2GB}"), "pg1")
    assert {one.verb: one.memory for one in jobs} == {"dump-take": 0, "dump-verify": 2 << 30}


def test_a_lock_is_no_longer_than_the_retention_surely_keeps() -> None:
    def cluster(days: int, retention: str, schedule: str) -> Cluster:
        s3 = f"s3: {{endpoint: e.example.com, bucket: b, lock: {{days: {days}}}}}"
        return declared(f"{targets(f'offsite: {{{s3}, retention: {{{retention}}}}}')}, schedule: {{take: {schedule}}}")

    for days, retention, schedule in (
        (7, "", "daily 02:00"),
        (28, "daily: 0", "sunday 02:00"),
        (30, "days: 30", "every 4h"),
    ):
        cluster(days, retention, schedule)
        with pytest.raises(Refused, match=f"lets the first of them go after {days}"):
            cluster(days + 1, retention, schedule)


def test_a_standby_that_dumps_are_taken_from_keeps_what_they_read() -> None:
    """The primary vacuums nothing away that a dump still reads; one that stays behind on purpose takes none."""
    cluster = declared()
    layout = Layout(cluster.postgresql, cluster.name, cluster.data)

    def feedback(node: str) -> list[str]:
        return [one.value for one in following(cluster, layout, node) if one.name == "hot_standby_feedback"]

    assert feedback("pg2") == ["on"]
    assert feedback("pg-3") == []
