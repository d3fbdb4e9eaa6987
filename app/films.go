package main

import (
	"cmp"
	"context"
	"image"
	"maps"
	"path/filepath"
	"slices"

	"fanlight/drivers/pixels"
	"fanlight/streaming/library"
	"fanlight/streaming/replay"
	"fanlight/ui"
)

// films is the library as the window shows it. It is guarded by program.mu.
type films struct {
	open     bool          // the window lists them
	again    chan struct{} // of capacity 1: they are to be read anew
	read     ui.Library
	unlisted string                 // why they could not be read
	pictures map[string]image.Image // by their IDs
	played   ui.Past                // of the recording that is played; zero while none is
}

// The size of a recording's picture in the window, in pixels, and its quality.
const (
	filmWidth   = 320
	filmQuality = 80
)

// newLibrary makes the library of the folder that recordings go to.
func (p *program) newLibrary() *library.Library {
	return library.New(p.videosDir(), library.Options{
		Running:   p.recorder.Writes,
		Thumbnail: func(picture []byte) ([]byte, error) { return pixels.Shrink(picture, filmWidth, filmQuality) },
		Log:       p.log,
	})
}

// SetVideos is called by the window with a folder for recordings, as SetPictures is with one
// for snapshots. What is being recorded stays where it is.
func (p *program) SetVideos(dir string, told func(why error)) {
	turn := p.videosTurn.Add(1)
	p.probe(dir, usualVideos(), told, func(dir string) {
		p.onDisk.add(func() {
			if p.videosTurn.Load() == turn {
				p.moveVideos(dir)
			}
		})
	})
}

// moveVideos is a job on disk.
func (p *program) moveVideos(dir string) {
	p.report(settingsTrouble, p.settings.change(func(r *remembered) { r.Videos = dir }))
	p.recorder.SetFolder(p.videosDir())
	p.library.SetFolder(p.videosDir())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.films.changed()
}

// OpenRecordings is called by the window while sharing.
func (p *program) OpenRecordings() {
	p.mu.Lock()
	here := p.linkHere
	p.mu.Unlock()
	if here != "" {
		p.OpenLink(here + "recordings/" + p.server.OwnerTicket())
	}
}

// changed has the recordings read anew.
func (f *films) changed() {
	f.read.Reading = true
	select {
	case f.again <- struct{}{}:
	default: // they are to be read already
	}
}

// ListRecordings is called by the window.
func (p *program) ListRecordings(shown bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.films.open = shown
	if shown {
		p.films.changed()
	}
}

// followFilms reads the recordings, while the window lists them, whenever they may have
// changed, until ctx ends. Disks are slow: nobody waits for it.
func (p *program) followFilms(ctx context.Context) {
	for {
		select {
		case <-p.films.again:
			if p.listsFilms() {
				p.readFilms(ctx)
			}
		case <-ctx.Done():
			return
		}
	}
}

func (p *program) listsFilms() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.films.open
}

// readFilms lists the recordings, and then adds a picture to each that has none yet.
func (p *program) readFilms(ctx context.Context) {
	found, err := p.library.List(ctx)
	if ctx.Err() != nil {
		return
	}
	p.showFilms(found, err)
	for _, info := range found {
		if ctx.Err() != nil || !p.listsFilms() {
			return
		}
		p.pictureOf(info)
	}
}

func (p *program) showFilms(found []library.Info, err error) {
	folder := p.library.Folder()
	p.mu.Lock()
	defer p.mu.Unlock()
	list := make([]ui.Film, len(found))
	pictures := map[string]image.Image{}
	for i, info := range found {
		list[i] = ui.Film{
			ID: info.File, Path: filepath.Join(folder, info.File), Name: info.Name(), Camera: info.Camera,
			Since: info.Begin, Length: info.Length, Bytes: info.Bytes, Picture: p.films.pictures[info.File],
		}
		pictures[info.File] = list[i].Picture
	}
	maps.DeleteFunc(pictures, func(_ string, picture image.Image) bool { return picture == nil })
	p.films.pictures = pictures
	p.films.read.Recordings, p.films.read.Reading = list, false
	p.films.unlisted = ""
	if err != nil {
		p.films.unlisted = err.Error()
	}
}

// pictureOf reads a picture of a recording, unless there is one.
func (p *program) pictureOf(info library.Info) {
	p.mu.Lock()
	_, known := p.films.pictures[info.File]
	p.mu.Unlock()
	if known {
		return
	}
	file, err := p.library.Thumbnail(info.File)
	if err != nil {
		return // it is shown without one
	}
	picture, err := pixels.Preview(file, image.Point{}, nil)
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.films.pictures[info.File] = picture
	list := slices.Clone(p.films.read.Recordings) // the window has the other one
	for i := range list {
		list[i].Picture = p.films.pictures[list[i].ID]
	}
	p.films.read.Recordings = list
}

// windowLibrary is called with mu held.
func (p *program) windowLibrary() ui.Library {
	shown := p.films.read
	shown.Problem = cmp.Or(shown.Problem, p.films.unlisted)
	return shown
}

// RenameRecording is called by the window.
func (p *program) RenameRecording(id, name string) {
	p.changeFilms(func() error {
		_, err := p.library.Rename(id, name)
		return err
	})
}

// DeleteRecording is called by the window.
func (p *program) DeleteRecording(id string) {
	p.changeFilms(func() error {
		err := p.library.Delete(id)
		if err == nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.films.read.Deleted = ui.Deleted{Number: p.films.read.Deleted.Number + 1, ID: id, Name: id}
		}
		return err
	})
}

// RestoreRecording is called by the window.
func (p *program) RestoreRecording(id string) {
	p.changeFilms(func() error { return p.library.Undelete(id) })
}

// changeFilms changes the folder by a job on its disk, and has it read anew.
func (p *program) changeFilms(change func() error) {
	p.onDisk.add(func() {
		err := change()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.films.read.Problem = ""
		if err != nil {
			p.log.Warn("recording not changed", "err", err)
			p.films.read.Problem = err.Error()
		}
		p.films.changed()
	})
}

// past opens what there is to be played: a recording, or what is kept of the camera, which
// stays on meanwhile.
func (p *program) past(recording string) (past replay.Past, close func(), err error) {
	if recording == "" {
		return p.history.Shown(), p.feed.Keep(), nil
	}
	opened, err := p.library.Open(recording)
	if err != nil {
		return nil, nil, err
	}
	p.plays(ui.Past{Kept: true, Recording: recording, Sections: sections(opened)})
	return opened, func() {
		opened.Close()
		p.plays(ui.Past{})
	}, nil
}

func (p *program) plays(past ui.Past) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.films.played = past
}
