package ui

import (
	"cmp"
	"errors"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"fanlight/ui/kit"
)

// Audience is what the window asks of the program about the viewers.
type Audience interface {
	// ListViewers says whether the list of viewers is open. Only then State.Watching and
	// State.KeptOut are needed.
	ListViewers(shown bool)
	SetMaxViewers(n int)
	LetGo(id uint64)      // disconnects a viewer, who can come back
	KeepOut(id uint64)    // disconnects a viewer and blocks the address
	Admit(address string) // unblocks an address
}

// Viewer is somebody who watches over the network.
type Viewer struct {
	ID      uint64
	Address string
	Name    string // that the computer gives itself; empty if unknown
	Program string // in plain words: "Firefox on Android"
	Since   time.Time
	FPS     float64 // measured lately
	Listens bool    // it has only the sound
}

// KeptOut is a blocked address, and the name of the computer that had it, empty if unknown.
type KeptOut struct{ Address, Name string }

// viewers is the side with the viewers.
type viewers struct {
	*kit.Side
	audience Audience

	places *widget.Label // the number of viewers, in front of most
	most   *kit.LineEntry
	words  *kit.Notice // about most; hidden while empty
	hint   *kit.Notice // about the buttons
	here   *kit.List[uint64, Viewer]
	out    *kit.List[string, KeptOut]
	outer  *fyne.Container // the list of blocked addresses, with its heading
}

func newViewers(p Audience) *viewers {
	v := &viewers{audience: p, words: kit.NewNotice(), hint: kit.NewNotice(), places: widget.NewLabel("")}
	v.most = kit.NewLineEntry("", nil)
	v.most.Name = lang.L("Maximum number of viewers")
	v.most.Take = v.setMost
	v.most.Refused = func(why error) {
		v.words.Refuse(refusal(why))
		kit.SetVisible(v.words.Label, v.words.Label.Text != "")
		v.Relayout()
	}
	v.words.Label.Hide()
	v.hint.Say(lang.L("A viewer who is disconnected can come back. One who is blocked cannot."))
	v.places.Wrapping = fyne.TextWrapWord
	v.here = kit.NewList(func(viewer Viewer) uint64 { return viewer.ID }, v.viewerRow, v.most)
	v.out = kit.NewList(func(k KeptOut) string { return k.Address }, v.keptOutRow, v.most)

	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	number := container.New(kit.AsWideAs{Other: widget.NewLabel("10000")}, v.most.Drawn())
	most := container.New(layout.NewBorderLayout(nil, nil, nil, number), v.places, number)
	pad := layout.NewCustomPaddedLayout(8, 4, 0, 0)
	v.outer = kit.NewRows(container.New(pad, widget.NewSeparator()), kit.NewCaption(lang.L("Blocked until sharing ends")), v.out.Drawn)
	v.outer.Hide()
	v.Side = kit.NewSide(lang.L("Viewers"), most, v.words.Label, v.here.Drawn, v.hint.Label, v.outer)
	v.here.Scroll, v.out.Scroll = v.Scroll, v.Scroll
	v.Scroll.OnScrolled = func(fyne.Position) { v.fill() }
	v.Opened = p.ListViewers
	v.most.OnFocus = v.Reveal
	return v
}

// mostPlaces is the highest maximum that can be set.
const mostPlaces = 10000

// setMost is called by the entry.
func (v *viewers) setMost(text string) error {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > mostPlaces {
		return errors.New(lang.L("Enter a number from 1 to {{.Most}}", map[string]any{"Most": mostPlaces}))
	}
	v.audience.SetMaxViewers(n)
	return nil
}

// show draws the state, if the side is open.
func (v *viewers) show(s State) {
	if !v.Panel.Visible() {
		return
	}
	v.most.Set(strconv.Itoa(s.MaxViewers))
	kit.SetEnabled(v.most, !s.MaxViewersGiven)
	moved := v.words.Say(mostWords(s))
	kit.SetVisible(v.words.Label, v.words.Label.Text != "")
	height := v.places.MinSize().Height
	kit.SetText(v.places, placesWords(s))
	moved = moved || v.places.MinSize().Height != height
	importance := widget.MediumImportance
	if s.full() {
		importance = widget.WarningImportance
	}
	if v.places.Importance != importance {
		v.places.Importance = importance
		v.places.Refresh()
	}
	if moved {
		v.Relayout()
	}
	moved = v.here.Show(s.Watching)
	moved = v.out.Show(s.KeptOut) || moved
	moved = kit.SetVisible(v.hint.Label, len(s.Watching)+len(s.KeptOut) > 0) || moved
	moved = kit.SetVisible(v.outer, len(s.KeptOut) > 0) || moved
	if moved {
		v.Place()
		v.fill()
	}
}

// fill draws the rows that are in sight.
func (v *viewers) fill() {
	v.here.Fill()
	v.out.Fill()
}

// full reports whether no other viewer is let in.
func (s State) full() bool { return s.Viewers > 0 && s.Viewers >= s.MaxViewers }

func mostWords(s State) string {
	if s.MaxViewersGiven {
		return lang.L("Set by --max-viewers for this run, so it cannot be changed here.")
	}
	return ""
}

// placesWords are followed by the entry with the maximum.
func placesWords(s State) string {
	viewers := map[string]any{"Viewers": viewerWords(s.Viewers)}
	if s.full() {
		return lang.L("Full: {{.Viewers}}, at most", viewers)
	}
	return lang.L("{{.Viewers}}, at most", viewers)
}

func (v *viewers) viewerRow(viewer Viewer) *kit.ListRow[Viewer] {
	who := nameOf(viewer)
	name, since := kit.NewCaption(""), widget.NewLabel("")
	name.TextStyle.Bold = true
	program, rate := kit.NewCaption(""), widget.NewLabel("")
	for _, quiet := range []*widget.Label{since, program, rate} {
		quiet.Importance = widget.LowImportance
	}
	letGo := kit.NewButton(lang.L("Disconnect"), lang.L("Disconnect {{.Viewer}}", map[string]any{"Viewer": who}), func() { v.audience.LetGo(viewer.ID) })
	keepOut := kit.NewButton(lang.L("Block"), lang.L("Block {{.Viewer}}", map[string]any{"Viewer": who}), func() { v.audience.KeepOut(viewer.ID) })
	return &kit.ListRow[Viewer]{
		Object: v.row(container.NewHBox(letGo, keepOut),
			container.NewBorder(nil, nil, nil, since, name), container.NewBorder(nil, nil, nil, rate, program)),
		Buttons: v.revealed(letGo, keepOut),
		Show: func(now Viewer) {
			kit.SetText(name, nameOf(now))
			kit.SetText(since, sinceWords(time.Since(now.Since)))
			kit.SetText(program, programWords(now.Program))
			kit.SetText(rate, takenWords(now))
		},
	}
}

// nameOf is what a viewer's machine is called; its address if it has no name.
func nameOf(v Viewer) string { return cmp.Or(toldInside(v.Name), v.Address) }

func (v *viewers) keptOutRow(k KeptOut) *kit.ListRow[KeptOut] {
	who, more := kit.NewCaption(k.Address), kit.NewCaption(lang.L("name unknown"))
	if k.Name != "" {
		who, more = kit.NewCaption(toldInside(k.Name)), kit.NewCaption(k.Address)
	}
	who.TextStyle.Bold = true
	more.Importance = widget.LowImportance
	admit := kit.NewButton(lang.L("Unblock"), lang.L("Unblock {{.Viewer}}", map[string]any{"Viewer": k.Address}), func() { v.audience.Admit(k.Address) })
	return &kit.ListRow[KeptOut]{
		Object:  v.row(container.NewHBox(admit), who, more),
		Buttons: v.revealed(admit),
		Show:    func(KeptOut) {},
	}
}

// row puts lines of text close together, with the buttons below.
func (v *viewers) row(buttons fyne.CanvasObject, lines ...fyne.CanvasObject) fyne.CanvasObject {
	text := container.New(layout.NewCustomPaddedVBoxLayout(-14), lines...)
	return container.New(layout.NewCustomPaddedLayout(0, 6, 0, 0),
		container.New(layout.NewCustomPaddedVBoxLayout(-2), text, buttons))
}

func (v *viewers) revealed(buttons ...*kit.Button) []*kit.Button {
	for _, b := range buttons {
		b.OnFocus = v.Reveal
	}
	return buttons
}

// sinceWords say roughly how long ago something was.
func sinceWords(ago time.Duration) string {
	hours, minutes := int(ago.Hours()), int(ago.Minutes())
	switch {
	case hours >= 48:
		return lang.N("{{.Count}} days", hours/24, map[string]any{"Count": hours / 24})
	case hours > 0:
		return lang.L("{{.Hours}} h {{.Minutes}} min", map[string]any{"Hours": hours, "Minutes": minutes % 60})
	case minutes > 0:
		return lang.L("{{.Minutes}} min", map[string]any{"Minutes": minutes})
	default:
		return lang.L("just now")
	}
}

// programWords name a viewer's program, "Firefox on Android".
func programWords(program string) string {
	if name, system, ok := strings.Cut(program, " on "); ok {
		return capital(lang.L("{{.Program}} on {{.System}}", map[string]any{"Program": told(name), "System": system}))
	}
	return told(program)
}

// takenWords are empty for a viewer who has just come, whose rate is not known yet.
func takenWords(v Viewer) string {
	if v.Listens {
		return lang.L("listens")
	}
	if v.FPS == 0 && time.Since(v.Since) < 3*time.Second {
		return ""
	}
	return rateWords(v.FPS)
}
