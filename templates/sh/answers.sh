# Whether a PostgreSQL server answers from here: `answers=yes` or nothing.  $1: address  $2: port
pg_isready -q -t 2 -h "$1" -p "$2"
[ $? -le 1 ] && echo answers=yes # 1: it begins, and takes writes in a moment
true
