//go:build unix

package pixels

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A camera's buffer is the kernel's memory, mapped for reading.
func TestEncodeMappedMemory(t *testing.T) {
	raw := paint(YUYV, 128, 96, 256)
	name := filepath.Join(t.TempDir(), "frame")
	if err := os.WriteFile(name, raw.Pix, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	mapped, err := syscall.Mmap(int(file.Fd()), 0, len(raw.Pix), syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(mapped)
	want, err := raw.Encode(0)
	if err != nil {
		t.Fatal(err)
	}
	raw.Pix = mapped
	if got, err := raw.Encode(0); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes, want %d: %v", len(got), len(want), err)
	}
}
