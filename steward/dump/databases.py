"""Databases made for a dump, with the encoding and locale that it needs."""

from typing import Any

from fleet.sql import identifier, literal

from .manifest import Manifest

PROVIDERS = {"c": "libc", "i": "icu", "b": "builtin"}
"""What pg_database calls whoever compares texts, and what CREATE DATABASE does."""


def creation(one: Manifest, name: str, version: int, owner: str = "") -> str:
    """The statement that creates a database `name`, on a server of this version, fit for the dump."""
    words = {"template": "template0", "encoding": literal(one.encoding), **locale(one, version)}
    if owner:
        words["owner"] = identifier(owner)
    return " ".join(["create database", identifier(name), *(f"{key} = {value}" for key, value in words.items())])


def locale(one: Manifest, version: int) -> dict[str, str]:
    """The options by which texts are compared as they were."""
    known = one.locale
    if not known:
        return {"lc_collate": literal(one.collation), "lc_ctype": literal(one.collation)}
    provider = PROVIDERS.get(known["provider"], "libc")
    words = {"lc_collate": literal(known["collate"]), "lc_ctype": literal(known["ctype"])}
    if version >= 15:
        words["locale_provider"] = provider
    if provider != "libc":
        words[f"{provider}_locale"] = literal(known["locale"])
    if "rules" in known:
        words["icu_rules"] = literal(known["rules"])
    return words


def create(link: Any, one: Manifest, name: str, owner: str = "") -> None:
    """Creates it; raises `psycopg.Error`."""
    link.execute(creation(one, name, link.info.server_version // 10000, owner))
