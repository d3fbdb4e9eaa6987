package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// prepared returns a directory with the guest's kernel, vmlinux, and the modules
// that it needs, MODULE.ko. The first call fetches them (70 MB through apt).
func prepared(ctx context.Context) (image string, err error) {
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	// The name changes with the list of modules, so a newer rig does not take an older one's image.
	image = filepath.Join(cache, fmt.Sprintf("image-%.6x", sha256.Sum256(fmt.Append(nil, allModules()))))
	if _, err := os.Stat(image); err == nil {
		return image, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", fmt.Errorf("cannot make the rig's cache, name another place in $FANLIGHT_RIG_CACHE: %w", err)
	}
	dir, err := os.MkdirTemp(cache, "preparing-")
	if err != nil {
		return "", fmt.Errorf("cannot write the rig's cache, name another place in $FANLIGHT_RIG_CACHE: %w", err)
	}
	defer os.RemoveAll(dir)
	if err := prepare(ctx, dir); err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(dir, "image"), image); err != nil {
		if _, missing := os.Stat(image); missing != nil {
			return "", err
		}
		// Another guest that started at the same time was first: its image is as good.
	}
	return image, nil
}

func cacheDir() (string, error) {
	if dir := os.Getenv("FANLIGHT_RIG_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no place for the rig's cache, name one in $FANLIGHT_RIG_CACHE: %w", err)
	}
	return filepath.Join(dir, "fanlight-rig"), nil
}

// prepare makes dir/image, using dir for what is needed on the way.
func prepare(ctx context.Context, dir string) error {
	deb, err := download(ctx, dir)
	if err != nil {
		return err
	}
	unpacked := filepath.Join(dir, "package")
	if _, err := output(ctx, dir, "dpkg", "-x", deb, unpacked); err != nil {
		return fmt.Errorf("cannot unpack the kernel's package: %w", err)
	}
	image := filepath.Join(dir, "image")
	if err := os.Mkdir(image, 0o755); err != nil {
		return err
	}
	if err := extractKernel(ctx, unpacked, filepath.Join(image, "vmlinux")); err != nil {
		return fmt.Errorf("cannot unpack the kernel: %w", err)
	}
	if err := collectModules(ctx, unpacked, image); err != nil {
		return fmt.Errorf("cannot collect the kernel's modules: %w", err)
	}
	return nil
}

var imagePackage = regexp.MustCompile(`(?m)^\s*Depends: (linux-image-[0-9]\S+)$`)

// download fetches the package that holds Debian's current kernel.
func download(ctx context.Context, dir string) (deb string, err error) {
	const meta = "linux-image-amd64"
	depends, err := output(ctx, dir, "apt-cache", "depends", meta)
	if err != nil {
		return "", fmt.Errorf("the guest needs Debian's kernel, but apt does not know %s; "+
			"on Debian run apt-get update and try again (other systems: see drivers/rig/README.md): %w", meta, err)
	}
	found := imagePackage.FindSubmatch(depends)
	if found == nil {
		return "", fmt.Errorf("apt does not say which kernel %s stands for; run apt-get update and try again", meta)
	}
	// apt's own user may not write here, and need not: root or not, we are who fetches.
	if _, err := output(ctx, dir, "apt-get", "-o", "APT::Sandbox::User=root", "download", string(found[1])); err != nil {
		return "", fmt.Errorf("cannot fetch %s; apt's lists may be out of date, run apt-get update and try again: %w", found[1], err)
	}
	debs, err := filepath.Glob(filepath.Join(dir, "*.deb"))
	if err != nil || len(debs) != 1 {
		return "", fmt.Errorf("apt-get download left %d packages where there should be one", len(debs))
	}
	return debs[0], nil
}

// extractKernel takes the bare ELF kernel out of the package's bzImage. QEMU
// boots it straight away (PVH), where a bzImage would first unpack itself under
// emulation.
func extractKernel(ctx context.Context, unpacked, vmlinux string) error {
	images, err := filepath.Glob(filepath.Join(unpacked, "boot", "vmlinuz-*"))
	if err != nil || len(images) != 1 {
		return fmt.Errorf("found %d files boot/vmlinuz-* where there should be one", len(images))
	}
	bzImage, err := os.ReadFile(images[0])
	if err != nil {
		return err
	}
	packed, program, err := payload(bzImage)
	if err != nil {
		return err
	}
	unpack := exec.CommandContext(ctx, program, "--decompress", "--stdout")
	unpack.Stdin = bytes.NewReader(packed)
	kernel, err := unpack.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	return os.WriteFile(vmlinux, kernel, 0o644)
}

// payload returns the compressed kernel in a bzImage (Documentation/arch/x86/boot.rst:
// setup_sects, payload_offset, payload_length), and the program that unpacks it: Debian 12
// has xz, and Debian 13 zstd.
func payload(bzImage []byte) (packed []byte, program string, err error) {
	const setupSects, payloadOffset, payloadLength, sector = 0x1f1, 0x248, 0x24c, 512
	if len(bzImage) < payloadLength+4 || string(bzImage[0x202:0x206]) != "HdrS" {
		return nil, "", errors.New("not a bzImage")
	}
	from := (int(bzImage[setupSects])+1)*sector + int(binary.LittleEndian.Uint32(bzImage[payloadOffset:]))
	to := from + int(binary.LittleEndian.Uint32(bzImage[payloadLength:]))
	if to > len(bzImage) || to-from < 4 {
		return nil, "", errors.New("the bzImage is cut short")
	}
	packed = bzImage[from : to-4] // the last four bytes are the unpacked size
	switch {
	case bytes.HasPrefix(packed, []byte("\xfd7zXZ\x00")):
		return packed, "xz", nil
	case bytes.HasPrefix(packed, []byte("\x28\xb5\x2f\xfd")):
		return packed, "zstd", nil
	}
	return nil, "", errors.New("the kernel is compressed with neither xz nor zstd")
}

// output runs a program in dir and returns what it printed; an error says what it complained about.
func output(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(string(exit.Stderr)))
	}
	return out, err
}
