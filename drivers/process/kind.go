package process

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// enough first bytes of an output tell what it is.
	enough = 512
	// An output that may have JPEG pictures in it further on is judged when it has come
	// for so long, or so many bytes of it have come, without any.
	judgeAfter = 3 * time.Second
	judgeBytes = 1 << 20
)

// kind is what a program writes that is no JPEG.
type kind struct {
	name   string
	is     func(first []byte) bool
	holds  bool   // there may be JPEG pictures in it, which are found
	advice string // to have JPEG pictures instead
}

const (
	convertPictures = `have it write JPEG, or let ffmpeg convert them, as in command:sh -c "PROGRAM | ffmpeg -i - -f mjpeg -"`
	convertVideo    = `have it write MJPEG ("rpicam-vid --codec mjpeg -o -", "ffmpeg ... -f mjpeg -"), or let ffmpeg convert it, as in command:sh -c "PROGRAM | ffmpeg -i - -f mjpeg -"`
	writePictures   = `it must write JPEG pictures to its standard output, as in command:ffmpeg -i VIDEO -f mjpeg -`
)

var kinds = []kind{
	{"PNG pictures", begins("\x89PNG"), false, convertPictures},
	{"GIF pictures", begins("GIF8"), false, convertPictures},
	{"WebP pictures", has(8, "WEBP"), false, convertPictures},
	{"BMP pictures", isBMP, false, convertPictures},
	{"H.264 video", isH264, false, convertVideo},
	{"H.265 video", isH265, false, convertVideo},
	{"MPEG video", isMPEG, false, convertVideo},
	{"MPEG-TS video", isTS, false, convertVideo},
	{"raw video", begins("YUV4MPEG2 "), false, convertVideo},
	{"AVI video", has(8, "AVI "), true, convertVideo},
	{"MP4 video", has(4, "ftyp"), true, convertVideo},
	{"Matroska or WebM video", begins("\x1A\x45\xDF\xA3"), true, convertVideo},
	{"FLV video", begins("FLV\x01"), true, convertVideo},
	{"Ogg video", begins("OggS"), true, convertVideo},
	{"text", isText, true, writePictures},
}

// foreign is the failure of a program that does not write JPEG.
type foreign struct {
	kind
	first []byte
}

func (f *foreign) Error() string {
	said := ""
	if line, _, _ := bytes.Cut(bytes.TrimSpace(f.first), []byte("\n")); f.name == "text" {
		said = fmt.Sprintf(" (%q)", readable(line))
	}
	return fmt.Sprintf("writes %s%s, and no JPEG pictures: %s", f.name, said, f.advice)
}

// judge looks at what an output begins with until it is known to be JPEG or not.
type judge struct {
	first []byte
	came  int       // bytes
	since time.Time // the first of them
	over  bool      // the beginning of a picture was seen, or a judgement made
}

// look takes the next bytes of an output, and returns a [*foreign] if it is none of JPEG
// pictures.
func (j *judge) look(next []byte, now time.Time) error {
	if j.over || len(next) == 0 {
		return nil
	}
	if j.came == 0 {
		j.since = now
	}
	j.came += len(next)
	j.first = append(j.first, next[:min(len(next), enough-len(j.first))]...)
	late := now.Sub(j.since) >= judgeAfter || j.came >= judgeBytes
	found := j.kind()
	switch {
	case bytes.Contains(next, []byte{0xFF, 0xD8}) && (found == nil || found.holds):
		j.over = true
	case found != nil && (!found.holds || late && !bytes.HasSuffix(next, []byte{0xFF})):
		j.over = true
		return found
	}
	return nil
}

// kind returns what the output is by its first bytes, or nil if they do not say.
func (j *judge) kind() *foreign {
	for _, k := range kinds {
		if k.is(j.first) {
			return &foreign{k, j.first}
		}
	}
	return nil
}

func begins(with string) func([]byte) bool { return has(0, with) }

func has(at int, text string) func([]byte) bool {
	return func(first []byte) bool { return len(first) >= at && bytes.HasPrefix(first[at:], []byte(text)) }
}

// isBMP looks at the header's size as well, because "BM" may begin a text.
func isBMP(first []byte) bool { return begins("BM")(first) && has(14, "\x28\x00\x00\x00")(first) }

// unit returns what follows the start code of a stream of MPEG's family, with two bytes at
// least, or nil if there is none.
func unit(first []byte) []byte {
	zeros := len(first) - len(bytes.TrimLeft(first, "\x00"))
	if zeros < 2 || zeros > 3 || len(first) < zeros+3 || first[zeros] != 1 {
		return nil
	}
	return first[zeros+1:]
}

// isH264 looks for a parameter set or a delimiter (ITU-T H.264, 7.4.1).
func isH264(first []byte) bool {
	u := unit(first)
	return u != nil && u[0] < 0x80 && (u[0]&0x1F == 7 || u[0] == 9)
}

// isH265 looks for a parameter set or a delimiter (ITU-T H.265, 7.4.2.2).
func isH265(first []byte) bool {
	u := unit(first)
	return u != nil && (u[0] == 32<<1 || u[0] == 35<<1) && u[1] == 1
}

func isMPEG(first []byte) bool {
	u := unit(first)
	return u != nil && (u[0] == 0xB0 || u[0] == 0xB3 || u[0] == 0xBA)
}

func isTS(first []byte) bool {
	const packet, sync = 188, 'G'
	return len(first) > packet && first[0] == sync && first[packet] == sync
}

func isText(first []byte) bool {
	for cut := 1; cut < utf8.UTFMax && cut <= len(first); cut++ { // a letter may not have come whole
		if last := first[len(first)-cut:]; utf8.RuneStart(last[0]) && !utf8.FullRune(last) {
			first = first[:len(first)-cut]
			break
		}
	}
	strange := func(r rune) bool {
		return r == utf8.RuneError || unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\f\b\x1B", r)
	}
	return len(bytes.TrimSpace(first)) > 0 && !bytes.ContainsFunc(first, strange)
}
