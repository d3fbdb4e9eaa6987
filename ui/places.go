package ui

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"fanlight/ui/kit"
)

// places are the settings of the program that are typed, each with a notice below.
type places struct {
	name, port, idle, history, disk, split *place
	pictures, videos                       *folder
	oldest                                 *kit.Check
	oldestWords                            *kit.Notice
	hold                                   kit.Hold // of oldest
}

// place is one of them.
type place struct {
	entry   *kit.LineEntry
	words   *kit.Notice
	caption string
}

// newPlace makes a field. It calls moved when the notice has changed its height.
func newPlace(caption string, take func(text string) error, moved func()) *place {
	p := &place{entry: kit.NewLineEntry(caption, nil), words: kit.NewNotice(), caption: caption}
	p.entry.Take = take
	p.entry.Refused = func(why error) {
		p.words.Refuse(refusal(why))
		moved()
	}
	return p
}

// row is the field, drawn, with its notice below.
func (p *place) row(drawn fyne.CanvasObject) fyne.CanvasObject {
	return kit.NewRows(kit.NewField(p.caption, drawn), p.words.Label)
}

// show draws the value and the notice, and reports whether the height may have changed.
func (p *place) show(value, words string, given bool) (moved bool) {
	p.entry.Set(value)
	kit.SetEnabled(p.entry, !given)
	return p.words.Say(words)
}

func newPlaces(p Program, files files, moved func()) *places {
	s := &places{}
	*s = places{
		name: newPlace(lang.L("Name on the network"), func(text string) error {
			p.Rename(strings.TrimSpace(text))
			return nil
		}, moved),
		port:  newPlace(lang.L("Port"), func(text string) error { return setPort(p, text) }, moved),
		idle:  newPlace(lang.L("Camera stays on after the last viewer"), func(text string) error { return setIdle(p, text) }, moved),
		split: newPlace(lang.L("Recordings: a new file after"), func(text string) error { return setSplit(p, text) }, moved),
		oldest: kit.NewCheck(lang.L("Remove old recordings"), func(on bool) {
			s.hold.Begin()
			p.SetRemoveOldest(on)
		}),
		history:  newPlace(lang.L("Memory for looking back, in MB"), func(text string) error { return setHistory(p, text) }, moved),
		disk:     newPlace(lang.L("Older pictures on disk, in minutes"), func(text string) error { return setHistoryDisk(p, text) }, moved),
		pictures: newFolder(lang.L("Folder for snapshots"), lang.L("Choose a folder for snapshots"), files, p.SetPictures, moved),
		videos:   newFolder(lang.L("Folder for recordings"), lang.L("Choose a folder for recordings"), files, p.SetVideos, moved),
	}
	s.name.entry.Optional, s.split.entry.Optional = true, true
	s.oldestWords = kit.NewNotice()
	return s
}

func (s *places) rows() []fyne.CanvasObject {
	return []fyne.CanvasObject{
		s.name.row(s.name.entry.Drawn()), s.port.row(s.port.entry.Drawn()), s.idle.row(s.idle.entry.Drawn()),
		s.pictures.drawn(), s.videos.drawn(), s.split.row(s.split.entry.Drawn()),
		kit.NewRows(kit.NewTick(s.oldest), s.oldestWords.Label), s.history.row(s.history.entry.Drawn()), s.disk.row(s.disk.entry.Drawn()),
	}
}

func (s *places) focused() []*kit.FocusFunc {
	return []*kit.FocusFunc{&s.name.entry.OnFocus, &s.port.entry.OnFocus, &s.idle.entry.OnFocus, &s.history.entry.OnFocus, &s.disk.entry.OnFocus,
		&s.pictures.entry.OnFocus, &s.pictures.choose.OnFocus, &s.videos.entry.OnFocus, &s.videos.choose.OnFocus,
		&s.split.entry.OnFocus, &s.oldest.OnFocus}
}

// show draws the state, and reports whether a notice has changed.
func (s *places) show(state State) (moved bool) {
	g := state.General
	for _, changed := range []bool{
		s.name.show(state.Name, givenWords(state.NameGiven, "--name", lang.L("Empty: the camera's name and this computer's.")), state.NameGiven),
		s.port.show(strconv.Itoa(g.Port), givenWords(g.PortGiven, "--listen", lang.L("Viewers go on at the new one. Links and bookmarks change.")), g.PortGiven),
		s.idle.show(idleText(g.Idle), givenWords(g.IdleGiven, "--idle", lang.L("Then it is turned off, and its light goes out.")), g.IdleGiven),
		s.pictures.show(g.Pictures, lang.L("Empty: the usual one."), false),
		s.videos.show(g.Videos, givenWords(g.VideosGiven, "--record", lang.L("Empty: the usual one.")), g.VideosGiven),
		s.split.show(splitText(g.Split), givenWords(g.SplitGiven, "--record-split", lang.L("A time such as 10 min, or a size such as 500 MB. Empty: never.")), g.SplitGiven),
		s.oldestWords.Say(givenWords(g.OldestGiven, "--record-remove-oldest", lang.L("The oldest go when the disk is nearly full; renamed ones stay. Without this, the recording ends."))),
		s.history.show(strconv.Itoa(g.History), givenWords(g.HistoryGiven, "--history", historyWords(g)), g.HistoryGiven),
		s.disk.show(strconv.Itoa(g.HistoryDisk), givenWords(g.HistoryDiskGiven, "--history-disk", historyDiskWords(g)), g.HistoryDiskGiven),
	} {
		moved = moved || changed
	}
	kit.SetEnabled(s.videos.choose, !g.VideosGiven)
	if !s.hold.Holds() {
		s.oldest.Set(g.RemoveOldest)
	}
	kit.SetEnabled(s.oldest, !g.OldestGiven)
	return moved
}

// givenWords say that the command line has set a value, or what is usual.
func givenWords(given bool, option, usual string) string {
	if given {
		return lang.L("Set by {{.Option}} for this run, so it cannot be changed here.", map[string]any{"Option": option})
	}
	return usual
}

func setPort(p Preferences, text string) error {
	port, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || port < 1 || port > 65535 {
		return errors.New(lang.L("a port is a number from 1 to 65535, such as 8080"))
	}
	in := map[string]any{"Port": strconv.Itoa(port)}
	switch err := p.SetPort(port); {
	case errors.Is(err, ErrPortTaken):
		return errors.New(lang.L("port {{.Port}} is taken by another program, so the old one is kept: choose another one", in))
	case errors.Is(err, ErrPortForbidden):
		return errors.New(lang.L("only the administrator may use port {{.Port}}, so the old one is kept: choose one above 1023", in))
	default:
		return err
	}
}

func setIdle(p Preferences, text string) error {
	idle, ok := readIdle(text)
	if !ok || idle < LeastIdle || idle > MostIdle {
		return errors.New(lang.L("write a time from 1 s to 60 min, such as 10 s or 5 min"))
	}
	p.SetIdle(idle)
	return nil
}

// readIdle reads a time as people write it: 10, "10 s", "5 min" or "1 h".
func readIdle(text string) (time.Duration, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	end := strings.IndexFunc(text, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(text)
	}
	number, err := strconv.Atoi(text[:end])
	if err != nil || number > int(MostIdle/time.Second) {
		return 0, false
	}
	units := map[string]time.Duration{
		"": time.Second, "s": time.Second, "sec": time.Second, "second": time.Second, "seconds": time.Second,
		"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute, "h": time.Hour,
	}
	unit, known := units[text[end:]]
	return time.Duration(number) * unit, known
}

// idleText is a time as readIdle reads it.
func idleText(idle time.Duration) string {
	if idle >= time.Minute && idle%time.Minute == 0 {
		return fmt.Sprintf("%d min", int(idle/time.Minute))
	}
	return strconv.FormatFloat(idle.Seconds(), 'f', -1, 64) + " s"
}
