# Proves, by archiving one segment, that WAL arrives in all repositories of this node.
# $1: stanza  $2: the mark of a configuration that nobody has checked
# PostgreSQL pauses for a minute when archiving has failed three times, as it did before there was a stanza: so, twice.
check() { pgbackrest --stanza="$1" check; }
check "$1" || check "$1" || exit 1
rm -f "$2"
