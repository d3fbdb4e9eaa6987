package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/ui"
)

func TestXDGPictures(t *testing.T) {
	for content, want := range map[string]string{
		"": "",
		"# comment\nXDG_MUSIC_DIR=\"$HOME/Musik\"\nXDG_PICTURES_DIR=\"$HOME/Bilder\"\n": "/home/jo/Bilder",
		"XDG_PICTURES_DIR=\"/data/pictures\"":                                           "/data/pictures",
		"  XDG_PICTURES_DIR=\"$HOME/\"\n":                                               "/home/jo",
		"XDG_PICTURES_DIR=\"relative\"\n":                                               "",
	} {
		path := filepath.Join(t.TempDir(), "user-dirs.dirs")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := xdgFolder(path, "XDG_PICTURES_DIR", "/home/jo"); got != want {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
	if got := xdgFolder("/does/not/exist", "XDG_PICTURES_DIR", "/home/jo"); got != "" {
		t.Errorf("without a file: %q", got)
	}
}

func TestPicturesDirIsInTheUsersPictures(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	if got, want := usualPictures(), filepath.Join(home, "Pictures", "Fanlight"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	os.Mkdir(filepath.Join(home, "config"), 0o700)
	if err := os.WriteFile(filepath.Join(home, "config", "user-dirs.dirs"), []byte(`XDG_PICTURES_DIR="$HOME/Bilder"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, want := usualPictures(), filepath.Join(home, "Bilder", "Fanlight"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestSavedPicturesNeverReplaceAnother(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "Pictures", "Fanlight")
	var paths []string
	for n := range 3 {
		path, err := savePicture(dir, "Yard 2026-03-02 09.05.07.jpg", []byte{byte(n)})
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, filepath.Base(path))
	}
	if want := []string{"Yard 2026-03-02 09.05.07.jpg", "Yard 2026-03-02 09.05.07 (2).jpg", "Yard 2026-03-02 09.05.07 (3).jpg"}; !slices.Equal(paths, want) {
		t.Errorf("saved as %q", paths)
	}
	for n, name := range paths {
		if content, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(content, []byte{byte(n)}) {
			t.Errorf("%s: %v, %v", name, content, err)
		}
	}
	file := filepath.Join(dir, paths[0])
	if path, err := savePicture(filepath.Join(file, "below"), "a.jpg", nil); err == nil {
		t.Errorf("saved below a file, as %q", path)
	}
}

func TestWhatTheWindowDoesWithPictures(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
	camera, err := drivers.Find(t.Context(), folder(t))
	if err != nil {
		t.Fatal(err)
	}
	p := newProgram(options{Idle: time.Second}, loadSettings(slog.Default()), camera, nil, slog.Default())
	p.Snapshot(ui.Play{})
	saved := until(t, p, "a snapshot, though nobody watches", func(s ui.State) bool { return s.Saved.Number == 1 }).Saved
	if picture, err := os.ReadFile(saved.Path); err != nil || saved.Problem != "" || !isOriginalWithExif(picture) {
		t.Errorf("%+v, %v", saved, err)
	}
	p.Pause(true)
	until(t, p, "the pause", func(s ui.State) bool { return s.Condition == ui.Paused })
	p.Snapshot(ui.Play{})
	saved = until(t, p, "a snapshot in the pause", func(s ui.State) bool { return s.Saved.Number == 2 }).Saved
	if saved.Problem == "" || saved.Path != "" {
		t.Errorf("in the pause: %+v", saved)
	}
	p.Pause(false)
	until(t, p, "the end of the pause", func(s ui.State) bool { return s.Condition != ui.Paused })

	p.MirrorPreview(true)
	until(t, p, "the mirror", func(s ui.State) bool { return s.Settings.MirrorPreview && !s.Settings.Look.Mirror })
	p.close()
	if !loadSettings(slog.Default()).tuning(camera.ID).MirrorPreview {
		t.Error("the mirror is forgotten")
	}
}

// isOriginalWithExif reports whether a picture is one of the camera's, byte for byte but for
// Exif.
func isOriginalWithExif(picture []byte) bool {
	const jfif = 20 // bytes at the beginning, behind which Exif is put
	return bytes.Contains(picture, []byte("Exif")) &&
		slices.ContainsFunc(originals(), func(p []byte) bool { return bytes.HasSuffix(picture, p[jfif:]) })
}
