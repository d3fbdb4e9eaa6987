package main

import (
	"encoding/binary"
	"errors"
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
	const xz = "\xfd7zXZ\x00kernel"
	for _, test := range []struct {
		name    string
		bzImage []byte
		want    string // "" for an error
	}{
		{"whole", image(xz+"SIZE", len(xz)+4), xz},
		{"cut short", image(xz, len(xz)+4), ""},
		{"packed otherwise", image("\x28\xb5\x2f\xfdkernelSIZE", 14), ""},
		{"no bzImage", []byte(strings.Repeat("x", 4096)), ""},
		{"empty", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := payload(test.bzImage)
			if string(got) != test.want || (err == nil) != (test.want != "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}
