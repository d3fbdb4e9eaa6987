package ui

import (
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"fanlight/assets"
	"fanlight/ui/kit"
)

// Program is what the window asks of the program. Its methods are called on the UI
// goroutine and must not block; the result arrives as a State.
type Program interface {
	Choose(cameraID string) // show this camera
	Share(on bool)
	Rename(name string) // the stream's name on the network

	// SetPasscode returns an error if the text cannot be a passcode; then nothing
	// changes. The empty text removes the passcode.
	SetPasscode(passcode string) error
	Audience
	Network

	// Open chooses a camera that is in no list by what the user typed: an address, or
	// DRIVER:ARGUMENT. It may contain a password.
	Open(choice string)

	// These are for the chosen camera. The window shows the old value again if no State
	// has the new one within two seconds.
	SetMode(Mode)   // zero: automatic
	SetQuality(int) // called when the slider is released
	SetLook(Look)
	// SetControl is called with every step of a slider that is dragged.
	SetControl(name string, value int)
	ResetControls()
}

// Window is Fanlight's one window.
type Window struct {
	app    fyne.App
	window fyne.Window
	do     func(func()) // runs on the UI goroutine: fyne.Do

	picker  *picker
	detail  *widget.Label
	gear    *kit.Button
	drawer  *drawer
	access  *access
	viewers *viewers
	network *network
	sides   *kit.Sides
	code    *codeSheet
	banner  *banner
	preview *preview
	watch   *watch
	share   *share
	status  *status

	mu      sync.Mutex
	state   State
	pending bool // a call of draw waits on the UI goroutine
	closed  bool // Run is over, and with it the UI goroutine
}

// New makes the window; Run shows it.
func New(a fyne.App, version string, p Program, source Preview, decode Decode, seen Seen) *Window {
	return newWindow(a, version, p, source, decode, seen, fyne.Do)
}

func newWindow(a fyne.App, version string, p Program, source Preview, decode Decode, seen Seen, do func(func())) *Window {
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	a.Settings().SetTheme(kit.Calm{})
	w := &Window{
		app:     a,
		window:  a.NewWindow("Fanlight"),
		do:      do,
		detail:  widget.NewLabel(""),
		drawer:  newDrawer(p),
		access:  newAccess(a, p),
		viewers: newViewers(p),
		preview: newPreview(source, decode, do),
		status:  newStatus(version),
	}
	w.watch = newWatch(seen, w.preview)
	w.network = newNetwork(p, w.window)
	w.picker = newPicker(p.Choose, func() { askForCamera(w.window, p.Open) })
	w.gear = kit.NewGear("Camera settings", nil)
	w.gear.Disable()
	w.banner = newBanner(w.relayout)
	w.share = newShare(a, p, w.banner.note)
	w.code = newCodeSheet(a, w.window.Canvas())
	w.share.code.OnTapped = func() { w.code.openFor(w.newest()) }
	w.sides = &kit.Sides{Moved: w.pulled}
	w.sides.Add(w.drawer.Side, w.gear)
	w.sides.Add(w.access.Side, w.share.gear)
	w.sides.Add(w.viewers.Side, w.share.viewers)
	w.sides.Add(w.network.Side, w.network.toggle)
	w.detail.Importance = widget.LowImportance
	w.window.SetContent(w.content())
	// The preview gets 640 points: a camera's 1280 pixels are decoded at half size.
	w.window.Resize(fyne.NewSize(704, 606))
	w.window.SetMaster()
	return w
}

func (w *Window) content() fyne.CanvasObject {
	const gap, margin = 10, 14
	spaced := layout.NewCustomPaddedVBoxLayout(gap)
	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	right := container.NewHBox(w.detail, w.network.toggle, w.gear)
	chosen := container.New(layout.NewBorderLayout(nil, nil, nil, right), w.picker.menu, right)
	top := container.New(layout.NewCustomPaddedLayout(0, gap-4, 0, 0), container.New(spaced, chosen, w.banner.panel))
	shared := container.New(layout.NewCustomPaddedLayout(gap-4, 0, 0, 0), w.share.panel)
	beside := w.sides.Drawn()
	middle := container.New(layout.NewBorderLayout(nil, nil, nil, beside), beside, w.preview)
	bottom := container.NewVBox(shared, container.New(layout.NewCustomPaddedLayout(gap-4, 0, 0, 0), w.status.line))
	return container.New(layout.NewCustomPaddedLayout(margin, margin/2, margin, margin),
		container.New(layout.NewBorderLayout(top, bottom, nil, nil), top, middle, bottom))
}

// pulled is called when a side has been opened or closed, and fills it.
func (w *Window) pulled() {
	w.viewers.show(w.newest())
	w.network.show(w.newest())
	w.relayout()
}

// relayout lays out the window after a part has changed its size. Fyne does so only if
// the minimum size of the whole content changes.
func (w *Window) relayout() { kit.Relayout(w.window.Content()) }

// Show draws a state. It may be called from any goroutine. If states come faster than
// they are drawn, only the newest is drawn.
func (w *Window) Show(s State) {
	w.mu.Lock()
	w.state = s
	call := !w.pending && !w.closed
	w.pending = w.pending || call
	w.mu.Unlock()
	if call {
		w.do(w.draw)
	}
}

// newest returns the newest state.
func (w *Window) newest() State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.state
}

func (w *Window) draw() {
	w.mu.Lock()
	s := w.state
	w.pending = false
	w.mu.Unlock()

	w.picker.show(s)
	kit.SetText(w.detail, detailWords(s))
	kit.SetVisible(w.detail, w.detail.Text != "")
	w.showSides(s)
	w.banner.show(s)
	w.preview.show(s)
	w.share.show(s)
	w.code.show(s)
	w.status.show(s)
}

// showSides draws the sides, and closes those that have nothing to show: settings without
// a camera, viewers without sharing.
func (w *Window) showSides(s State) {
	w.drawer.show(s)
	kit.SetEnabled(w.gear, s.Chosen != "")
	if s.Chosen == "" {
		w.sides.Close(w.drawer.Side)
	}
	if !s.Sharing {
		w.sides.Close(w.viewers.Side)
	}
	w.access.show(s)
	w.viewers.show(s)
	w.network.show(s)
}

// Run shows the window and runs the app until the window is closed. It must be
// called from the goroutine of main.
func (w *Window) Run() {
	w.preview.start()
	w.window.Show()
	w.watch.begin(w.window)
	w.app.Run()
	w.watch.end()
	w.mu.Lock()
	w.closed = true
	w.mu.Unlock()
	w.preview.stop()
}

// Quit ends Run. It may be called from any goroutine, also before Run has begun.
func (w *Window) Quit() { w.do(w.app.Quit) }
