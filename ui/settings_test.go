package ui

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"fanlight/ui/kit"
)

// allSettings are those of a camera that offers everything.
func allSettings() Settings {
	return Settings{
		Modes: []Mode{
			{"MJPG", 1920, 1080, 30}, {"MJPG", 1280, 720, 30}, {"MJPG", 1280, 720, 29.97}, {"YUYV", 640, 480, 7.5},
		},
		Mode:    Mode{"MJPG", 1920, 1080, 30},
		Encodes: true,
		Quality: 80,
		Look:    Look{Rotate: 180, Text: "Workshop", Clock: true},
		Controls: []Control{
			{Name: "brightness", Label: "Brightness", Max: 255, Step: 1, Default: 128, Value: 140},
			{Name: "contrast", Label: "Contrast", Min: -64, Max: 64, Step: 1, Value: -12},
			{Name: "white_balance_automatic", Label: "White Balance, Automatic", Kind: Toggle, Default: 1, Value: 1},
			{Name: "power_line_frequency", Label: "Power Line Frequency", Kind: Menu, Default: 1, Value: 1,
				Items: []MenuItem{{0, "Disabled"}, {1, "50 Hz"}, {2, "60 Hz"}}},
			{Name: "white_balance_temperature", Label: "White Balance Temperature", Min: 2000, Max: 6500, Step: 10, Default: 4000, Value: 4650, Inactive: true},
			{Name: "auto_exposure", Label: "Auto Exposure", Kind: Menu, Default: 3, Value: 3,
				Items: []MenuItem{{1, "Manual Mode"}, {3, "Aperture Priority Mode"}}},
			{Name: "exposure_dynamic_framerate", Label: "Exposure, Dynamic Framerate", Kind: Toggle},
		},
	}
}

// openDrawer makes a window with the drawer open.
func openDrawer(t *testing.T, s State) (*Window, *asked, uiQueue) {
	t.Helper()
	w, program, queue := open(t)
	w.shown(t, queue, s)
	test.Tap(w.gear)
	return w, program, queue
}

func settingsState() State {
	s := liveState()
	s.Settings = allSettings()
	return s
}

// control is the widget that operates a control of the camera.
func control[T any](t *testing.T, w *Window, name string) T {
	t.Helper()
	for _, row := range w.drawer.controls.rows {
		if row.control.Name != name {
			continue
		}
		for _, o := range test.LaidOutObjects(row.object) {
			if found, ok := o.(T); ok {
				return found
			}
		}
	}
	t.Fatalf("no %s", name)
	panic("unreachable")
}

func TestDrawerOpensAndCloses(t *testing.T) {
	w, _, queue := open(t)
	if !w.gear.Disabled() {
		t.Error("there are settings before there is a camera")
	}
	w.shown(t, queue, settingsState())
	wide := w.preview.Size()
	if w.drawer.Panel.Visible() || w.gear.Disabled() {
		t.Fatal("open at first, or not to be opened")
	}
	test.Tap(w.gear)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	if right, left := at(w.preview).X+w.preview.Size().Width, at(w.drawer.Panel).X; !w.drawer.Panel.Visible() || right > left {
		t.Errorf("visible %v; the preview ends at %v, the drawer begins at %v", w.drawer.Panel.Visible(), right, left)
	}
	w.shown(t, queue, State{Cameras: webcams})
	if w.drawer.Panel.Visible() || w.preview.Size() != wide || !w.gear.Disabled() {
		t.Errorf("no camera: visible %v, preview %v of %v", w.drawer.Panel.Visible(), w.preview.Size(), wide)
	}
	w.shown(t, queue, settingsState())
	test.Tap(w.gear)
	test.Tap(w.gear)
	if w.drawer.Panel.Visible() || w.preview.Size() != wide {
		t.Errorf("closed: visible %v, preview %v of %v", w.drawer.Panel.Visible(), w.preview.Size(), wide)
	}
}

func TestDrawerShowsWhatTheCameraOffers(t *testing.T) {
	w, _, queue := openDrawer(t, liveState())
	always := []string{"Camera settings", "Rotate", "0°", "Mirror", "Mirror the preview only", "Text", "Text on the picture", "Show date and time"}
	for _, step := range []struct {
		name   string
		change func(*Settings)
		want   []string
	}{
		{"nothing", func(*Settings) {}, always},
		{"modes", func(s *Settings) { s.Modes = []Mode{{"MJPG", 1280, 720, 30}} },
			slices.Insert(slices.Clone(always), 1, "Resolution", "Automatic")},
		{"a mode that is not among them", func(s *Settings) {
			s.Modes, s.Mode = []Mode{{"MJPG", 1280, 720, 30}}, Mode{Width: 800, Height: 600}
		}, slices.Insert(slices.Clone(always), 1, "Resolution", "800×600")},
		{"encodes", func(s *Settings) { s.Encodes, s.Quality = true, 85 },
			append(slices.Clone(always), "JPEG quality", "85")},
		{"a range", func(s *Settings) { s.Controls = []Control{{Name: "gain", Label: "Gain", Max: 9, Value: 4}} },
			append(slices.Clone(always), "Gain", "4", "Reset to defaults")},
		{"a toggle", func(s *Settings) { s.Controls = []Control{{Name: "gain", Label: "Auto gain", Kind: Toggle}} },
			append(slices.Clone(always), "Auto gain", "Reset to defaults")},
		{"a menu, and a value that it lacks", func(s *Settings) {
			s.Controls = []Control{{Name: "gain", Label: "Gain", Kind: Menu, Items: []MenuItem{{1, "Low"}}, Value: 7}}
		}, append(slices.Clone(always), "Gain", "7", "Reset to defaults")},
		{"nothing again", func(*Settings) {}, always},
	} {
		t.Run(step.name, func(t *testing.T) {
			s := liveState()
			step.change(&s.Settings)
			w.shown(t, queue, s)
			if got := words(w.drawer.Scroll.Content); !slices.Equal(got, step.want) {
				t.Errorf("shows %q, want %q", got, step.want)
			}
		})
	}
}

// settingSteps are what the user does in the drawer, and what it asks of the program.
var settingSteps = []struct {
	name string
	do   func(t *testing.T, w *Window)
	want []string
}{
	{"a mode", func(t *testing.T, w *Window) {
		test.Tap(w.drawer.modes)
		tapEntry(t, w, "640×480 · 7.5 fps · YUYV")
	}, []string{"mode 640×480 · 7.5 fps · YUYV"}},
	{"automatic", func(t *testing.T, w *Window) {
		test.Tap(w.drawer.modes)
		tapEntry(t, w, "Automatic")
	}, []string{"mode Automatic"}},
	{"modes that differ little", func(_ *testing.T, w *Window) {
		press(w.drawer.modes, fyne.KeyRight)
		press(w.drawer.modes, fyne.KeyRight)
	}, []string{"mode 1280×720 · 30 fps · MJPG", "mode 1280×720 · 29.97 fps · MJPG"}},
	{"quality", func(_ *testing.T, w *Window) {
		drag(w.drawer.quality.Slider, 0)
		drag(w.drawer.quality.Slider, 1)
		w.drawer.quality.Slider.DragEnd()
	}, []string{"quality 100"}},
	{"turn", func(t *testing.T, w *Window) {
		test.Tap(w.drawer.turn)
		tapEntry(t, w, "90°")
	}, []string{"look {Rotate:90 Mirror:false Text:Workshop Clock:true}"}},
	{"one after another", func(_ *testing.T, w *Window) {
		w.window.Canvas().Focus(w.drawer.text)
		w.drawer.text.SetText(" ")
		test.Tap(w.drawer.mirror)
		test.Tap(w.drawer.clock)
	}, []string{
		"look {Rotate:180 Mirror:false Text: Clock:true}",
		"look {Rotate:180 Mirror:true Text: Clock:true}",
		"look {Rotate:180 Mirror:true Text: Clock:false}",
	}},
	{"text", func(_ *testing.T, w *Window) {
		w.window.Canvas().Focus(w.drawer.text)
		w.drawer.text.SetText("Door")
		press(w.drawer.text, fyne.KeyReturn)
	}, []string{"look {Rotate:180 Mirror:false Text:Door Clock:true}"}},
	{"a slider", func(t *testing.T, w *Window) {
		s := control[*kit.Slider](t, w, "contrast")
		drag(s, 0)
		drag(s, 1)
		s.DragEnd()
		press(s, fyne.KeyLeft)
	}, []string{"control contrast -64", "control contrast 64", "control contrast 63"}},
	{"a toggle", func(t *testing.T, w *Window) {
		c := control[*kit.Check](t, w, "white_balance_automatic")
		test.Tap(c)
		test.Tap(c)
	}, []string{"control white_balance_automatic 0", "control white_balance_automatic 1"}},
	{"a menu", func(t *testing.T, w *Window) {
		test.Tap(control[*kit.Dropdown[int]](t, w, "auto_exposure"))
		tapEntry(t, w, "Manual Mode")
	}, []string{"control auto_exposure 1"}},
	{"what is overruled", func(t *testing.T, w *Window) {
		s := control[*kit.Slider](t, w, "white_balance_temperature")
		test.Tap(s)
		drag(s, 1)
	}, nil},
	{"reset", func(_ *testing.T, w *Window) { test.Tap(w.drawer.reset) }, []string{"reset"}},
}

func TestDrawerAsksTheProgram(t *testing.T) {
	for _, step := range settingSteps {
		t.Run(step.name, func(t *testing.T) {
			w, program, _ := openDrawer(t, settingsState())
			step.do(t, w)
			program.want(t, step.want...)
		})
	}
}
