# Lets a server start again that `fence.sh` has stopped.  $1: version  $2: cluster
set -e
systemctl unmask --quiet "postgresql@$1-$2.service"
echo auto | put "/etc/postgresql/$1/$2/start.conf" postgres:postgres 0644
as_postgres rm -f "/var/lib/pgsteward/$2/fenced"
systemctl daemon-reload
