#!/usr/bin/env bash
# Runs what build-in.sh built for another processor, under qemu: needs root.
#
#   emulate.sh RELEASE ARCHITECTURE
set -euo pipefail
cd "$(dirname "$0")/../.."
release=$1 arch=$2
root=${XDG_CACHE_HOME:-$HOME/.cache}/fanlight/package/$release-$arch
deb=$(echo dist/"$release"/fanlight_*_"$arch".deb)

dpkg-deb --fsys-tarfile "$deb" | tar -xO ./usr/bin/fanlight >"$root/tmp/fanlight"
chmod +x "$root/tmp/fanlight"
# shellcheck disable=SC2016 # the shell inside expands this
timeout 300 assets/package/chroot.sh run --offline "$root" sh -euc '
  cd /tmp
  file=/tmp/fanlight
  emulated() { qemu-$0-static "$file" "$@"; }
  emulated --version
  emulated --headless --camera emulated --no-discovery >link &
  curl -sS --retry 60 --retry-delay 1 --retry-connrefused -o snapshot.jpg http://127.0.0.1:8080/snapshot.jpg
  cat link
  [ "$(od -An -tx1 -N2 snapshot.jpg)" = " ff d8" ]
  echo "snapshot $(wc -c <snapshot.jpg) bytes, reduced to $(curl -sS "http://127.0.0.1:8080/snapshot.jpg?width=640" | wc -c)"
  ' "$(dpkg-architecture -a "$arch" -q DEB_HOST_GNU_CPU)"
