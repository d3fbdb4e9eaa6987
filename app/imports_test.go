package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"fanlight/drivers/process/processtest"
)

// A rule says what a room may not import, and why. It holds for the packages below
// the room, unless rooms are named that are apart, and not for tests.
type rule struct {
	room  string
	apart []string // packages below the room that the rule is not for
	// Only one of these three is set. They are prefixes of import paths; a package of
	// the room itself may always be imported.
	only  []string // besides the standard library
	not   []string
	never []string // not even by way of others
	why   string
}

// rules are the architecture. If a rule is wrong, change it here, with its reason; do not
// work around it.
var rules = []rule{
	{room: "fanlight/", not: []string{"fanlight/app"}, apart: []string{"fanlight/app"}, why: "app ties the parts together; nobody imports it"},
	{room: "fanlight/app/session", not: []string{"fanlight/"}, why: "session is a leaf about the user's desktop"},
	{room: "fanlight/", not: forTests, apart: forTests,
		why: "these are for tests only"},
	{room: "fanlight/", not: []string{"fanlight/drivers/pixels/turbo"}, apart: []string{"fanlight/drivers/pixels"},
		why: "every picture passes the gate of pixels before it is decoded"},
	{room: "fanlight/assets", only: nil, apart: []string{"fanlight/assets/translations"}, why: "assets embeds files and does nothing else"},
	{room: "fanlight/assets/translations", only: []string{"github.com/nicksnyder/go-i18n", "golang.org/x/text"}, why: "translations is a leaf for window, page and cards, and so knows no Fyne"},
	{room: "fanlight/app", never: []string{"gocv.io/"}, why: "OpenCV is a program of its own: it comes with 249 libraries, which nearly nobody needs"},

	{room: "fanlight/ui/kit", only: []string{"fyne.io/"}, why: "kit is widgets made of Fyne's, which know nothing of cameras"},
	{room: "fanlight/ui/visible", only: []string{"github.com/godbus/dbus/", "github.com/jezek/xgb"}, why: "visible asks the desktop about a window, and knows nothing of what is in it"},
	{room: "fanlight/ui", only: []string{"fyne.io/", "fanlight/assets", "fanlight/ui/kit", "github.com/jeandeaual/go-locale", "github.com/skip2/go-qrcode"}, apart: []string{"fanlight/ui/visible"},
		why: "the window shows states and asks for actions through interfaces of its own, which app implements"},
	{room: "fanlight/ui", not: []string{"net/http"}, why: "the window knows nothing of HTTP"},

	{room: "fanlight/streaming", never: []string{"fyne.io/", "gocv.io/", "fanlight/ui"}, why: "the server runs without a window, and passes pictures through untouched"},
	{room: "fanlight/streaming", not: []string{"fanlight/drivers/", "fanlight/drivers"}, apart: []string{"fanlight/streaming/web", "fanlight/streaming/rtsp", "fanlight/streaming/streamtest"},
		why: "the fan-out works for any source; app hands it one"},
	{room: "fanlight/streaming", never: []string{"net/http", "github.com/grandcat/"},
		apart: []string{"fanlight/streaming/web", "fanlight/streaming/reach", "fanlight/streaming/discovery", "fanlight/streaming/bench", "fanlight/streaming/rtsp"},
		why:   "the fan-out knows nothing of how pictures leave the program"},
	{room: "fanlight/streaming/reach", only: []string{"fanlight/streaming/discovery", "github.com/mdlayher/netlink", "github.com/miekg/dns", "golang.org/x/sys"},
		why: "reach is about addresses, and knows no picture, viewer or camera"},
	{room: "fanlight/streaming/discovery", not: []string{"fanlight/"}, why: "discovery is about names on the network, and knows nothing of who announces or looks"},
	{room: "fanlight/streaming/underway", only: []string{"golang.org/x/sys"}, why: "underway is a leaf about TCP"},
	{room: "fanlight/streaming/matroska", only: []string{"github.com/at-wat/ebml-go"}, why: "matroska is a leaf about the bytes of files"},
	{room: "fanlight/streaming/replay", only: []string{"fanlight/streaming"}, why: "replay plays any past, whoever keeps it"},
	{room: "fanlight/streaming/history", only: []string{"fanlight/streaming", "fanlight/streaming/matroska", "fanlight/streaming/replay", "golang.org/x/sys"}, why: "history hangs from a feed, and knows nothing of who plays it"},
	{room: "fanlight/streaming/recording", only: []string{"fanlight/streaming", "fanlight/streaming/filename", "fanlight/streaming/matroska", "fanlight/streaming/replay", "fanlight/streaming/sound", "golang.org/x/sys"},
		why: "recording hangs from a feed, and knows nothing of who asks for it"},
	{room: "fanlight/streaming/sound", only: []string{"fanlight/drivers/caught"}, apart: []string{"fanlight/streaming/sound/microphones", "fanlight/streaming/sound/opus", "fanlight/streaming/sound/soundtest"},
		why: "sound is pure Go, and works for any microphone and encoder; app hands it both"},
	{room: "fanlight/streaming/sound/microphones", only: []string{"fanlight/drivers/caught", "fanlight/streaming/sound", "github.com/gen2brain/malgo"}, why: "microphones hands over samples, whoever hears them"},
	{room: "fanlight/streaming/sound/opus", only: []string{"fanlight/streaming/sound", "gopkg.in/hraban/opus.v2"}, why: "opus is a leaf about packets"},
	{room: "fanlight/streaming", never: []string{"github.com/gen2brain/malgo", "gopkg.in/hraban/opus.v2"}, apart: []string{"fanlight/streaming/sound/microphones", "fanlight/streaming/sound/opus"},
		why: "C libraries for sound are linked by app alone"},
	{room: "fanlight/streaming/rtsp", only: []string{"fanlight/streaming", "fanlight/streaming/matroska", "fanlight/streaming/sound", "fanlight/streaming/underway", "fanlight/drivers/caught", "fanlight/drivers/jpegs", "fanlight/drivers/secrets",
		"github.com/bluenviron/gortsplib", "github.com/bluenviron/gortmplib", "github.com/bluenviron/mediacommon", "github.com/pion/rtp"},
		why: "rtsp hangs from a feed; who may watch is decided by whom app hands it"},
	{room: "fanlight/streaming/rtsp", not: []string{"net/http", "fanlight/streaming/web", "fanlight/streaming/recording", "fanlight/streaming/discovery"}, why: "gortsplib knows HTTP, for tunnels, which the server does not take"},
	{room: "fanlight/streaming/library", only: []string{"fanlight/streaming", "fanlight/streaming/matroska", "fanlight/streaming/replay", "fanlight/drivers/jpegs"},
		why: "library is about files that can be played, whoever has recorded them"},
	{room: "fanlight/streaming/web", not: []string{"fanlight/streaming/discovery"}, why: "the server does not care how it was found"},
	{room: "fanlight/streaming/web", not: []string{"fanlight/streaming/history"}, why: "the server plays any past, whoever keeps it"},
	{room: "fanlight/streaming/web", not: []string{"fanlight/drivers"}, apart: []string{"fanlight/streaming/web/browsertest"}, why: "the server shows feeds; app has the cameras"},
	{room: "fanlight/streaming/bench", not: []string{"fanlight/"}, why: "bench measures the program from outside"},

	{room: "fanlight/drivers", never: []string{"fyne.io/", "fanlight/streaming", "fanlight/ui"}, why: "a driver only generates pictures; who watches them is not its business"},
	{room: "fanlight/drivers", not: []string{"gocv.io/"}, apart: []string{"fanlight/drivers/opencv/program"}, why: "only the program with OpenCV links it"},
	{room: "fanlight/drivers/opencv/program", not: []string{"fanlight/drivers/v4l2", "fanlight/drivers/pixels", "fanlight/drivers/opencv/devices"}, why: "the program with OpenCV needs nothing of other drivers"},
	{room: "fanlight/drivers/jpegs", not: []string{"fanlight/"}, why: "jpegs is a leaf about the bytes of pictures"},
	{room: "fanlight/drivers/lettering", only: []string{"github.com/go-text/", "golang.org/x/image/", "golang.org/x/text/"}, why: "lettering is a leaf about text in pictures"},
	{room: "fanlight/drivers/caught", not: []string{"fanlight/"}, why: "caught is a leaf about panics"},
	{room: "fanlight/drivers/camera", not: []string{"fanlight/"}, why: "camera is the contract, which all rooms of the drivers import"},
	{room: "fanlight/drivers/pixels", not: []string{"fanlight/"}, why: "pixels turns and encodes pictures, whoever has them"},
	{room: "fanlight/drivers/secrets", not: []string{"fanlight/"}, why: "secrets is a leaf about text that may hold a password"},
	{room: "fanlight/drivers/newest", not: []string{"fanlight/"}, why: "newest is a leaf about handing pictures on"},
	{room: "fanlight/drivers/polled", not: []string{"fanlight/"}, why: "polled is a leaf about reading descriptors"},
	{room: "fanlight/drivers/process", not: driverRooms("process"), why: "no driver's room imports another's"},
	{room: "fanlight/drivers/network", not: driverRooms("network"), why: "no driver's room imports another's"},
	{room: "fanlight/drivers/stills", not: driverRooms("stills"), why: "no driver's room imports another's"},
	{room: "fanlight/drivers/v4l2", not: driverRooms("v4l2"), why: "no driver's room imports another's"},
	{room: "fanlight/drivers/pi", not: driverRooms("pi"), why: "no driver's room imports another's"},
}

// driverRooms are the rooms of all drivers but one.
func driverRooms(but string) []string {
	rooms := []string{"network", "stills", "v4l2", "opencv", "pi"}
	return slices.Collect(func(yield func(string) bool) {
		for _, room := range rooms {
			if room != but && !yield("fanlight/drivers/"+room) {
				return
			}
		}
	})
}

// forTests are packages that only tests import.
var forTests = []string{"fanlight/streaming/streamtest", "fanlight/streaming/sound/soundtest", "fanlight/streaming/reach/reachtest", "fanlight/streaming/web/browsertest",
	"fanlight/drivers/drivertest", "fanlight/drivers/process/processtest"}

// leaves are packages about bytes, letters, faults or embedded files, which import nothing of
// Fanlight. A rule that forbids some packages does not forbid these.
var leaves = []string{"fanlight/drivers/jpegs", "fanlight/drivers/lettering", "fanlight/drivers/caught", "fanlight/assets", "fanlight/assets/translations"}

// listed is a package as go list shows it.
type listed struct {
	ImportPath    string
	Imports, Deps []string
}

func TestImportRules(t *testing.T) {
	out, err := processtest.Command(t, 2*patience, "go", "list", "-tags", "migrated_fynedo,nolibopusfile", "-json=ImportPath,Imports,Deps", "fanlight/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		seen[p.ImportPath] = true
		for _, broken := range broken(p) {
			t.Error(broken)
		}
	}
	for _, r := range rules {
		for _, room := range append([]string{strings.TrimSuffix(r.room, "/")}, r.apart...) {
			if room != "fanlight" && !seen[room] {
				t.Errorf("there is a rule for %s, which is no package", room)
			}
		}
	}
}

// broken are the rules that a package breaks, in words.
func broken(p listed) (words []string) {
	for _, r := range rules {
		if !isIn(p.ImportPath, r.room) || slices.ContainsFunc(r.apart, func(room string) bool { return isIn(p.ImportPath, room) }) {
			continue
		}
		for _, imported := range r.offences(p) {
			words = append(words, fmt.Sprintf("%s imports %s: %s", p.ImportPath, imported, r.why))
		}
	}
	return words
}

// offences are the imports of a package of the room that the rule is against.
func (r rule) offences(p listed) []string {
	imports := p.Imports
	if r.never != nil {
		imports = p.Deps
	}
	return slices.DeleteFunc(slices.Clone(imports), func(imported string) bool {
		switch {
		case isIn(imported, r.room) && r.room != "fanlight/", slices.Contains(leaves, imported) && (r.not != nil || r.never != nil):
			return true
		case r.never != nil:
			return !areIn(imported, r.never)
		case r.not != nil:
			return !areIn(imported, r.not)
		case r.room == "fanlight/assets":
			return imported == "embed"
		default:
			return areIn(imported, r.only) || !strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") && !strings.HasPrefix(imported, "fanlight/")
		}
	})
}

// isIn reports whether a package is a room or below it.
func isIn(path, room string) bool {
	return strings.HasPrefix(path+"/", strings.TrimSuffix(room, "/")+"/")
}

// areIn reports whether a package is one of others, or below it.
func areIn(path string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool { return isIn(path, other) })
}

func TestImportRulesCanFail(t *testing.T) {
	for _, test := range []struct {
		importer, imported string
		deep, allowed      bool
	}{
		{"fanlight/ui", "fanlight/app", false, false},
		{"fanlight/assets", "os", false, false},
		{"fanlight/assets", "embed", false, true},
		{"fanlight/ui/kit", "fanlight/assets", false, false},
		{"fanlight/ui", "fanlight/assets", false, true},
		{"fanlight/ui/kit", "fanlight/ui", false, false},
		{"fanlight/ui/kit", "fyne.io/fyne/v2/widget", false, true},
		{"fanlight/ui", "fanlight/streaming", false, false},
		{"fanlight/ui", "net/http", false, false},
		{"fanlight/ui", "image", false, true},
		{"fanlight/streaming", "net/http", true, false},
		{"fanlight/streaming", "fanlight/streaming/web", false, true}, // which imports it: the compiler's business
		{"fanlight/streaming/web", "net/http", true, true},
		{"fanlight/streaming/web", "fanlight/drivers/v4l2", false, false},
		{"fanlight/streaming/web", "fanlight/drivers/jpegs", false, true},
		{"fanlight/streaming/web", "fanlight/streaming/discovery", false, false},
		{"fanlight/streaming/reach", "fanlight/streaming", false, false},
		{"fanlight/streaming/rtsp", "fanlight/streaming/web", false, false},
		{"fanlight/streaming/rtsp", "fanlight/drivers/pixels", false, false},
		{"fanlight/streaming/rtsp", "net/http", false, false},
		{"fanlight/streaming/rtsp", "github.com/bluenviron/gortsplib/v5/pkg/format", false, true},
		{"fanlight/streaming/sound", "fanlight/streaming", false, false},
		{"fanlight/streaming/sound", "fanlight/drivers/caught", false, true},
		{"fanlight/streaming/web", "fanlight/streaming/sound", false, true},
		{"fanlight/streaming/web", "gopkg.in/hraban/opus.v2", true, false},
		{"fanlight/streaming/sound/microphones", "gopkg.in/hraban/opus.v2", false, false},
		{"fanlight/app", "github.com/gen2brain/malgo", true, true},
		{"fanlight/streaming/discovery", "fyne.io/fyne/v2", true, false},
		{"fanlight/drivers/drivertest", "fyne.io/fyne/v2", true, false},
		{"fanlight/drivers/v4l2", "gocv.io/x/gocv", false, false},
		{"fanlight/drivers/opencv/program", "gocv.io/x/gocv", false, true},
		{"fanlight/app", "gocv.io/x/gocv", true, false},
		{"fanlight/drivers/pi", "fanlight/drivers/v4l2", false, false},
		{"fanlight/drivers/camera", "fanlight/drivers/secrets", false, false},
		{"fanlight/drivers/pixels", "fanlight/drivers/lettering", false, true},
		{"fanlight/streaming", "fanlight/drivers/lettering", false, true},
		{"fanlight/drivers/lettering", "fyne.io/fyne/v2", false, false},
		{"fanlight/app", "fanlight/streaming/streamtest", false, false},
	} {
		p := listed{ImportPath: test.importer, Imports: []string{test.imported}}
		if test.deep {
			p = listed{ImportPath: test.importer, Deps: []string{test.imported}}
		}
		if found := broken(p); (len(found) == 0) != test.allowed {
			t.Errorf("%s imports %s: %q", test.importer, test.imported, found)
		}
	}
}
