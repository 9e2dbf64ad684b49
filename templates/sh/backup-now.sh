# A backup now, by the same program that cron runs.  the rest: its arguments
cd /
exec runuser -u postgres -- /usr/local/lib/pgsteward/backup "$@"
