# The migrations that are applied: for each database `number=JSON`, where it answers.
# $1: port  $2: the query  the rest: the databases, in the order of their numbers, from 1
port=$1 query=$2
shift 2
number=0
for database in "$@"; do
    number=$((number + 1))
    command -v psql > /dev/null || continue
    found=$(as_postgres env PGDATABASE="$database" psql -XqAt -p "$port" -c "$query" 2> /dev/null) && echo "$number=$found"
done
true
