package history

import (
	"fmt"
	"path/filepath"
)

// file is the path of a segment by its number.
func (f *folder) file(n int) string { return filepath.Join(f.path, fmt.Sprintf("%08d.mkv", n)) }
