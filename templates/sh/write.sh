# Replaces one file with standard input, atomically; nobody but its owner sees it before it has its mode.
# $1: path  $2: owner:group  $3: mode
put "$@"
