package ui

// Camera is one entry of the picker.
type Camera struct{ ID, Name string }

// Condition is what the camera is doing.
type Condition int

// The conditions of a camera.
const (
	Off Condition = iota
	Starting
	Live
	Lost
)

// State is everything that the window shows. It is a value and is always sent whole.
type State struct {
	Cameras []Camera
	// Chosen is the ID of the camera that is shown. It may be missing from
	// Cameras: then it is unplugged and shown as that. Empty: none is chosen.
	Chosen     string
	ChosenName string

	Condition Condition
	Reason    string // a sentence, when Lost
	// Unplugged: the chosen camera is known to be unplugged and is waited for.
	Unplugged bool

	Width, Height int     // of the pictures that come; 0 when unknown
	FPS           float64 // measured; 0 when unknown
	// What the user asked of the camera (0: nothing) and the rate that the camera
	// agreed to (0: unknown). What was asked is shown only where it was not granted.
	AskedWidth, AskedHeight int
	AskedFPS                float64
	GrantedFPS              float64

	Name    string // the stream's name on the network
	Sharing bool
	Link    string // of the page, while Sharing
	// LinkHere is the page's link for this machine itself, which need not know the
	// name that others know it by.
	LinkHere string
	// KeyLink is for a QR code: LinkHere, and the key that lets in whoever has it until
	// the passcode changes.
	KeyLink string
	// AnnouncedAs is what the stream is called on the network where its name was
	// taken or too long; empty while it is not announced.
	AnnouncedAs string

	Viewers    int
	MaxViewers int       // how many may watch at a time
	Watching   []Viewer  // in the order in which they came; while [Audience.ListViewers] asks for it
	KeptOut    []KeptOut // likewise

	Passcode    string // what viewers must know; empty: nothing
	Certificate *Certificate

	// These were given by hand, and cannot be changed while the program runs.
	MaxViewersGiven, PasscodeGiven bool

	// Browsing: streams of others are looked for, of which StreamCount are found.
	Browsing       bool
	StreamCount    int
	Streams        []Stream // sorted; while [Network.ListStreams] asks for them
	StreamsProblem string   // why they cannot be looked for, in words

	Settings Settings // of the chosen camera

	Problem string // an error in words, with what to do next; empty when all is well
}

// Settings is what the user can set of the chosen camera, and what is set. What
// the camera does not offer is left empty, and not shown.
type Settings struct {
	Modes []Mode // that the camera offers, best first
	Mode  Mode   // that the user asked for; zero: automatic

	// Encodes: the program makes the JPEG pictures itself, of Quality from 1 to
	// 100, because the camera sends raw ones or because they are turned or written on.
	Encodes bool
	Quality int

	Look     Look
	Controls []Control // in the camera's order
}

// Mode is how a camera delivers: a format by the camera's own name, a picture
// size in pixels and a rate in pictures a second. Zero values are left to the camera.
type Mode struct {
	Format        string
	Width, Height int
	FPS           float64
}

// Look is what the program does to the pictures.
type Look struct {
	Rotate int // clockwise in degrees: 0, 90, 180 or 270
	Mirror bool
	Text   string // to write on the picture; empty: none
	Clock  bool   // write the date and the time on the picture
}

// ControlKind is how a control is operated.
type ControlKind int

// The kinds of controls.
const (
	Range  ControlKind = iota // a number from Min to Max in steps
	Toggle                    // 0 or 1
	Menu                      // one of Items
)

// Control is one of the camera's own settings.
type Control struct {
	Name  string // what SetControl takes
	Label string // for people
	Kind  ControlKind
	// Min, Max and Step bound a Range.
	Min, Max, Step int
	Default, Value int
	Items          []MenuItem // of a Menu
	// Inactive: another control overrules this one for now.
	Inactive bool
}

// MenuItem is one choice of a menu control.
type MenuItem struct {
	Value int
	Label string
}
