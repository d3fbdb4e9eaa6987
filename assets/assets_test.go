package assets_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"fanlight/assets"
)

// The pictures travel untouched to every viewer, so they must be what the
// plainest decoder takes: baseline, 4:2:0.
func TestEmulatedPictures(t *testing.T) {
	pictures := assets.Emulated()
	for i, picture := range pictures {
		decoded, err := jpeg.Decode(bytes.NewReader(picture))
		if err != nil {
			t.Fatalf("picture %d: %v", i+1, err)
		}
		if got, want := decoded.Bounds(), image.Rect(0, 0, 1280, 720); got != want {
			t.Errorf("picture %d is %v, want %v", i+1, got, want)
		}
		if colour, ok := decoded.(*image.YCbCr); !ok || colour.SubsampleRatio != image.YCbCrSubsampleRatio420 {
			t.Errorf("picture %d is not 4:2:0", i+1)
		}
		if !bytes.Contains(picture, []byte{0xff, 0xc0}) { // SOF0, ITU-T T.81 table B.1
			t.Errorf("picture %d is not baseline", i+1)
		}
		if len(picture) > 150_000 {
			t.Errorf("picture %d has %d bytes, more than a camera would send", i+1, len(picture))
		}
		if bytes.Equal(picture, pictures[(i+1)%3]) {
			t.Errorf("picture %d is the same as the next", i+1)
		}
	}
}

func TestIcon(t *testing.T) {
	icon, err := png.DecodeConfig(bytes.NewReader(assets.Icon))
	if err != nil {
		t.Fatal(err)
	}
	if icon.Width != 512 || icon.Height != 512 {
		t.Errorf("the icon is %dx%d, want 512x512", icon.Width, icon.Height)
	}
}

// elements returns every element of the page in order.
func elements(t *testing.T) []*html.Node {
	t.Helper()
	// As where scripts are off: what stands in noscript counts too.
	root, err := html.ParseWithOptions(strings.NewReader(read(t, "index.html")), html.ParseOptionEnableScripting(false))
	if err != nil {
		t.Fatal(err)
	}
	var found []*html.Node
	for node := range root.Descendants() {
		if node.Type == html.ElementNode {
			found = append(found, node)
		}
	}
	return found
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := assets.Page.ReadFile("page/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func attribute(node *html.Node, key string) string {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// The server forbids inline scripts and styles; a page that had one would lose it in silence.
func TestPageObeysItsContentSecurityPolicy(t *testing.T) {
	for _, node := range elements(t) {
		inline := node.FirstChild != nil && (node.Data == "script" || node.Data == "style")
		if inline {
			t.Errorf("<%s> has its text inline", node.Data)
		}
		for _, a := range node.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s> has the inline attribute %s", node.Data, a.Key)
			}
		}
	}
}

// The page must work on a network without internet, and behind a proxy that
// serves it from a sub-folder.
func TestPageNamesOnlyWhatTheServerHas(t *testing.T) {
	served := []string{"page.css", "timeline.css", "sound.css", "page.js", "icon.svg", "apple-touch-icon.png", "manifest.webmanifest", "stream.mjpg", "snapshot.jpg", "recordings/"}
	for _, node := range elements(t) {
		for _, key := range []string{"src", "href"} {
			if address := attribute(node, key); address != "" && !slices.Contains(served, strings.TrimSuffix(address, "?download")) {
				t.Errorf("<%s %s=%q>: the server has only %v", node.Data, key, address, served)
			}
		}
	}
	outside := regexp.MustCompile(`//[\w-]+\.|@import|url\("?/`)
	for _, name := range append(scripts(t), "page.css") {
		if address := outside.FindString(read(t, name)); address != "" {
			t.Errorf("%s names an address outside the page: %s", name, address)
		}
	}
}

func TestPageShowsThePictureWithoutScripts(t *testing.T) {
	for _, node := range elements(t) {
		if node.Data == "img" && attribute(node, "src") == "stream.mjpg" {
			if attribute(node, "alt") == "" {
				t.Error("the picture has no alt text")
			}
			return
		}
	}
	t.Error("no <img> shows stream.mjpg")
}

// A script that asks for an element that is not there stops at that line.
func TestScriptFindsItsElements(t *testing.T) {
	var ids []string
	for _, node := range elements(t) {
		ids = append(ids, attribute(node, "id"))
	}
	for name, least := range map[string]int{"page.js": 10, "screen.js": 2, "picture.js": 2} {
		wanted := regexp.MustCompile(`(?i:element|elementById|setText)\("([^"]+)"`).FindAllStringSubmatch(read(t, name), -1)
		if len(wanted) < least {
			t.Fatalf("%d elements are looked up in %s: this test reads the script wrongly", len(wanted), name)
		}
		for _, match := range wanted {
			if !slices.Contains(ids, match[1]) {
				t.Errorf("%s wants #%s, which index.html does not have", name, match[1])
			}
		}
	}
}

// scripts returns the names of the page's scripts.
func scripts(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(assets.Page, "page/*.js")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts, %v", err)
	}
	for i, file := range files {
		files[i] = path.Base(file)
	}
	return files
}

// A browser that puts the page on the home screen takes icons of these sizes; a system
// that cuts them to a shape of its own would show a transparent corner as black.
func TestHomeScreenIcons(t *testing.T) {
	for name, want := range map[string]struct {
		size   int
		opaque bool
	}{
		"icon-192.png": {192, false}, "maskable-192.png": {192, true}, "maskable-512.png": {512, true}, "apple-touch-icon.png": {180, true},
	} {
		icon, err := png.Decode(strings.NewReader(read(t, name)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		_, _, _, alpha := icon.At(0, 0).RGBA()
		if icon.Bounds() != image.Rect(0, 0, want.size, want.size) || (alpha == 0xffff) != want.opaque {
			t.Errorf("%s: %v, alpha of its corner %#x, want %+v", name, icon.Bounds(), alpha, want)
		}
	}
}
