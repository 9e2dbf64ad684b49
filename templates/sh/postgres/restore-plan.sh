# Decides a restore, and keeps the plan for the steps that follow.  $1: cluster  the rest: steward's options
umask 022
plan=/var/lib/pgsteward/$1/restore-plan.json
mkdir -p "${plan%/*}"
found=$(/usr/local/bin/steward restore plan --in-place --json "$@") || exit 1
rm -rf "$plan"
echo "$found" > "$plan"
