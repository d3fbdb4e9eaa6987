#!/usr/bin/env bash
# Makes Debian systems in folders and runs programs in them. Needs root.
#
#   chroot.sh make RELEASE ROOT                   unpacks a bare Debian into the folder ROOT
#   chroot.sh run [OPTION]... ROOT COMMAND...     runs a command there, as root, in a bare environment
#     --bind FROM:TO    shows the folder FROM as TO; more than once if need be
#     --offline         with a network of its own, which has a loopback interface alone
#
# Mounts, processes and the network of a command end with it.
set -euo pipefail

cache=${XDG_CACHE_HOME:-$HOME/.cache}/fanlight/package
mirror=http://deb.debian.org/debian

# make RELEASE ROOT: the first bare system of a release comes from the mirror and is kept for the next.
make() {
  local release=$1 root=$2 kept=$cache/$1.tar
  if [ ! -e "$kept" ]; then
    echo "Fetching a bare Debian, $release" >&2
    mkdir -p "$cache"
    local fresh
    fresh=$(mktemp -d "$cache/$release.XXXXXX")
    debootstrap --variant=minbase "$release" "$fresh" "$mirror" >"$cache/$release.log" ||
      { tail "$cache/$release.log" "$fresh/debootstrap/debootstrap.log" >&2; rm -rf "$fresh"; exit 1; }
    {
      echo "deb $mirror $release main"
      echo "deb $mirror $release-updates main"
      echo "deb http://deb.debian.org/debian-security $release-security main"
    } >"$fresh/etc/apt/sources.list"
    rm -f "$fresh"/var/cache/apt/archives/*.deb
    tar -C "$fresh" --numeric-owner -cf "$kept.new" .
    mv "$kept.new" "$kept"
    rm -rf "$fresh"
  fi
  mkdir -p "$root"
  tar -C "$root" --numeric-owner -xf "$kept"
  # Debian's installer writes this file; netbase would, and on trixie leaves it when it is removed.
  echo "127.0.0.1	localhost" >"$root/etc/hosts"
}

run() {
  local binds=() network=()
  while :; do
    case $1 in
      --bind) binds+=("$2"); shift 2 ;;
      --offline) network=(--net); shift ;;
      *) break ;;
    esac
  done
  unshare --mount --pid "${network[@]}" --fork --kill-child -- "$0" inside "${#binds[@]}" "${binds[@]}" "$@"
}

# inside N BIND... ROOT COMMAND... is the part of run behind unshare.
inside() {
  local n=$1
  shift
  local binds=("${@:1:n}") root=${*:n+1:1}
  shift $((n + 1))
  mount -t proc proc "$root/proc"
  mount -t tmpfs tmpfs "$root/dev"
  mkdir "$root"/dev/{pts,shm}
  mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
  mount -t tmpfs tmpfs "$root/dev/shm"
  chmod 1777 "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  local node bind
  for node in null zero full random urandom tty; do
    touch "$root/dev/$node"
    mount --bind "/dev/$node" "$root/dev/$node"
  done
  for bind in "${binds[@]}"; do
    mkdir -p "$root${bind#*:}"
    mount --bind "${bind%%:*}" "$root${bind#*:}"
  done
  ip link set lo up 2>/dev/null || true
  cp -L --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
  exec chroot "$root" env -i HOME=/root LANG=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} "$@"
}

"$@"
