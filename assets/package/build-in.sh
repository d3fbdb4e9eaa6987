#!/usr/bin/env bash
# Builds the packages for another Debian or another processor, in a Debian of its own: needs root.
#
#   build-in.sh RELEASE ARCHITECTURE    leaves them in dist/RELEASE/
#
# $BUILD_PACKAGES are the Debian packages to build with, for ARCHITECTURE where they hold what is
# linked, and $PACKAGE_PACKAGES those to package with. What is installed and compiled is kept in
# the user's cache folder for the next time.
set -euo pipefail
cd "$(dirname "$0")/../.."
chroot=assets/package/chroot.sh

release=$1 arch=$2
root=${XDG_CACHE_HOME:-$HOME/.cache}/fanlight/package/$release-$arch
native=$(dpkg --print-architecture)

if [ ! -d "$root" ]; then
  "$chroot" make "$release" "$root.new"
  mv "$root.new" "$root"
fi

packages=$PACKAGE_PACKAGES
if [ "$arch" = "$native" ]; then
  packages+=" $BUILD_PACKAGES"
else
  # The compilers run here; what they link, and the C library that qemu needs, is for there.
  # xorg-dev belongs to no processor, and would bring the wrong one's.
  packages+=" crossbuild-essential-$arch pkg-config qemu-user-static curl"
  for package in ${BUILD_PACKAGES/xorg-dev/libx11-dev libxcursor-dev libxi-dev libxinerama-dev libxrandr-dev libxxf86vm-dev}; do
    case $package in
      gcc | g++ | pkg-config) ;;
      *) packages+=" $package:$arch" ;;
    esac
  done
fi
"$chroot" run "$root" sh -euc "
  dpkg --add-architecture $arch
  apt-get -q update
  apt-get -q install -y --no-install-recommends $packages
  apt-get clean"

# Go itself, modules that were fetched already, and whom to trust for others are this machine's.
go=$(go env GOROOT)
modules=$(go env GOMODCACHE)
mkdir -p "$modules/cache/download" dist
"$chroot" run --bind "$PWD:/fanlight" --bind "$go:$go" --bind "$modules/cache/download:/modules" \
  --bind /etc/ssl/certs:/etc/ssl/certs "$root" \
  env PATH="$go/bin:/usr/sbin:/usr/bin:/sbin:/bin" GOTOOLCHAIN=local GOFLAGS=-buildvcs=false \
  GOPROXY="file:///modules,$(go env GOPROXY)" \
  SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}" \
  /fanlight/assets/package/build.sh "dist/$release" "$arch"
chown -R --reference=. dist
