package main

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
)

// usualPictures is Fanlight in the user's folder of pictures, and usualVideos in that of
// videos.
func usualPictures() string { return userFolder("XDG_PICTURES_DIR", "Pictures") }
func usualVideos() string   { return userFolder("XDG_VIDEOS_DIR", "Videos") }

// userFolder is Fanlight in one of the user's folders, as xdg-user-dirs names it, else in
// the one with the usual name.
func userFolder(variable, usual string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = os.TempDir()
	}
	dir := filepath.Join(home, usual)
	if config, err := os.UserConfigDir(); err == nil {
		if named := xdgFolder(filepath.Join(config, "user-dirs.dirs"), variable, home); named != "" {
			dir = named
		}
	}
	return filepath.Join(dir, "Fanlight")
}

// xdgFolder reads a folder from the file of xdg-user-dirs, which has lines such as
// XDG_PICTURES_DIR="$HOME/Bilder". It returns nothing if there is none.
func xdgFolder(path, variable, home string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		value, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), variable+"=")
		if !ok {
			continue
		}
		dir := strings.Trim(value, `"`)
		if rest, ok := strings.CutPrefix(dir, "$HOME"); ok {
			dir = filepath.Join(home, rest)
		}
		if filepath.IsAbs(dir) {
			return dir
		}
	}
	return ""
}
