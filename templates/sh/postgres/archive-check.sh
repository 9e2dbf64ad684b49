# Proves, by archiving one segment, that WAL arrives in all repositories of this node.
# $1: stanza  $2: the mark of a configuration that nobody has checked
# PostgreSQL pauses for a minute when archiving has failed three times, as it did before there was a stanza: so, twice.
check() { said=$(pgbackrest --stanza="$1" check 2>&1); }
if ! check "$1" && ! check "$1"; then
    printf '%s\n' "$said" | LC_ALL=C tr -cd '\n\040-\176' >&2 # it may quote what it has decrypted in vain
    exit 1
fi
rm -f "$2"
