package meant

import (
	"slices"
	"strings"
	"testing"

	"fanlight/drivers/secrets"
)

// disk is what the tests find.
var disk = map[string]Entry{
	"/home/jo":               {Found: true, Dir: true},
	"/home/jo/holiday.mp4":   {Found: true, Type: "video/mp4"},
	"/home/jo/My film.mkv":   {Found: true, Type: "video/webm"},
	"/home/jo/drops":         {Found: true, Dir: true, Pictures: 12},
	"/home/jo/cat.jpg":       {Found: true, Type: "image/jpeg"},
	"/home/jo/old.gif":       {Found: true, Type: "image/gif"},
	"/home/jo/letter.txt":    {Found: true, Type: "text/plain; charset=utf-8"},
	"/home/jo/raw":           {Found: true, Type: "application/octet-stream"},
	"/home/jo/at 10:30 home": {Found: true, Dir: true, Pictures: 1},
	"/dev/video2":            {Found: true},
	"here.mp4":               {Found: true, Type: "video/mp4"},
	"pictures":               {Found: true, Dir: true, Pictures: 3},
}

var place = Place{
	Look:    func(path string) Entry { return disk[path] },
	Home:    "/home/jo",
	Drivers: []string{"command", "emulated", "folder", "http", "https", "opencv", "pi", "rtsp", "v4l2"},
}

func page(address string) Meaning { return Meaning{Kind: Page, Choice: address, Shown: address} }

func film(path, name string) Meaning {
	return Meaning{Kind: Film, Choice: "opencv:" + path, Shown: name}
}

// meanings are what people type and paste, by kinds of texts.
var meanings = map[string]map[string]Meaning{
	"addresses": {
		"http://lamp.local:8080/":             page("http://lamp.local:8080/"),
		"HTTP://lamp.local:8080/a?B=c":        page("http://lamp.local:8080/a?B=c"),
		"https://lamp/":                       page("https://lamp/"),
		"lamp.local":                          page("http://lamp.local"),
		"lamp:8080":                           page("http://lamp:8080"),
		"lamp:8080/?action=stream":            page("http://lamp:8080/?action=stream"),
		"192.168.1.50":                        page("http://192.168.1.50"),
		"192.168.1.50:4747/video":             page("http://192.168.1.50:4747/video"),
		"localhost/x":                         page("http://localhost/x"),
		"[fe80::1%eth0]:8080/v":               page("http://[fe80::1%eth0]:8080/v"),
		"http://[::1]/":                       page("http://[::1]/"),
		"http://fe80::1%eth0/":                page("http://fe80::1%eth0/"),
		"http://jo:pa@ss@lamp/":               {Page, "http://jo:pa@ss@lamp/", "http://jo:…@lamp/", 0},
		"jo:secret@lamp:80/x":                 {Page, "http://jo:secret@lamp:80/x", "http://jo:…@lamp:80/x", 0},
		"http://lamp/?pwd=secret":             {Page, "http://lamp/?pwd=secret", "http://lamp/?pwd=…", 0},
		"rtsp://jo:secret@10.0.0.2:554/live":  {Stream, "rtsp://jo:secret@10.0.0.2:554/live", "rtsp://jo:…@10.0.0.2:554/live", 0},
		"rtmp://lamp/live":                    {Stream, "opencv:rtmp://lamp/live", "rtmp://lamp/live", 0},
		"udp://@:1234":                        {NoHost, "", "udp://@:1234", 0},
		"opencv:rtsp://lamp/live":             {Stream, "opencv:rtsp://lamp/live", "rtsp://lamp/live", 0},
		"http:":                               {NoHost, "", "http:", 0},
		"http://":                             {NoHost, "", "http://", 0},
		"http://lamp:80800/":                  {NoHost, "", "http://lamp:80800/", 0},
		"http://lamp:http/":                   {NoHost, "", "http://lamp:http/", 0},
		"http:lamp":                           {NoHost, "", "http:lamp", 0},
		"http://la mp/":                       {NoHost, "", "http://la mp/", 0},
		"rtsp:///live":                        {NoHost, "", "rtsp:///live", 0},
		"http://[fe80::1":                     {NoHost, "", "http://[fe80::1", 0},
		"http://[lamp]/":                      {NoHost, "", "http://[lamp]/", 0},
		"http://[::1]80/":                     {NoHost, "", "http://[::1]80/", 0},
		"v4l2:///dev/video2":                  {Driver, "v4l2:/dev/video2", "v4l2:/dev/video2", 0},
		"lamp.local:0":                        {Unknown, "", "lamp.local:0", 0},
		"ftp://lamp/film.mp4":                 {Unknown, "", "ftp://lamp/film.mp4", 0},
		"http://lamp:8080/?x=http://other:1/": page("http://lamp:8080/?x=http://other:1/"),
	},
	"files": {
		"/home/jo/holiday.mp4":          film("/home/jo/holiday.mp4", "holiday.mp4"),
		"~/holiday.mp4":                 film("/home/jo/holiday.mp4", "holiday.mp4"),
		"~/My film.mkv":                 film("/home/jo/My film.mkv", "My film.mkv"),
		"file:///home/jo/My%20film.mkv": film("/home/jo/My film.mkv", "My film.mkv"),
		"file:/home/jo/raw":             film("/home/jo/raw", "raw"),
		"opencv:~/old.gif":              film("/home/jo/old.gif", "old.gif"),
		"here.mp4":                      film("here.mp4", "here.mp4"),
		"gone.mp4":                      {Missing, "", "gone.mp4", 0},
		"~/gone":                        {Missing, "", "/home/jo/gone", 0},
		"/nowhere/film.mp4":             {Missing, "", "/nowhere/film.mp4", 0},
		"~/cat.jpg":                     {Picture, "", "cat.jpg", 0},
		"~/letter.txt":                  {NoFilm, "", "letter.txt", 0},
		"~/drops":                       {Folder, "folder:/home/jo/drops", "drops", 12},
		"folder:~/drops":                {Folder, "folder:/home/jo/drops", "drops", 12},
		"file:///home/jo/drops":         {Folder, "folder:/home/jo/drops", "drops", 12},
		"/home/jo/at 10:30 home":        {Folder, "folder:/home/jo/at 10:30 home", "at 10:30 home", 1},
		"pictures":                      {Folder, "folder:pictures", "pictures", 3},
		"~":                             {Empty, "", "jo", 0},
		"~kim/x":                        {Unknown, "", "~kim/x", 0},
		"/dev/video2":                   {Device, "v4l2:/dev/video2", "/dev/video2", 0},
		"/dev/video9":                   {Missing, "", "/dev/video9", 0},
	},
	"drivers": {
		"emulated":                {Driver, "emulated", "emulated", 0},
		"pi:8080":                 {Driver, "pi:8080", "pi:8080", 0},
		"opencv:0":                {Driver, "opencv:0", "opencv:0", 0},
		"folder:":                 {Unknown, "", "folder:", 0},
		"command:ffmpeg -i 'a b'": {Program, "command:ffmpeg -i 'a b'", "ffmpeg", 0},
		"command:/opt/cam --pw x": {Program, "command:/opt/cam --pw x", "cam", 0},
	},
	"copied": {
		" http://lamp:8080/ ":                              page("http://lamp:8080/"),
		"\"http://lamp:8080/\"\n":                          page("http://lamp:8080/"),
		"“http://lamp:8080/”":                              page("http://lamp:8080/"),
		"<http://lamp:8080/>":                              page("http://lamp:8080/"),
		"http://lamp:8080/\nhttp://other/":                 page("http://lamp:8080/"),
		"curl http://lamp:8080/snapshot.jpg":               page("http://lamp:8080/snapshot.jpg"),
		"$ curl -o x.jpg 'http://lamp:8080/snapshot.jpg'":  page("http://lamp:8080/snapshot.jpg"),
		"curl -H 'X: y' lamp:8080/x":                       page("http://lamp:8080/x"),
		"curl -u jo:secret http://lamp/":                   {Page, "http://jo:secret@lamp/", "http://jo:…@lamp/", 0},
		"curl --user jo:secret lamp.local/x":               {Page, "http://jo:secret@lamp.local/x", "http://jo:…@lamp.local/x", 0},
		"curl 'http://lamp/":                               page("http://lamp/"),
		"/usr/bin/vlc rtsp://lamp/live":                    {Stream, "rtsp://lamp/live", "rtsp://lamp/live", 0},
		"rtsp://lamp/live :network-caching=300":            {Stream, "rtsp://lamp/live", "rtsp://lamp/live", 0},
		"ffplay -fflags nobuffer http://lamp:8080/a?b=c&d": page("http://lamp:8080/a?b=c&d"),
		"mpv '~/My film.mkv'":                              film("/home/jo/My film.mkv", "My film.mkv"),
		`"~/drops"`:                                        {Folder, "folder:/home/jo/drops", "drops", 12},
		"curl":                                             {Unknown, "", "curl", 0},
	},
	"nothing": {
		"": {Kind: Unknown}, "  \n": {Kind: Unknown}, `""`: {Kind: Unknown},
		"HD Webcam": {Unknown, "", "HD Webcam", 0}, "lamp": {Unknown, "", "lamp", 0}, "…": {Unknown, "", "…", 0},
	},
}

func TestRead(t *testing.T) {
	for kind, texts := range meanings {
		for text, want := range texts {
			t.Run(kind+"/"+text, func(t *testing.T) {
				if got := Read(text, place); got != want {
					t.Errorf("%q means %+v, want %+v", text, got, want)
				}
			})
		}
	}
}

func TestWhyThereIsNothingToOpen(t *testing.T) {
	for text, want := range map[string]string{
		"~/gone":                 "there is no file or folder /home/jo/gone",
		"~":                      "the folder jo holds no pictures",
		"~/cat.jpg":              "name the folder that it is in",
		"~/letter.txt":           "letter.txt is no film",
		"http://jo:secret@:80/x": "http://jo:…@:80/x is no address of a camera",
	} {
		if err := Read(text, place).Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{"~/drops", "lamp:8080", "HD Webcam"} {
		if err := Read(text, place).Err(); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// FuzzRead checks that what is shown holds no password, and that there is a driver for what
// is opened.
func FuzzRead(f *testing.F) {
	for _, texts := range meanings {
		for text := range texts {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		m := Read(text, place)
		if secrets.Hide(m.Shown) != m.Shown {
			t.Errorf("%q is shown as %q", text, m.Shown)
		}
		if (m.Choice == "") != (m.Kind >= Missing) {
			t.Errorf("%q means %+v", text, m)
		}
		if driver, _, _ := strings.Cut(m.Choice, ":"); m.Choice != "" && !slices.ContainsFunc(place.Drivers, func(name string) bool { return strings.EqualFold(name, driver) }) {
			t.Errorf("%q means %+v, which no driver takes", text, m)
		}
	})
}
