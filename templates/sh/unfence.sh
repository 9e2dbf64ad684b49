# Lets a server start again that `fence.sh` has stopped.  $1: version  $2: cluster
set -e
systemctl unmask --quiet "postgresql@$1-$2.service"
echo auto | put "/etc/postgresql/$1/$2/start.conf" postgres:postgres 0644
if ! as_postgres rm -f "/var/lib/pgsteward/$2/fenced"; then
    echo "the mark of the fence is not removed, and keeps the server from starting" >&2
    echo "    HINT: the reason stands above; is a link of somebody else's on the way? remove it, and run this again" >&2
    exit 1
fi
systemctl daemon-reload
