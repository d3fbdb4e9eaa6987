# make run     installs what is missing, builds, and opens the window
# make test    installs what the tests need, and runs them all
# make check   the fast loop: format, vet, lint, unit tests
# make fuzz    searches a minute long for input that breaks each parser
# make vuln    looks up what is known against Fanlight's modules and Go itself
# make bench   measures what serving costs, beside a bare write(2) loop
# make package leaves Debian packages and an archive in dist/

GO       ?= go
TAGS     := migrated_fynedo,nolibopusfile
SUDO     := $(if $(filter 0,$(shell id -u)),,sudo)
SOURCES   = $(shell find app ui streaming drivers assets -type f -not -path 'drivers/opencv/program/*') go.mod go.sum
# What bin/fanlight-opencv is built from: its own room, and those that it imports.
OPENCV    = $(shell find $(addprefix drivers/,camera caught jpegs newest opencv polled process secrets) -name '*.go') go.mod go.sum

# Debian's names.
BUILD_PACKAGES := gcc g++ pkg-config libgl1-mesa-dev xorg-dev libxkbcommon-dev libwayland-dev libturbojpeg0-dev libopus-dev libopencv-dev
TEST_PACKAGES  := $(BUILD_PACKAGES) xvfb xauth xdotool openbox libgl1-mesa-dri dbus avahi-daemon avahi-utils iproute2 \
                  nftables iptables python3-zeroconf util-linux procps curl ffmpeg nginx-light libnginx-mod-rtmp chromium qemu-system-x86 busybox-static xz-utils zstd v4l-utils \
                  firefox-esr mpv vlc-bin vlc-plugin-base python3 python3-opencv libimage-exiftool-perl e2fsprogs \
                  gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good mkvtoolnix \
                  python3-gi gir1.2-gstreamer-1.0 gir1.2-gst-rtsp-server-1.0 pulseaudio pulseaudio-utils \
                  fonts-dejavu-core fonts-lohit-deva fonts-tlwg-loma-otf fonts-wqy-microhei fonts-noto-color-emoji
BENCH_PACKAGES := gunicorn python3-gevent
PICTURE_PACKAGES := librsvg2-bin ffmpeg fonts-dejavu-core
PACKAGE_PACKAGES := dpkg-dev lintian librsvg2-bin desktop-file-utils appstream xz-utils
CHROOT_PACKAGES  := debootstrap debian-archive-keyring util-linux iproute2 xvfb xdotool x11-utils ffmpeg

# install PACKAGES: says what is missing, and installs that.
define install
	@missing=; for p in $(1); do \
	  [ "$$(dpkg-query -W -f='$${db:Status-Status}' $$p 2>/dev/null)" = installed ] || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	  command -v apt-get >/dev/null || { echo "Fanlight needs these packages, under Debian's names; install them by hand:$$missing"; exit 1; }; \
	  echo "Installing$$missing"; \
	  $(SUDO) apt-get -q update && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $$missing; fi
endef

.PHONY: run build test check fuzz vuln bench golden pictures manual translations go-version setup-build setup-test clean \
        package package-arm64 package-darwin package-windows test-package

run: build
	@./bin/fanlight

build: setup-build bin/fanlight bin/fanlight-opencv

bin/fanlight: $(SOURCES)
	@echo "Building bin/fanlight (the first time takes some minutes)"
	@$(GO) build -tags $(TAGS) -o $@ ./app

bin/fanlight-opencv: $(OPENCV)
	@echo "Building bin/fanlight-opencv"
	@$(GO) build -o $@ ./drivers/opencv/program

bin/guest: $(wildcard drivers/rig/guest/*.go)
	@$(GO) build -o $@ ./drivers/rig/guest

# Comes before anything is installed. Debian 12 has Go 1.19 and in its backports 1.23, Debian 13 has 1.24.
go-version:
	@need=$$(sed -n 's/^go //p' go.mod); \
	have=$$($(GO) version 2>/dev/null | sed -n 's/.*go\([0-9][0-9.]*\).*/\1/p'); \
	[ "$$(printf '%s\n' $$need $$have | sort -V | tail -n 1)" = "$$have" ] || { \
	  echo "Fanlight needs Go $$need or newer; found: $$(GOTOOLCHAIN=local $(GO) version 2>/dev/null || echo none)."; \
	  echo "Install it from https://go.dev/dl/ or, on Debian 13 with backports: apt-get install -t trixie-backports golang-go"; exit 1; }

setup-build: go-version
	$(call install,$(BUILD_PACKAGES))

setup-test: setup-build bin/guest
	$(call install,$(TEST_PACKAGES))
	@echo "Preparing the guest with the kernel cameras"
	@bin/guest -prepare

# GOTESTSUM ends with what was skipped and why, and one line of figures.
GOTESTSUM = $(GO) tool gotestsum --format pkgname --format-hide-empty-pkg

# The packages that take longest come first, so that none runs on alone at the end. They mostly wait, for browsers,
# protocols and clocks: three at a time leave a machine of two processors time enough.
# Tests named TestGuest need a kernel with cameras of its own; see drivers/rig.
test: setup-test lint bin/fanlight
	@echo "Testing, with the race detector"
	@$(GOTESTSUM) -- -race -tags $(TAGS) -timeout 25m -p 3 -skip '^TestGuest' \
	  ./streaming/web ./app ./streaming/discovery ./ui ./...
	@echo "Testing with real kernel cameras, in a QEMU guest"
	@$(GOTESTSUM) -- -tags $(TAGS) -timeout 20m -p 1 -exec '$(CURDIR)/bin/guest' -run '^TestGuest' $(GUEST_TESTS)

GUEST_TESTS := ./drivers/v4l2 ./drivers/opencv ./drivers/rig/usbcam ./app

check: setup-build lint
	@$(GO) test -short -tags $(TAGS) -skip '^TestGuest' ./...

FUZZTIME := 1m

# What is found is kept in the package's testdata, and is a test from then on. Go would spend most of the time on
# making interesting input shorter.
fuzz: setup-build
	@for package in $$($(GO) list -tags $(TAGS) ./...); do \
	  for target in $$($(GO) test -tags $(TAGS) -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "Fuzzing $$package $$target"; \
	    $(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x $$package || exit 1; done; done

GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
VULNDB      := golang.org/x/vulndb

# Needs the network: the Go team's newest database, which comes as a module.
vuln: setup-build
	@db=$$($(GO) list -m -f '{{.Version}}' $(VULNDB)@latest) && $(GO) mod download $(VULNDB)@$$db && \
	  echo "Comparing with $(VULNDB) $$db" && \
	  $(GO) run $(GOVULNCHECK) -db "file://$$($(GO) env GOMODCACHE)/$(VULNDB)@$$db/data/osv" -tags $(TAGS) -test ./...

# The machine should have nothing else to do for the 17 minutes that it takes, and give programs huge pages as
# Debian's kernels do. The result names that setting.
# VIEWERS="1 10" measures these crowds only.
bench: build
	$(call install,$(BENCH_PACKAGES))
	@$(CC) -O2 -Wall -o bin/floor streaming/bench/floor/floor.c
	@$(GO) build -tags $(TAGS) -o bin/bench ./streaming/bench
	@bin/bench bin/fanlight bin/floor streaming/bench/result.md $(VIEWERS)
	@printf '\nOne viewer, in one process whose history of 256 MB is full and takes the pictures in turns of two seconds:\n\n    ' >> streaming/bench/result.md
	@$(GO) test -tags $(TAGS) -run '^$$' -bench ForOneViewer -benchtime 20x ./streaming/history | grep ^Benchmark | tee -a streaming/bench/result.md

.PHONY: lint
lint:
	@echo "Checking format, vet, staticcheck"
	@files=$$(gofmt -l app ui streaming drivers assets); [ -z "$$files" ] || { echo "not formatted; run gofmt -w on: $$files"; exit 1; }
	@$(GO) vet -tags $(TAGS) ./...
	@$(GO) tool staticcheck -tags $(TAGS) ./...

# After a change of how the window looks: makes its golden pictures anew. Look at them.
golden:
	@$(GO) test -tags $(TAGS) ./ui || true
	@cp -r ui/testdata/failed/. ui/testdata/ && rm -r ui/testdata/failed

# After a change of the drawings: makes the embedded pictures anew.
pictures:
	$(call install,$(PICTURE_PACKAGES))
	cd assets && for n in 1 2 3; do rsvg-convert --stylesheet=emulated/$$n.css emulated/scene.svg | \
	  ffmpeg -v error -y -f png_pipe -i - -pix_fmt yuvj420p -q:v 2 -bitexact -f mjpeg emulated/$$n.jpg || exit 1; done
	cd assets && rsvg-convert icon.svg -o icon.png && rsvg-convert -w 192 -h 192 icon.svg -o page/icon-192.png
	cd assets/page && for n in 192 512; do rsvg-convert -w $$n -h $$n maskable.svg -o maskable-$$n.png || exit 1; done
	cd assets/page && rsvg-convert -w 180 -h 180 maskable.svg -o apple-touch-icon.png

# After a change of the options: makes the man page and the shells' completions anew.
manual:
	@$(GO) test -tags $(TAGS) ./app -run '^TestManual$$' -manual

# For translators: says what is missing or wrong in assets/translations/*.json, or in that of one language: ONLY=fr.
translations:
	@$(GO) test ./assets/translations -run '^TestFiles$$$(if $(ONLY),/^$(ONLY)$$)'

# assets/package has what the packages are made of, and how.
package: setup-build
	$(call install,$(PACKAGE_PACKAGES))
	@assets/package/build.sh dist
	@assets/package/fyne.sh linux

# bookworm or trixie, for the two targets below.
RELEASE := bookworm

# Another Debian, or its kin for the Raspberry Pi, needs a Debian of its own to build in: the first time takes
# 15 minutes, and 3 GB for each in the user's cache folder.
BUILD_IN = $(SUDO) env BUILD_PACKAGES="$(BUILD_PACKAGES)" PACKAGE_PACKAGES="$(PACKAGE_PACKAGES)" PATH="$(PATH)" HOME="$(HOME)" \
           assets/package/build-in.sh

package-arm64: go-version
	$(call install,$(CHROOT_PACKAGES))
	@$(BUILD_IN) $(RELEASE) arm64
	@$(SUDO) env HOME="$(HOME)" assets/package/emulate.sh $(RELEASE) arm64

# Installs the packages on a bare Debian 12 and 13, launches, upgrades and removes them.
test-package: go-version
	$(call install,$(CHROOT_PACKAGES))
	@for release in bookworm trixie; do \
	  $(BUILD_IN) $$release $$(dpkg --print-architecture) && \
	  $(SUDO) env HOME="$(HOME)" assets/package/test.sh $$release dist/$$release || exit 1; done

# Not tried: nobody had a Mac, or Windows. They run there, with Go, a C compiler and libjpeg-turbo (Homebrew's
# jpeg-turbo; MSYS2's mingw-w64-x86_64-libjpeg-turbo).
package-darwin: go-version
	@assets/package/fyne.sh darwin

package-windows: go-version
	@assets/package/fyne.sh windows

clean:
	rm -rf bin dist
