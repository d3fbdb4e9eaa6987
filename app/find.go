package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"fanlight/app/meant"
	"fanlight/drivers"
	"fanlight/ui"
)

// find finds a camera by what the user typed: a camera's ID or name, what package drivers
// takes, or what else a text may mean; see package meant.
func find(ctx context.Context, text string) (drivers.Camera, error) {
	camera, err := drivers.Find(ctx, text)
	if err == nil {
		return camera, nil
	}
	m := meant.Read(text, place())
	if m.Choice != "" && m.Choice != text {
		return drivers.Find(ctx, m.Choice)
	}
	if unknown := new(drivers.UnknownCameraError); errors.As(err, &unknown) && m.Err() != nil {
		return drivers.Camera{}, m.Err()
	}
	return drivers.Camera{}, err
}

// place is this machine, where a text is read.
func place() meant.Place {
	home, _ := os.UserHomeDir() // without one, ~ stays as it is
	return meant.Place{Look: look, Home: home, Drivers: drivers.Names()}
}

// look says what is at a path. A named pipe, which could be waited for, is not read.
func look(path string) meant.Entry {
	info, err := os.Stat(path)
	if err != nil {
		return meant.Entry{}
	}
	entry := meant.Entry{Found: true, Dir: info.IsDir()}
	switch {
	case info.IsDir():
		entry.Pictures = countPictures(path)
	case info.Mode().IsRegular():
		entry.Type = mediaType(path)
	}
	return entry
}

// countPictures counts a folder's pictures by their names, as the folder driver does.
func countPictures(dir string) int {
	file, err := os.Open(dir)
	if err != nil {
		return 0
	}
	defer file.Close()
	names, _ := file.Readdirnames(mostNames)
	count := 0
	for _, name := range names {
		switch strings.ToLower(filepath.Ext(name)) {
		case ".jpg", ".jpeg":
			if !strings.HasPrefix(name, ".") {
				count++
			}
		}
	}
	return count
}

// mostNames bounds how much of a folder is counted, while the user types.
const mostNames = 100_000

func mediaType(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	head := make([]byte, 512)
	n, err := io.ReadFull(file, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return ""
	}
	return http.DetectContentType(head[:n])
}

// Understand is called by the window while a camera's address is typed. A disk of another
// machine may answer late, so told is called from another goroutine.
func (p *program) Understand(text string, told func(ui.Meaning)) {
	p.working.Go(func() {
		if name := p.knownCamera(strings.TrimSpace(text)); name != "" {
			told(ui.Meaning{Kind: ui.MeansCamera, Shown: name})
			return
		}
		m := meant.Read(text, place())
		told(ui.Meaning{Kind: meaningKinds[m.Kind], Shown: m.Shown, Pictures: m.Pictures})
	})
}

var meaningKinds = map[meant.Kind]ui.MeaningKind{
	meant.Film:    ui.MeansFilm,
	meant.Folder:  ui.MeansFolder,
	meant.Page:    ui.MeansPage,
	meant.Stream:  ui.MeansStream,
	meant.Device:  ui.MeansCamera,
	meant.Program: ui.MeansProgram,
	meant.Driver:  ui.MeansCamera,
	meant.Missing: ui.MissingFile,
	meant.Empty:   ui.EmptyFolder,
	meant.Picture: ui.OnePicture,
	meant.NoFilm:  ui.NoFilm,
	meant.NoHost:  ui.NoHost,
	meant.Unknown: ui.UnknownMeaning,
}

// knownCamera returns the name of a camera in the picker, by its name or ID.
func (p *program) knownCamera(text string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.cameras {
		if text != "" && (c.ID == text || strings.EqualFold(c.Name, text)) {
			return c.Name
		}
	}
	return ""
}
