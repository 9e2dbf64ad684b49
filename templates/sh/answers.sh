# Whether a PostgreSQL server answers from here: `answers=yes` or nothing.  $1: address  $2: port
pg_isready -q -t 2 -h "$1" -p "$2" && echo answers=yes
true
