//go:build !linux

package discovery

import (
	"errors"
	"io"
)

func openChanges() (io.ReadCloser, error) { return nil, errors.ErrUnsupported }
