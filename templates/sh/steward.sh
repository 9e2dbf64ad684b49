# steward, as the user that it runs as everywhere.  The arguments: its verb and what follows
as_postgres /usr/local/bin/steward "$@"
