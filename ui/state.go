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
	Paused // closed by the owner, for everybody
)

// State is everything that the window shows. It is a value, and always complete.
type State struct {
	Cameras []Camera
	Hidden  []Camera // that the user does not want in the picker; some may be unplugged
	// Recent are the cameras that were opened by hand, newest first, as they are shown:
	// without passwords.
	Recent []string
	// Chosen is the ID of the chosen camera; empty if there is none. If it is missing
	// from Cameras, it is shown as unplugged.
	Chosen     string
	ChosenName string

	Condition Condition
	Reason    string // a sentence, when Lost
	// Unplugged: the chosen camera is unplugged, and used again once it is plugged in.
	Unplugged bool

	Width, Height int     // of the pictures received; 0 if unknown
	FPS           float64 // measured; 0 if unknown
	// What the user asked the camera for (0: nothing) and the rate that the camera agreed
	// to (0: unknown). The window shows what was asked for only if it was not granted.
	AskedWidth, AskedHeight int
	AskedFPS                float64
	GrantedFPS              float64

	Name    string // the stream's name on the network
	Sharing bool
	Link    string // of the page, while Sharing
	// LinkHere is a link to the page that works on this computer, which may not be able
	// to resolve its own name.
	LinkHere string
	// OtherLinks are links for the networks that this computer is on, if it is on several.
	OtherLinks []OtherLink
	// KeyLink is LinkHere with a key that stands for the passcode until the passcode
	// changes. The QR code shows it.
	KeyLink string
	// AnnouncedAs is the stream's name as announced, which differs from Name if that was
	// taken or too long; empty while it is not announced.
	AnnouncedAs string
	ByAvahi     bool // avahi-daemon announces it, instead of the program itself

	Viewers    int
	MaxViewers int       // how many may watch at a time
	Watching   []Viewer  // oldest first; needed while [Audience.ListViewers] says so
	KeptOut    []KeptOut // likewise

	Engines Engines

	Passcode    string   // empty: viewers need none
	Sites       []string // whose pages may show the pictures, besides those of this network
	Rewind      bool     // viewers may watch what has already happened
	Certificate *Certificate
	// ShowRecordings: viewers may watch recordings.
	ShowRecordings bool

	// These were set on the command line, and cannot be changed while the program runs.
	MaxViewersGiven, PasscodeGiven, NameGiven, SitesGiven, RewindGiven bool

	// Browsing: the program looks for streams of others, and has found StreamCount.
	Browsing       bool
	StreamCount    int
	Streams        []Stream // sorted; needed while [Network.ListStreams] says so
	MoreStreams    bool     // than there is room for
	StreamsProblem string   // a sentence, if the program cannot look for them

	Settings Settings // of the chosen camera
	General  General

	Saved Saved // the last snapshot

	Recording Recording
	Recorded  Recorded // the last recording that has ended
	Past      Past     // that there is to be played
	Library   Library

	Sound Sound

	PassOn PassOn // asked of the owner

	Problem string // an error as a sentence, with what to do next; empty if there is none
}

// Settings is what the user can set for the chosen camera, with the current values. What
// the camera does not offer is empty and not shown.
type Settings struct {
	Modes []Mode // that the camera offers, best first
	Mode  Mode   // the one that the user chose; zero: automatic

	// Encodes: the program encodes the pictures itself, at Quality from 1 to 100, because
	// the camera sends raw ones or because a Look changes them.
	Encodes bool
	Quality int

	Look          Look
	MirrorPreview bool      // in the window only
	Controls      []Control // in the camera's order
}

// Mode is a format by the camera's own name, a picture size in pixels, and a rate in fps.
// Zero values are left to the camera.
type Mode struct {
	Format        string
	Width, Height int
	FPS           float64
}

// Look is how the program changes the pictures.
type Look struct {
	Rotate int // clockwise in degrees: 0, 90, 180 or 270
	Mirror bool
	Text   string // to write on the picture; empty: none
	Clock  bool   // write the date and the time on the picture
}

// ControlKind is the kind of a control.
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
	// Inactive: another control overrides this one.
	Inactive bool
}

// MenuItem is one choice of a menu control.
type MenuItem struct {
	Value int
	Label string
}
