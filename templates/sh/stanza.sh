# Makes a stanza in this node's repositories and proves, by archiving one segment, that WAL arrives in all of them.
# $1: stanza  $2: the mark of a configuration that nobody has checked
set -e
cd /
run() { runuser -u postgres -- pgbackrest --stanza="$1" "$2"; }
run "$1" stanza-create
run "$1" check
rm -f "$2"
