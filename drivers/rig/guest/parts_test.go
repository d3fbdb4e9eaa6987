package main

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLoadOrder(t *testing.T) {
	needs := map[string][]string{"camera": {"video", "usb"}, "video": {"media"}, "usb": {"common"}, "media": nil, "common": nil}
	lookUp := func(name string) ([]string, error) {
		needed, ok := needs[name]
		if !ok {
			return nil, errors.New("no module " + name)
		}
		return needed, nil
	}
	order, err := loadOrder([]string{"usb", "camera"}, lookUp)
	if want := []string{"common", "usb", "media", "video", "camera"}; err != nil || !slices.Equal(order, want) {
		t.Errorf("got %v, %v, want %v", order, err, want)
	}
	needs["media"] = []string{"absent"}
	if _, err := loadOrder([]string{"camera"}, lookUp); err == nil || !strings.Contains(err.Error(), "absent") {
		t.Errorf("a module that needs an absent one: %v", err)
	}
}

func TestPayload(t *testing.T) {
	image := func(packed string, length int) []byte {
		b := make([]byte, 2*512)
		b[0x1f1] = 1
		copy(b[0x202:], "HdrS")
		binary.LittleEndian.PutUint32(b[0x24c:], uint32(length))
		return append(b, packed...)
	}
	const xz, zstd = "\xfd7zXZ\x00kernel", "\x28\xb5\x2f\xfdkernel"
	for _, test := range []struct {
		name    string
		bzImage []byte
		want    string // "" for an error
		program string
	}{
		{"whole", image(xz+"SIZE", len(xz)+4), xz, "xz"},
		{"Debian 13's", image(zstd+"SIZE", len(zstd)+4), zstd, "zstd"},
		{"cut short", image(xz, len(xz)+4), "", ""},
		{"packed otherwise", image("\x1f\x8bkernelSIZE", 12), "", ""},
		{"no bzImage", []byte(strings.Repeat("x", 4096)), "", ""},
		{"empty", nil, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, program, err := payload(test.bzImage)
			if string(got) != test.want || program != test.program || (err == nil) != (test.want != "") {
				t.Errorf("got %q, %q, %v", got, program, err)
			}
		})
	}
}

// TestModulesOfTheKernelItself need no file, as Debian 13's virtio_pci.
func TestModulesOfTheKernelItself(t *testing.T) {
	tree, image := t.TempDir(), t.TempDir()
	list := "kernel/" + strings.ReplaceAll(strings.Join(allModules(), ".ko\nkernel/"), "_", "-") + ".ko\n"
	if err := os.WriteFile(filepath.Join(tree, "modules.builtin"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := collectModules(t.Context(), tree, image); err != nil {
		t.Fatal(err)
	}
	if order, err := imageLoadOrder(image, bootModules...); err != nil || len(order) > 0 {
		t.Errorf("to be loaded: %v, %v", order, err)
	}
	if err := collectModules(t.Context(), t.TempDir(), image); err == nil {
		t.Error("modules that are nowhere are not missed")
	}
}
