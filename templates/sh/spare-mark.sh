# Marks a spare host: what is made here for the cluster from now on is a drill's, and goes again.  $1: cluster
echo "a drill's: made by pgsteward, removed when it is over" | put "/etc/pgsteward/$1/spare" root:root 0644
