"""A bucket is read from what pgBackRest itself reads."""

import pytest

from steward.bucket.configuration import bucket
from steward.s3.bucket import AUTHORITIES
from steward.s3.trouble import Trouble

from .buckets import CONFIGURATION, configured


def test_everything_comes_from_pgbackrests_configuration() -> None:
    one = configured()
    assert (one.name, one.endpoint, one.region, one.path) == ("backups", "s3.example.com", "eu-central-1", "main")
    assert (one.key, one.secret) == ("AKIAEXAMPLE", "a#secret=with/signs==")
    assert one.authority == "/etc/pgsteward/main/far-store.crt"


def test_what_opens_the_bucket_is_not_shown_with_it() -> None:
    assert "AKIAEXAMPLE" not in repr(configured())
    assert "signs" not in repr(configured())


def test_the_systems_authorities_hold_where_none_is_declared() -> None:
    assert configured(storage_ca_file="").authority == AUTHORITIES


@pytest.mark.parametrize(("style", "host"), [("path", "s3.example.com"), ("host", "backups.s3.example.com")])
def test_the_name_that_has_to_resolve_depends_on_the_style(style: str, host: str) -> None:
    assert configured(s3_uri_style=style).host == host


def test_pgbackrests_default_style_is_the_host() -> None:
    assert configured(s3_uri_style="").host == "backups.s3.example.com"


@pytest.mark.parametrize(("path", "prefix"), [("/main", "main/"), ("/", ""), ("/a/b/", "a/b/")])
def test_the_repository_has_a_place_in_the_bucket(path: str, prefix: str) -> None:
    assert configured(path=path).prefix == prefix


@pytest.mark.parametrize(
    "endpoint", ["s3.example.com:9000", "https://s3.example.com:9000", "https://s3.example.com:9000/"]
)
def test_an_endpoint_may_bear_a_port_and_the_scheme(endpoint: str) -> None:
    assert configured(s3_endpoint=endpoint).endpoint == "s3.example.com:9000"


def test_a_stanzas_own_option_wins_over_the_global_one_and_anothers_does_not() -> None:
    text = (
        f"{CONFIGURATION}\nrepo2-s3-bucket=own\n[other]\nrepo2-s3-bucket=theirs\n[global:backup]\nrepo2-s3-region=x\n"
    )
    one = bucket(text, "main", "far", 2)
    assert (one.name, one.region) == ("own", "eu-central-1")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"s3_endpoint": "http://s3.example.com"}, "'http://s3.example.com' cannot be the endpoint"),
        ({"s3_endpoint": "s3.example.com/path"}, "'s3.example.com/path' cannot be the endpoint"),
        ({"s3_bucket": "with space"}, "'with space' cannot be the bucket"),
        ({"s3_key": "", "s3_key_secret": ""}, "lacks repo2-s3-key, repo2-s3-key-secret"),
        ({"type": "posix"}, "repo2 is no object store"),
    ],
)
def test_what_cannot_be_a_bucket_is_told_with_a_hint(changes: dict[str, str], said: str) -> None:
    with pytest.raises(Trouble) as told:
        configured(**changes)
    assert said in told.value.what
    assert told.value.hint
    assert (told.value.state, told.value.code) == ("unknown", 2)


def test_a_repository_that_pgbackrest_does_not_know_is_told() -> None:
    with pytest.raises(Trouble, match="pgBackRest knows no repo3 here"):
        bucket(CONFIGURATION, "main", "far", 3)
    with pytest.raises(Trouble, match="pgBackRest knows no repo1 here"):
        bucket("no section = at all\n[global", "main", "far", 1)
