//go:build linux

package v4l2

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"fanlight/drivers/camera"
)

func TestHoldersFindsThisProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "node")
	if found := holders("/proc", path); found != nil {
		t.Fatalf("held before it is open, by %q", found)
	}
	for range 2 { // twice, and yet named once
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
	}
	comm, err := os.ReadFile("/proc/self/comm")
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("%s (pid %d)", strings.TrimSpace(string(comm)), os.Getpid())
	if found := holders("/proc", path); !slices.Equal(found, []string{want}) {
		t.Errorf("found %q, want %q", found, want)
	}
}

func TestExplain(t *testing.T) {
	held := filepath.Join(t.TempDir(), "held")
	f, err := os.Create(held)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	free := filepath.Join(t.TempDir(), "free")

	for _, test := range []struct {
		path  string
		cause error
		want  string
	}{
		{free, syscall.ENODEV, "Cam is unplugged: plug it in again and the picture comes back"},
		{free, &fs.PathError{Op: "open", Path: free, Err: syscall.ENOENT}, "Cam is unplugged"},
		{free, &fs.PathError{Op: "open", Path: free, Err: syscall.ENXIO}, "Cam is unplugged"},
		{free, syscall.EBUSY, "Cam is used by another program: close it there; Fanlight goes on trying"},
		{held, syscall.EBUSY, fmt.Sprintf("(pid %d): close it there", os.Getpid())},
		{free, syscall.EACCES, "No permission to open Cam (" + free + "): let yourself in with: sudo setfacl -m u:$USER:rw " + free},
		{free, syscall.ENOSPC, "Cam finds no room on its USB bus"},
		{free, syscall.EIO, "Cam does not work (wrapped: input/output error): unplug it"},
	} {
		cause := fmt.Errorf("wrapped: %w", test.cause)
		got := listed{name: "Cam", node: node{path: test.path}}.explain(cause)
		if !strings.Contains(got.Error(), test.want) {
			t.Errorf("%v: %q\nwant %q", test.cause, got, test.want)
		}
		if !errors.Is(got, test.cause) {
			t.Errorf("%q lost its cause %v", got, test.cause)
		}
		if unplugged := strings.Contains(test.want, "is unplugged"); errors.Is(got, camera.ErrUnplugged) != unplugged {
			t.Errorf("%q is ErrUnplugged: %v", got, !unplugged)
		}
	}
}

func TestPermissionHintNamesTheGroup(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root, to give a file to the group video")
	}
	path := filepath.Join(t.TempDir(), "node")
	if err := os.WriteFile(path, nil, 0o660); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o660); err != nil { // which a umask does not narrow
		t.Fatal(err)
	}
	const video = 44 // in Debian's base-passwd, as in most distributions
	if err := os.Chown(path, 0, video); err != nil {
		t.Fatal(err)
	}
	const want = "add yourself to the group video with: sudo usermod -aG video $USER, then log in again"
	if got := permissionHint(path); got != want {
		t.Errorf("got %q", got)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := permissionHint(path); strings.Contains(got, "group") {
		t.Errorf("the group may not use the node, but: %q", got)
	}
}
