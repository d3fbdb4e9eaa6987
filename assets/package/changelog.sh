#!/usr/bin/env bash
# Prints CHANGELOG.md as a Debian changelog.
#
#   changelog.sh PACKAGE VERSION MAINTAINER
#
# A heading "## VERSION - DATE" is a release. What stands under "## Unreleased" is that of VERSION,
# with the date $SOURCE_DATE_EPOCH.
set -euo pipefail
cd "$(dirname "$0")/../.."

package=$1 version=$2 maintainer=$3
today=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)

# One line an entry: R version date, S section, or B the text of a bullet.
entries() {
  awk -v version="$version" -v today="$today" '
    function flush() { if (bullet != "") print "B " bullet; bullet = "" }
    /^## /   { flush(); print "R", ($2 == "Unreleased" ? version " " today : $2 " " $NF); next }
    /^### /  { flush(); print "S", substr($0, 5); next }
    /^- /    { flush(); bullet = substr($0, 3); next }
    /^  /    { sub(/^ +/, " "); bullet = bullet $0; next }
             { flush() }
    END      { flush() }' CHANGELOG.md
}

end=
while read -r kind text; do
  case $kind in
    R)
      [ -z "$end" ] || printf '\n%s\n\n' "$end"
      end=" -- $maintainer  $(LC_ALL=C date -u -R -d "${text#* }")"
      printf '%s (%s) unstable; urgency=medium\n' "$package" "${text%% *}"
      ;;
    S) printf '\n  [ %s ]\n' "$text" ;;
    B) fold -s -w 72 <<<"$text" | sed -e '1s/^/  * /' -e '2,$s/^/    /' -e 's/ *$//' ;;
  esac
done < <(entries)
printf '\n%s\n' "$end"
