# Whether a host is spare: lines of `name=value`.  $1: cluster  $2: data directory
# What a drill makes here lies under its mark; anything else of PostgreSQL's or ours is somebody's. A mark that a drill
# has left is none any more once a deploy has made a cluster here that archives.
marked() { [ -f "/etc/pgsteward/$1/spare" ] && ! grep -qs '"read_only": false' "/etc/pgsteward/$1/steward.json"; }
marked "$1" && echo "marked=yes"
for path in /etc/pgsteward/*/ /etc/postgresql/*/*/; do
    [ -d "$path" ] || continue
    name=$(basename "$path")
    marked "$name" || printf 'used=%s\n' "${path%/}"
done
for path in "$2" "$2".before-* "$2"-tablespaces; do
    marked "$1" || [ -z "$(listed "$path")" ] || printf 'used=%s\n' "$path"
done
