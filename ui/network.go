package ui

import (
	"image"
	"image/color"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/assets"
)

// Network is what the window asks of the program about the streams of others.
type Network interface {
	// ListStreams says whether Streams of a State are shown, and so worth a look at
	// what they show.
	ListStreams(shown bool)
	// Watch chooses a stream as the camera. The passcode is empty where none is needed.
	Watch(id, passcode string)
}

// Stream is one that somebody shares on the network.
type Stream struct {
	ID      string
	Name    string
	Machine string // that it comes from, in a word: "lamp"
	Program string // that serves it, where that is not Fanlight and known: "OctoPrint"
	Locked  bool   // a passcode is needed
	Off     bool   // nobody watches it: its camera is off until somebody does
	Watched bool   // it is the chosen camera
	// Fingerprint is of its certificate, AB:CD:…, where the user is to compare it before
	// it is watched: he has not accepted it yet, or AnotherBefore.
	Fingerprint   string
	AnotherBefore bool
	// Picture is what it showed lately; nil where that is unknown. It is shared: read only.
	Picture image.Image
}

// network is the side with the streams that others share.
type network struct {
	*side
	program Network
	window  fyne.Window
	toggle  *button // opens the side, and says how many there are
	hint    *notice
	streams *list[string, Stream]
}

func newNetwork(p Network, window fyne.Window) *network {
	n := &network{program: p, window: window, hint: newNotice()}
	n.toggle = newIconButton("On this network", theme.NewThemedResource(aerial), nil)
	n.toggle.Hide()
	n.streams = newList(func(s Stream) string { return s.ID }, n.row, n.toggle)
	n.side = newSide("On this network", n.streams.drawn, n.hint.label)
	n.streams.scroll = n.scroll
	n.scroll.OnScrolled = func(fyne.Position) { n.streams.fill() }
	n.opened = p.ListStreams
	return n
}

// show follows the state of the program. While the side is closed it counts only.
func (n *network) show(s State) {
	setVisible(n.toggle, s.Browsing)
	count := ""
	if s.StreamCount > 0 {
		count = strconv.Itoa(s.StreamCount)
	}
	if n.toggle.Text != count {
		n.toggle.SetText(count)
		n.toggle.name = nearbyWords(s.StreamCount)
	}
	if !n.panel.Visible() {
		return
	}
	if n.hint.say(networkWords(s)) {
		n.relayout()
	}
	if n.streams.show(s.Streams) {
		n.place()
		n.streams.fill()
	}
}

func nearbyWords(count int) string {
	switch count {
	case 0:
		return "On this network"
	case 1:
		return "On this network: 1 stream"
	default:
		return "On this network: " + strconv.Itoa(count) + " streams"
	}
}

func networkWords(s State) string {
	switch {
	case s.StreamsProblem != "":
		return capital(s.StreamsProblem)
	case len(s.Streams) == 0:
		return "Nobody shares a stream here yet. Other Fanlights that share, and cameras that announce themselves, show up by themselves."
	default:
		return "Share passes on what you watch."
	}
}

// streamWords say where a stream comes from, and what is worth knowing before one watches it.
func streamWords(s Stream) string {
	words := []string{s.Machine}
	if s.Program != "" {
		words = append(words, s.Program)
	}
	switch {
	case s.Watched:
		words = append(words, "on screen")
	case s.Locked:
		words = append(words, "passcode")
	case s.Off:
		words = append(words, "camera off")
	}
	return strings.Join(words, " · ")
}

func (n *network) row(s Stream) *listRow[Stream] {
	name, more := newCaption(""), newCaption("")
	name.TextStyle.Bold = true
	more.Importance = widget.LowImportance
	latest := s
	watch := newButton("Watch", "", func() { n.watch(latest) })
	watch.focused = n.reveal
	picture := newTile(func() { n.watch(latest) })
	text := container.New(layout.NewCustomPaddedVBoxLayout(-14), name, more)
	shown := container.NewHBox(nudge(picture, 8, 4), container.NewCenter(watch))
	return &listRow[Stream]{
		object: container.New(layout.NewCustomPaddedLayout(0, 8, 0, 0),
			container.New(layout.NewCustomPaddedVBoxLayout(-2), text, shown)),
		buttons: []*button{watch},
		show: func(now Stream) {
			latest = now
			setText(name, now.Name)
			setText(more, streamWords(now))
			watch.name = "Watch " + now.Name + " of " + now.Machine
			var icon fyne.Resource
			if now.Locked {
				watch.name += ", with a passcode"
				icon = theme.NewThemedResource(lock)
			}
			if (watch.Icon == nil) != (icon == nil) {
				watch.SetIcon(icon)
			}
			picture.show(now.Picture)
		},
	}
}

// watch asks for the passcode where one is needed, and shows a certificate that is new.
func (n *network) watch(s Stream) {
	if !s.Locked && s.Fingerprint == "" {
		n.program.Watch(s.ID, "")
		return
	}
	var code *promptEntry // nil where none is asked for
	q := newQuestion("Watch", func() {
		passcode := ""
		if code != nil {
			passcode = strings.TrimSpace(code.Text)
		}
		n.program.Watch(s.ID, passcode)
	})
	first := fyne.Focusable(q.cancel) // a hasty Enter accepts no certificate
	rows := []fyne.CanvasObject{newDialogTitle("Watch " + s.Name)}
	if s.Fingerprint != "" {
		fingerprint := widget.NewLabel(grouped(s.Fingerprint))
		fingerprint.TextStyle.Monospace = true
		rows = append(rows, newDialogWords(fingerprintWords(s)), fingerprint)
	}
	if s.Locked {
		code = q.entry("Passcode")
		code.Password = true
		first = code
		rows = append(rows, code, newDialogWords("Whoever shares it on "+s.Machine+" knows the passcode."))
	}
	q.ask(n.window.Canvas(), 400, first, rows...)
}

// fingerprintWords say what to compare it with, which access shows in the other window.
func fingerprintWords(s Stream) string {
	if s.AnotherBefore {
		return "Its certificate is another one than before. Go on only if this is the fingerprint that the gear beside the name shows in the window on " + s.Machine + ": else somebody may be listening in."
	}
	return "Nobody vouches for its certificate. Compare: the gear beside the name in the window on " + s.Machine + " shows the same fingerprint. It is remembered."
}

// tile is a small picture that can be tapped.
type tile struct {
	widget.BaseWidget
	picture *canvas.Image
	none    *widget.Icon // while there is no picture
	tapped  func()
}

var _ fyne.Tappable = (*tile)(nil)

func newTile(tapped func()) *tile {
	const radius = 6
	t := &tile{
		picture: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleFastest, CornerRadius: radius},
		none:    widget.NewIcon(theme.NewColoredResource(aerial, theme.ColorNameDisabled)),
		tapped:  tapped,
	}
	t.picture.Hide()
	t.ExtendBaseWidget(t)
	return t
}

// show draws a picture, if it is another one than before.
func (t *tile) show(picture image.Image) {
	if t.picture.Image == picture {
		return
	}
	t.picture.Image = picture
	setVisible(t.picture, picture != nil)
	setVisible(t.none, picture == nil)
	t.picture.Refresh()
}

// Tapped is called by Fyne.
func (t *tile) Tapped(*fyne.PointEvent) { t.tapped() }

// MinSize is that of a picture of 16:9.
func (t *tile) MinSize() fyne.Size { return fyne.NewSize(112, 63) }

// CreateRenderer is called by Fyne.
func (t *tile) CreateRenderer() fyne.WidgetRenderer {
	ground := canvas.NewRectangle(color.NRGBA{R: 0x0c, G: 0x0d, B: 0x10, A: 0xff})
	ground.CornerRadius = t.picture.CornerRadius
	icon := container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(20), t.none))
	return widget.NewSimpleRenderer(container.NewStack(ground, icon, t.picture))
}

// aerial and lock are icons that Fyne lacks.
var (
	aerial = fyne.NewStaticResource("aerial.svg", assets.Aerial)
	lock   = fyne.NewStaticResource("lock.svg", assets.Lock)
)
