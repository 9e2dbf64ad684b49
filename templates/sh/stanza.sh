# Makes a stanza in this node's repositories and proves, by archiving one segment, that WAL arrives in all of them.
# $1: stanza
set -e
cd /
run() { runuser -u postgres -- pgbackrest --stanza="$1" "$2"; }
run "$1" stanza-create
run "$1" check
