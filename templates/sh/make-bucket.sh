# Makes the bucket of a repository or target where it is missing, and proves that it takes what is written.
# $1: cluster  $2: repository or target  $3: the repository's number, or `target`
[ "$3" = target ] && of=--target || of="--number $3"
as_postgres steward bucket create "$1" "$2" $of
