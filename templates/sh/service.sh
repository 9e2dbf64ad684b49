# Whether a unit runs: `active=yes` or nothing.  $1: unit
systemctl is-active --quiet "$1" 2> /dev/null && echo active=yes
true
