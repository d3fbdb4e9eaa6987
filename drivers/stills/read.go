package stills

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxBytes bounds what is held in memory: pictures are read once, at opening.
const maxBytes = 1 << 30

// Read returns the folder's pictures, its files named .jpg or .jpeg, in name order.
// Its errors are sentences for the user.
func Read(dir string) ([][]byte, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder %s: make it, or name another behind \"folder:\"", dir)
	} else if err != nil {
		return nil, fmt.Errorf("cannot read the folder %s (name a directory that you may read): %w", dir, err)
	}
	var pictures [][]byte
	total := 0
	for _, e := range entries {
		if e.IsDir() || !isJPEGName(e.Name()) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		picture, err := readJPEG(path)
		if err != nil {
			return nil, err
		}
		if total += len(picture); total > maxBytes {
			return nil, fmt.Errorf("the folder %s holds more than %d MiB of pictures, which do not fit in memory: move some out", dir, maxBytes>>20)
		}
		pictures = append(pictures, picture)
	}
	if len(pictures) == 0 {
		return nil, fmt.Errorf("the folder %s holds no pictures: put .jpg or .jpeg files into it", dir)
	}
	return pictures, nil
}

func isJPEGName(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return !strings.HasPrefix(name, ".") && (ext == ".jpg" || ext == ".jpeg")
}

func readJPEG(path string) ([]byte, error) {
	picture, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the picture %s (check its permissions): %w", path, err)
	}
	if _, err := jpeg.DecodeConfig(bytes.NewReader(picture)); err != nil {
		return nil, fmt.Errorf("%s is not a JPEG picture (%w): take it out of the folder, or convert it", path, err)
	}
	return picture, nil
}
