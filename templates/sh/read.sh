# Prints a file, if there is one.  $1: path
cat "$1" 2>/dev/null || true
