package visible

// facts are what is known of a window. The zero value is one that can be seen.
type facts struct {
	x11    x11
	locked bool // the lock screen is shown
}

// x11 is what the X server and the window manager say.
type x11 struct {
	unmapped  bool   // withdrawn; also minimised, under most window managers
	covered   bool   // other windows cover it whole; never so with a compositor
	hidden    bool   // _NET_WM_STATE says so: minimised
	iconic    bool   // WM_STATE says so: minimised, under old window managers
	workspace uint32 // that the window is on: _NET_WM_DESKTOP
	current   uint32 // the work space that is shown: _NET_CURRENT_DESKTOP
}

// everywhere is the work space of a window that is on all of them, or of which none is known.
const everywhere = 0xffffffff

func (f facts) visible() bool { return !f.locked && f.x11.visible() }

func (x x11) visible() bool {
	elsewhere := x.workspace != x.current && x.workspace != everywhere && x.current != everywhere
	return !x.unmapped && !x.covered && !x.hidden && !x.iconic && !elsewhere
}
