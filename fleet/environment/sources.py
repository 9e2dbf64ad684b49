"""Where an environment gets things from: secrets, certificates, packages."""

from typing import Annotated, Literal

from pydantic import Field

from .declared import Declared
from .shape import Between
from .words import PREFIX, RECIPIENT, Seconds, Several, Text, Url, Whole

Timeout = Annotated[Seconds, Between(1, 600, "{}s".format)]


class SecretsFromFile(Declared):
    """Secrets from a YAML file outside git that only its owner can read."""

    source: Literal["file"] = Field(alias="from", examples=["file"])
    """`file`."""
    path: Text = Field(examples=[".secrets/prod.yml"])
    """The file; relative to the project, the directory above `inventories/`."""


class SecretsFromEnvironment(Declared):
    """Secrets from environment variables, as CI systems hand them over."""

    source: Literal["environment"] = Field(alias="from", examples=["environment"])
    """`environment`."""
    prefix: Annotated[str, PREFIX] = Field("PGSTEWARD_", examples=["PGSTEWARD_"])
    """What the variables begin with: `main/shop_app` is in PGSTEWARD_MAIN_SHOP_APP."""


class SecretsFromAge(Declared):
    """Secrets from a YAML file encrypted with age, which may be in git."""

    source: Literal["age"] = Field(alias="from", examples=["age"])
    """`age`."""
    path: Text = Field(examples=["inventories/prod.secrets.age"])
    """The encrypted file; relative to the project, the directory above `inventories/`."""
    identity: Text = Field(examples=["~/.config/age/prod.txt"])
    """The file with the age identity, or the SSH private key, that decrypts it."""
    recipients: Annotated[tuple[Annotated[str, RECIPIENT], ...], Several] = Field(
        (), examples=[["age15ng0qzpdtkhzwr4qd3kdnwp3r75fxc8n054yqncm55k4fpn83u9sk68yk8"]]
    )
    """Public keys of the others who can decrypt it; `make secrets` encrypts to them and to the identity's."""


class SecretsFromCommand(Declared):
    """Secrets from a command that prints one of them: pass, vault, op, sops …"""

    source: Literal["command"] = Field(alias="from", examples=["command"])
    """`command`."""
    command: tuple[Text, ...] = Field(min_length=1, examples=[["pass", "show", "pgsteward/prod/{name}"]])
    """The program and its arguments, run without a shell; `{name}` becomes the name, such as main/app."""
    timeout: Timeout = Field(30, examples=["30s"], json_schema_extra={"default": "30s"})
    """How long it may take to answer."""


Secrets = Annotated[
    SecretsFromFile | SecretsFromEnvironment | SecretsFromAge | SecretsFromCommand,
    Field(discriminator="source"),
]


class OwnAuthority(Declared):
    """Certificates are issued by the environment's own authority, whose key is among the secrets."""

    source: Literal["authority"] = Field(alias="from", examples=["authority"])
    """`authority`."""
    days: Annotated[Whole, Between(2, 3650)] = Field(365, examples=[365])
    """How long a node's certificate is good for; a deploy renews it in time."""


class SuppliedCertificates(Declared):
    """Certificates come from files; the keys are the secrets `tls/<node>`."""

    source: Literal["files"] = Field(alias="from", examples=["files"])
    """`files`."""
    authority: Text = Field(examples=["inventories/tls/ca.pem"])
    """The certificate of the authority that clients and standbys verify with; relative to the project."""
    certificate: Text = Field(examples=["inventories/tls/{node}.pem"])
    """The certificates of the nodes; `{node}` becomes the node's name."""


Tls = Annotated[OwnAuthority | SuppliedCertificates, Field(discriminator="source")]


class Apt(Declared):
    """Where packages come from: a mirror of PGDG and a proxy for apt."""

    mirror: Url | None = Field(None, examples=["https://mirror.example.com/postgresql"])
    """A mirror of apt.postgresql.org, for clusters with packages from `pgdg`."""
    proxy: Url | None = Field(None, examples=["http://proxy.example.com:3128"])
    """The HTTP proxy that apt uses."""
