# One line for each path given: `sha256 mode owner:group path`; `-` for the sum of what is not a plain file.
# A path that does not exist has no line.
# shellcheck disable=SC2016 # it is the other shell's
look='for path in "$@"; do
    if [ -f "$path" ] && [ ! -L "$path" ]; then
        printf "%s %s\n" "$(sha256sum < "$path" | cut -d " " -f 1)" "$(stat -c "%a %U:%G %n" "$path")"
    elif [ -e "$path" ] || [ -L "$path" ]; then
        printf -- "- %s\n" "$(stat -c "%a %U:%G %n" "$path")"
    fi
done'
for path in "$@"; do
    shift
    keep "$path"
    if [ "$keeper" = root ]; then sh -c "$look" look "$path"; else set -- "$@" "$path"; fi
done
[ $# = 0 ] || as_postgres sh -c "$look" look "$@"
true
