# The kernel's values: `name=value` for each sysctl given, and the chosen word (in brackets) for paths below /sys.
for name in "$@"; do
    case $name in
        /*) [ -r "$name" ] && echo "$name=$(sed -n 's/.*\[\(.*\)\].*/\1/p' "$name")" ;;
        *) echo "$name=$(sysctl -n "$name" 2>/dev/null)" ;;
    esac
done
true
