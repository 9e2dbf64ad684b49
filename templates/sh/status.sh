# How this node stands, of one cluster, as its steward sees it now: lines of `name=value`.  It changes nothing.
# $1: cluster  $2: seconds that the look may take
# What cron's last look kept comes along: its age tells whether cron runs, and it answers where the look ends too late.
program=/usr/local/bin/steward
told=/etc/pgsteward/$1/steward.json
kept=/var/lib/pgsteward/$1/check.json

printf 'clock=%s\n' "$(date +%s)"
[ -x "$program" ] || exit 0
printf 'steward=yes\npatience=%s\n' "$2"
[ -f "$told" ] || exit 0
printf 'told=%s\n' "$(stat -c %Y "$told")"
there -f "$kept" && printf 'kept=%s\n' "$(touching "$kept" cat "$kept" | tr -d '\n')"
said=$(as_postgres timeout -k 3 "$2" "$program" status "$1" 2>&1)
printf 'code=%s\n' "$?"
printf '%s\n' "$said" | sed -n 's/^{/document={/p'
printf 'said=%s\n' "$(printf '%s\n' "$said" | grep -v '^{' | grep -v '^ *$' | tail -n 2 | tr '\n' ' ')"
