# Makes a stanza in this node's repositories.  $1: stanza
cd / && runuser -u postgres -- pgbackrest --stanza="$1" stanza-create
