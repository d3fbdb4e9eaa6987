#!/usr/bin/env bash
# Prints the copyright file of a program: Fanlight's licence, and those of all that is linked in.
#
#   copyright.sh PACKAGE    a Go package, such as ./app
#
# GOARCH and the like choose for what it is built. Each module counts with all licences in its
# source, some of which are those of fonts and of C code that stand beside the Go code.
# shellcheck disable=SC2016 # what stands in single quotes is for awk
set -euo pipefail
cd "$(dirname "$0")/../.."

# licences DIRECTORY: the files in which a module says how it is licensed.
licences() {
  find "$1" \( -name testdata -o -name '_*' -o -name '.*' -path '*/.*' \) -prune -o -type f \
    \( -iname '*licen[cs]e*' -o -iname 'copying*' -o -iname 'copyright*' -o -iname 'notice*' \) \
    ! -name '*.go' ! -name '*.svg' ! -name '*.yml' ! -name '*.sh' -print | LC_ALL=C sort
}

# show FILE: its text. Debian has the Apache License, with its 200 lines, in a place of its own.
show() {
  if tr -s '[:space:]' ' ' <"$1" | grep -qiE 'Apache License,? Version 2\.0'; then
    if [ "$(wc -l <"$1")" -lt 150 ]; then
      sed 's/^./    &/' "$1"
    else
      sed -nE 's/^[[:space:]]*(Copyright (\([Cc]\)|©|[0-9]{4}).*)/    \1/p' "$1"
    fi
    echo "    The Apache License, version 2.0, is in /usr/share/common-licenses/Apache-2.0"
  else
    tr -d '\r' <"$1" | sed -e 's/[[:space:]]*$//' -e 's/^./    &/'
  fi
}

# notices DIRECTORY: the comments in C files of a module that name a copyright, each once.
notices() {
  find "$1" \( -name deps -o -name tests -o -name examples -o -name docs -o -name testdata \) -prune -o -name '*.[ch]' -print0 |
    LC_ALL=C sort -z | xargs -0 -r awk '
      FNR == 1                { inside = 0 }
      /\/\*/ && !/\*\//       { inside = 1; text = "" }
      inside                  { line = $0; gsub(/^[ \t]*\/?\*+\/?[ \t]?|[ \t\r*\/]+$/, "", line); text = text (line == "" ? "" : "    " line) "\n" }
      inside && /\*\//        { inside = 0; if (text ~ /Copyright/ && !seen[text]++) printf "%s", text }'
}

echo "Fanlight"
echo
show LICENSE
echo
echo "The program has the following parts of others linked in. Behind each stand the licence files of"
echo "its source."

echo
echo "The Go programming language, $(go env GOVERSION), https://go.dev"
show "$(go env GOROOT)/LICENSE"

modules=$(go list -deps -tags migrated_fynedo,nolibopusfile \
  -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' "$1" | LC_ALL=C sort -u)
[ -n "$modules" ] || { echo "copyright.sh: $1 has no modules linked in" >&2; exit 1; }
while read -r path version directory; do
  printf '\n'; printf -- '-%.0s' {1..80}
  printf '\n%s, version %s, https://pkg.go.dev/%s\n' "$path" "$version" "$path"
  files=$(licences "$directory")
  [ -n "$files" ] || { echo "copyright.sh: $path has no licence file" >&2; exit 1; }
  while read -r file; do
    printf '\n%s:\n\n' "${file#"$directory"/}"
    show "$file"
  done <<<"$files"
  files=$(notices "$directory")
  [ -z "$files" ] || printf '\nIn C files:\n%s\n' "$files"
done <<<"$modules"
