# Waits until the restored server has left recovery, and proves where it is.  $1: cluster
/usr/local/bin/steward restore prove "$1" < "/var/lib/pgsteward/$1/restore-plan.json"
