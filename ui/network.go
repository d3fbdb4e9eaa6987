package ui

import (
	"image"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"fanlight/assets"
	"fanlight/ui/kit"
)

// Network is what the window asks of the program about the streams that others share.
type Network interface {
	// ListStreams says whether the list of streams is open. Only then State.Streams and
	// their pictures are needed.
	ListStreams(shown bool)
	// Watch chooses a stream as the camera. The passcode is empty if none is needed.
	Watch(id, passcode string)
}

// Stream is a stream that somebody shares on the network.
type Stream struct {
	ID      string
	Name    string
	Machine string // the name of the computer that it comes from: "lamp"
	Program string // that serves it: "OctoPrint"; empty for Fanlight, or if unknown
	Locked  bool   // a passcode is needed
	Off     bool   // its camera is off, because nobody watches it
	Watched bool   // it is the chosen camera
	// Fingerprint is that of its certificate, AB:CD:…, if the user has to compare it first:
	// it was not accepted yet, or, with AnotherBefore, another one was.
	Fingerprint   string
	AnotherBefore bool
	// Downgraded: it was watched over HTTPS, and is offered without it now. It gets no
	// passcode; the program says why.
	Downgraded bool
	// Picture is a recent picture of it; nil if there is none. It is shared: read only.
	Picture image.Image
}

// network is the side with the streams that others share.
type network struct {
	*kit.Side
	program Network
	window  fyne.Window
	toggle  *kit.Button // opens the side, and shows the number of streams
	hint    *kit.Notice
	streams *kit.List[string, Stream]
}

func newNetwork(p Network, window fyne.Window) *network {
	n := &network{program: p, window: window, hint: kit.NewNotice()}
	n.toggle = kit.NewIconButton(lang.L("On this network"), theme.NewThemedResource(aerial), nil)
	n.toggle.Keys = keyNetwork.String()
	n.toggle.Hide()
	n.streams = kit.NewList(func(s Stream) string { return s.ID }, n.row, n.toggle)
	n.Side = kit.NewSide(lang.L("On this network"), n.streams.Drawn, n.hint.Label)
	n.streams.Scroll = n.Scroll
	n.Scroll.OnScrolled = func(fyne.Position) { n.streams.Fill() }
	n.Opened = p.ListStreams
	return n
}

// show draws the state. While the side is closed it shows only the number of streams.
func (n *network) show(s State) {
	kit.SetVisible(n.toggle, s.Browsing)
	count := ""
	if s.StreamCount > 0 {
		count = strconv.Itoa(s.StreamCount)
	}
	if n.toggle.Text != count {
		n.toggle.SetText(count)
		n.toggle.Name = nearbyWords(s.StreamCount)
	}
	if !n.Panel.Visible() {
		return
	}
	if n.hint.Say(networkWords(s)) {
		n.Relayout()
	}
	if n.streams.Show(s.Streams) {
		n.Place()
		n.streams.Fill()
	}
}

func nearbyWords(count int) string {
	switch count {
	case 0:
		return lang.L("On this network")
	default:
		return lang.N("On this network: {{.Count}} streams", count, map[string]any{"Count": count})
	}
}

func networkWords(s State) string {
	switch {
	case s.StreamsProblem != "":
		return told(s.StreamsProblem)
	case len(s.Streams) == 0:
		return lang.L("No streams found yet. Other Fanlights that share, and cameras that announce themselves, appear here by themselves.")
	case s.MoreStreams:
		return lang.L("There are more streams on this network than are listed here.")
	default:
		return lang.L("Share passes on the stream that you watch.")
	}
}

// streamWords say where a stream comes from, and what to know before watching it.
func streamWords(s Stream) string {
	words := []string{s.Machine}
	if s.Program != "" {
		words = append(words, s.Program)
	}
	switch {
	case s.Downgraded:
		words = append(words, lang.L("no HTTPS any more"))
	case s.Watched:
		words = append(words, lang.L("on screen"))
	case s.Locked:
		words = append(words, lang.L("passcode"))
	case s.Off:
		words = append(words, lang.L("camera off"))
	}
	return strings.Join(words, " · ")
}

// watchWords say what the button of a stream does.
func watchWords(s Stream) string {
	named := map[string]any{"Stream": s.Name, "Machine": s.Machine}
	if s.Locked {
		return lang.L("Watch {{.Stream}} on {{.Machine}}, passcode needed", named)
	}
	return lang.L("Watch {{.Stream}} on {{.Machine}}", named)
}

func (n *network) row(s Stream) *kit.ListRow[Stream] {
	name, more := kit.NewCaption(""), kit.NewCaption("")
	name.TextStyle.Bold = true
	more.Importance = widget.LowImportance
	latest := s
	watch := kit.NewButton(lang.L("Watch"), "", func() { n.watch(latest) })
	watch.OnFocus = n.Reveal
	picture := kit.NewTile(aerial, func() { n.watch(latest) })
	text := container.New(layout.NewCustomPaddedVBoxLayout(-14), name, more)
	shown := container.NewHBox(kit.Nudge(picture, 8, 4), container.NewCenter(watch))
	return &kit.ListRow[Stream]{
		Object: container.New(layout.NewCustomPaddedLayout(0, 8, 0, 0),
			container.New(layout.NewCustomPaddedVBoxLayout(-2), text, shown)),
		Buttons: []*kit.Button{watch},
		Show: func(now Stream) {
			latest = now
			kit.SetText(name, now.Name)
			kit.SetText(more, streamWords(now))
			watch.Name = watchWords(now)
			var icon fyne.Resource
			if now.Locked {
				icon = theme.NewThemedResource(lock)
			}
			if (watch.Icon == nil) != (icon == nil) {
				watch.SetIcon(icon)
			}
			picture.SetPicture(now.Picture)
		},
	}
}

// watch asks for the passcode if one is needed, and shows a certificate that is new.
func (n *network) watch(s Stream) {
	if s.Downgraded || !s.Locked && s.Fingerprint == "" {
		n.program.Watch(s.ID, "")
		return
	}
	var code *kit.PromptEntry // nil if none is needed
	q := kit.NewQuestion(lang.L("Watch"), func() {
		passcode := ""
		if code != nil {
			passcode = strings.TrimSpace(code.Text)
		}
		n.program.Watch(s.ID, passcode)
	})
	first := fyne.Focusable(q.Cancel) // so that a hasty Enter accepts no certificate
	rows := []fyne.CanvasObject{kit.NewTitle(lang.L("Watch {{.Stream}}", map[string]any{"Stream": s.Name}))}
	if s.Fingerprint != "" {
		fingerprint := widget.NewLabel(grouped(s.Fingerprint))
		fingerprint.TextStyle.Monospace = true
		rows = append(rows, kit.NewWords(fingerprintWords(s)), fingerprint)
	}
	if s.Locked {
		code = q.Entry(lang.L("Passcode"))
		code.Password = true
		first = code
		rows = append(rows, code, kit.NewWords(lang.L("Ask whoever shares it on {{.Machine}} for the passcode.", map[string]any{"Machine": s.Machine})))
	}
	q.Ask(n.window.Canvas(), 400, first, rows...)
}

// fingerprintWords say what to compare the fingerprint with: what the access side of the
// other Fanlight shows.
func fingerprintWords(s Stream) string {
	if s.AnotherBefore {
		return lang.L("Its certificate is not the one that you accepted before. Watch only if the sharing settings of Fanlight on {{.Machine}} show this fingerprint. If they do not, somebody may be listening in.", map[string]any{"Machine": s.Machine})
	}
	return lang.L("This computer does not know its certificate yet. Compare: the sharing settings of Fanlight on {{.Machine}} (the lock beside the name) must show this fingerprint. It is remembered.", map[string]any{"Machine": s.Machine})
}

// These are icons that Fyne lacks.
var (
	aerial  = fyne.NewStaticResource("aerial.svg", assets.Aerial)
	lock    = fyne.NewStaticResource("lock.svg", assets.Lock)
	sliders = fyne.NewStaticResource("sliders.svg", assets.Sliders)
)
