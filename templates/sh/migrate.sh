# Runs the pending migrations of a database in sessions of its owner, when what has to hold first holds.
# Standard input, each in base64: the owner's password on a line, which is empty where it has none; the folder as tar.
# $1: cluster  $2: port  $3: database  $4: owner  $5: the gates, for steward ready  the rest: for steward migrate up
cluster=$1 port=$2 database=$3 owner=$4 gates=$5
shift 5
folder=/var/lib/pgsteward/$cluster/migrations/$database
IFS= read -r secret
given "$folder" # earlier releases made the directory of all folders root's
if ! { as_postgres rm -rf "$folder" && as_postgres mkdir -p "$folder" &&
    base64 -d | as_postgres tar -x --no-same-owner -C "$folder"; }; then
    echo "the migrations of $database cannot be put into $folder" >&2
    echo "    HINT: the reason stands above; is the disk full, or a link of somebody else's on the way?" >&2
    exit 1
fi
# shellcheck disable=SC2086 # each gate is a word
as_postgres /usr/local/bin/steward ready "$cluster" $gates || exit 1
# In the environment, which postgres and root alone can read; never on a command line.
if [ -n "$secret" ]; then
    PGPASSWORD=$(printf '%s' "$secret" | base64 -d)
    export PGPASSWORD
fi
as_postgres env PGHOST=/var/run/postgresql PGPORT="$port" PGDATABASE="$database" PGUSER="$owner" \
    /usr/local/bin/steward migrate up --folder "$folder" "$@"
