//go:build !linux

package polled

import (
	"io"
	"os"
)

// NewReader returns the file itself.
func NewReader(file *os.File) io.Reader { return file }
