package stills

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
)

const (
	// mostBytes bounds the pictures that are held in memory.
	mostBytes = 1 << 30
	// mostPicture bounds one picture, in bytes: 64 megapixels at a high quality fit.
	mostPicture = 32 << 20
	// readPatience bounds the wait for the bytes of what only looks like a file.
	readPatience = time.Second
)

// names returns the names of the folder's entries that are pictures by them, in order. Its
// errors are sentences for the user, as are those of all functions here.
func names(dir string) (found []string, err error) {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() { // opening a pipe waits for its writer
		err = syscall.ENOTDIR
	}
	var entries []fs.DirEntry
	if err == nil {
		entries, err = os.ReadDir(dir)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: make it, or name another behind \"folder:\"", dir)
	} else if err != nil {
		return nil, fmt.Errorf("cannot read the folder %s (name a directory that you may read): %w", dir, err)
	}
	for _, e := range entries {
		if !e.IsDir() && isJPEGName(e.Name()) {
			found = append(found, e.Name())
		}
	}
	return found, nil
}

func isJPEGName(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return !strings.HasPrefix(name, ".") && (ext == ".jpg" || ext == ".jpeg")
}

func errNoPictures(dir string) error {
	return fmt.Errorf("the folder %s holds no pictures: put .jpg or .jpeg files into it", dir)
}

// errNoFile is for what has the name of a picture and is none, such as a pipe, which is
// not opened: that would wait for its writer.
func errNoFile(path string, mode fs.FileMode) error {
	kind := "a device"
	switch {
	case mode.IsDir():
		kind = "a folder"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a pipe"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	}
	return fmt.Errorf("%s is %s and not a picture: take it out of the folder", path, kind)
}

// stat returns what the system says of a picture's file, or of the one that a link leads
// to. It does not open it.
func stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read the picture %s (check its permissions, and where a link leads): %w", path, err)
	case !info.Mode().IsRegular():
		return nil, errNoFile(path, info.Mode())
	}
	return info, nil
}

// read returns the picture in a file.
func read(path string) (camera.Picture, error) {
	// What stat saw may be another one by now, which must not be waited for.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return camera.Picture{}, fmt.Errorf("cannot read the picture %s (check its permissions): %w", path, err)
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && !info.Mode().IsRegular() {
		return camera.Picture{}, errNoFile(path, info.Mode())
	}
	content, err := contentOf(file)
	switch {
	case err != nil:
		return camera.Picture{}, fmt.Errorf("cannot read the picture %s (check the disk): %w", path, err)
	case len(content) > mostPicture:
		return camera.Picture{}, fmt.Errorf("the picture %s has more than %d MiB: make it smaller, or take it out of the folder", path, mostPicture>>20)
	}
	whole, info, err := jpegs.Mend(content)
	if err != nil {
		return camera.Picture{}, fmt.Errorf("%s cannot be shown (%w): take it out of the folder, or convert it", path, err)
	}
	return camera.Picture{JPEG: whole, Info: info}, nil
}

// contentOf reads a file, a byte more than a picture may have. Some that call themselves
// files have their bytes later, as the kernel's log has: what lies ready does not wait.
func contentOf(file *os.File) ([]byte, error) {
	_ = file.SetReadDeadline(time.Now().Add(readPatience)) // files of disks have no deadlines
	return io.ReadAll(io.LimitReader(file, mostPicture+1))
}
