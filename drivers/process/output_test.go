//go:build unix

package process

import (
	"errors"
	"testing"
)

// TestOutputHasABound: a program that does not stop writing is ended, with its children.
func TestOutputHasABound(t *testing.T) {
	if out, _, err := Output(t.Context(), "sh", "-c", "echo one; echo two >&2"); string(out) != "one\n" || err != nil {
		t.Errorf("read %q, %v", out, err)
	}
	out, _, err := Output(t.Context(), "sh", "-c", "yes & exec yes")
	if !errors.Is(err, errTooMuch) || len(out) != maxOutput {
		t.Errorf("read %d bytes, %v", len(out), err)
	}
}
