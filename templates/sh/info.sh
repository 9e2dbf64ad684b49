# pgBackRest's own account of its stanzas as JSON, on one line; nothing where it is not installed or not configured.
command -v pgbackrest > /dev/null && [ -f /etc/pgbackrest/pgbackrest.conf ] || exit 0
as_postgres pgbackrest --log-level-console=off --output=json info 2> /dev/null | tr -d '\n'
true
