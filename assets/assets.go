package assets

import "embed"

var (
	//go:embed emulated/1.jpg
	emulated1 []byte
	//go:embed emulated/2.jpg
	emulated2 []byte
	//go:embed emulated/3.jpg
	emulated3 []byte
)

// Emulated returns the three pictures of the emulated camera in order, each a baseline
// JPEG of 1280x720 that shows its number. `make pictures` renders them from
// emulated/scene.svg, each with the style sheet of its number.
func Emulated() [3][]byte {
	return [3][]byte{emulated1, emulated2, emulated3}
}

// Icon is the program's icon for the window and the packages, a PNG of 512x512.
// `make pictures` renders it from icon.svg.
//
//go:embed icon.png
var Icon []byte

// Favicon is the same icon as SVG. The server answers it at /icon.svg; the viewer page
// shows it in the tab, in the heading, and where the picture will be.
//
//go:embed icon.svg
var Favicon []byte

// Aerial, Sliders, Lock, Microphone and Muted are icons that Fyne's theme lacks, black on a transparent background.
// The window replaces the black by a colour of its theme.
var (
	//go:embed aerial.svg
	Aerial []byte
	//go:embed sliders.svg
	Sliders []byte
	//go:embed lock.svg
	Lock []byte
	//go:embed microphone.svg
	Microphone []byte
	//go:embed muted.svg
	Muted []byte
)

// Page is the viewer page: page/index.html, which the server answers at / with
// page/timeline.html in it, its style sheets, scripts, and icons for the home screen. The page loads nothing from other servers
// and has no inline script or style, so it works under the policy "default-src 'none';
// img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; media-src blob:;
// manifest-src 'self'". Without scripts the browser shows the stream as an image; with them page.js
// reads the stream and api/status. All addresses are relative, so a proxy can serve the
// page from a sub-folder.
//
// index.html is an html/template: Tag and Dir are the viewer's language and its direction,
// T translates a sentence, and Words are the sentences of the scripts as JSON.
//
//go:embed page/index.html page/timeline.html page/sound.html page/recordings.html page/film.html page/page.css page/timeline.css page/sound.css page/recordings.css page/*.js page/*.png
var Page embed.FS

// Manifest describes the page to a browser that puts it on the home screen. It is a
// text/template, executed with the stream's name as JSON.
//
//go:embed page/manifest.webmanifest
var Manifest string

// Passcode is the page that asks for the passcode. It is an html/template like index.html,
// with the fields Name, the stream's name, Wrong, the error of the last attempt, and Form, a
// token that shows that the form is Fanlight's own. PasscodeStyle is its
// style sheet, used with page/page.css. Its script, page/passcode.js, only notices that no
// passcode is needed any more.
var (
	//go:embed page/passcode.html
	Passcode string
	//go:embed page/passcode.css
	PasscodeStyle []byte
)
