//go:build linux

package v4l2

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"fanlight/drivers/camera"

	"golang.org/x/sys/unix"
)

// explain turns a failure into a sentence that says what to do. The camera is closed.
func (c listed) explain(err error) error {
	var said *camera.Failure
	var undecoded *undecodedError
	var silent *signalError
	var unfed *unfedError
	sentence := ""
	switch {
	case errors.Is(err, unix.ENODEV), errors.Is(err, unix.ENXIO), errors.Is(err, fs.ErrNotExist):
		sentence = c.name + " is unplugged: plug it in again and the picture comes back"
		err = fmt.Errorf("%w: %w", camera.ErrUnplugged, err)
	case errors.As(err, &said):
		return said
	case errors.As(err, &silent):
		sentence = fmt.Sprintf("%v (%s)", silent, c.name)
	case errors.As(err, &unfed):
		sentence = c.name + " is fed by no program: start the one that does, in OBS with Start Virtual Camera, and the picture comes"
	case errors.As(err, &undecoded):
		sentence = fmt.Sprintf("%s %v: choose another camera", c.name, undecoded)
	case errors.Is(err, unix.EBUSY):
		who := "another program"
		if found := holders("/proc", c.node.path); len(found) > 0 {
			who = strings.Join(found, " and ")
		}
		sentence = fmt.Sprintf("%s is used by %s: close it there; Fanlight goes on trying", c.name, who)
	case errors.Is(err, unix.EACCES):
		sentence = fmt.Sprintf("No permission to open %s (%s): %s", c.name, c.node.path, permissionHint(c.node.path))
	case errors.Is(err, unix.ENOSPC):
		sentence = c.name + " finds no room on its USB bus beside the devices there: plug it into another socket, unplug another camera, or ask for a smaller picture with --size 640x480"
	default:
		sentence = fmt.Sprintf("%s does not work (%v): unplug it and plug it in again, best into another USB socket", c.name, err)
	}
	return &camera.Failure{Sentence: sentence, Cause: err}
}

// holders names the processes that have the file at path open, "cheese (pid
// 4021)", as far as proc shows them: root sees all, others see their own.
func holders(proc, path string) []string {
	descriptors, _ := filepath.Glob(filepath.Join(proc, "[0-9]*", "fd", "*"))
	var found []string
	for _, fd := range descriptors {
		if target, err := os.Readlink(fd); err != nil || target != path {
			continue
		}
		process := filepath.Dir(filepath.Dir(fd))
		comm, _ := os.ReadFile(filepath.Join(process, "comm"))
		name := fmt.Sprintf("%s (pid %s)", strings.TrimSpace(string(comm)), filepath.Base(process))
		if !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}

// permissionHint says how to get permission: through the group that may use the node, or
// else by an entry in its access list, which a desktop gives to the person before it.
func permissionHint(path string) string {
	info, err := os.Stat(path)
	if err == nil {
		gid := info.Sys().(*syscall.Stat_t).Gid
		group, err := user.LookupGroupId(strconv.FormatUint(uint64(gid), 10))
		if err == nil && gid != 0 && info.Mode()&0o060 == 0o060 {
			return fmt.Sprintf("add yourself to the group %s with: sudo usermod -aG %s $USER, then log in again", group.Name, group.Name)
		}
	}
	return fmt.Sprintf("let yourself in with: sudo setfacl -m u:$USER:rw %s", path)
}
