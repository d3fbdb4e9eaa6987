package ui

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Audience is what the window asks of the program about those who watch.
type Audience interface {
	// ListViewers says whether Watching and KeptOut of a State are shown, and so
	// worth being found out.
	ListViewers(shown bool)
	SetMaxViewers(n int)
	LetGo(id uint64)      // ends the stream of a viewer, who may come again
	KeepOut(id uint64)    // answers the viewer's address no more
	Admit(address string) // takes KeepOut back
}

// Viewer is one who watches over the network.
type Viewer struct {
	ID      uint64
	Address string
	Name    string // of the machine, as it says itself; empty: unknown
	Program string // in plain words: "Firefox on Android"
	Since   time.Time
	FPS     float64 // pictures a second taken lately
}

// KeptOut is an address that is not answered, and the name of the machine that had
// it then, empty if unknown.
type KeptOut struct{ Address, Name string }

// viewers is the side with those who watch.
type viewers struct {
	*side
	audience Audience

	places *widget.Label // how many are taken, beside how many there are
	most   *lineEntry
	words  *notice // about most, hidden while there is nothing to say
	hint   *notice // about the buttons
	here   *list[uint64, Viewer]
	out    *list[string, KeptOut]
	outer  *fyne.Container // the list of those kept out, with its heading
}

func newViewers(p Audience) *viewers {
	v := &viewers{audience: p, words: newNotice(), hint: newNotice(), places: widget.NewLabel("")}
	v.most = newLineEntry("", nil)
	v.most.name = "Most viewers at a time"
	v.most.take = v.setMost
	v.most.refused = func(why error) {
		v.words.refuse(why)
		setVisible(v.words.label, v.words.label.Text != "")
		v.relayout()
	}
	v.words.label.Hide()
	v.hint.say("Whoever is let go may come again. Whoever is kept out may not.")
	v.places.Truncation = fyne.TextTruncateEllipsis
	v.here = newList(func(viewer Viewer) uint64 { return viewer.ID }, v.viewerRow, v.most)
	v.out = newList(func(k KeptOut) string { return k.Address }, v.keptOutRow, v.most)

	// Tab follows the order of the objects, where container.NewBorder puts the middle first.
	number := container.New(asWideAs{widget.NewLabel("10000")}, v.most.drawn())
	most := container.New(layout.NewBorderLayout(nil, nil, nil, number), v.places, number)
	pad := layout.NewCustomPaddedLayout(8, 4, 0, 0)
	v.outer = newRows(container.New(pad, widget.NewSeparator()), newCaption("Kept out until sharing ends"), v.out.drawn)
	v.outer.Hide()
	v.side = newSide("Who is watching", most, v.words.label, v.here.drawn, v.hint.label, v.outer)
	v.here.scroll, v.out.scroll = v.scroll, v.scroll
	v.scroll.OnScrolled = func(fyne.Position) { v.fill() }
	v.opened = p.ListViewers
	v.most.focused = v.reveal
	return v
}

// mostPlaces is the highest number of viewers that can be set here.
const mostPlaces = 10000

// setMost is called by the entry.
func (v *viewers) setMost(text string) error {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > mostPlaces {
		return fmt.Errorf("this is a number from 1 to %d", mostPlaces)
	}
	v.audience.SetMaxViewers(n)
	return nil
}

// show follows the state of the program. While the side is closed it costs nothing.
func (v *viewers) show(s State) {
	if !v.panel.Visible() {
		return
	}
	v.most.set(strconv.Itoa(s.MaxViewers))
	setEnabled(v.most, !s.MaxViewersGiven)
	moved := v.words.say(mostWords(s))
	setVisible(v.words.label, v.words.label.Text != "")
	setText(v.places, placesWords(s))
	importance := widget.MediumImportance
	if s.full() {
		importance = widget.WarningImportance
	}
	if v.places.Importance != importance {
		v.places.Importance = importance
		v.places.Refresh()
	}
	if moved {
		v.relayout()
	}
	moved = v.here.show(s.Watching)
	moved = v.out.show(s.KeptOut) || moved
	moved = setShown(v.hint.label, len(s.Watching)+len(s.KeptOut) > 0) || moved
	moved = setShown(v.outer, len(s.KeptOut) > 0) || moved
	if moved {
		v.place()
		v.fill()
	}
}

// fill draws the rows that are in sight.
func (v *viewers) fill() {
	v.here.fill()
	v.out.fill()
}

// full tells whether nobody else is let in.
func (s State) full() bool { return s.Viewers > 0 && s.Viewers >= s.MaxViewers }

func mostWords(s State) string {
	if s.MaxViewersGiven {
		return "Given with --max-viewers. It holds until Fanlight is closed."
	}
	return ""
}

// placesWords go on in the entry with how many places there are.
func placesWords(s State) string {
	words := "places"
	if s.Viewers == 1 {
		words = "place"
	}
	words = fmt.Sprintf("%d %s taken of", s.Viewers, words)
	if s.full() {
		words = "Full: " + words
	}
	return words
}

func (v *viewers) viewerRow(viewer Viewer) *listRow[Viewer] {
	who := cmp.Or(viewer.Name, viewer.Address)
	name, since := newCaption(""), widget.NewLabel("")
	name.TextStyle.Bold = true
	program, rate := newCaption(""), widget.NewLabel("")
	for _, quiet := range []*widget.Label{since, program, rate} {
		quiet.Importance = widget.LowImportance
	}
	letGo := newButton("Let go", "Let go of "+who, func() { v.audience.LetGo(viewer.ID) })
	keepOut := newButton("Keep out", "Keep out "+who, func() { v.audience.KeepOut(viewer.ID) })
	return &listRow[Viewer]{
		object: v.row(container.NewHBox(letGo, keepOut),
			container.NewBorder(nil, nil, nil, since, name), container.NewBorder(nil, nil, nil, rate, program)),
		buttons: v.revealed(letGo, keepOut),
		show: func(now Viewer) {
			setText(name, cmp.Or(now.Name, now.Address))
			setText(since, sinceWords(time.Since(now.Since)))
			setText(program, capital(now.Program))
			setText(rate, takenWords(now))
		},
	}
}

func (v *viewers) keptOutRow(k KeptOut) *listRow[KeptOut] {
	who, more := newCaption(k.Address), newCaption("gives no name")
	if k.Name != "" {
		who, more = newCaption(k.Name), newCaption(k.Address)
	}
	who.TextStyle.Bold = true
	more.Importance = widget.LowImportance
	admit := newButton("Let in again", "Let in "+k.Address+" again", func() { v.audience.Admit(k.Address) })
	return &listRow[KeptOut]{
		object:  v.row(container.NewHBox(admit), who, more),
		buttons: v.revealed(admit),
		show:    func(KeptOut) {},
	}
}

// row puts lines of text close together, and buttons below them.
func (v *viewers) row(buttons fyne.CanvasObject, lines ...fyne.CanvasObject) fyne.CanvasObject {
	text := container.New(layout.NewCustomPaddedVBoxLayout(-14), lines...)
	return container.New(layout.NewCustomPaddedLayout(0, 6, 0, 0),
		container.New(layout.NewCustomPaddedVBoxLayout(-2), text, buttons))
}

func (v *viewers) revealed(buttons ...*button) []*button {
	for _, b := range buttons {
		b.focused = v.reveal
	}
	return buttons
}

// sinceWords say how long ago something was, roughly: nobody reads seconds.
func sinceWords(ago time.Duration) string {
	hours, minutes := int(ago.Hours()), int(ago.Minutes())
	switch {
	case hours >= 48:
		return strconv.Itoa(hours/24) + " days"
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes%60)
	case minutes > 0:
		return strconv.Itoa(minutes) + " min"
	default:
		return "just now"
	}
}

// takenWords are empty for one who has come just now, whose rate is not known yet.
func takenWords(v Viewer) string {
	if v.FPS == 0 && time.Since(v.Since) < 3*time.Second {
		return ""
	}
	return rateNumber(v.FPS) + " a second"
}
