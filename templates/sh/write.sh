# Replaces one file with standard input, atomically; nobody but its owner sees it before it has its mode.
# $1: path  $2: owner:group  $3: mode
set -e
umask 022
mkdir -p "$(dirname "$1")"
umask 077
trap 'rm -f "$1.pgsteward-new"' EXIT
cat > "$1.pgsteward-new"
chown "$2" "$1.pgsteward-new"
chmod "$3" "$1.pgsteward-new"
mv -f "$1.pgsteward-new" "$1"
