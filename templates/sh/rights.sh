# What one server holds of roles and databases: lines of `number=JSON`, 0 for the server as a whole, then 1, 2, … for the
# databases given. What does not exist or does not answer has no JSON.
# $1: port  $2: the server's SQL  $3: a database's SQL  then: databases
port=$1 server=$2 content=$3
shift 3
command -v psql > /dev/null || exit 0
document() { printf '%s\n' "$2" | ask "$port" "$1" -f - 2> /dev/null; }
printf '0=%s\n' "$(document postgres "$server")"
number=0
for database in "$@"; do
    number=$((number + 1))
    printf '%s=%s\n' "$number" "$(document "$database" "$content")"
done
true
