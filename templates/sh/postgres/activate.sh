# Puts candidates (`FILE.pgsteward-candidate`) of a server's configuration in force, or leaves the old one alone.
# $1: version  $2: cluster  $3: data directory  $4: port  then: the files that have a candidate
set -e
version=$1 cluster=$2 data=$3 port=$4
shift 4
configuration=/etc/postgresql/$version/$cluster

# PostgreSQL itself reads the candidate first, beside the one in force.
trial=$(mktemp -d)
trap 'rm -rf "$trial"; for file in "$@"; do rm -f "$file.pgsteward-candidate"; done' EXIT
cp -a "$configuration/." "$trial/"
for file in "$@"; do
    case $file in
        "$configuration"/*)
            cp --remove-destination "$file.pgsteward-candidate" "$trial/${file#"$configuration/"}"
            ;;
    esac
done
"/usr/lib/postgresql/$version/bin/postgres" \
    -D "$data" -c config_file="$trial/postgresql.conf" -C shared_buffers > /dev/null || {
    echo "postgresql $version refuses the new settings; the old ones stay in force" >&2
    echo "    HINT: its own message stands above; mend the settings in the environment file" >&2
    exit 1
}

restore() {
    for file in "$@"; do
        if [ -f "$trial/previous$file" ]; then cp -a "$trial/previous$file" "$file"; fi
    done
}
for file in "$@"; do
    mkdir -p "$trial/previous$(dirname "$file")"
    [ ! -f "$file" ] || cp -a "$file" "$trial/previous$file"
    touch "$file.pgsteward-candidate"
    mv -fT "$file.pgsteward-candidate" "$file"
done

# Asked of the server: systemctl would want a bus here, which not every host has.
if pg_isready -q -p "$port"; then
    wrong=$(ask "$port" postgres -c "
        select 'line ' || line_number || ': ' || error from pg_hba_file_rules where error is not null")
    if [ -n "$wrong" ]; then
        restore "$@"
        echo "postgresql refuses the new access rules; the old ones stay in force: $wrong" >&2
        echo "    HINT: mend the access rules in the environment file" >&2
        exit 1
    fi
    loaded() { ask "$port" postgres -c "select pg_conf_load_time()"; }
    before=$(loaded)
    pg_ctlcluster "$version" "$cluster" reload
    for _ in $(seq 50); do
        [ "$(loaded)" = "$before" ] || exit 0
        sleep 0.1
    done
    echo "postgresql was told to reload and has not within 5 s" >&2
    exit 1
fi
