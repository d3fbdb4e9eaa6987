package meant

import (
	"path/filepath"
	"slices"
	"strings"
)

// path reads the path of a film, a folder or a device.
func (at Place) path(path string) Meaning {
	path = at.Expand(strings.TrimPrefix(path, "file://"))
	found := at.Look(path)
	name := filepath.Base(path)
	switch {
	case strings.HasPrefix(path, "/dev/") && found.Found && !found.Dir:
		return Meaning{Kind: Device, Choice: "v4l2:" + path, Shown: path}
	case !found.Found:
		return Meaning{Kind: Missing, Shown: path}
	case found.Dir && found.Pictures == 0:
		return Meaning{Kind: Empty, Shown: name}
	case found.Dir:
		return Meaning{Kind: Folder, Choice: "folder:" + path, Shown: name, Pictures: found.Pictures}
	case strings.HasPrefix(found.Type, "image/") && found.Type != "image/gif":
		return Meaning{Kind: Picture, Shown: name}
	case isNoFilm(found.Type):
		return Meaning{Kind: NoFilm, Shown: name}
	default:
		return Meaning{Kind: Film, Choice: "opencv:" + path, Shown: name}
	}
}

// Expand replaces the ~ that shells would.
func (at Place) Expand(path string) string {
	if rest, isHome := strings.CutPrefix(path, "~"); isHome && at.Home != "" && (rest == "" || rest[0] == '/') {
		return filepath.Join(at.Home, rest)
	}
	return path
}

// isPath reports whether a text cannot be anything but a path.
func isPath(text string) bool {
	return text == "~" || strings.HasPrefix(text, "/") || strings.HasPrefix(text, "~/") ||
		strings.HasPrefix(text, "./") || strings.HasPrefix(text, "../") || filepath.IsAbs(text)
}

var filmNames = []string{".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ogv", ".wmv", ".flv", ".mjpeg", ".mjpg"}

// hasFilmName reports whether a text is a film's name, which looks like a host's.
func hasFilmName(text string) bool {
	return !strings.ContainsAny(text, ":@/") && slices.Contains(filmNames, strings.ToLower(filepath.Ext(text)))
}

// isNoFilm tells what cannot hold moving pictures.
func isNoFilm(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.HasPrefix(mediaType, "font/") ||
		slices.Contains([]string{"application/pdf", "application/zip", "application/x-gzip", "application/wasm"}, mediaType)
}
