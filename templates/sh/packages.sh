# `name version` of those packages given that are installed.
dpkg-query -W -f '${db:Status-Abbrev} ${Package} ${Version}\n' "$@" 2>/dev/null | sed -n 's/^ii  *//p'
true
