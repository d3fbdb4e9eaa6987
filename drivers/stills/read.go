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

	"fanlight/drivers/camera"
	"fanlight/drivers/jpegs"
)

const (
	// mostBytes bounds the pictures that are held in memory.
	mostBytes = 1 << 30
	// mostPicture bounds one picture, in bytes: 64 megapixels at a high quality fit.
	mostPicture = 32 << 20
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

// stat returns what the system says of a picture's file, or of the one that a link leads
// to. Whatever else has such a name is not opened: a pipe, a device, a folder.
func stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, fmt.Errorf("cannot read the picture %s (check its permissions, and where a link leads): %w", path, err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file (%v): take it out of the folder", path, info.Mode().Type())
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
		return camera.Picture{}, fmt.Errorf("%s is no file (%v): take it out of the folder", path, info.Mode().Type())
	}
	content, err := io.ReadAll(io.LimitReader(file, mostPicture+1))
	switch {
	case err != nil:
		return camera.Picture{}, fmt.Errorf("cannot read the picture %s (check the disk): %w", path, err)
	case len(content) > mostPicture:
		return camera.Picture{}, fmt.Errorf("the picture %s has more than %d MiB: make it smaller, or take it out of the folder", path, mostPicture>>20)
	}
	whole, info, err := jpegs.Mend(content)
	if err != nil {
		return camera.Picture{}, fmt.Errorf("%s is not a JPEG picture that can be shown (%w): take it out of the folder, or convert it", path, err)
	}
	return camera.Picture{JPEG: whole, Info: info}, nil
}
