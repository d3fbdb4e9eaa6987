package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

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

// waiting is what there is to say of an unplugged camera.
const waiting = "Camera unplugged, waiting for it"

const noCameraFound = "No camera found"

// chosenName is what to call the chosen camera in a sentence.
func (s State) chosenName() string {
	if s.ChosenName != "" {
		return s.ChosenName
	}
	return s.Chosen
}

// away holds from when the camera is unplugged until it is live again, whatever
// the program tries meanwhile.
func (s State) away() bool { return s.Unplugged && s.Condition != Live }

// statusWords say in one line what the camera is doing.
func statusWords(s State) string {
	switch {
	case s.Chosen == "":
		return "No camera chosen"
	case s.away():
		return waiting
	case s.Condition == Starting:
		return "Starting " + s.chosenName() + "…"
	case s.Condition == Live:
		return "Live"
	case s.Condition == Lost && s.Reason == "":
		return "Camera lost"
	case s.Condition == Lost:
		return "Camera lost: " + s.Reason
	default:
		return "Camera off: nobody is watching"
	}
}

// curtainWords stand over the preview while it is not live: a heading and what
// more there is to say. Both are empty when the picture speaks for itself.
func curtainWords(s State, picture bool) (heading, more string) {
	switch {
	case s.Chosen == "" && len(s.Cameras) == 0:
		return noCameraFound, "Plug one in: it shows up here by itself."
	case s.Chosen == "":
		return "Choose a camera", ""
	case s.away():
		return waiting, capital(s.Reason)
	case s.Condition == Starting:
		return "Starting " + s.chosenName() + "…", ""
	case s.Condition == Lost:
		return "Camera lost", capital(s.Reason)
	case s.Condition == Off:
		return "Camera off", ""
	case !picture:
		return "Waiting for the first picture…", ""
	default:
		return "", ""
	}
}

// detailWords say what the pictures are, and what was asked for where the camera gave something else.
func detailWords(s State) string {
	if s.Condition != Live || s.Width == 0 || s.Height == 0 {
		return ""
	}
	words := sizeWords(s.Width, s.Height)
	if s.FPS > 0 {
		words += ", " + rateWords(s.FPS)
	}
	if asked := askedWords(s); asked != "" {
		words += " (asked for " + asked + ")"
	}
	return words
}

// capital makes what follows a colon elsewhere a sentence of its own.
func capital(sentence string) string {
	first, size := utf8.DecodeRuneInString(sentence)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + sentence[size:]
}

// refusal is what to say of a value that was not taken; nothing where it was.
func refusal(why error) string {
	if why == nil {
		return ""
	}
	return capital(why.Error()) + "."
}

func askedWords(s State) string {
	var asked []string
	if s.AskedWidth > 0 && (s.AskedWidth != s.Width || s.AskedHeight != s.Height) {
		asked = append(asked, sizeWords(s.AskedWidth, s.AskedHeight))
	}
	// A camera counts 30 as 30000/1001 at times: that is no difference to speak of.
	if s.AskedFPS > 0 && s.GrantedFPS > 0 && math.Abs(s.AskedFPS-s.GrantedFPS) > 0.05*s.AskedFPS {
		asked = append(asked, rateNumber(s.AskedFPS)+" a second")
	}
	return strings.Join(asked, ", ")
}

func sizeWords(width, height int) string { return fmt.Sprintf("%d×%d", width, height) }

func rateWords(fps float64) string {
	if number := rateNumber(fps); number != "1" {
		return number + " pictures a second"
	}
	return "1 picture a second"
}

// rateNumber keeps one decimal where it tells something: 7.5, but 30 for 29.97.
func rateNumber(fps float64) string {
	if fps >= 10 {
		return strconv.FormatFloat(math.Round(fps), 'f', -1, 64)
	}
	return strconv.FormatFloat(math.Round(fps*10)/10, 'f', -1, 64)
}

// aliasWords say what the stream is called on the network, where that is not its name.
func aliasWords(s State) string {
	if !s.Sharing || s.AnnouncedAs == "" || s.AnnouncedAs == s.Name {
		return ""
	}
	return "On the network it is called “" + s.AnnouncedAs + "”"
}

func viewerWords(n int) string {
	switch n {
	case 0:
		return "No viewers"
	case 1:
		return "1 viewer"
	default:
		return strconv.Itoa(n) + " viewers"
	}
}
