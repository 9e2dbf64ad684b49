# What tells which migrations are applied: for each database `number=` and what it answered, in base64, where it does.
# Where it answers that it cannot tell, `number.failed=` and its words.
# $1: port  $2: the query  then pairs: a database, in the order of their numbers, from 1, and its owner
port=$1 query=$2
shift 2
command -v psql > /dev/null || exit 0
number=0
while [ $# -gt 1 ]; do
    number=$((number + 1))
    if said=$(printf '%s\n' "$query" | ask "$port" "$1" -v VERBOSITY=terse -v owner="$2" -f - 2>&1); then
        printf '%s=%s\n' "$number" "$(printf '%s\n' "$said" | base64 -w 0)"
    elif [ $? != 2 ]; then # 2: there is no server, or no such database, and nothing is applied
        printf '%s.failed=%s\n' "$number" "$(printf '%s' "$said" | tail -n 1)"
    fi
    shift 2
done
true
