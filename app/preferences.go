package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fanlight/app/session"
	"fanlight/ui"
)

// themes are the words in the settings for the themes.
var themes = map[ui.Theme]string{ui.SystemTheme: "", ui.LightTheme: "light", ui.DarkTheme: "dark"}

// SetTheme is called by the window, which has changed already.
func (p *program) SetTheme(t ui.Theme) {
	p.keep(func(r *remembered) { r.Theme = themes[t] })
}

// theme is the one that was chosen in the window.
func (p *program) theme() ui.Theme {
	kept := p.settings.get().Theme
	for theme, word := range themes {
		if word == kept {
			return theme
		}
	}
	return ui.SystemTheme
}

// SetLanguage is called by the window, which has changed already.
func (p *program) SetLanguage(tag string) {
	p.keep(func(r *remembered) { r.Language = tag })
}

// SetIdle is called by the window with a time within its bounds. It is the microphone's, too.
func (p *program) SetIdle(idle time.Duration) {
	p.feed.SetIdle(idle)
	p.sound.SetIdle(idle)
	p.keep(func(r *remembered) { r.IdleSeconds = int(idle / time.Second) })
}

// SetPictures is called by the window with a folder for snapshots; an empty one is the
// usual one. It tells an error, a sentence, if nothing can be saved there.
func (p *program) SetPictures(dir string, told func(why error)) {
	turn := p.picturesTurn.Add(1)
	p.probe(dir, usualPictures(), told, func(dir string) {
		p.keep(func(r *remembered) {
			if p.picturesTurn.Load() == turn {
				r.Pictures = dir
			}
		})
	})
}

// probePatience is how long leaving waits for a folder that was entered just before.
const probePatience = 2 * time.Second

// probe looks whether files can be saved in a folder, and then uses it. The window does not
// wait for it: on a disk of the network it may take for ever.
func (p *program) probe(dir, suchAs string, told func(why error), use func(dir string)) {
	p.probing.Go(func() {
		dir, err := usableFolder(dir, suchAs)
		if err == nil {
			use(dir)
		}
		told(err)
	})
}

// usableFolder returns the whole path of a folder, or a sentence if nothing can be saved
// there. Such as is an example. The empty folder stays empty.
func usableFolder(dir, suchAs string) (string, error) {
	if dir == "" {
		return "", nil
	}
	dir = place().Expand(dir)
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("write the whole path, such as %s", suchAs)
	}
	probe, err := os.CreateTemp(dir, ".fanlight-*")
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("there is no folder %s: make it first, or choose another one", dir)
	case err != nil:
		return "", fmt.Errorf("nothing can be saved in %s: choose a folder that is yours", dir)
	}
	_ = probe.Close()
	_ = os.Remove(probe.Name())
	return dir, nil
}

// ChooseFile is called by the window to have the desktop's own dialog ask for a file or a
// folder. It calls chosen from another goroutine.
func (p *program) ChooseFile(c ui.Choosing, chosen func(path string, err error)) {
	p.working.Go(func() {
		chosen(session.ChooseFile(p.ctx, session.Choosing(c)))
	})
}
