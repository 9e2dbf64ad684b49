"""What an environment answers once it is loaded."""

from ipaddress import ip_network
from pathlib import PurePosixPath

import pytest
from pydantic import ValidationError

from fleet import environment
from fleet.environment import Environment
from fleet.problem import Refused

TEXT = """
secrets: {from: environment}
ssh: {user: admin, port: 2200}
clusters:
  shop:
    postgresql: 17
    nodes:
      pg2: {address: 192.0.2.12, duty: standby, delay: 4h}
      pg1: {address: 192.0.2.11, duty: primary, ssh: {port: 22}, hardware: {memory: 8GB}}
      pg3: {address: "2001:db8::3", duty: standby}
      b1: {address: 192.0.2.21, duty: repository}
    roles:
      app: {login: true, settings: {jit: off, work_mem: 64MB, random_page_cost: 1.1, geqo: true}}
    access:
      - {databases: [all], roles: [app], from: [192.0.2.7, 10.0.0.0/8, local]}
  blog:
    postgresql: 15
    data_directory: /srv/blog
    nodes: {pg9: {address: 192.0.2.19, duty: primary}}
"""


@pytest.fixture
def declared() -> Environment:
    return environment.load(TEXT, "x")


def test_a_cluster_knows_its_nodes_by_duty(declared: Environment) -> None:
    shop = declared.cluster("shop")
    assert shop.primary == ("pg1", shop.nodes["pg1"])
    assert list(shop.standbys) == ["pg2", "pg3"]
    assert list(shop.servers) == ["pg1", "pg2", "pg3"]
    assert list(shop.repositories) == list(declared.repositories) == ["b1"]
    assert shop.prompt_standbys == ("pg3",)


def test_a_data_directory_is_debians_unless_declared(declared: Environment) -> None:
    assert declared.cluster("shop").data == PurePosixPath("/var/lib/postgresql/17/shop")
    assert declared.cluster("blog").data == PurePosixPath("/srv/blog")


def test_a_node_is_found_by_its_name(declared: Environment) -> None:
    assert declared.cluster_of("pg9") == "blog"
    assert declared.node("pg3").duty == "standby"
    assert list(declared.nodes) == ["pg2", "pg1", "pg3", "b1", "pg9"]


def test_an_unknown_name_is_refused_with_the_nearest(declared: Environment) -> None:
    with pytest.raises(Refused, match="did you mean shop"):
        declared.cluster("shopp")
    with pytest.raises(Refused, match="there are pg2, pg1, pg3, b1, pg9"):
        declared.node("zzz")


def test_a_nodes_ssh_options_replace_only_what_they_name(declared: Environment) -> None:
    assert declared.ssh_to("pg1").port == 22
    assert declared.ssh_to("pg1").user == "admin"
    assert declared.ssh_to("pg3") == declared.ssh


def test_sizes_are_bytes_and_durations_are_seconds(declared: Environment) -> None:
    assert declared.node("pg1").hardware.memory == 8 * 1024**3
    assert declared.node("pg2").delay == 4 * 3600


def test_settings_of_a_role_are_text_as_postgresql_spells_it(declared: Environment) -> None:
    settings = declared.cluster("shop").roles["app"].settings
    assert settings == {"jit": "off", "work_mem": "64MB", "random_page_cost": "1.1", "geqo": "on"}


def test_a_single_address_is_a_network_of_one(declared: Environment) -> None:
    sources = declared.cluster("shop").access[0].sources
    assert sources == (ip_network("192.0.2.7/32"), ip_network("10.0.0.0/8"), "local")


def test_an_environment_does_not_change_after_loading(declared: Environment) -> None:
    with pytest.raises(ValidationError):
        declared.cluster("shop").port = 1  # type: ignore[misc]
