# What `steward bucket check` tells of buckets: `name=JSON`; nothing where steward or pgBackRest is not installed.
# $1: cluster  $2: write, where an object may be written for a moment; look, where not  then: name and number in turn
cluster=$1
[ "$2" = write ] && look= || look=--look
shift 2
command -v steward > /dev/null && command -v pgbackrest > /dev/null || exit 0
cd /
while [ $# -gt 0 ]; do
    printf '%s=' "$1"
    # A line of its own, whatever was said.
    echo "$(runuser -u postgres -- steward bucket check "$cluster" "$1" --number "$2" --json $look 2> /dev/null)"
    shift 2
done
true
