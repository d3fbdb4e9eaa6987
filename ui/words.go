package ui

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2/lang"

	"fanlight/assets/translations"
)

// waiting is said of an unplugged camera.
const waiting = "Camera unplugged, waiting for it"

const noCameraFound = "No camera found"

// chosenName is the name of the chosen camera in a sentence.
func (s State) chosenName() string {
	if s.ChosenName != "" {
		return s.ChosenName
	}
	return s.Chosen
}

// away reports whether the camera is unplugged. It stays true, whatever the program
// tries, until the camera is live again.
func (s State) away() bool { return s.Unplugged && s.Condition != Live }

// statusWords say in one line what the camera is doing.
func statusWords(s State) string {
	switch {
	case s.Chosen == "":
		return lang.L("No camera chosen")
	case s.Condition == Paused:
		return lang.L("Paused: the camera is off for everybody")
	case s.away():
		return lang.L(waiting)
	case s.Condition == Starting:
		return s.startingWords()
	case s.Condition == Live:
		return lang.L("Live")
	case s.Condition == Lost && s.Reason == "":
		return lang.L("Camera lost")
	case s.Condition == Lost:
		return lang.L("Camera lost: {{.Reason}}", map[string]any{"Reason": toldInside(s.Reason)})
	default:
		return lang.L("Camera off: nobody is watching")
	}
}

// curtainWords are shown over the preview while it is not live: a heading and a sentence.
// Both are empty while it is live.
func curtainWords(s State, picture bool) (heading, more string) {
	switch {
	case s.Chosen == "" && len(s.Cameras) == 0:
		return lang.L(noCameraFound), lang.L("Plug one in: it shows up here by itself.")
	case s.Chosen == "":
		return lang.L("Choose a camera"), ""
	case s.Condition == Paused:
		return lang.L("Paused"), pausedWords(s)
	case s.away():
		return lang.L(waiting), told(s.Reason)
	case s.Condition == Starting:
		return s.startingWords(), ""
	case s.Condition == Lost:
		return lang.L("Camera lost"), told(s.Reason)
	case s.Condition == Off:
		return lang.L("Camera off"), ""
	case !picture:
		return lang.L("Waiting for the first picture…"), ""
	default:
		return "", ""
	}
}

func pausedWords(s State) string {
	if s.Viewers > 0 {
		return lang.L("The camera is off. Viewers see that you have paused it.")
	}
	return lang.L("The camera is off.")
}

// lineWords are those of the status line.
func lineWords(s State) string {
	words := statusWords(s)
	if s.Recording.On() && s.Viewers == 0 {
		words += " · " + lang.L("recording keeps the camera on")
	}
	if lost := s.Recording.Lost; lost > 0 {
		words = lang.N("{{.Count}} pictures lost: the disk is too slow", int(lost), map[string]any{"Count": lost}) + " · " + words
	}
	if detail := detailWords(s); detail != "" {
		words += " · " + detail
	}
	return words
}

// recordingWords say how long a recording is, and how large where there is room for it.
func recordingWords(r Recording, narrow bool) string {
	if !r.On() {
		return ""
	}
	long := clockWords(time.Since(r.Since))
	if narrow {
		return long
	}
	return long + " · " + bytesWords(r.Bytes)
}

// bytesWords say the size of a file.
func bytesWords(n int64) string {
	if n >= 1_000_000_000 {
		return lang.L("{{.Size}} GB", map[string]any{"Size": decimal(float64(n)/1e9, 1)})
	}
	if n < 10_000_000 {
		return lang.L("{{.Size}} MB", map[string]any{"Size": decimal(float64(n)/1e6, 1)})
	}
	return lang.L("{{.Size}} MB", map[string]any{"Size": n / 1_000_000})
}

// detailWords say the size and rate of the pictures, and what was asked for if it differs.
func detailWords(s State) string {
	if s.Condition != Live || s.Width == 0 || s.Height == 0 {
		return ""
	}
	words := sizeWords(s.Width, s.Height)
	if s.FPS > 0 {
		words += " · " + rateWords(s.FPS)
	}
	if asked := askedWords(s); asked != "" {
		words += " " + lang.L("(asked for {{.Mode}})", map[string]any{"Mode": asked})
	}
	return words
}

func (s State) startingWords() string {
	return lang.L("Starting {{.Camera}}…", map[string]any{"Camera": s.chosenName()})
}

// capital makes the first letter of a sentence upper case.
func capital(sentence string) string {
	first, size := utf8.DecodeRuneInString(sentence)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + sentence[size:]
}

// refusal makes a sentence of the error for an invalid value; nil gives none.
func refusal(why error) string {
	if why == nil {
		return ""
	}
	return strings.TrimSuffix(told(why.Error()), ".") + "."
}

func askedWords(s State) string {
	var asked []string
	if s.AskedWidth > 0 && (s.AskedWidth != s.Width || s.AskedHeight != s.Height) {
		asked = append(asked, sizeWords(s.AskedWidth, s.AskedHeight))
	}
	// Some cameras call 30000/1001 fps 30: a small difference does not count.
	if s.AskedFPS > 0 && s.GrantedFPS > 0 && math.Abs(s.AskedFPS-s.GrantedFPS) > 0.05*s.AskedFPS {
		asked = append(asked, rateWords(s.AskedFPS))
	}
	return strings.Join(asked, " · ")
}

func sizeWords(width, height int) string { return fmt.Sprintf("%d×%d", width, height) }

// rateWords rounds to a tenth below 10 fps, else to a whole number.
func rateWords(fps float64) string {
	if fps >= 10 {
		return lang.L("{{.Rate}} fps", map[string]any{"Rate": decimal(fps, 0)})
	}
	return lang.L("{{.Rate}} fps", map[string]any{"Rate": decimal(fps, 1)})
}

// decimal writes a number as the window's language does, with at most so many decimals.
func decimal(number float64, decimals int) string {
	language := translations.English()
	if set := now.Load(); set != nil {
		language = *set
	}
	return language.Decimal(number, decimals)
}

// aliasWords say the stream's name on the network if it differs from the chosen one.
func aliasWords(s State) string {
	if !s.Sharing || s.AnnouncedAs == "" || s.AnnouncedAs == s.Name {
		return ""
	}
	return lang.L("On the network it is called “{{.Name}}”", map[string]any{"Name": s.AnnouncedAs})
}

func viewerWords(n int) string {
	if n == 0 {
		return lang.L("No viewers")
	}
	return lang.N("{{.Count}} viewers", n, map[string]any{"Count": n})
}

const automatic = "Automatic"

func modeWords(m Mode) string {
	var words []string
	if m.Width > 0 && m.Height > 0 {
		words = append(words, sizeWords(m.Width, m.Height))
	}
	if m.FPS > 0 {
		// Two decimals, because a camera may offer both 30 and 29.97.
		words = append(words, lang.L("{{.Rate}} fps", map[string]any{"Rate": decimal(m.FPS, 2)}))
	}
	if m.Format != "" {
		words = append(words, m.Format)
	}
	if len(words) == 0 {
		return lang.L(automatic)
	}
	return strings.Join(words, " · ")
}
