# Prints a file, if there is one.  $1: path
touching "$1" cat "$1" 2> /dev/null || true
