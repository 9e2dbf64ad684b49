# Where the log of a server ends that was stopped in order: `position=` of its last checkpoint, or nothing.
# $1: version  $2: cluster  $3: data directory
as_postgres env LC_ALL=C "/usr/lib/postgresql/$1/bin/pg_controldata" "$3" | awk -F ': *' '
    /^Database cluster state/ {down = ($2 == "shut down")}
    /^Latest checkpoint location/ {position = $2}
    END {if (down) print "position=" position}'
