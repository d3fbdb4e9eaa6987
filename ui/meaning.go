package ui

import "fyne.io/fyne/v2/lang"

// MeaningKind is what an address of a camera means, or why it means nothing.
type MeaningKind int

// The kinds of meanings. From MissingFile on there is nothing to open.
const (
	MeansFilm MeaningKind = iota
	MeansFolder
	MeansPage
	MeansStream
	MeansProgram
	MeansCamera
	MissingFile
	EmptyFolder
	OnePicture
	NoFilm
	NoHost
	UnknownMeaning
)

// Meaning is what the program made of an address.
type Meaning struct {
	Kind     MeaningKind
	Shown    string // a name, or the address without its password
	Pictures int    // in a folder
}

// meaningWords say what the program made of an address; wrong tells that it cannot be
// opened.
func meaningWords(m Meaning) (words string, wrong bool) {
	in := map[string]any{"Name": m.Shown, "Count": m.Pictures}
	switch m.Kind {
	case MeansFilm:
		return lang.L("A film: {{.Name}}", in), false
	case MeansFolder:
		return lang.N("A folder with {{.Count}} pictures", m.Pictures, in), false
	case MeansPage:
		return lang.L("An MJPEG stream or page at {{.Name}}", in), false
	case MeansStream:
		return lang.L("A stream at {{.Name}}", in), false
	case MeansProgram:
		return lang.L("A program: {{.Name}}", in), false
	case MeansCamera:
		return lang.L("A camera: {{.Name}}", in), false
	case MissingFile:
		return lang.L("There is no file or folder {{.Name}}.", in), true
	case EmptyFolder:
		return lang.L("The folder {{.Name}} holds no pictures.", in), true
	case OnePicture:
		return lang.L("{{.Name}} is one picture: choose the folder that it is in, or a film.", in), true
	case NoFilm:
		return lang.L("{{.Name}} is no film.", in), true
	case NoHost:
		return lang.L("Not an address yet. Write it as http://HOST:PORT/PATH"), true
	default:
		return lang.L("Nothing known yet: an address, or the path of a film or a folder, is needed."), true
	}
}
