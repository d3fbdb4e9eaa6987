package drivers

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"path/filepath"

	"fanlight/drivers/stills"
)

func init() { Register("folder", listFolder) }

// folderFPS is the rate where the user chose none.
const folderFPS = 30

// listFolder makes a camera of a directory: its JPEG files (.jpg, .jpeg) in name
// order, over and over, at the asked rate or 30 fps, byte for byte. What is put into it
// or taken out meanwhile is noticed.
func listFolder(ctx context.Context, argument string) ([]Camera, error) {
	if argument == "" {
		return nil, nil
	}
	dir, err := filepath.Abs(argument)
	if err != nil {
		return nil, fmt.Errorf("finding the folder %s: %w", argument, err)
	}
	if err := stills.Check(ctx, dir); err != nil {
		return nil, err
	}
	return []Camera{{
		ID:      "folder:" + dir,
		Name:    "Folder " + filepath.Base(dir),
		Virtual: true,
		Frames: func(ctx context.Context, want Want) iter.Seq2[Picture, error] {
			return func(yield func(Picture, error) bool) {
				mode := Mode{FPS: cmp.Or(want.FPS, folderFPS)}
				stills.Folder(ctx, dir, mode, want, yield)
			}
		},
	}}, nil
}
