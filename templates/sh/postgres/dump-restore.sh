# Restores a dump that comes through standard input, as tar in base64. It lies where postgres alone can look in, and is
# gone afterwards, whatever comes of it.
# $1: directory to put it in  $2: cluster  the rest: steward's options
set -e
umask 077
place=$1/.uploaded dump=
trap '[ -z "$dump" ] || rm -rf "$dump"' EXIT
trap 'exit 130' HUP INT TERM
shift
mkdir -p "$place"
chmod 0700 "$place"
find "$place" -mindepth 1 -maxdepth 1 -mmin +10080 -exec rm -rf {} + # what one left that was killed
dump=$(mktemp -d "$place/XXXXXX")
if ! base64 -d | tar -x -C "$dump"; then
    cat > /dev/null # the sender is not cut off: it would say that, and not why
    echo "the dump did not arrive whole in $dump" >&2
    exit 1
fi
cluster=$1
shift
/usr/local/bin/steward dump restore "$cluster" "$dump" "$@"
