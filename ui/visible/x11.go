package visible

import (
	"context"
	"encoding/binary"
	"io"
	"slices"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// The library writes to standard error what cannot be changed: that there is no file
// with permissions, which most displays do without.
func init() { xgb.Logger.SetOutput(io.Discard) }

// iconicState is what WM_STATE begins with while a window is minimised.
const iconicState = 3

// followX11 reports what the X server and the window manager say of a window, until ctx
// ends or the server does.
func followX11(ctx context.Context, id uint32, tell report) {
	conn, err := xgb.NewConn()
	if err != nil {
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, conn.Close)()
	r, err := newReader(conn, xproto.Window(id))
	if err != nil {
		return
	}
	say := func(x x11) { tell(func(f *facts) { f.x11 = x }) }
	now := r.read(x11{})
	say(now)
	for {
		event, err := conn.WaitForEvent()
		if event == nil && err == nil { // the connection has ended
			say(x11{})
			return
		}
		switch e := event.(type) {
		case xproto.VisibilityNotifyEvent:
			now.covered = e.State == xproto.VisibilityFullyObscured
			now.unmapped = false // only a mapped window has one; of its frame nothing else tells
		case xproto.MapNotifyEvent, xproto.UnmapNotifyEvent:
			now = r.read(now)
		case xproto.PropertyNotifyEvent:
			if !r.wants(e.Atom) {
				continue
			}
			now = r.read(now)
		default:
			continue
		}
		say(now)
	}
}

// reader asks the X server about a window.
type reader struct {
	conn         *xgb.Conn
	window, root xproto.Window
	// These are the names of properties, and the value of one, as the server numbers them.
	wmState, netState, netHidden, workspace, current xproto.Atom
}

// newReader makes a reader of a window, whose changes come as events from then on.
func newReader(conn *xgb.Conn, window xproto.Window) (*reader, error) {
	r := &reader{conn: conn, window: window, root: xproto.Setup(conn).DefaultScreen(conn).Root}
	for name, atom := range map[string]*xproto.Atom{
		"WM_STATE": &r.wmState, "_NET_WM_STATE": &r.netState, "_NET_WM_STATE_HIDDEN": &r.netHidden,
		"_NET_WM_DESKTOP": &r.workspace, "_NET_CURRENT_DESKTOP": &r.current,
	} {
		answer, err := xproto.InternAtom(conn, false, uint16(len(name)), name).Reply()
		if err != nil {
			return nil, err
		}
		*atom = answer.Atom
	}
	for of, events := range map[xproto.Window]uint32{
		r.window: xproto.EventMaskStructureNotify | xproto.EventMaskPropertyChange | xproto.EventMaskVisibilityChange,
		r.root:   xproto.EventMaskPropertyChange,
	} {
		err := xproto.ChangeWindowAttributesChecked(conn, of, xproto.CwEventMask, []uint32{events}).Check()
		if err != nil {
			return nil, err
		}
	}
	return r, nil
}

// wants reports whether a property says something that read asks for. Others change with
// every key that is pressed.
func (r *reader) wants(property xproto.Atom) bool {
	return slices.Contains([]xproto.Atom{r.wmState, r.netState, r.workspace, r.current}, property)
}

// read asks for everything but whether the window is covered, which only events tell. It
// keeps what it gets no answer to.
func (r *reader) read(x x11) x11 {
	if window, err := xproto.GetWindowAttributes(r.conn, r.window).Reply(); err == nil {
		x.unmapped = window.MapState != xproto.MapStateViewable
	}
	if state, ok := r.property(r.window, r.wmState); ok {
		x.iconic = len(state) > 0 && state[0] == iconicState
	}
	if states, ok := r.property(r.window, r.netState); ok {
		x.hidden = slices.Contains(states, uint32(r.netHidden))
	}
	x.workspace, x.current = r.number(r.window, r.workspace), r.number(r.root, r.current)
	return x
}

// number is the first number of a property, or everywhere where there is none.
func (r *reader) number(of xproto.Window, property xproto.Atom) uint32 {
	numbers, _ := r.property(of, property)
	if len(numbers) == 0 {
		return everywhere
	}
	return numbers[0]
}

// property returns the numbers of a property; none if the window does not have it.
func (r *reader) property(of xproto.Window, property xproto.Atom) (numbers []uint32, ok bool) {
	const most = 64 // numbers; a window has a dozen states at most
	answer, err := xproto.GetProperty(r.conn, false, of, property, xproto.GetPropertyTypeAny, 0, most).Reply()
	if err != nil {
		return nil, false
	}
	if answer.Format != 32 {
		return nil, true
	}
	for rest := answer.Value; len(rest) >= 4; rest = rest[4:] {
		numbers = append(numbers, binary.LittleEndian.Uint32(rest))
	}
	return numbers, true
}
