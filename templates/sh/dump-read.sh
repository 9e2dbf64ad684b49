# Writes a dump to standard output, as tar in base64; meanwhile it is not removed.  $1: its directory
as_postgres flock -s "$1" tar -c -C "$1" . | base64 -w 65532
there -d "$1"
