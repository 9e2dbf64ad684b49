# How scripts ask PostgreSQL: as its superuser, in a session that nothing which others have set or made reaches.
#
# What comes with the connection wins over the settings of roles and databases, which a database's owner can alter; with
# this search_path, no function, operator or table of his stands before PostgreSQL's own.

# A session that reads.  $1: port  $2: database  then: psql's options, such as -c
ask() {
    session "-c default_transaction_read_only=on -c statement_timeout=5min -c lock_timeout=10s" "$@"
}

# A session that may write, and takes its time.
tell() {
    session "-c default_transaction_read_only=off -c statement_timeout=0 -c lock_timeout=0" "$@"
}

session() {
    options="-c search_path=pg_catalog -c local_preload_libraries= -c row_security=off -c role=none -c standard_conforming_strings=on"
    options="$options -c client_encoding=UTF8 -c client_min_messages=warning $1" port=$2
    database=$3 # its name may hold anything; as a connection string it is quoted
    case $database in *[\\\']*) database=$(printf '%s' "$3" | sed "s/[\\\\']/\\\\&/g") ;; esac
    shift 3
    as_postgres env PGOPTIONS="$options" psql -XqAt -v ON_ERROR_STOP=1 -p "$port" -d "dbname='$database'" "$@"
}
