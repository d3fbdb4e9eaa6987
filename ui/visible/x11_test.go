package visible

import (
	"encoding/binary"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// screen is an X server without a window manager, whose part the test plays.
type screen struct {
	*testing.T
	conn *xgb.Conn
	root xproto.Window
}

func newScreen(t *testing.T) *screen {
	t.Setenv("DISPLAY", ":"+serve(t, "Xvfb", "-displayfd", "3", "-screen", "0", "400x300x24", "-nolisten", "tcp"))
	conn, err := xgb.NewConn()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn.Close()
		for event, err := conn.WaitForEvent(); event != nil || err != nil; event, err = conn.WaitForEvent() {
		}
	})
	return &screen{t, conn, xproto.Setup(conn).DefaultScreen(conn).Root}
}

func (s *screen) check(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// open makes a window and shows it.
func (s *screen) open(parent xproto.Window, width, height uint16) xproto.Window {
	s.Helper()
	id, err := xproto.NewWindowId(s.conn)
	s.check(err)
	s.check(xproto.CreateWindowChecked(s.conn, 0, id, parent, 10, 10, width, height, 0,
		xproto.WindowClassInputOutput, 0, 0, nil).Check())
	s.show(id)
	return id
}

func (s *screen) show(w xproto.Window) {
	s.Helper()
	s.check(xproto.MapWindowChecked(s.conn, w).Check())
}

func (s *screen) hide(w xproto.Window) {
	s.Helper()
	s.check(xproto.UnmapWindowChecked(s.conn, w).Check())
}

func (s *screen) atom(name string) xproto.Atom {
	s.Helper()
	answer, err := xproto.InternAtom(s.conn, false, uint16(len(name)), name).Reply()
	s.check(err)
	return answer.Atom
}

func (s *screen) setProperty(w xproto.Window, name string, numbers ...uint32) {
	s.Helper()
	var data []byte
	for _, n := range numbers {
		data = binary.LittleEndian.AppendUint32(data, n)
	}
	s.check(xproto.ChangePropertyChecked(s.conn, xproto.PropModeReplace, w, s.atom(name),
		xproto.AtomCardinal, 32, uint32(len(numbers)), data).Check())
}

func TestWindowOnX11(t *testing.T) {
	s := newScreen(t)
	window := s.open(s.root, 100, 100)
	w := watch(t, uint32(window))
	w.want(t, "at first", true)

	states := func(names ...string) {
		var atoms []uint32
		for _, name := range names {
			atoms = append(atoms, uint32(s.atom(name)))
		}
		s.setProperty(window, "_NET_WM_STATE", atoms...)
	}
	visible := true
	var other xproto.Window
	for _, step := range []struct {
		name   string
		do     func()
		change bool // of the verdict
	}{
		{"withdrawn", func() { s.hide(window) }, true},
		{"shown", func() { s.show(window) }, true},
		{"minimised", func() { states("_NET_WM_STATE_FOCUSED", "_NET_WM_STATE_HIDDEN") }, true},
		{"restored", func() { states("_NET_WM_STATE_FOCUSED") }, true},
		{"minimised the old way", func() { s.setProperty(window, "WM_STATE", iconicState, 0) }, true},
		{"restored the old way", func() { s.setProperty(window, "WM_STATE", 1, 0) }, true},
		{"on a work space", func() { s.setProperty(window, "_NET_WM_DESKTOP", 1) }, false},
		{"another one is shown", func() { s.setProperty(s.root, "_NET_CURRENT_DESKTOP", 0) }, true},
		{"on all work spaces", func() { s.setProperty(window, "_NET_WM_DESKTOP", everywhere) }, true},
		{"covered in part", func() { other = s.open(s.root, 50, 50) }, false},
		{"covered whole", func() {
			s.check(xproto.ConfigureWindowChecked(s.conn, other, xproto.ConfigWindowWidth|xproto.ConfigWindowHeight, []uint32{200, 200}).Check())
		}, true},
		{"the other one is gone", func() { s.hide(other) }, true},
	} {
		step.do()
		if step.change {
			visible = !visible
			w.want(t, step.name, visible)
		}
	}
	if len(w) > 0 {
		t.Errorf("said once more: %v", <-w)
	}
}

// A window manager that hides the frame it has put round a window tells the window of it
// in no event; showing the frame again does.
func TestFrameIsShownAgain(t *testing.T) {
	s := newScreen(t)
	frame := s.open(s.root, 120, 120)
	window := s.open(frame, 100, 100)
	s.hide(frame)
	w := watch(t, uint32(window))
	w.want(t, "before it is asked", true)
	w.want(t, "in a frame that is hidden", false)
	s.show(frame)
	w.want(t, "the frame is shown", true)
}

// Whoever cannot be asked does not keep the pictures from the user.
func TestNoServer(t *testing.T) {
	t.Setenv("DISPLAY", ":9999")
	w := watch(t, 1)
	w.want(t, "no server", true)
}
