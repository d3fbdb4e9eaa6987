//go:build !linux

package history

import (
	"errors"
	"os"
)

// folder is there on Linux only.
type folder struct{ path string }

func openFolder(string) (*folder, error) {
	return nil, errors.New("pictures can be kept on disk on Linux only; they are kept in memory")
}

func (*folder) remove() error { return nil }

func clean(string) error { return nil }

func free(string) (bytes uint64, known bool) { return 0, false }

func uncache(*os.File) {}
