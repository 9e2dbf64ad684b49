# How many huge pages one server's settings need, and how many the kernel has: `needed=`, `reserved=`.
# A running server knows what it took; one that is stopped is asked. Nothing is said where neither can be (before 15).
# $1: version  $2: cluster  $3: data directory  $4: port
what=shared_memory_size_in_huge_pages
needed=$(
    ask "$4" postgres -c "show $what" 2> /dev/null ||
        as_postgres "/usr/lib/postgresql/$1/bin/postgres" -D "$3" \
            -c config_file="/etc/postgresql/$1/$2/postgresql.conf" -C "$what" 2> /dev/null
)
[ -z "$needed" ] || echo "needed=$needed"
echo "reserved=$(awk '/^HugePages_Total:/ {print $2}' /proc/meminfo)"
