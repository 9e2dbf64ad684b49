# Decides a restore, and keeps the plan for the steps that follow.  $1: cluster  the rest: steward's options
cluster=$1
plan=/var/lib/pgsteward/$cluster/restore-plan.json
cd / || exit 1
install -d -o postgres -g postgres "/var/lib/pgsteward/$cluster"
found=$(runuser -u postgres -- /usr/local/bin/steward restore plan --in-place --json "$@") || exit 1
echo "$found" > "$plan"
chown postgres:postgres "$plan"
