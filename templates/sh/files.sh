# One line for each path given: `sha256 mode owner:group path`; `-` for the sum of what is not a plain file.
# A path that does not exist has no line.
for path in "$@"; do
    if [ -f "$path" ]; then
        printf '%s %s\n' "$(sha256sum < "$path" | cut -d ' ' -f 1)" "$(stat -c '%a %U:%G %n' "$path")"
    elif [ -e "$path" ]; then
        printf -- '- %s\n' "$(stat -c '%a %U:%G %n' "$path")"
    fi
done
true
