"""Settings that belong to pgsteward itself: it derives them from what the environment declares elsewhere."""

_CERTIFICATES = "the environment's `tls` decides where certificates come from"
_ARCHIVE = "archiving belongs to the cluster's backups"
_RECOVERY = "a recovery is its own verb, never a setting that stays"
_PLACES = "Debian's layout decides it, from the version and the cluster's name"

OWNED: dict[str, str] = {
    "max_connections": "declare it as the cluster's `connections`",
    "port": "declare it as the cluster's `port`",
    "listen_addresses": "declare it as the node's `listen`",
    "data_directory": "declare it as the cluster's `data_directory`",
    "cluster_name": "it is the name under which the cluster is declared",
    "synchronous_standby_names": "declare it as the cluster's `replication`",
    "recovery_min_apply_delay": "declare it as the standby's `delay`",
    "primary_conninfo": "it follows from which node is declared `primary`",
    "primary_slot_name": "it follows from the standby's name",
    "hot_standby": "standbys are asked how far they are, so they answer",
    "config_file": _PLACES,
    "hba_file": _PLACES,
    "ident_file": _PLACES,
    "external_pid_file": _PLACES,
    "unix_socket_directories": _PLACES,
    "ssl": "connections are encrypted; access rules decide who may come without",
    "ssl_cert_file": _CERTIFICATES,
    "ssl_key_file": _CERTIFICATES,
    "ssl_ca_file": _CERTIFICATES,
    "archive_mode": _ARCHIVE,
    "archive_command": _ARCHIVE,
    "archive_library": _ARCHIVE,
    "restore_command": _ARCHIVE,
    "archive_cleanup_command": _ARCHIVE,
    "recovery_end_command": _RECOVERY,
    "recovery_target": _RECOVERY,
    "recovery_target_action": _RECOVERY,
    "recovery_target_inclusive": _RECOVERY,
    "recovery_target_lsn": _RECOVERY,
    "recovery_target_name": _RECOVERY,
    "recovery_target_time": _RECOVERY,
    "recovery_target_timeline": _RECOVERY,
    "recovery_target_xid": _RECOVERY,
}
