package main

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func settingsFile(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir)
	return filepath.Join(dir, "fanlight", "settings.json")
}

func TestSettingsAreRememberedAndTheIDIsKept(t *testing.T) {
	file := settingsFile(t)
	first := loadSettings(slog.Default())
	if len(first.get().ID) < 16 {
		t.Errorf("the random ID is %q", first.get().ID)
	}
	if err := first.change(func(r *remembered) { r.Camera, r.Name = "v4l2:usb", "Küche" }); err != nil {
		t.Fatal(err)
	}
	if second := loadSettings(slog.Default()); !reflect.DeepEqual(second.get(), first.get()) {
		t.Errorf("read back %+v, want %+v", second.get(), first.get())
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(file), "settings-*")); len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestTwoFanlightsKeepEachOthersSettings(t *testing.T) {
	settingsFile(t)
	first := loadSettings(slog.Default())
	second := loadSettings(slog.Default())
	err := errors.Join(
		first.change(func(r *remembered) { r.Name = "Door" }),
		second.tune("v4l2:usb", func(t *tuning) { t.Quality = 50 }),
		first.tune("emulated", func(t *tuning) { t.Quality = 60 }),
	)
	if err != nil {
		t.Fatal(err)
	}
	got := loadSettings(slog.Default()).get()
	if got.Name != "Door" || got.Cameras["v4l2:usb"].Quality != 50 || got.Cameras["emulated"].Quality != 60 || got.ID != first.get().ID {
		t.Errorf("kept %+v", got)
	}
	if first.get().Cameras["v4l2:usb"].Quality != 0 {
		t.Error("what one sets changes the other while it runs")
	}
}

func TestUnreadableSettingsAreKeptAside(t *testing.T) {
	for name, content := range map[string]string{"cut short": `{"camera": "v4l2:us`, "empty": "", "other type": `{"camera": 7}`, "a number as passcode": `{"passcode": 1234}`, "a passcode of spaces": `{"passcode": "  "}`, "null": "null", "noise": "\x00\xff"} {
		t.Run(name, func(t *testing.T) {
			file := settingsFile(t)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			var log strings.Builder
			s := loadSettings(slog.New(slog.NewTextHandler(&log, nil)))
			if got := s.get(); got.Camera != "" || got.ID == "" {
				t.Errorf("starts with %+v", got)
			}
			if s.damage() == nil || loadSettings(slog.Default()).damage() == nil {
				t.Error("what was lost is forgotten")
			}
			if kept, err := os.ReadFile(file + ".unreadable"); err != nil || string(kept) != content {
				t.Errorf("kept %q, %v", kept, err)
			}
			if !strings.Contains(log.String(), "settings cannot be read") {
				t.Errorf("said %s", &log)
			}
		})
	}
}

// Each damaged file is kept under a name of its own.
func TestUnreadableSettingsAreNeverOverwritten(t *testing.T) {
	file := settingsFile(t)
	loadSettings(slog.Default())
	for n, want := range []string{".unreadable", ".unreadable-2", ".unreadable-3"} {
		content := strings.Repeat("{", n+1)
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if s := loadSettings(slog.Default()); s.get().Damaged != file+want {
			t.Errorf("kept as %s, want %s", s.get().Damaged, want)
		}
		if kept, err := os.ReadFile(file + want); err != nil || string(kept) != content {
			t.Errorf("%s holds %q, %v", want, kept, err)
		}
	}
}

// What cannot be read and not be moved either stays, and so does its warning.
func TestUnreadableSettingsThatCannotBeMoved(t *testing.T) {
	for name, spoil := range map[string]func(file string) error{
		"a folder":             func(file string) error { return os.MkdirAll(filepath.Join(file, "x"), 0o700) },
		"a link to nowhere":    func(file string) error { return os.Symlink("/nowhere/settings.json", file) },
		"below a file":         func(file string) error { return os.Remove(filepath.Dir(file)) },
		"a link to its folder": func(file string) error { return os.Symlink(".", file) },
	} {
		t.Run(name, func(t *testing.T) {
			file := settingsFile(t)
			if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := spoil(file); err != nil {
				t.Fatal(err)
			}
			if name == "below a file" {
				if err := os.WriteFile(filepath.Dir(file), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				if s := loadSettings(slog.Default()); s.damage() == nil || s.get().ID == "" {
					t.Errorf("starts with %+v, %v", s.get(), s.damage())
				}
			}
		})
	}
}

func TestSettingsThatCannotBeSavedSayWhereAndStayInMemory(t *testing.T) {
	file := settingsFile(t)
	s := loadSettings(slog.Default())
	dir := filepath.Dir(file)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(dir, nil, 0o600); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	err := s.change(func(r *remembered) { r.Name = "Door" })
	if err == nil || !strings.Contains(err.Error(), "permissions of "+dir) {
		t.Errorf("got %v", err)
	}
	if s.get().Name != "Door" {
		t.Error("forgotten in memory too")
	}
}
