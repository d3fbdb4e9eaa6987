package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// rules say who may not import whom, and why. A package's sub-packages and its
// tests keep them too, unless they are named.
var rules = []struct{ who, not, why string }{
	{"fanlight/assets", "", "assets embeds files and does nothing else"},
	{"fanlight/drivers", "fyne.io/", "a camera is no window: drivers run without a display"},
	{"fanlight/drivers", "fanlight/streaming", "a driver only generates pictures; who watches them is not its business"},
	{"fanlight/drivers", "fanlight/ui", "a camera is no window"},
	{"fanlight/drivers/jpegs", "fanlight/", "jpegs is a leaf about the bytes of pictures, and knows no camera"},
	{"fanlight/drivers/camera", "fanlight/", "camera has the contract's types, which all rooms of the drivers import"},
	{"fanlight/drivers/secrets", "fanlight/", "secrets is a leaf about text that may hold a password"},
	{"fanlight/drivers/newest", "fanlight/", "newest is a leaf about handing pictures on"},
	{"fanlight/drivers/opencv/program", "fanlight/drivers/v4l2", "the program with OpenCV needs nothing of other drivers"},
	{"fanlight/drivers/opencv/program", "fanlight/drivers/pixels", "the program with OpenCV needs nothing of other drivers"},
	{"fanlight/drivers/pixels", "gocv.io/", "pictures are libjpeg-turbo's work: OpenCV would come with 249 libraries"},
	{"fanlight/drivers/pixels/turbo", "fanlight/", "turbo is a leaf that calls one C library"},
	{"fanlight/streaming", "fyne.io/", "the server runs without a window"},
	{"fanlight/streaming", "fanlight/drivers", "the fan-out works for any source; app hands it one"},
	{"fanlight/streaming", "fanlight/ui", "the server runs without a window"},
	{"fanlight/streaming", "gocv.io/", "a picture passes through untouched: nothing here looks at pixels with OpenCV"},
	{"fanlight/ui", "fanlight/drivers", "the window shows states and asks for actions; app implements them"},
	{"fanlight/ui", "fanlight/streaming", "the window shows states and asks for actions; app implements them"},
	{"fanlight/ui", "gocv.io/", "app hands the window a decoder"},
	{"fanlight/ui", "net/http", "the window knows nothing of HTTP"},
	{"fanlight/ui", "github.com/grandcat/", "the window knows nothing of mDNS"},
	{"fanlight/streaming", "fanlight/app", "app ties the parts together; nobody imports it"},
	{"fanlight/drivers", "fanlight/app", "app ties the parts together; nobody imports it"},
	{"fanlight/ui", "fanlight/app", "app ties the parts together; nobody imports it"},
	{"fanlight/app/session", "fanlight/", "session is a leaf about the user's desktop"},
	{"fanlight/app/session", "fyne.io/", "the window is ui's"},
}

// leaf may be imported by everybody: it is about bytes, and imports nothing of ours.
const leaf = "fanlight/drivers/jpegs"

func TestImportRules(t *testing.T) {
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "fanlight/...")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("%v: %v", list, err)
	}
	seen := 0
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; seen++ {
		var p struct {
			ImportPath string
			Imports    []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, imported := range p.Imports {
			for _, rule := range rules {
				if imported != leaf && forbids(rule.who, rule.not, p.ImportPath, imported) {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, rule.why)
				}
			}
		}
	}
	if seen < 6 {
		t.Errorf("go list showed %d packages only", seen)
	}
}

// forbids tells whether a rule forbids an import. An empty not leaves embed alone.
func forbids(who, not, importer, imported string) bool {
	if !strings.HasPrefix(importer+"/", strings.TrimSuffix(who, "/")+"/") {
		return false
	}
	if not == "" {
		return imported != "embed"
	}
	return strings.HasPrefix(imported, not)
}

func TestImportRulesCanFail(t *testing.T) {
	for _, test := range []struct {
		who, not, importer, imported string
		want                         bool
	}{
		{"fanlight/drivers", "fyne.io/", "fanlight/drivers/drivertest", "fyne.io/fyne/v2", true},
		{"fanlight/drivers", "fyne.io/", "fanlight/ui", "fyne.io/fyne/v2", false},
		{"fanlight/assets", "", "fanlight/assets", "os", true},
		{"fanlight/assets", "", "fanlight/assets", "embed", false},
		{"fanlight/", "fanlight/app", "fanlight/ui", "fanlight/app", true},
	} {
		if got := forbids(test.who, test.not, test.importer, test.imported); got != test.want {
			t.Errorf("%+v: %v", test, got)
		}
	}
}
