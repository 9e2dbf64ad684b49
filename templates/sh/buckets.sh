# What `steward bucket check` tells of buckets: `name=JSON`; nothing where steward or pgBackRest is not installed.
# $1: cluster  $2: write, where an object may be written for a moment; look, where not
# then, in turn: name, and the number of a repository or `target`
cluster=$1
[ "$2" = write ] && look= || look=--look
shift 2
command -v steward > /dev/null || exit 0
[ "${2:-}" = target ] || command -v pgbackrest > /dev/null || exit 0
while [ $# -gt 0 ]; do
    [ "$2" = target ] && of=--target || of="--number $2"
    printf '%s=' "$1"
    # A line of its own, whatever was said.
    echo "$(as_postgres steward bucket check "$cluster" "$1" $of --json $look 2> /dev/null)"
    shift 2
done
true
