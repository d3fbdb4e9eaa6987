package meant

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"fanlight/drivers/secrets"
)

// Kind is what a text means.
type Kind int

// The kinds of meanings. From Missing on there is nothing to open.
const (
	Film    Kind = iota // a file
	Folder              // with pictures
	Page                // an address of HTTP: a stream, a picture or a page
	Stream              // an address that OpenCV opens, such as one of RTSP
	Device              // a file in /dev
	Program             // a command that writes pictures
	Driver              // a driver, or a camera by the driver's own name for it
	Missing             // a path with no file
	Empty               // a folder without pictures
	Picture             // a file with one picture
	NoFilm              // a file that holds no pictures
	NoHost              // an address without a host, or with a port that cannot be
	Unknown             // nothing of these, or blank
)

// Meaning is what a text means.
type Meaning struct {
	Kind Kind
	// Choice is what package drivers finds the camera by. It may hold a password, and is
	// empty from Missing on.
	Choice string
	// Shown is the file's or the program's name, or the address without its password.
	Shown    string
	Pictures int // in a Folder
}

// Entry is what is at a path.
type Entry struct {
	Found    bool
	Dir      bool
	Pictures int    // in a Dir: files that are JPEG by their names
	Type     string // of a file by its content, "text/plain"; empty if unknown
}

// Place is where a text is read.
type Place struct {
	Look    func(path string) Entry
	Home    string   // the user's folder, for paths that begin with ~
	Drivers []string // their names
}

// Read finds out what a text means. A driver's name counts as that, not as a host's:
// pi:8080 is a camera of the driver pi, and http://pi:8080 a page.
func Read(text string, at Place) Meaning {
	m := read(unwrap(text), at)
	m.Shown = secrets.Hide(m.Shown)
	return m
}

func read(text string, at Place) Meaning {
	scheme, rest, hasColon := strings.Cut(text, ":")
	scheme = strings.ToLower(scheme)
	switch {
	case text == "":
		return Meaning{Kind: Unknown}
	case hasColon && scheme == "file":
		return at.path(unescape(strings.TrimPrefix(rest, "//")))
	case hasColon && (scheme == "http" || scheme == "https"):
		return address(Page, scheme, scheme+":"+rest)
	case hasColon && scheme == "rtsp":
		return address(Stream, scheme, scheme+":"+rest)
	case hasColon && slices.Contains(openCVSchemes, scheme) && strings.HasPrefix(rest, "//"):
		return address(Stream, scheme, "opencv:"+scheme+":"+rest)
	case slices.Contains(at.Drivers, scheme):
		return at.driver(scheme, rest, text)
	case isPath(text) || at.Look(text).Found || hasFilmName(text):
		return at.path(text)
	case looksLikeHost(text):
		return address(Page, "http", "http://"+text)
	default:
		return Meaning{Kind: Unknown, Shown: text}
	}
}

// openCVSchemes are of streams that OpenCV opens by FFmpeg; rtsp is a driver of its own.
var openCVSchemes = []string{"rtsps", "rtmp", "rtmps", "udp", "tcp", "rtp", "srt", "mms", "mmsh"}

// Err says in a sentence why there is nothing to open; nil if there is.
func (m Meaning) Err() error {
	switch m.Kind {
	case Missing:
		return fmt.Errorf("there is no file or folder %s: check the path", m.Shown)
	case Empty:
		return fmt.Errorf("the folder %s holds no pictures: put .jpg or .jpeg files into it", m.Shown)
	case Picture:
		return fmt.Errorf("%s is one picture: name the folder that it is in, or a film", m.Shown)
	case NoFilm:
		return fmt.Errorf("%s is no film: name a film, or a folder with pictures", m.Shown)
	case NoHost:
		return fmt.Errorf("%s is no address of a camera: write it as http://HOST:PORT/PATH", m.Shown)
	default:
		return nil
	}
}

// driver reads DRIVER:ARGUMENT.
func (at Place) driver(name, argument, text string) Meaning {
	choice := Meaning{Kind: Driver, Choice: text, Shown: text}
	switch {
	case argument == "" && (name == "folder" || name == "command"):
		return Meaning{Kind: Unknown, Shown: text}
	case name == "folder":
		return at.path(argument)
	case name == "command":
		word, _, _ := strings.Cut(strings.TrimSpace(argument), " ")
		return Meaning{Kind: Program, Choice: text, Shown: filepath.Base(word)}
	case name == "opencv" && strings.Contains(argument, "://"):
		scheme, _, _ := strings.Cut(argument, ":")
		return address(Stream, scheme, text)
	case name == "opencv" && isPath(argument):
		return at.path(argument)
	case strings.HasPrefix(argument, "///"): // as VLC writes it, v4l2:///dev/video0
		choice.Choice = name + ":/" + strings.TrimLeft(argument, "/")
		choice.Shown = choice.Choice
	}
	return choice
}
