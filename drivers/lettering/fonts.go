package lettering

import (
	"bytes"
	"fmt"
	"os"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/fontscan"
	"github.com/go-text/typesetting/language"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
)

// fonts finds the font of a letter. It implements [shaping.FontmapScript].
type fonts struct {
	own    *font.Face // Go's
	bold   bool
	script language.Script
	system *fontscan.FontMap // nil until it is needed
	tried  bool
}

func newFonts(bold bool) (*fonts, error) {
	file := goregular.TTF
	if bold {
		file = gobold.TTF
	}
	own, err := font.ParseTTF(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("read Go's font: %w", err)
	}
	return &fonts{own: own, bold: bold}, nil
}

// SetScript sets the script of the letters that ResolveFace is asked for next.
func (f *fonts) SetScript(script language.Script) { f.script = script }

// ResolveFace returns a font that has the letter: Go's own before the machine's. If there
// is none it returns Go's, which draws a box.
func (f *fonts) ResolveFace(letter rune) *font.Face {
	if has(f.own, letter) || !f.findSystem() {
		return f.own
	}
	query := fontscan.Query{Families: []string{fontscan.SansSerif}}
	if letter >= firstEmoji {
		query.Families = []string{fontscan.Emoji}
	}
	if f.bold {
		query.Aspect.Weight = font.WeightBold
	}
	f.system.SetQuery(query)
	f.system.SetScript(f.script)
	if face := f.system.ResolveFace(letter); face != nil && has(face, letter) {
		return face
	}
	return f.own
}

// firstEmoji is where the blocks of emoji begin. Some fonts of text have them too, without
// colours.
const firstEmoji = 0x1F000

func has(face *font.Face, letter rune) bool {
	_, ok := face.NominalGlyph(letter)
	return ok
}

// findSystem reports whether the machine has fonts.
func (f *fonts) findSystem() bool {
	if f.tried {
		return f.system != nil
	}
	f.tried = true
	folder, remove, err := indexFolder()
	if err != nil {
		return false
	}
	defer remove()
	system := fontscan.NewFontMap(silent{})
	if system.UseSystemFonts(folder) == nil {
		f.system = system
	}
	return f.system != nil
}

// indexFolder returns a folder for the index of the machine's fonts, which is built once
// in a process: the one that the window's index is in too, or a temporary one where a
// service has no folder to write to.
func indexFolder() (folder string, remove func(), err error) {
	if folder, err = os.UserCacheDir(); err == nil && os.MkdirAll(folder, 0o700) == nil {
		if probe, err := os.CreateTemp(folder, "fanlight-fonts-*"); err == nil {
			probe.Close()
			os.Remove(probe.Name())
			return folder, func() {}, nil
		}
	}
	folder, err = os.MkdirTemp("", "fanlight-fonts-*")
	return folder, func() { os.RemoveAll(folder) }, err
}

// silent discards what fontscan says of fonts that it cannot read.
type silent struct{}

func (silent) Printf(string, ...any) {}
