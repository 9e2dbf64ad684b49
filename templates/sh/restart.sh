# Restarts a server and waits until it answers.  $1: version  $2: cluster  $3: port
set -e
# A checkpoint beforehand makes the one at shutdown short.
runuser -u postgres -- psql -XqAt -p "$3" -d postgres -c checkpoint > /dev/null || true
systemctl restart "postgresql@$1-$2.service"
for attempt in $(seq 300); do
    runuser -u postgres -- psql -XqAt -p "$3" -d postgres -c 'select 1' > /dev/null 2>&1 && exit 0
    sleep 0.2
done
echo "postgresql $1 $2 was restarted and does not answer within 60 s" >&2
exit 1
