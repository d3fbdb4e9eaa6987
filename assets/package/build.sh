#!/usr/bin/env bash
# Builds fanlight_VERSION_ARCH.deb and fanlight-opencv_VERSION_ARCH.deb, for the Debian that it runs on.
#
#   build.sh FOLDER [ARCHITECTURE]    leaves them in FOLDER
#
# For another architecture it takes Debian's cross compiler. $SOURCE_DATE_EPOCH is the packages' date,
# and $VERSION a version other than that of FyneApp.toml.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=assets/package
dist=$1
arch=${2:-$(dpkg --print-architecture)}

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
version=${VERSION:-$(sed -n 's/^ *Version = "\(.*\)"$/\1/p' FyneApp.toml)}
maintainer='The Fanlight developers <fanlight@users.noreply.github.com>'
homepage=$(sed -n 's:.*<url type="homepage">\(.*\)</url>.*:\1:p' "$here"/*.metainfo.xml)
stage=$dist/stage-$arch
id=io.github.fanlight.Fanlight

nfpm() { env -u GOARCH -u CC -u CXX CGO_ENABLED=0 go run github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2 "$@"; }

# cross chooses the compilers, where the architecture is another one.
cross() {
  export GOARCH=$arch CGO_ENABLED=1
  [ "$arch" != "$(dpkg --print-architecture)" ] || return 0
  local triplet
  triplet=$(dpkg-architecture -a "$arch" -q DEB_HOST_GNU_TYPE)
  export CC=$triplet-gcc CXX=$triplet-g++ PKG_CONFIG=$triplet-pkg-config
}

# compile OUTPUT PACKAGE builds with the hardening that Debian's own packages have.
compile() {
  local flags=(dpkg-buildflags --get)
  export DEB_BUILD_MAINT_OPTIONS=hardening=+all DEB_HOST_ARCH=$arch
  CGO_CPPFLAGS=$("${flags[@]}" CPPFLAGS) CGO_CFLAGS=$("${flags[@]}" CFLAGS) CGO_CXXFLAGS=$("${flags[@]}" CXXFLAGS) \
    CGO_LDFLAGS=$("${flags[@]}" LDFLAGS) \
    go build -tags migrated_fynedo,nolibopusfile -trimpath -buildmode=pie \
    -ldflags '-s -w -linkmode=external -extldflags "-Wl,-z,relro,-z,now"' -o "$1" "$2"
}

# documents PACKAGE GO-PACKAGE writes what every Debian package has in /usr/share/doc.
documents() {
  local doc=$stage/$1/usr/share/doc/$1
  mkdir -p "$doc"
  "$here/copyright.sh" "$2" >"$doc/copyright"
  "$here/changelog.sh" "$1" "$version" "$maintainer" | gzip -9n >"$doc/changelog.gz"
}

# install_data puts the files of the desktop and the shells in their places.
install_data() {
  local to=$stage/fanlight/usr size
  install -Dm644 "$here/$id.desktop" "$to/share/applications/$id.desktop"
  install -Dm644 "$here/$id.metainfo.xml" "$to/share/metainfo/$id.metainfo.xml"
  sed -i -e "s/@VERSION@/$version/" -e "s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)/" "$to/share/metainfo/$id.metainfo.xml"
  install -Dm644 assets/icon.svg "$to/share/icons/hicolor/scalable/apps/$id.svg"
  for size in 16 22 24 32 48 64 128 256 512; do
    mkdir -p "$to/share/icons/hicolor/${size}x$size/apps"
    rsvg-convert -w "$size" -h "$size" assets/icon.svg -o "$to/share/icons/hicolor/${size}x$size/apps/$id.png"
  done
  install -Dm644 "$here/$id.service" "$to/share/dbus-1/services/$id.service"
  install -Dm644 "$here/fanlight.service" "$to/lib/systemd/user/fanlight.service"
  install -Dm644 "$here/manual/fanlight.bash" "$to/share/bash-completion/completions/fanlight"
  install -Dm644 "$here/manual/_fanlight" "$to/share/zsh/vendor-completions/_fanlight"
  mkdir -p "$to/share/man/man1"
  gzip -9nc "$here/manual/fanlight.1" >"$to/share/man/man1/fanlight.1.gz"
  desktop-file-validate "$to/share/applications/$id.desktop"
  appstreamcli validate --no-net "$to/share/metainfo/$id.metainfo.xml"
}

# depends FILE: the packages whose libraries it is linked with, as nfpm wants them.
depends() {
  local room
  room=$(mktemp -d)
  mkdir "$room/debian"
  printf 'Source: fanlight\n\nPackage: fanlight\nArchitecture: any\n' >"$room/debian/control"
  (cd "$room" && DEB_HOST_ARCH=$arch dpkg-shlibdeps -O -e"$1" | sed -e 's/^shlibs:Depends=//' -e 's/, /\n/g')
  rm -r "$room"
}

# package NAME FILE [DEPENDENCY]... makes one of the two packages, with FILE's libraries and the further
# dependencies.
package() {
  local name=$1 list
  # A package that both name keeps the line with the version, which comes first.
  list=$({ depends "$PWD/$stage/$1/$2"; shift 2; [ $# -eq 0 ] || printf '%s\n' "$@"; } | sort -s -u -k1,1 | sed 's/.*/"&"/' | paste -sd,)
  sed -e "s|@ARCH@|$arch|" -e "s|@VERSION@|$version|" -e "s|@MAINTAINER@|$maintainer|" -e "s|@HOMEPAGE@|$homepage|" \
    -e "s|@MTIME@|$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)|" -e "s#@DEPENDS@#$list#" -e "s|@STAGE@|$stage|" \
    "$here/$name.yaml" >"$stage/$name.yaml"
  nfpm package --config "$stage/$name.yaml" --packager deb --target "$dist/${name}_${version}_$arch.deb"
}

umask 022
rm -rf "$stage" "$dist"/fanlight*_"$arch".*
mkdir -p "$stage"
cross
compile "$stage/fanlight/usr/bin/fanlight" ./app
compile "$stage/fanlight-opencv/usr/libexec/fanlight/fanlight-opencv" ./drivers/opencv/program
documents fanlight ./app
documents fanlight-opencv ./drivers/opencv/program
install_data
# GLFW opens these libraries by itself, so that dpkg-shlibdeps does not see them.
package fanlight usr/bin/fanlight libx11-6 libxcursor1 libxi6 libxinerama1 libxrandr2 libxrender1 libxext6 \
  libxkbcommon0 libegl1 libwayland-cursor0 libwayland-egl1
package fanlight-opencv usr/libexec/fanlight/fanlight-opencv
rm -r "$stage"

lintian --fail-on error,warning "$dist"/fanlight{,-opencv}_"${version}_$arch.deb"
