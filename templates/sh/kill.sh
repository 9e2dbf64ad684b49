# A server is lost: every process of it at once, without a word.  $1: version  $2: cluster
systemctl kill --signal=KILL "postgresql@$1-$2.service"
