package main

import (
	"errors"
	"strings"
	"testing"
)

// TestErrorsMoveNoCursor: an error has names in it that others gave.
func TestErrorsMoveNoCursor(t *testing.T) {
	var stderr strings.Builder
	fail(&stderr, exitFailed, errors.New("Küche/\x1b[31m\a\u202E日本\xff.jpg cannot be shown\nnor can the next"))
	want := "fanlight: Küche/\uFFFD[31m\uFFFD\uFFFD日本\uFFFD.jpg cannot be shown\nnor can the next\n"
	if stderr.String() != want {
		t.Errorf("said %q, want %q", &stderr, want)
	}
}
