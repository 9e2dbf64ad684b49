# Makes a stanza in this node's repositories.  $1: stanza
# A server that archives meanwhile into a repository that was lost holds its lock for a moment (error 050): again, then.
cd / || exit 1
for _ in $(seq 15); do
    said=$(runuser -u postgres -- pgbackrest --stanza="$1" stanza-create 2>&1) && exit 0
    echo "$said" | grep -q 'ERROR: \[050\]' || break
    sleep 2
done
echo "$said" >&2
exit 1
