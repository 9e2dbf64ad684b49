# Starts a server through systemd and waits until it answers.
# $1: version  $2: cluster  $3: port
systemctl daemon-reload
if ! systemctl start "postgresql@$1-$2.service"; then
    tail -n 20 "/var/log/postgresql/postgresql-$1-$2.log" >&2
    echo "postgresql $1 $2 does not start" >&2
    echo "    HINT: the end of its log stands above" >&2
    exit 1
fi
for attempt in $(seq 300); do
    runuser -u postgres -- psql -XqAt -p "$3" -d postgres -c 'select 1' > /dev/null 2>&1 && exit 0
    sleep 0.2
done
echo "postgresql $1 $2 was started and does not answer within 60 s" >&2
exit 1
