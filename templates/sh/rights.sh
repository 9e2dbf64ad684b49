# What one server holds of roles and databases: lines of `number=JSON`, 0 for the server as a whole, then 1, 2, … for the
# databases given. What does not exist or does not answer has no JSON.
# $1: port  $2: the server's SQL  $3: a database's SQL  then: databases
port=$1 server=$2 content=$3
shift 3
command -v psql > /dev/null || exit 0
cd /
ask() { printf '%s\n' "$2" | runuser -u postgres -- psql -XqAt -v ON_ERROR_STOP=1 -p "$port" -d "$1" -f - 2>/dev/null; }
printf '0=%s\n' "$(ask postgres "$server")"
number=0
for database in "$@"; do
    number=$((number + 1))
    # A database's name may hold anything; as a connection string it is quoted.
    quoted=$(printf '%s' "$database" | sed "s/[\\\\']/\\\\&/g")
    printf '%s=%s\n' "$number" "$(ask "dbname='$quoted'" "$content")"
done
true
