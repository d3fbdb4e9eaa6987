#!/usr/bin/env bash
# Installs the packages on a bare Debian, launches Fanlight there from its .desktop file as a user,
# upgrades it and removes it. Needs root.
#
#   test.sh RELEASE FOLDER    with the packages in FOLDER; leaves pictures of the screen there
#
# The screen is an Xvfb of this machine, so that nothing in the bare Debian has a library that the
# package forgot to depend on: only dex, which reads .desktop files, a session bus and curl are added, and for what a
# desktop does over the bus GLib's tools, later.
# shellcheck disable=SC2016 # what stands in single quotes is for others to expand
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
release=$1 folder=$2
id=io.github.fanlight.Fanlight
patience=60
port=8091 # as the user has set it

work=$(mktemp -d "${XDG_CACHE_HOME:-$HOME/.cache}/fanlight/package/test.XXXXXX")
root=$work/root
screen=
end() {
  [ -z "$screen" ] || kill "$screen" 2>/dev/null || true
  rm -rf --one-file-system "$work"
}
trap end EXIT

say() { printf '%s: %s\n' "$release" "$*"; }
fail() { say "FAILED: $*" >&2; exit 1; }
inside() { timeout 600 "$here/chroot.sh" run "$root" "$@"; }

# user COMMAND... runs it as the user, offline, on the screen, with a session bus.
user() {
  timeout 120 "$here/chroot.sh" run --offline --bind "$work/sockets:/tmp/.X11-unix" "$root" \
    runuser -u anna -- env -C /home/anna HOME=/home/anna USER=anna DISPLAY=":$display" dbus-run-session -- "$@"
}

# packages: what is installed, one a line.
packages() { inside dpkg-query -W -f '${Package}\n' | sort; }

# files: all that packages and programs have left, but for what apt and the like remember.
files() {
  find "$root" -xdev \( -path "$root/proc" -o -path "$root/dev" -o -path "$root/tmp" -o -path "$root/run" -o -path "$root/home" \
    -o -path "$root/var/lib/dpkg" -o -path "$root/var/lib/apt" -o -path "$root/var/cache" -o -path "$root/var/log" \) -prune \
    -o -printf '%P\n' | sort
}

start_screen() {
  mkdir -m 1777 "$work/sockets" "$work/buffer"
  # The socket has a name of the file system alone: abstract ones do not reach another network.
  exec 3< <(exec Xvfb -displayfd 1 -screen 0 1024x768x24 -fbdir "$work/buffer" -nolisten tcp -ac 2>"$work/xvfb.log")
  screen=$!
  read -r -t 20 display <&3 || fail "Xvfb does not start: $(cat "$work/xvfb.log")"
  ln "/tmp/.X11-unix/X$display" "$work/sockets/X$display"
  export DISPLAY=:$display
}

# shoot NAME keeps what is on the screen.
shoot() {
  ffmpeg -nostdin -v error -y -f xwd_pipe -i "$work/buffer/Xvfb_screen0" -frames:v 1 "$folder/$1-$release.png" ||
    fail "the screen cannot be kept"
  say "$folder/$1-$release.png is what was on the screen"
}

# window waits for Fanlight's, sets $window, and gives the camera's picture time to be drawn.
window() {
  window=$(timeout $patience xdotool search --sync --onlyvisible --class '^Fanlight$' | head -n 1) ||
    fail "no window came within $patience s: $(cat "$work/session.log")"
  sleep 3
}

# launch NAME starts Fanlight from its .desktop file, looks at the window and ends it.
launch() {
  touch "$root/home/anna/open"
  user sh -euc '
    dex --wait "/usr/share/applications/'"$id"'.desktop" &
    while [ -e /home/anna/open ]; do sleep 0.2; done
    kill $(pidof fanlight)
    wait $!' >"$work/session.log" 2>&1 &
  local session=$!
  window
  shoot "$1"
  xprop -id "$window" WM_CLASS | grep -q "\"$(sed -n 's/^StartupWMClass=//p' "$root/usr/share/applications/$id.desktop")\"" ||
    fail "StartupWMClass is not the window's: $(xprop -id "$window" WM_CLASS)"
  rm "$root/home/anna/open"
  wait $session || fail "the session ended with $?: $(cat "$work/session.log")"
}

# share NAME has the desktop start Fanlight over the session bus, as a click on its icon does, and then share and
# stop sharing, as the icon's menu does. The page is watched from within the user's own network.
share() {
  touch "$root/home/anna/open"
  user sh -euc '
    id=$1 page=http://127.0.0.1:$2/
    tell() {
      method=$1; shift
      gdbus call --session --dest "$id" --object-path "/$(echo "$id" | tr . /)" \
        --method "org.freedesktop.Application.$method" "$@" "@a{sv} {}"
    }
    tell Activate
    while [ ! -e /home/anna/seen ]; do sleep 0.2; done
    tr "\0" " " <"/proc/$(pidof fanlight)/cmdline" | grep -x "/usr/bin/fanlight --background "
    if curl -s -o page "$page"; then echo "it shares before it is told to"; exit 1; fi
    tell ActivateAction share "@av []"
    curl -sS --retry 60 --retry-delay 1 --retry-connrefused -H "Accept-Language: de" -o page "$page"
    curl -sS -o snapshot.jpg "${page}snapshot.jpg"
    grep -q "<html lang=\"de\"" page
    grep -q "Vollbild" page
    [ "$(od -An -tx1 -N2 snapshot.jpg)" = " ff d8" ]
    echo "page $(wc -c <page) bytes in German, snapshot $(wc -c <snapshot.jpg) bytes"
    rm page snapshot.jpg
    while [ -e /home/anna/open ]; do sleep 0.2; done
    tell ActivateAction stop-sharing "@av []"
    while curl -s -o page "$page"; do sleep 0.2; done
    rm -f page
    kill $(pidof fanlight)
    while pidof fanlight; do sleep 0.2; done' sh "$id" $port >"$work/session.log" 2>&1 &
  local session=$!
  window
  touch "$root/home/anna/seen"
  for _ in $(seq $patience); do grep -q ^page "$work/session.log" && break; sleep 1; done
  grep -q ^page "$work/session.log" || fail "the page does not answer: $(cat "$work/session.log")"
  say "$(grep ^page "$work/session.log")"
  shoot "$1"
  rm "$root/home/anna/open" "$root/home/anna/seen"
  wait $session || fail "the session ended with $?: $(cat "$work/session.log")"
}

# record lists microphones, of which there are none, takes a snapshot, and has Fanlight record and serve RTSP without a window.
record() {
  user bash -euc '
    fanlight --list-microphones >list 2>&1
    grep -q "^fanlight: no microphone found" list
    fanlight --snapshot now.jpg --camera emulated
    [ "$(od -An -tx1 -N2 now.jpg)" = " ff d8" ]
    fanlight --headless --camera emulated --record Videos --rtsp &
    curl -sS --retry 60 --retry-delay 1 --retry-connrefused -o /dev/null "http://127.0.0.1:$1/"
    sleep 3
    exec 3<>/dev/tcp/127.0.0.1/8554
    printf "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n" >&3
    read -r -t 10 answer <&3
    [ "${answer%?}" = "RTSP/1.0 200 OK" ]
    kill $!
    wait $!
    rm list now.jpg' bash $port >"$work/session.log" 2>&1 || fail "it does not record: $(cat "$work/session.log")"
  local pictures
  pictures=$(ffprobe -v error -count_packets -show_entries stream=nb_read_packets -of csv=p=0 "$root"/home/anna/Videos/*.mkv)
  [ "$pictures" -ge 3 ] || fail "the recording has $pictures pictures"
  say "recorded $pictures pictures"
}

# manual looks that the man page names every option.
manual() {
  gzip -dc "$root/usr/share/man/man1/fanlight.1.gz" | tr -d '\\' >"$work/manual"
  local option
  for option in $(inside fanlight --help | grep -o -- '--[a-z][a-z0-9-]*' | sort -u); do
    grep -qe "$option" "$work/manual" || fail "the man page lacks $option"
  done
}

deb=$(echo "$folder"/fanlight_*_"$(dpkg --print-architecture)".deb)
version=$(dpkg-deb -f "$deb" Version)
"$here/chroot.sh" make "$release" "$root"
cp "$deb" "$root/fanlight_$version.deb"
# The version before has the same files.
dpkg-deb -R "$deb" "$work/before"
sed -i 's/^Version: .*/Version: 0.0.9/' "$work/before/DEBIAN/control"
dpkg-deb --root-owner-group -Zgzip -z1 -b "$work/before" "$root/fanlight_0.0.9.deb" >/dev/null

inside apt-get -q update >/dev/null
inside useradd -m -s /bin/bash anna
packages >"$work/bare"
files >"$work/files"
for recommends in true false; do
  say "APT::Install-Recommends=$recommends: $(inside apt-get install --assume-no -o APT::Install-Recommends=$recommends "/fanlight_$version.deb" 2>/dev/null |
    grep -E 'newly installed|Need to get|disk space' | paste -sd' ')"
done

say "installs version 0.0.9"
inside apt-get -q install -y /fanlight_0.0.9.deb >"$work/apt.log" 2>&1 || fail "$(cat "$work/apt.log")"
inside fanlight --version
files >"$work/installed"
grep -qx usr/bin/fanlight "$work/installed" || fail "the list of files has not what was installed"
inside apt-get -q install -y --no-install-recommends dex dbus-daemon curl >"$work/apt.log" 2>&1 || fail "$(cat "$work/apt.log")"
start_screen
inside runuser -u anna -- env HOME=/home/anna sh -euc 'umask 077; mkdir -p ~/.config/fanlight; cat >~/.config/fanlight/settings.json' \
  <<<"{\"port\": $port, \"theme\": \"dark\"}"
launch window
cp "$root/home/anna/.config/fanlight/settings.json" "$work/settings"

say "upgrades to $version"
inside apt-get -q install -y "/fanlight_$version.deb" >"$work/apt.log" 2>&1 || fail "$(cat "$work/apt.log")"
[ "$(inside dpkg-query -W -f '${Version}' fanlight)" = "$version" ] || fail "the version is not $version"
inside apt-get -q install -y --no-install-recommends libglib2.0-bin >"$work/apt.log" 2>&1 || fail "$(cat "$work/apt.log")"
manual
record
share sharing
cmp "$work/settings" "$root/home/anna/.config/fanlight/settings.json" || fail "the settings are not those from before"

say "removes it"
inside apt-get -q purge -y fanlight dex dbus-daemon curl libglib2.0-bin >"$work/apt.log" 2>&1 || fail "$(cat "$work/apt.log")"
packages | comm -13 "$work/bare" - | xargs -r "$here/chroot.sh" run "$root" apt-get -q purge -y >"$work/apt.log" 2>&1 || fail "$(cat "$work/apt.log")"
rm "$root"/fanlight_*.deb
files | comm -13 "$work/files" - >"$work/left"
say "files left: $(wc -l <"$work/left")"
cat "$work/left"
(cd "$root/home/anna" && find . -type f ! -name '.bash*' ! -name .profile ! -path './.cache/*') >"$work/kept"
say "of the user's: $(paste -sd' ' "$work/kept")"
cmp "$work/settings" "$root/home/anna/.config/fanlight/settings.json" || fail "the settings are not those from before"
grep -q '^./Videos/.*\.mkv$' "$work/kept" || fail "it removed the user's recording"
! grep -Ev '^\./(\.config/fanlight|Videos)/' "$work/kept" || fail "it left more of the user's than settings and recordings"
! grep -i fanlight "$work/left" || fail "it left files"
say "passed"
