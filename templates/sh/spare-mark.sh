# Marks a spare host: what is made here for the cluster from now on is a drill's, and goes again.  $1: cluster
set -e
mkdir -p "/etc/pgsteward/$1"
echo "a drill's: made by pgsteward, removed when it is over" > "/etc/pgsteward/$1/spare"
