# pgBackRest's own account of its stanzas as JSON, on one line; nothing where it is not installed or not configured.
# As far as it is text: it quotes what it has decrypted in vain.
command -v pgbackrest > /dev/null && [ -f /etc/pgbackrest/pgbackrest.conf ] || exit 0
as_postgres pgbackrest --log-level-console=off --output=json info 2> /dev/null | LC_ALL=C tr -cd '\040-\176'
true
