//go:build !linux

package polled

import (
	"io"
	"os"
)

// NewReader returns the file as it is.
func NewReader(file *os.File) io.Reader { return file }
