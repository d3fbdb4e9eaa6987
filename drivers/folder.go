package drivers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"strings"
)

func init() { Register("folder", listFolder) }

const (
	folderFPS = 30
	// maxFolderBytes bounds what is held in memory: pictures are read once, at opening.
	maxFolderBytes = 1 << 30
)

// listFolder makes a camera of a directory: its JPEG files (.jpg, .jpeg) in
// name order, in a loop, at the asked rate or 30 a second, byte for byte.
func listFolder(_ context.Context, argument string) ([]Camera, error) {
	if argument == "" {
		return nil, nil
	}
	dir, err := filepath.Abs(argument)
	if err != nil {
		return nil, fmt.Errorf("finding the folder %s: %w", argument, err)
	}
	if _, err := readFolder(dir); err != nil {
		return nil, err
	}
	return []Camera{{
		ID:      "folder:" + dir,
		Name:    "Folder " + filepath.Base(dir),
		Virtual: true,
		Frames: func(ctx context.Context, want Want) iter.Seq2[Picture, error] {
			return folderFrames(ctx, dir, want)
		},
	}}, nil
}

func folderFrames(ctx context.Context, dir string, want Want) iter.Seq2[Picture, error] {
	return func(yield func(Picture, error) bool) {
		pictures, err := readFolder(dir)
		if err != nil {
			yield(Picture{}, err)
			return
		}
		mode := Mode{FPS: folderFPS}
		if want.FPS > 0 {
			mode.FPS = want.FPS
		}
		repeat(ctx, pictures, mode, want, yield)
	}
}

// readFolder reads the folder's pictures, and refuses one that is no JPEG by its name.
func readFolder(dir string) ([][]byte, error) {
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
		if total += len(picture); total > maxFolderBytes {
			return nil, fmt.Errorf("the folder %s holds more than %d MiB of pictures, which do not fit in memory: move some out", dir, maxFolderBytes>>20)
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
