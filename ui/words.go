package ui

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
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
		return "No camera chosen"
	case s.Condition == Paused:
		return "Paused: the camera is off for everybody"
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

// curtainWords are shown over the preview while it is not live: a heading and a sentence.
// Both are empty while it is live.
func curtainWords(s State, picture bool) (heading, more string) {
	switch {
	case s.Chosen == "" && len(s.Cameras) == 0:
		return noCameraFound, "Plug one in: it shows up here by itself."
	case s.Chosen == "":
		return "Choose a camera", ""
	case s.Condition == Paused:
		return "Paused", pausedWords(s)
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

func pausedWords(s State) string {
	if s.Viewers > 0 {
		return "The camera is off. Viewers see that you have paused it."
	}
	return "The camera is off."
}

// lineWords are those of the status line.
func lineWords(s State) string {
	words := statusWords(s)
	if detail := detailWords(s); detail != "" {
		words += " · " + detail
	}
	return words
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
		words += " (asked for " + asked + ")"
	}
	return words
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
	return capital(why.Error()) + "."
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
		return decimals(fps, 1) + " fps"
	}
	return decimals(fps, 10) + " fps"
}

// decimals rounds a number to multiples of 1/fraction.
func decimals(number, fraction float64) string {
	return strconv.FormatFloat(math.Round(number*fraction)/fraction, 'f', -1, 64)
}

// aliasWords say the stream's name on the network if it differs from the chosen one.
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

const automatic = "Automatic"

func modeWords(m Mode) string {
	var words []string
	if m.Width > 0 && m.Height > 0 {
		words = append(words, sizeWords(m.Width, m.Height))
	}
	if m.FPS > 0 {
		// Two decimals, because a camera may offer both 30 and 29.97.
		words = append(words, decimals(m.FPS, 100)+" fps")
	}
	if m.Format != "" {
		words = append(words, m.Format)
	}
	if len(words) == 0 {
		return automatic
	}
	return strings.Join(words, " · ")
}
