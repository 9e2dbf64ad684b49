# Makes a repository's bucket where it is missing, and proves that it takes what is written.
# $1: cluster  $2: repository  $3: its number
cd / && exec runuser -u postgres -- steward bucket create "$1" "$2" --number "$3"
