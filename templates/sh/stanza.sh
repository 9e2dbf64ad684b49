# Makes a stanza in this node's repositories.  $1: stanza
# A server that archives meanwhile into a repository that has none holds its lock for a moment: again, then. On its own
# host that is error 050; from another it is a warning, and the error is that there is no primary (056).
for _ in $(seq 15); do
    said=$(as_postgres pgbackrest --stanza="$1" stanza-create 2>&1) && exit 0
    echo "$said" | grep -q 'ERROR: \[050\]\|\[LockAcquireError\]' || break
    sleep 2
done
printf '%s\n' "$said" | LC_ALL=C tr -cd '\n\040-\176' >&2 # it may quote what it has decrypted in vain
exit 1
