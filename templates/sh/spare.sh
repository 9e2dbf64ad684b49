# Whether a host is spare: lines of `name=value`.  $1: cluster
# What a drill makes here lies under its mark; anything else of PostgreSQL's or ours is somebody's.
[ -f "/etc/pgsteward/$1/spare" ] && echo "marked=yes"
for path in /etc/pgsteward/*/ /etc/postgresql/*/*/; do
    [ -d "$path" ] || continue
    name=$(basename "$path")
    [ -f "/etc/pgsteward/$name/spare" ] || printf 'used=%s\n' "${path%/}"
done
