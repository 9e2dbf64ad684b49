"""`steward bucket` against rclone's object store, and against one that answers what rclone never would."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from steward import bucket
from steward.bucket import store
from steward.s3.client import Patience

from .stores import ADDRESS, KEY, SECRET, Puppet, certify, error, playing, serving

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Said:
    code: int
    text: str

    @property
    def document(self) -> dict[str, Any]:
        return json.loads(self.text)


Run = Callable[..., Said]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certify(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The buckets of rclone's store, as directories."""
    (tmp_path / "data" / "backups").mkdir(parents=True)
    return tmp_path / "data"


@pytest.fixture
def endpoint(data: Path, certificate: Path) -> Iterator[str]:
    with serving(data, certificate) as endpoint:
        yield endpoint


@pytest.fixture
def puppet(certificate: Path) -> Iterator[Puppet]:
    with playing(certificate) as puppet:
        yield puppet


@pytest.fixture
def configuration(tmp_path: Path, certificate: Path) -> Callable[..., Path]:
    """Writes pgBackRest's configuration for a store; options of the repository may be given, `s3_key="…"`."""

    def write(endpoint: str, **options: str) -> Path:
        options = {
            "type": "s3",
            "path": "/main",
            "s3_endpoint": endpoint,
            "s3_bucket": "backups",
            "s3_region": "us-east-1",
            "s3_uri_style": "path",
            "s3_key": KEY,
            "s3_key_secret": SECRET,
            "storage_ca_file": str(certificate),
        } | options
        lines = [f"repo2-{name.replace('_', '-')}={value}" for name, value in options.items()]
        path = tmp_path / "pgbackrest.conf"
        path.write_text("\n".join(["[global]", *lines, "[main]", "pg1-path=/nowhere", ""]))
        return path

    return write


@pytest.fixture
def run(configuration: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the verb; whatever it says shows neither secrets nor a traceback, and every refusal has a hint."""

    def run(verb: str, endpoint: str, *arguments: str, **options: str) -> Said:
        path = configuration(endpoint, **options)
        code = bucket.main([verb, "main", "far", "--number", "2", "--configuration", str(path), *arguments])
        shown = capsys.readouterr()
        text = shown.out + shown.err
        assert not any(value in text for value in (KEY, SECRET, "Traceback"))
        assert not code or "HINT: " in text or '"hint"' in text
        return Said(code, text)

    return run


# --- rclone's


def test_a_bucket_that_takes_what_is_written_is_ready(run: Run, endpoint: str, data: Path) -> None:
    said = run("check", endpoint)
    assert said.code == 0, said.text
    assert said.text.splitlines()[:2] == [
        f"main/far: bucket backups at {endpoint}, region us-east-1: ready",
        "  listed, written, read back, deleted",
    ]
    assert "object lock: not known" in said.text
    assert "lifecycle: not known" in said.text
    assert [path for path in data.rglob("*") if path.is_file()] == []


def test_a_missing_bucket_is_told_and_made_when_told_to(run: Run, endpoint: str, data: Path) -> None:
    missing = run("check", endpoint, s3_bucket="new")
    assert missing.code == 1
    assert f"bucket new: does not exist at {endpoint}" in missing.text
    assert not (data / "new").exists()

    made = run("create", endpoint, "--json", s3_bucket="new")
    assert (made.code, made.document["made"], made.document["written"]) == (0, True, True)
    assert (data / "new").is_dir()

    again = run("create", endpoint, "--json", s3_bucket="new")
    assert (again.code, again.document["made"]) == (0, False)


def test_programs_read_one_line_of_json(run: Run, endpoint: str) -> None:
    ready, missing = run("check", endpoint, "--json"), run("check", endpoint, "--json", s3_bucket="new")
    assert ready.document["state"] == "ready"
    assert ready.document["problem"] is None
    assert (missing.code, missing.document["state"]) == (1, "missing")
    assert missing.document["problem"].keys() == {"what", "hint"}
    assert missing.text.count("\n") == 1


def test_the_program_itself_finds_nothing_in_the_environment(endpoint: str, configuration: Callable[..., Path]) -> None:
    """An account of AWS or a proxy that the user happens to have is not pgBackRest's, and so it is not ours."""
    foreign = {"AWS_PROFILE": "none", "AWS_CA_BUNDLE": "/none", "AWS_ENDPOINT_URL_S3": "https://127.0.0.1:1"}
    proxies = {"HTTPS_PROXY": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1"}
    command = [sys.executable, "-m", "steward", "bucket", "check", "main", "far", "--number", "2"]
    done = subprocess.run(
        [*command, "--configuration", str(configuration(endpoint))],
        cwd=ROOT,
        env=os.environ | foreign | proxies,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "ready" in done.stdout


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ({"s3_key": "testaccesskey0000002"}, 1, "the store does not know the key"),
        ({"s3_key_secret": "testsecretkey000000000000000002"}, 1, "the secret does not belong to the key"),
        ({"storage_ca_file": "/etc/ssl/certs/ca-certificates.crt"}, 2, f"the certificate of {ADDRESS}:"),
        ({"storage_ca_file": "/nowhere/ca.pem"}, 2, "/nowhere/ca.pem, which the store's certificate is verified by"),
        (
            {"s3_uri_style": "host", "s3_endpoint": "store.invalid"},
            2,
            "the name backups.store.invalid does not resolve",
        ),
    ],
)
def test_what_is_wrong_is_told(run: Run, endpoint: str, options: dict[str, str], code: int, said: str) -> None:
    told = run("check", endpoint, **options)
    assert told.code == code
    assert said in told.text
    assert run("create", endpoint, **options) == told


def test_a_certificate_for_another_name_is_told(run: Run, endpoint: str) -> None:
    port = endpoint.rpartition(":")[2]
    told = run("check", f"localhost:{port}")
    assert told.code == 2
    assert f"the certificate of the store is not for localhost:{port}" in told.text


def test_an_authority_that_is_none_is_told(run: Run, endpoint: str, certificate: Path) -> None:
    told = run("check", endpoint, storage_ca_file=str(certificate.with_suffix(".key")))
    assert told.code == 2
    assert "server.key holds no certificate" in told.text


def test_a_store_that_is_down_is_told(run: Run) -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can take the port
        taken.bind((ADDRESS, 0))
        told = run("check", f"{ADDRESS}:{taken.getsockname()[1]}")
    assert told.code == 2
    assert "refuses connections" in told.text


def test_a_store_without_tls_is_told(run: Run) -> None:
    with socket.create_server((ADDRESS, 0)) as plain:
        endpoint = f"{ADDRESS}:{plain.getsockname()[1]}"
        talker = subprocess.Popen(
            [sys.executable, "-c", PLAIN, str(plain.fileno())], pass_fds=[plain.fileno()], stdout=subprocess.DEVNULL
        )
        try:
            told = run("check", endpoint)
        finally:
            talker.kill()
            talker.wait()
    assert told.code == 2
    assert "does not speak TLS" in told.text


PLAIN = """
import socket, sys
server = socket.socket(fileno=int(sys.argv[1]))
while True:
    client, _ = server.accept()
    client.recv(9)
    client.sendall(b"HTTP/1.1 400 Bad Request\\r\\n\\r\\n")
    client.recv(65536)
    client.close()
"""


# --- what rclone's never says


def test_nothing_is_written_by_who_only_looks(run: Run, puppet: Puppet) -> None:
    assert run("check", puppet.endpoint, "--look", "--json").document["written"] is False
    assert puppet.whats() == {"list", "versioning", "object-lock", "lifecycle"}
    assert run("check", puppet.endpoint, "--json").document["written"] is True
    assert puppet.whats() >= {"put", "get", "delete"}


def test_what_is_written_lies_in_the_repositorys_own_place(run: Run, puppet: Puppet) -> None:
    assert run("check", puppet.endpoint).code == 0
    paths = {one.path.rpartition("-")[0] for one in puppet.asked if one.what in ("put", "get", "delete")}
    assert paths == {"/backups/main/.pgsteward-probe"}
    assert puppet.objects == {}
    # A bucket with a default retention refuses objects without their sum.
    assert all("content-md5" in one.headers for one in puppet.asked if one.what == "put")


@pytest.mark.parametrize("answer", [error(501, "NotImplemented"), error(405, "MethodNotAllowed"), (200, "<p>?", {})])
def test_what_a_store_does_not_have_is_not_known_and_no_failure(run: Run, puppet: Puppet, answer: Any) -> None:
    puppet.says = {"versioning": answer, "object-lock": answer, "lifecycle": answer}
    said = run("check", puppet.endpoint, "--json")
    assert said.code == 0
    assert [said.document[name] for name in ("versioning", "object_lock", "lifecycle")] == ["not known"] * 3


def test_what_a_store_has_is_told(run: Run, puppet: Puppet) -> None:
    enabled = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>"
    rule = "<Rule><ID>tidy</ID><Status>Enabled</Status><Prefix/><Expiration><Days>9</Days></Expiration></Rule>"
    puppet.says = {
        "versioning": (200, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", {}),
        "object-lock": (200, enabled, {}),
        "lifecycle": (200, f"<LifecycleConfiguration>{rule}</LifecycleConfiguration>", {}),
    }
    said = run("check", puppet.endpoint)
    assert said.code == 0
    assert said.text.splitlines()[2:6] == [
        "  versioning: on",
        "  object lock: on",
        "  lifecycle: 1 rule",
        "  WARNING: lifecycle rule tidy: deletes backups after 9 days",
    ]
    assert len(run("check", puppet.endpoint, "--json").document["warnings"]) == 1


def test_what_is_switched_off_is_told(run: Run, puppet: Puppet) -> None:
    puppet.says = {
        "versioning": (200, "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>", {}),
        "object-lock": error(404, "ObjectLockConfigurationNotFoundError"),
        "lifecycle": error(404, "NoSuchLifecycleConfiguration"),
    }
    document = run("check", puppet.endpoint, "--json").document
    assert [document[name] for name in ("versioning", "object_lock", "lifecycle")] == ["suspended", "off", "no rules"]
    puppet.says["versioning"] = (200, "<VersioningConfiguration/>", {})
    assert run("check", puppet.endpoint, "--json").document["versioning"] == "off"


@pytest.mark.parametrize(
    ("what", "said"), [("list", "listing"), ("put", "writing"), ("get", "reading"), ("delete", "deleting")]
)
def test_a_key_that_may_not_do_everything_is_told_what(run: Run, puppet: Puppet, what: str, said: str) -> None:
    puppet.says = {what: error(403, "AccessDenied")}
    told = run("check", puppet.endpoint)
    assert told.code == 1
    assert f"the store denies {said}" in told.text
    assert "s3:DeleteObject of backups/main/*" in told.text


def test_what_was_written_goes_away_although_it_could_not_be_read(run: Run, puppet: Puppet) -> None:
    puppet.says = {"get": error(403, "AccessDenied")}
    assert "the store denies reading" in run("check", puppet.endpoint).text
    assert puppet.objects == {}


def test_a_version_that_was_written_goes_away_for_good(run: Run, puppet: Puppet) -> None:
    puppet.says = {"put": (200, "", {"x-amz-version-id": "v1"}), "get": (200, "?", {}), "delete": (204, "", {})}
    assert "gives back other bytes than were written" in run("check", puppet.endpoint).text
    assert [one.query.get("versionId") for one in puppet.asked if one.what == "delete"] == [["v1"]]


def test_a_version_that_may_not_go_away_is_marked_as_deleted(run: Run, puppet: Puppet) -> None:
    puppet.says = {"delete": error(403, "AccessDenied"), "put": (200, "", {"x-amz-version-id": "v1"})}
    assert "the store denies deleting" in run("check", puppet.endpoint).text
    assert [one.query.get("versionId") for one in puppet.asked if one.what == "delete"] == [["v1"], None]


def test_a_clock_that_is_wrong_is_told(run: Run, puppet: Puppet) -> None:
    puppet.says = {"list": error(403, "RequestTimeTooSkewed")}
    told = run("check", puppet.endpoint)
    assert (told.code, "timedatectl" in told.text) == (1, True)


@pytest.mark.parametrize(
    "answer",
    [
        error(400, "AuthorizationHeaderMalformed", "<Region>eu-north-1</Region>"),
        (*error(301, "PermanentRedirect")[:2], {"x-amz-bucket-region": "eu-north-1"}),
    ],
)
def test_a_bucket_of_another_region_is_told(run: Run, puppet: Puppet, answer: Any) -> None:
    puppet.says = {"list": answer}
    told = run("check", puppet.endpoint)
    assert told.code == 1
    assert "bucket backups: is not in the region us-east-1 but in eu-north-1" in told.text


def test_a_redirection_that_pgbackrest_would_not_follow_is_not_followed(run: Run, puppet: Puppet) -> None:
    puppet.regions = ("eu-north-1",)
    told = run("check", puppet.endpoint)
    assert told.code == 1
    assert "is not in the region us-east-1 but in eu-north-1" in told.text
    assert run("check", puppet.endpoint, s3_region="eu-north-1").code == 0


@pytest.mark.parametrize(
    ("region", "body"),
    [("us-east-1", b""), ("eu-north-1", b"<LocationConstraint>eu-north-1</LocationConstraint>")],
)
def test_a_bucket_is_made_in_its_region(run: Run, puppet: Puppet, region: str, body: bytes) -> None:
    puppet.missing = True
    assert run("create", puppet.endpoint, s3_region=region).code == 0
    [made] = [one.body for one in puppet.asked if one.what == "create"]
    assert body in made
    assert bool(made) == bool(body)


def test_a_bucket_that_another_run_has_made_meanwhile_is_no_failure(run: Run, puppet: Puppet) -> None:
    puppet.missing, puppet.says = True, {"create": error(409, "BucketAlreadyOwnedByYou")}
    said = run("create", puppet.endpoint, "--json")
    assert (said.code, said.document["made"]) == (0, False)


def test_a_bucket_of_somebody_else_is_told(run: Run, puppet: Puppet) -> None:
    puppet.missing, puppet.says = True, {"create": error(409, "BucketAlreadyExists")}
    said = run("create", puppet.endpoint)
    assert said.code == 1
    assert "bucket backups: belongs to somebody else" in said.text


def test_a_bucket_is_not_made_where_it_could_not_be_looked_for(run: Run, puppet: Puppet) -> None:
    puppet.says = {"list": error(403, "AccessDenied")}
    assert run("create", puppet.endpoint).code == 1
    assert "create" not in puppet.whats()


def test_a_store_that_repeats_secrets_is_not_repeated(run: Run, puppet: Puppet) -> None:
    puppet.says = {"list": (400, f"<Error><Code>Odd</Code><Message>{KEY}, {SECRET}</Message></Error>", {})}
    assert "the store refuses listing: Odd, ···, ···" in run("check", puppet.endpoint).text


def test_what_is_no_object_store_is_told(run: Run, puppet: Puppet) -> None:
    puppet.says = {"list": (200, "<html><p>welcome", {})}
    told = run("check", puppet.endpoint)
    assert told.code == 2
    assert "is the `endpoint` that of an S3-compatible store?" in told.text


def test_a_store_that_does_not_answer_is_not_waited_for(
    run: Run, monkeypatch: pytest.MonkeyPatch, certificate: Path
) -> None:
    monkeypatch.setattr(store, "PATIENCE", Patience(0.2, 10, 2))
    with socket.create_server((ADDRESS, 0)) as silent:
        told = run("check", f"{ADDRESS}:{silent.getsockname()[1]}")
    assert told.code == 2
    assert "does not answer in time" in told.text


# --- without a store


def test_a_host_without_boto3_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    told = run("check", f"{ADDRESS}:1")
    assert told.code == 2
    assert "boto3 is not installed" in told.text


def test_a_configuration_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ["check", "main", "far", "--number", "2", "--configuration", str(tmp_path / "none"), "--json"]
    assert bucket.main(arguments) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["state"] == "unknown"
    assert "cannot be read: no such file or directory" in document["problem"]["what"]
