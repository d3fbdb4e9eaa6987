package ui

import (
	"fmt"
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
	always := []string{"Camera settings", "Turn", "0°", "Mirror", "Text", "Text on the picture", "Show date and time"}
	for _, step := range []struct {
		name   string
		change func(*Settings)
		want   []string
	}{
		{"nothing", func(*Settings) {}, always},
		{"modes", func(s *Settings) { s.Modes = []Mode{{"MJPG", 1280, 720, 30}} },
			slices.Insert(slices.Clone(always), 1, "Picture", "Automatic")},
		{"a mode that is not among them", func(s *Settings) {
			s.Modes, s.Mode = []Mode{{"MJPG", 1280, 720, 30}}, Mode{Width: 800, Height: 600}
		}, slices.Insert(slices.Clone(always), 1, "Picture", "800×600")},
		{"encodes", func(s *Settings) { s.Encodes, s.Quality = true, 85 },
			slices.Insert(slices.Clone(always), 1, "JPEG quality", "85")},
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

func TestDrawerAsksTheProgram(t *testing.T) {
	for _, step := range []struct {
		name string
		do   func(t *testing.T, w *Window)
		want []string
	}{
		{"a mode", func(t *testing.T, w *Window) {
			test.Tap(w.drawer.modes)
			tapEntry(t, w, "640×480, 7.5 a second, YUYV")
		}, []string{"mode 640×480, 7.5 a second, YUYV"}},
		{"automatic", func(t *testing.T, w *Window) {
			test.Tap(w.drawer.modes)
			tapEntry(t, w, "Automatic")
		}, []string{"mode Automatic"}},
		{"modes that differ little", func(_ *testing.T, w *Window) {
			press(w.drawer.modes, fyne.KeyRight)
			press(w.drawer.modes, fyne.KeyRight)
		}, []string{"mode 1280×720, 30 a second, MJPG", "mode 1280×720, 29.97 a second, MJPG"}},
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
	} {
		t.Run(step.name, func(t *testing.T) {
			w, program, _ := openDrawer(t, settingsState())
			step.do(t, w)
			program.want(t, step.want...)
		})
	}
}

// shownSettings are what the drawer's widgets say.
func (w *Window) shownSettings(t *testing.T) string {
	t.Helper()
	d := w.drawer
	return fmt.Sprint(d.modes.Selected, "; ", words(d.quality.Object)[1], "; ", d.turn.Selected, "; ", d.mirror.Checked, "; ",
		d.text.Text, "; ", d.clock.Checked, "; ", control[*kit.Slider](t, w, "brightness").Number(), "; ",
		control[*kit.Check](t, w, "white_balance_automatic").Checked, "; ",
		control[*kit.Dropdown[int]](t, w, "power_line_frequency").Selected)
}

// A State that was on its way while the user set something does not take it back;
// one that comes later, or after a reset, or of another camera, does.
func TestDrawerKeepsWhatWasJustSet(t *testing.T) {
	const before = "1920×1080, 30 a second, MJPG; 80; 180°; false; Workshop; true; 140; true; 50 Hz"
	const after = "1280×720, 30 a second, MJPG; 81; 270°; true; Door; false; 141; false; 60 Hz"
	set := func(t *testing.T, w *Window) {
		t.Helper()
		d := w.drawer
		press(d.modes, fyne.KeyRight)
		press(d.quality.Slider, fyne.KeyRight)
		press(d.turn, fyne.KeyRight)
		test.Tap(d.mirror)
		w.window.Canvas().Focus(d.text)
		d.text.SetText("Door")
		test.Tap(d.clock)
		press(control[*kit.Slider](t, w, "brightness"), fyne.KeyRight)
		test.Tap(control[*kit.Check](t, w, "white_balance_automatic"))
		press(control[*kit.Dropdown[int]](t, w, "power_line_frequency"), fyne.KeyRight)
	}
	controlsBefore := "1280×720, 30 a second, MJPG; 81; 270°; true; Door; false; 140; true; 50 Hz"
	for _, step := range []struct {
		name string
		do   func(w *Window, s *State)
		want string
	}{
		{"at once", func(*Window, *State) {}, after},
		{"other values meanwhile", func(_ *Window, s *State) { s.Settings.Quality, s.Settings.Controls[0].Value = 3, 4 }, after},
		{"later", func(w *Window, _ *State) {
			w.drawer.modeHold.End()
			w.drawer.lookHold.End()
			w.drawer.quality.Slider.Follow()
			w.drawer.controls.follow()
		}, before},
		{"reset", func(w *Window, _ *State) { test.Tap(w.drawer.reset) }, controlsBefore},
		{"another camera", func(_ *Window, s *State) { s.Chosen = "v4l2:b" }, before},
	} {
		t.Run(step.name, func(t *testing.T) {
			s := settingsState()
			w, _, queue := openDrawer(t, s)
			if got := w.shownSettings(t); got != before {
				t.Fatalf("shows %s, want %s", got, before)
			}
			set(t, w)
			if got := w.shownSettings(t); got != after {
				t.Fatalf("set by hand: shows %s, want %s", got, after)
			}
			step.do(w, &s)
			w.shown(t, queue, s)
			if got := w.shownSettings(t); got != step.want {
				t.Errorf("shows %s, want %s", got, step.want)
			}
		})
	}
}

// The widgets stay while the values change, also those of a list that grows.
func TestDrawerKeepsItsRows(t *testing.T) {
	s := settingsState()
	w, _, queue := openDrawer(t, s)
	brightness := control[*kit.Slider](t, w, "brightness")
	drag(brightness, 1)

	s.Settings = allSettings()
	s.Settings.Controls[0].Value = 9
	s.Settings.Controls[4].Inactive = false
	temperature := control[*kit.Slider](t, w, "white_balance_temperature")
	w.shown(t, queue, s)
	if temperature.Disabled() || control[*kit.Slider](t, w, "white_balance_temperature") != temperature {
		t.Error("what is no longer overruled stays disabled, or was made anew")
	}

	s.Settings.Controls = append([]Control{{Name: "gain", Label: "Gain", Max: 9}}, s.Settings.Controls...)
	w.shown(t, queue, s)
	if control[*kit.Slider](t, w, "brightness") != brightness || brightness.Number() != 255 {
		t.Errorf("the slider was taken out of the hand, or moved to %d", brightness.Number())
	}
	s.Settings.Controls[1].Max = 1000
	w.shown(t, queue, s)
	if control[*kit.Slider](t, w, "brightness") == brightness {
		t.Error("the slider keeps a range that is the control's no more")
	}
	w.shown(t, queue, liveState()) // the camera is gone
	brightness.DragEnd()
	if len(w.drawer.controls.rows) != 0 || w.drawer.own.Visible() {
		t.Error("there are controls without a camera")
	}
}

func TestDrawerReset(t *testing.T) {
	s := settingsState()
	w, _, queue := openDrawer(t, s)
	if w.drawer.reset.Disabled() {
		t.Error("nothing to reset, though the brightness is changed")
	}
	for i := range s.Settings.Controls {
		if c := &s.Settings.Controls[i]; !c.Inactive {
			c.Value = c.Default
		}
	}
	w.shown(t, queue, s)
	if !w.drawer.reset.Disabled() {
		t.Error("something to reset, though only what is overruled differs")
	}
}

// A menu of the drawer stays where it is, too.
func TestDrawerOpenMenu(t *testing.T) {
	s := settingsState()
	w, program, queue := openDrawer(t, s)
	test.Tap(w.drawer.turn)
	opened := w.openMenu(t)
	position := opened.Position()
	s.Problem, s.Settings.Modes, s.Settings.Encodes = taken, nil, false // what stands above comes and goes
	w.shown(t, queue, s)
	if w.openMenu(t) != opened || opened.Position() != position {
		t.Errorf("the open menu went from %v to %v", position, opened.Position())
	}
	tapEntry(t, w, "90°")
	program.want(t, "look {Rotate:90 Mirror:false Text:Workshop Clock:true}")
}

func TestTabOrder(t *testing.T) {
	w, program, _ := openDrawer(t, settingsState())
	row := func(name string) fyne.Focusable { return control[fyne.Focusable](t, w, name) }
	d := w.drawer
	want := []fyne.Focusable{
		w.picker.menu, w.gear,
		d.modes, d.quality.Slider, d.turn, d.mirror, d.text, d.clock,
		row("brightness"), row("contrast"), row("white_balance_automatic"), row("power_line_frequency"),
		row("auto_exposure"), row("exposure_dynamic_framerate"), d.reset, // but what is disabled
		w.share.sharing, w.share.name,
	}
	w.window.Canvas().Unfocus()
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject
	for i, o := range want {
		w.window.Canvas().FocusNext()
		got := w.window.Canvas().Focused()
		if got != o {
			t.Fatalf("%d: the focus is at %T, want %T", i, got, o)
		}
		inside := fyne.CanvasObject(d.Scroll)
		if i < 2 || i >= len(want)-2 || got == d.reset {
			inside = w.window.Canvas().Content()
		}
		object := got.(fyne.CanvasObject)
		middle, top := at(object).Y+object.Size().Height/2, at(inside).Y
		if middle < top || middle > top+inside.Size().Height {
			t.Errorf("%d: the focus is out of sight, at %v of %v to %v", i, middle, top, top+inside.Size().Height)
		}
		speaks, ok := object.(fyne.Accessible)
		if !ok || speaks.AccessibilityLabel() == "" {
			t.Errorf("%d: %T has no words for a screen reader", i, object)
		}
	}
	program.want(t)
}

func TestDrawerSpeaks(t *testing.T) {
	w, _, _ := openDrawer(t, settingsState())
	d := w.drawer
	for _, step := range []struct {
		o    fyne.Accessible
		want string
	}{
		{w.picker.menu, "Camera: HD Webcam"},
		{w.gear, "Camera settings"},
		{d.modes, "Picture: 1920×1080, 30 a second, MJPG"},
		{d.quality.Slider, "JPEG quality: 80"},
		{d.turn, "Turn: 180°"},
		{d.mirror, "Mirror: off"},
		{d.text, "Text on the picture: Workshop"},
		{d.clock, "Show date and time: on"},
		{control[*kit.Slider](t, w, "contrast"), "Contrast: -12"},
		{control[*kit.Dropdown[int]](t, w, "power_line_frequency"), "Power Line Frequency: 50 Hz"},
		{d.reset, "Reset to defaults"},
		{w.share.name, "Name on the network: HD Webcam on workshop"},
	} {
		if got := step.o.AccessibilityLabel(); got != step.want {
			t.Errorf("speaks %q, want %q", got, step.want)
		}
	}
}
