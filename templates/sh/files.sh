# One line for each path given: `sha256 mode owner:group path`; `-` for the sum of what is not a plain file.
# A path that does not exist has no line.
for path in "$@"; do
    touching "$path" sh -s -- "$path" << 'END'
if [ -f "$1" ] && [ ! -L "$1" ]; then
    printf '%s %s\n' "$(sha256sum < "$1" | cut -d ' ' -f 1)" "$(stat -c '%a %U:%G %n' "$1")"
elif [ -e "$1" ] || [ -L "$1" ]; then
    printf -- '- %s\n' "$(stat -c '%a %U:%G %n' "$1")"
fi
END
done
true
