# Stops a primary that hands over: all that it has written is sent to the standbys that stream before it ends.
# $1: version  $2: cluster  $3: data directory  $4: port
tell "$4" postgres -c checkpoint > /dev/null # makes the one at shutdown short
systemctl stop "postgresql@$1-$2.service"
as_postgres env LC_ALL=C "/usr/lib/postgresql/$1/bin/pg_controldata" "$3" |
    grep -q '^Database cluster state: *shut down$' && exit 0
systemctl start "postgresql@$1-$2.service" && again="was started again" || again="does not start again"
echo "postgresql $1 $2 did not stop in order, and $again" >&2
echo "    HINT: /var/log/postgresql/postgresql-$1-$2.log says why" >&2
exit 1
