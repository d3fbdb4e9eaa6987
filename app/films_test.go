package main

import (
	"os"
	"path/filepath"
	"testing"

	"fanlight/ui"
)

// A disk of recordings that does not answer keeps nothing else from being set.
func TestSettingsWhileADiskDoesNotAnswer(t *testing.T) {
	p := windowless(t, options{Listen: "127.0.0.1:0"})
	goOn := make(chan struct{})
	defer close(goOn)
	p.changeFilms(func() error { <-goOn; return nil })
	p.Record(true)
	p.RenameRecording("Garden.mkv", "Door")
	p.SetNotify(false)
	p.Share(true)
	until(t, p, "the settings", func(s ui.State) bool { return !s.General.Notify && s.Link != "" })
}

// A folder that cannot be read is told of for as long as that is so.
func TestFolderThatCannotBeReadIsTold(t *testing.T) {
	p := windowless(t, options{})
	dir := t.TempDir()
	notOne := filepath.Join(dir, "file")
	if err := os.WriteFile(notOne, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p.library.SetFolder(notOne)
	p.readFilms(t.Context())
	if got := p.state().Library.Problem; got == "" {
		t.Error("nothing is said of a folder that is none")
	}
	p.library.SetFolder(dir)
	p.readFilms(t.Context())
	if got := p.state().Library.Problem; got != "" {
		t.Errorf("of another folder it says: %s", got)
	}
}
