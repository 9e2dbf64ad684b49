# Runs a script from standard input as the administrator.  $1: port  $2: database
# Terse: an error would else quote the line it is about, which may hold a secret.
quoted=$(printf '%s' "$2" | sed "s/[\\\\']/\\\\&/g")
runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -v VERBOSITY=terse -p "$1" -d "dbname='$quoted'" -f - > /dev/null
