//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const sourceRole = "source"

// beSource is the main function of the program that is the camera of namePiped: it writes
// the pictures of a folder to standard output, in turn, until the reader closes it.
func beSource(ctx context.Context, dir string) error {
	files, err := filepath.Glob(filepath.Join(dir, "*.jpg"))
	if err != nil {
		return err
	}
	var pictures [][]byte
	for _, file := range files {
		picture, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		pictures = append(pictures, picture)
	}
	if len(pictures) == 0 {
		return fmt.Errorf("there is no picture in %s", dir)
	}
	tick := time.NewTicker(time.Second / fps)
	defer tick.Stop()
	for n := 0; ; n++ {
		if _, err := os.Stdout.Write(pictures[n%len(pictures)]); err != nil {
			return nil // the server has closed its camera
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}
