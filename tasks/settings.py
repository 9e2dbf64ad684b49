"""The configuration of a server as files: tuned to its machine, told its place in the cluster."""

from fleet import access, configuration, packages
from fleet.hostfile import HostFile
from fleet.setting import Setting
from fleet.tuning import COMPARED, Tuning, tune

from .member import Member
from .render import render


def tuned(member: Member) -> Tuning:
    """The tuning for this node's machine; raises `Refused` where what is declared does not fit it."""
    cluster = member.cluster
    return tune(
        member.machine.hardware,
        cluster.postgresql,
        cluster.workload,
        cluster.connections,
        standbys=len(cluster.standbys),
        overrides=cluster.settings,
        libraries=packages.libraries(cluster),
        where=f"clusters.{member.cluster_name}",
    )


def settings(member: Member) -> tuple[Setting, ...]:
    """Every setting of this node; raises `Refused` where what is declared does not fit its machine."""
    primary = compared(member.primary) if member.duty == "standby" else {}
    own = tuned(member)
    return configuration.settings(
        member.cluster, member.layout, member.name, own.settings, primary, own.archive_queue, member.where
    )


def compared(primary: Member) -> dict[str, int]:
    """What recovery on a standby compares: the larger of what its primary will have and what it has now."""
    wanted = {setting.name: int(setting.value) for setting in tuned(primary).settings if setting.name in COMPARED}
    live = primary.server.recovery_compared
    return {name: max(value, live.get(name, 0)) for name, value in wanted.items()}


def files(member: Member) -> list[HostFile]:
    """The files of the server's configuration."""
    layout = member.layout
    text = render(
        "postgresql/pgsteward.conf.j2",
        node=member.name,
        cluster=member.cluster_name,
        source=member.source,
        chapters=configuration.chapters(settings(member)),
    )
    lines, identities = access.rules(member.cluster), access.identities(member.cluster)
    return [
        HostFile(layout.settings, text, "postgres:postgres", "0644"),
        HostFile(layout.access, access.render(lines), "postgres:postgres", "0640"),
        HostFile(layout.identities, access.render_identities(identities), "postgres:postgres", "0640"),
    ]
