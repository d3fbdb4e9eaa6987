package ui

import (
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

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
	// SetSites replaces the web sites of State.Sites. It returns an error if one is none;
	// then nothing changes.
	SetSites(sites []string) error
	SetRewind(allow bool) // viewers may watch what has already happened
	SetShowRecordings(show bool)
	Quit() // ends sharing and the program
	Audience
	Network
	Preferences
	Others
	Pictures
	EngineSettings
	Recordings
	SoundSettings

	// OpenLink opens an address in a browser.
	OpenLink(link string)
	// PassOn says yes to the question of State.PassOn with this number.
	PassOn(number int)

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
	app     fyne.App
	program Program
	window  fyne.Window
	version string
	do      func(func()) // runs on the UI goroutine: fyne.Do

	picker   *picker
	gear     *kit.Button // with sliders
	drawer   *drawer
	access   *access
	viewers  *viewers
	network  *network
	library  *library
	general  *general
	sides    *kit.Sides
	code     *codeSheet
	banner   *banner
	preview  *preview
	timeline *timeline
	watch    *watch
	share    *share
	status   *status
	tools    *tools
	passOn   *passOn
	help     *help
	toast    *kit.Toast
	root     *kit.Root
	stage    *kit.Stage
	idle     *idle
	keys     map[combo]func() // what keys do
	toldOf   toldOf

	tray   *tray      // nil without one
	hidden bool       // the program goes on in the background
	asking *kit.Sheet // what closing the window does; nil before the first time

	mu      sync.Mutex
	state   State
	pending bool // a call of draw waits on the UI goroutine
	running bool // Run has begun, and is not over
	closed  bool // the UI goroutine has ended, or is about to
}

// New makes the window; Run shows it. [SetTheme] and [SetLanguage] come before.
func New(a fyne.App, version string, p Program, source Preview, decode Decode, seen Seen) *Window {
	return newWindow(a, version, p, source, decode, seen, fyne.Do)
}

func newWindow(a fyne.App, version string, p Program, source Preview, decode Decode, seen Seen, do func(func())) *Window {
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	w := &Window{app: a, program: p, window: a.NewWindow("Fanlight"), version: version, do: do}
	w.preview = newPreview(source, decode, do)
	w.watch = newWatch(seen, w.preview)
	w.build()
	// The preview gets 640 points: a camera's 1280 pixels are decoded at half size.
	w.window.Resize(fyne.NewSize(704, 607))
	w.window.SetMaster()
	w.window.SetCloseIntercept(w.closing)
	return w
}

// build makes all that has words in it, and puts it into the window.
func (w *Window) build() {
	p := w.program
	w.drawer, w.access, w.viewers = newDrawer(p), newAccess(w.app, p), newViewers(p)
	w.tools, w.toast = newTools(), kit.NewToast()
	w.network = newNetwork(p, w.window)
	w.timeline = newTimeline(w.preview.reel)
	w.library = newLibrary(p, w.window, w.timeline)
	w.picker = newPicker(func(id string) { w.preview.choose(id); p.Choose(id) }, w.askForCamera)
	w.general = newGeneral(w.app, p, w.files(), w.picker.label, w.speak)
	w.status = newStatus(w.tools.row)
	w.gear = kit.NewIconButton(lang.L("Camera settings"), theme.NewThemedResource(sliders), nil)
	w.gear.Keys = keySettings.String()
	w.gear.Disable()
	w.banner = newBanner(w.app, w.bannerMoved)
	w.share = newShare(w.app, p)
	w.passOn = &passOn{canvas: w.window.Canvas(), program: p}
	w.code = newCodeSheet(w.app, w.window.Canvas())
	w.share.code.OnTapped = func() { w.code.openFor(w.newest()) }
	w.sides = &kit.Sides{Moved: w.pulled}
	w.sides.Add(w.drawer.Side, w.gear)
	w.sides.Add(w.access.Side, w.share.gear)
	w.sides.Add(w.viewers.Side, w.share.viewers)
	w.sides.Add(w.network.Side, w.network.toggle)
	w.sides.Add(w.library.Side, w.library.toggle)
	w.sides.Add(w.general.Side, w.status.program)
	w.window.SetPadded(false) // the stage keeps its own distances
	w.window.SetContent(w.content())
	w.help = newHelp(w.window.Canvas(), w.version, w.actions())
	w.listen()
}

// files returns what asks the user for files.
func (w *Window) files() files { return files{w.window, w.program, w.do} }

func (w *Window) content() fyne.CanvasObject {
	const gap = 10
	// The Tab key follows the order of the objects; container.NewBorder would put the middle first.
	right := container.NewHBox(w.network.toggle, w.library.toggle, w.gear)
	chosen := container.New(layout.NewBorderLayout(nil, nil, nil, right), w.picker.menu, right)
	w.stage = &kit.Stage{
		Picture: w.preview,
		Top:     container.New(layout.NewCustomPaddedVBoxLayout(gap), chosen, w.banner.panel),
		Beside:  w.sides.Drawn(),
		Bottom:  container.New(layout.NewCustomPaddedVBoxLayout(gap-4), w.share.panel, w.status.line),
		Toast:   w.toast.Drawn,
		Line:    w.timeline.drawn,
		Mark:    w.timeline.mark.Drawn,
		Changed: w.reshaped,
		Fit:     func(width float32) { w.status.fit(width) },
	}
	w.stage.Build()
	c := w.window.Canvas()
	w.root = kit.NewRoot(c, w.stage, w.pressed)
	w.idle = &idle{stage: w.stage, root: w.root, canvas: c, busy: w.busy, inUse: w.looksBack, later: w.later}
	w.hook()
	return w.root
}

// pulled is called when a side has been opened or closed, and fills it.
func (w *Window) pulled() {
	w.viewers.show(w.newest())
	w.network.show(w.newest())
	w.library.show(w.newest())
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
	w.showSides(s)
	w.banner.show(s)
	w.passOn.show(s.PassOn)
	w.preview.show(s)
	w.showTimeline(s)
	w.share.show(s)
	w.code.show(s)
	w.status.show(s)
	w.general.show(s)
	if w.tray != nil {
		w.tray.show(s)
	}
	w.mind(s)
	w.tools.show(s, !w.preview.reel.onScreen().Live())
	if w.status.fit(w.status.line.Size().Width) {
		w.stage.Refresh()
	}
	w.tell(s)
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
	w.library.show(s)
}

// Run shows the window, or leaves it hidden, and runs the app. It must be called from the
// goroutine of main, and may never return: see [Window.Close].
func (w *Window) Run(hidden bool) {
	w.hidden = hidden
	w.setRunning(true)
	w.idle.stir(stayOnPicture)
	if !hidden {
		w.appear()
	}
	w.app.Run()
	w.Close()
}

// appear puts the window on screen, and plays in it.
func (w *Window) appear() {
	w.preview.start()
	w.window.Show()
	w.watch.begin(w.window)
}

// Close stops the preview and draws nothing any more. It may be called from any
// goroutine, and more than once. It does not end Run, for which nobody should wait: the
// process is about to end.
func (w *Window) Close() {
	w.setRunning(false)
	w.watch.end()
	w.preview.close()
}
