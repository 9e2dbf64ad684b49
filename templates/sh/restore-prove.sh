# Waits until the restored server has left recovery, and proves where it is.  $1: cluster
cd / || exit 1
runuser -u postgres -- /usr/local/bin/steward restore prove "$1" < "/var/lib/pgsteward/$1/restore-plan.json"
