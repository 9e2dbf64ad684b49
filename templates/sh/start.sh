# Starts a server, or stops it first, through systemd; waits until it answers.
# $1: start, restart, or settle, which is a restart if a setting waits for one, and nothing else
# $2: version  $3: cluster  $4: data directory  $5: port
version=$2 cluster=$3 data=$4 port=$5
unit=postgresql@$version-$cluster.service
log=/var/log/postgresql/postgresql-$version-$cluster.log
pages=/etc/sysctl.d/61-pgsteward-huge-pages.conf
says() { ask "$port" postgres -c "$1" 2> /dev/null; }

[ "$1" = settle ] && [ "$(says 'select count(*) from pg_settings where pending_restart')" = 0 ] && exit 0
[ "$(systemctl show --property=NeedDaemonReload --value "$unit")" = no ] || systemctl daemon-reload
if [ "$1" != start ]; then
    tell "$port" postgres -c checkpoint 2> /dev/null # makes the one at shutdown short
    systemctl stop "$unit"
    # Only a stopped server says how many huge pages its new settings need.
    if [ -f "$pages" ]; then
        needed=$(as_postgres "/usr/lib/postgresql/$version/bin/postgres" -D "$data" \
            -c config_file="/etc/postgresql/$version/$cluster/postgresql.conf" -C shared_memory_size_in_huge_pages)
        case $needed in
            '' | *[!0-9]*) ;;
            *) sysctl -q -w "vm.nr_hugepages=$needed" ;; # the next deploy writes the file
        esac
    fi
fi
if ! systemctl start "$unit"; then
    if there -f "/var/lib/pgsteward/$cluster/fenced"; then
        as_postgres /usr/local/bin/steward guard "$cluster"
        exit 1
    fi
    touching "$log" tail -n 20 "$log" >&2
    echo "postgresql $version $cluster does not start" >&2
    echo "    HINT: the end of its log stands above" >&2
    exit 1
fi
for _ in $(seq 3000); do
    says 'select 1' > /dev/null && exit 0
    systemctl is-active --quiet "$unit" || break
    sleep 0.2
done
touching "$log" tail -n 20 "$log" >&2
echo "postgresql $version $cluster was started and does not answer" >&2
echo "    HINT: the end of its log stands above; replay of much WAL takes its time: run it again" >&2
exit 1
