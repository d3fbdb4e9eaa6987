#!/usr/bin/env bash
# Runs `fyne package`, and leaves what it makes in dist/.
#
#   fyne.sh linux     fanlight_VERSION_ARCH.tar.xz, with the program of the Debian package and a Makefile that installs it
#   fyne.sh darwin    Fanlight.app, on a Mac; not tried on one
#   fyne.sh windows   Fanlight.exe, on Windows with MSYS2; not tried there
set -euo pipefail
cd "$(dirname "$0")/../.."
system=$1
made=()

end() { rm -rf app/FyneApp.toml "${made[@]}"; }
trap end EXIT

# fyne looks for FyneApp.toml beside main alone, and rewrites it.
fyne() {
  cp FyneApp.toml app/
  go run fyne.io/tools/cmd/fyne@v1.7.4 package --os "$system" --source-dir app --icon ../assets/icon.png "$@"
}

mkdir -p dist
case $system in
  linux)
    deb=$(echo dist/fanlight_*_"$(dpkg --print-architecture)".deb)
    made=(dist/program)
    mkdir -p dist/program
    dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/bin/fanlight >dist/program/fanlight
    chmod +x dist/program/fanlight
    fyne --executable "$PWD/dist/program/fanlight"
    mv Fanlight.tar.xz "${deb%.deb}.tar.xz"
    ;;
  darwin)
    made=(dist/program)
    rm -rf dist/Fanlight.app
    go build -tags migrated_fynedo,nolibopusfile -trimpath -ldflags '-s -w' -o dist/program/fanlight ./app
    fyne --executable "$PWD/dist/program/fanlight"
    mv Fanlight.app dist/
    # Without these macOS refuses the camera, and announcing and finding streams. fyne knows none of them.
    plist=dist/Fanlight.app/Contents/Info.plist
    awk 'FNR == NR { more = more $0 "\n"; next } /^<\/dict>/ { printf "%s", more } { print }' \
      assets/package/Info.plist.part "$plist" >"$plist.new"
    mv "$plist.new" "$plist"
    # What was signed has changed; - is a signature for this Mac alone.
    codesign --force --sign - dist/Fanlight.app
    ;;
  windows)
    fyne --tags migrated_fynedo,nolibopusfile
    mv app/Fanlight.exe dist/
    ;;
esac
