# The dumps that lie on this host, as one line of JSON; nothing where there is no steward, or it knows of none.
# $1: cluster
[ -x /usr/local/bin/steward ] && as_postgres /usr/local/bin/steward dump list "$1" --json 2> /dev/null
true
