package ui

import (
	"testing"
)

// TestMain sets the language of the golden pictures, whatever this machine speaks.
func TestMain(m *testing.M) {
	if err := SetLanguage("en"); err != nil {
		panic(err)
	}
	m.Run()
}
