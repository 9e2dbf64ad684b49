# The reports of the drills that lie on this node, of one cluster, a line of JSON each.  $1: cluster
[ -x /usr/local/bin/steward ] && [ -f "/etc/pgsteward/$1/steward.json" ] || exit 0
as_postgres /usr/local/bin/steward drill list "$1" 2> /dev/null
true
