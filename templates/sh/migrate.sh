# Runs the pending migrations of a database as its owner, when what has to hold first holds.
# Standard input: the folder, a tar archive in base64.
# $1: cluster  $2: port  $3: database  $4: owner  $5: the gates, for steward ready  the rest: for steward migrate up
cluster=$1 port=$2 database=$3 owner=$4 gates=$5
shift 5
folder=/var/lib/pgsteward/$cluster/migrations/$database
given "$folder" # earlier releases made the directory of all folders root's
as_postgres rm -rf "$folder" && as_postgres mkdir -p "$folder" || exit 1
base64 -d | as_postgres tar -x --no-same-owner -C "$folder" || exit 1
# shellcheck disable=SC2086 # each gate is a word
as_postgres /usr/local/bin/steward ready "$cluster" $gates || exit 1
as_postgres env PGHOST=/var/run/postgresql PGPORT="$port" PGDATABASE="$database" PGUSER=postgres \
    /usr/local/bin/steward migrate up --folder "$folder" --role "$owner" "$@"
