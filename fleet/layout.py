"""Where things lie on a host: Debian's own paths, derived from the PostgreSQL version and the cluster's name."""

from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Layout:
    """The paths and the unit of one Debian cluster, such as 17/main."""

    version: int
    cluster: str
    data: PurePosixPath

    @property
    def configuration(self) -> PurePosixPath:
        return PurePosixPath(f"/etc/postgresql/{self.version}/{self.cluster}")

    @property
    def settings(self) -> PurePosixPath:
        """Ours, beside Debian's postgresql.conf, which includes conf.d/."""
        return self.configuration / "conf.d" / "pgsteward.conf"

    @property
    def access(self) -> PurePosixPath:
        return self.configuration / "pg_hba.conf"

    @property
    def identities(self) -> PurePosixPath:
        return self.configuration / "pg_ident.conf"

    @property
    def own(self) -> PurePosixPath:
        """What outlives a major upgrade of the cluster: certificates and the passfile."""
        return PurePosixPath(f"/etc/pgsteward/{self.cluster}")

    @property
    def certificate(self) -> PurePosixPath:
        return self.own / "server.crt"

    @property
    def key(self) -> PurePosixPath:
        return self.own / "server.key"

    @property
    def authority(self) -> PurePosixPath:
        return self.own / "authority.crt"

    @property
    def passfile(self) -> PurePosixPath:
        """What a standby answers when the primary asks for the replication password."""
        return self.own / "replication.pass"

    @property
    def log(self) -> PurePosixPath:
        return PurePosixPath(f"/var/log/postgresql/postgresql-{self.version}-{self.cluster}.log")

    @property
    def binaries(self) -> PurePosixPath:
        return PurePosixPath(f"/usr/lib/postgresql/{self.version}/bin")

    @property
    def unit(self) -> str:
        return f"postgresql@{self.version}-{self.cluster}.service"
