package camera

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"time"

	"fanlight/drivers/jpegs"
)

// Picture is one JPEG as the camera delivered it, borrowed until yield returns.
type Picture = jpegs.Picture

// Mode is how a camera delivers: a format, a picture size in pixels and a rate in
// fps. A zero value of any leaves the choice to the camera.
type Mode struct {
	// Format is the camera's own name for what it sends, "MJPG" or "YUYV". The driver
	// encodes what is no JPEG. Drivers whose cameras have one format leave it empty.
	Format        string
	Width, Height int
	FPS           float64
}

// DefaultQuality is the quality of the JPEG pictures that a driver encodes itself
// where [Want.Quality] is zero, on libjpeg's scale from 1 to 100.
const DefaultQuality = jpegs.DefaultQuality

// Want is what a program asks of a camera as it opens it.
type Want struct {
	Mode
	// Quality is that of pictures that the driver encodes itself, from 1 to 100;
	// zero stands for [DefaultQuality].
	Quality int
	// Controls are set before the first picture, by [Control.Name]. Those that the
	// camera lacks, or refuses, are passed over.
	Controls map[string]int
	// Granted, unless nil, is called before the first picture with the mode that the
	// camera agreed to, by drivers that negotiate one, and again where another signal
	// or input brings another mode. It must not block.
	Granted func(Mode)
	// Encoded, unless nil, is called with the time that it took to encode a picture,
	// for each that the driver encodes itself. It must not block.
	Encoded func(took time.Duration)
	// Log takes the driver's messages besides its failure: at level warn what the user
	// may want to mend, all else at level debug; nil discards them.
	Log *slog.Logger
}

// Networked is the [Camera.Kind] of a camera at an address.
const Networked = "Network camera"

// ErrUnplugged is wrapped by the failure of a camera that is not there: the
// program waits for it to come back.
var ErrUnplugged = errors.New("the camera is unplugged")

// Failure is an error whose text is a sentence for the user, which says what to do
// next. Its cause is kept for [errors.Is].
type Failure struct {
	Sentence string
	Cause    error
}

func (f *Failure) Error() string { return f.Sentence }
func (f *Failure) Unwrap() error { return f.Cause }

// Camera is a picture source that the user can pick. A Camera is a description
// and holds nothing open; it may be copied and used by several goroutines.
type Camera struct {
	// ID is stable across replug and restart and starts with the driver's name:
	// "v4l2:usb-046d_HD_Pro_Webcam_C920_2B5C-video-index0". It is also what the
	// user may type: the driver's name, a colon, and the driver's argument. It is
	// logged, and holds no secret. Viewers are told only what is before the colon.
	ID string
	// Choice finds the camera again where the ID does not, because it holds a
	// password: it is remembered and never shown. Empty stands for the ID.
	Choice string
	// Name is what the picker shows: "HD Pro Webcam C920". It holds no secret.
	Name string
	// Kind is what viewers are told in the place of a Name that has an address or a
	// command in it: "Network camera". Empty means that they are told the Name.
	Kind string
	// Virtual marks a stand-in, which is chosen by itself only where nothing real is there.
	Virtual bool
	// Alias marks another way to a camera that a better driver lists: the picker
	// leaves it out, and a choice finds it.
	Alias bool
	// Locked marks another Fanlight's stream that is opened with its passcode: whoever
	// passes it on should ask for one too.
	Locked bool

	// Patience is how long the first picture may take; zero stands for what is usual.
	Patience time.Duration

	// Frames opens the camera and yields pictures until the loop is left, ctx
	// ends or the camera fails. A failure, unplugging included, is yielded once,
	// last, with an empty Picture; its text is a sentence for the user, with what
	// to do next. An ended ctx is no failure: the loop just ends, within a
	// second. Leaving the loop closes the camera before Frames returns. The
	// sequence can be ranged over again, one loop at a time.
	Frames func(ctx context.Context, want Want) iter.Seq2[Picture, error]

	// Check tells, before the camera is opened, whether it refuses the passcode in its
	// address, or shows another certificate than the one that was accepted; nil for
	// cameras that have neither. One that cannot be reached refuses nothing. The error's
	// text is a sentence for the user.
	Check func(ctx context.Context) error

	// Modes lists what the camera offers, best first; nil for a camera that leaves
	// no choice. It turns nothing on, also while the camera runs.
	Modes func(ctx context.Context) ([]Mode, error)
	// Controls lists the camera's settings with their values now; nil for a camera
	// that has none. It turns nothing on, also while the camera runs.
	Controls func(ctx context.Context) ([]Control, error)
	// Adjust sets a control while the camera runs; nil for a camera that takes its
	// controls only as it is opened, from [Want.Controls].
	Adjust func(ctx context.Context, name string, value int) error
}

// ControlKind is how a control is operated.
type ControlKind int

// The kinds of controls.
const (
	Range  ControlKind = iota // a number from Min to Max in steps
	Toggle                    // 0 or 1
	Menu                      // one of Items
)

// Control is one of a camera's settings.
type Control struct {
	Name  string // stable, and what the command line takes: "power_line_frequency"
	Label string // for people: "Power Line Frequency"
	Kind  ControlKind
	// Min, Max and Step bound a Range; Step is at least 1.
	Min, Max, Step int
	Default, Value int
	Items          []MenuItem // of a Menu, in the camera's order
	// Inactive is true while another control overrules this one, as automatic
	// exposure does the exposure time.
	Inactive bool
}

// MenuItem is one choice of a menu control.
type MenuItem struct {
	Value int
	Label string
}
