# Whose the places for dumps are, as `steward dump own --look` tells: `places=JSON`; nothing where steward does not know.
# $1: cluster  $2: --here, or nothing
[ -x /usr/local/bin/steward ] || exit 0
echo "places=$(as_postgres /usr/local/bin/steward dump own "$1" --look ${2:+"$2"} 2> /dev/null)"
true
