// Package assets holds what Fanlight carries inside itself: pictures, the icon
// and the viewer page. It embeds files and does nothing else. All of it is
// read-only: the bytes are shared by everyone who asks for them.
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

// Emulated returns the three pictures of the emulated camera in the order in
// which it shows them, each a baseline JPEG of 1280x720 that says which of the
// three it is. `make pictures` renders them from emulated/scene.svg, each with the
// style sheet of its number laid over it.
func Emulated() [3][]byte {
	return [3][]byte{emulated1, emulated2, emulated3}
}

// Icon is the program's icon for the window and the packages, a PNG of 512x512.
// `make pictures` renders it from icon.svg.
//
//go:embed icon.png
var Icon []byte

// Favicon is the same icon as SVG. The server offers it at /icon.svg, where the
// viewer page looks for it: a tab, the heading, and the place where a picture is to come.
//
//go:embed icon.svg
var Favicon []byte

// Aerial and Lock are icons of the window that Fyne's theme lacks, black on
// nothing: the window gives them its own colours.
var (
	//go:embed aerial.svg
	Aerial []byte
	//go:embed lock.svg
	Lock []byte
)

// Page is the viewer page: page/index.html, which the server answers at /, and
// page/page.css and page/page.js beside it. The page needs nothing from any
// other place and holds no inline script or style, so the server can forbid both
// with the policy "default-src 'none'; img-src 'self'; style-src 'self';
// script-src 'self'; connect-src 'self'". With scripts off
// the browser shows the stream by itself; with them page.js reads it, and api/status. All its addresses are relative, so it can stand behind a
// proxy that serves it from a sub-folder.
//
//go:embed page/index.html page/page.css page/page.js
var Page embed.FS

// Passcode is the page that asks for the passcode, an html/template of Name, the
// stream's, and Wrong, what was wrong with the last try; and PasscodeStyle is its
// style sheet, laid over page/page.css. It has no script.
var (
	//go:embed page/passcode.html
	Passcode string
	//go:embed page/passcode.css
	PasscodeStyle []byte
)
