package matroska

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// Identifiers of elements that a Reader knows (RFC 9559, section 5.1).
const (
	idEBML        = 0x1A45DFA3
	idSegment     = 0x18538067
	idSeekHead    = 0x114D9B74
	idSeek        = 0x4DBB
	idSeekID      = 0x53AB
	idSeekAt      = 0x53AC
	idInfo        = 0x1549A966
	idTimeScale   = 0x2AD7B1
	idDateUTC     = 0x4461
	idTitle       = 0x7BA9
	idTracks      = 0x1654AE6B
	idTrack       = 0xAE
	idTrackNumber = 0xD7
	idTrackType   = 0x83
	idTrackName   = 0x536E
	idCodec       = 0x86
	idCodecData   = 0x63A2
	idDefaultTime = 0x23E383
	idCodecDelay  = 0x56AA
	idVideo       = 0xE0
	idWidth       = 0xB0
	idHeight      = 0xBA
	idEncodings   = 0x6D80
	idEncoding    = 0x6240
	idCompression = 0x5034
	idEncryption  = 0x5035
	idAlgorithm   = 0x4254
	idStripped    = 0x4255
	idCues        = 0x1C53BB6B
	idCue         = 0xBB
	idCueTime     = 0xB3
	idCueTrack    = 0xB7
	idCueNumber   = 0xF7
	idCueCluster  = 0xF1
	idTags        = 0x1254C367
	idChapters    = 0x1043A770
	idAttachments = 0x1941A469
	idCluster     = 0x1F43B675
	idTime        = 0xE7
	idGroup       = 0xA0
	idBlock       = 0xA1
	idSimpleBlock = 0xA3
	idEncrypted   = 0xAF
	idPosition    = 0xA7
	idSilent      = 0x5854
	idPrevious    = 0xAB
	idVoid        = 0xEC
	idChecksum    = 0xBF
)

// Head is what a file says of its pictures.
type Head struct {
	// Title is the file's, or that of its pictures; often empty.
	Title string
	// Begin is the time from which pictures are timed; zero if the file does not tell.
	Begin time.Time
	// Width and Height are in pixels; zero if the file does not tell.
	Width, Height int
}

// track is how the pictures, or the sound, are in the file.
type track struct {
	number        uint64
	kind          uint64        // videoKind, soundKind, or zero for none
	duration      time.Duration // of each picture that shares a block with others
	stripped      []byte        // what each picture begins with, and is left out
	name          string
	width, height uint64
	delay         time.Duration // of the sound, by its decoder
}

const videoKind, soundKind = 1, 2

var (
	errNoMatroska = errors.New("this is not a Matroska file, or only the beginning of one")
	errNoPictures = errors.New("the file has no pictures")
)

// readHead reads the parts in front of the first cluster. It leaves out what does not concern
// the pictures.
func (r *Reader) readHead() error {
	opening, err := r.source.element(0, math.MaxInt64)
	if isBroken(err) || err == nil && opening.id != idEBML {
		return errNoMatroska
	}
	if err != nil {
		return err
	}
	r.segment, err = r.source.element(opening.end, math.MaxInt64)
	if isBroken(err) || err == nil && r.segment.id != idSegment {
		return errNoMatroska
	}
	if err != nil {
		return err
	}
	inTracks := errNoPictures
	err = r.source.children(r.segment, func(e element) bool {
		switch e.id {
		case idSeekHead:
			r.readSeekHead(e)
		case idInfo:
			r.readInfo(e)
		case idTracks:
			inTracks = r.readTracks(e)
		case idCues:
			r.cues = e
		case idCluster:
			r.first = e.at
		}
		return e.id != idCluster
	})
	if err != nil {
		return err
	}
	return inTracks
}

// isBroken reports whether it is the file's content that is wrong, and not the disk.
func isBroken(err error) bool {
	return errors.Is(err, errDamaged) || errors.Is(err, errEnds) || errors.Is(err, errEnough)
}

// readSeekHead notes where the index is.
func (r *Reader) readSeekHead(head element) {
	r.source.children(head, func(e element) bool {
		if e.id != idSeek {
			return true
		}
		var id, at uint64
		r.source.children(e, func(e element) bool {
			switch e.id {
			case idSeekID:
				id = r.source.uint(e)
			case idSeekAt:
				at = r.source.uint(e)
			}
			return true
		})
		if id == idCues && at < uint64(math.MaxInt64-r.segment.data) {
			if e, err := r.source.element(r.segment.data+int64(at), r.segment.end); err == nil && e.id == idCues {
				r.cues = e
			}
		}
		return true
	})
}

// epoch is where Matroska counts times from, in nanoseconds.
var epoch = time.Date(2001, time.January, 1, 0, 0, 0, 0, time.UTC)

func (r *Reader) readInfo(info element) {
	r.source.children(info, func(e element) bool {
		switch e.id {
		case idTimeScale:
			if scale := r.source.uint(e); scale > 0 && scale <= uint64(time.Hour) {
				r.scale = time.Duration(scale)
			}
		case idDateUTC:
			if e.end-e.data == 8 {
				r.head.Begin = epoch.Add(time.Duration(r.source.uint(e)))
			}
		case idTitle:
			r.head.Title = text(r.source.content(e))
		}
		return true
	})
}

// text is a string of the file, which may be padded.
func text(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	return strings.ToValidUTF8(string(b), "�")
}

// readTracks finds the track of pictures, the first one that is Motion JPEG, and that of sound,
// the first one that is Opus.
func (r *Reader) readTracks(tracks element) error {
	wrong := errNoPictures
	err := r.source.children(tracks, func(e element) bool {
		if e.id != idTrack {
			return true
		}
		t, err := r.readTrack(e)
		switch {
		case err != nil:
			wrong = err
		case t.kind == soundKind && r.sound.kind == 0:
			r.sound = t
		case t.kind == videoKind && r.track.kind == 0:
			r.track = t
			r.describe(t)
		}
		return true
	})
	if r.sound.number == r.track.number {
		r.sound = track{}
	}
	if err == nil && r.track.kind == 0 {
		return wrong
	}
	return err
}

// describe notes what a track says of its pictures.
func (r *Reader) describe(t track) {
	const mostPixels = 1 << 16
	if t.width <= mostPixels && t.height <= mostPixels {
		r.head.Width, r.head.Height = int(t.width), int(t.height)
	}
	if r.head.Title == "" {
		r.head.Title = t.name
	}
}

// readTrack reads what a file says of a track. Its error is for one of video that cannot be
// shown; a track of sound that cannot be played is of no kind, as are all others.
func (r *Reader) readTrack(entry element) (track, error) {
	var t track
	var codec string
	var codecData []byte
	var refused error
	err := r.source.children(entry, func(e element) bool {
		switch e.id {
		case idTrackNumber:
			t.number = r.source.uint(e)
		case idTrackType:
			t.kind = r.source.uint(e)
		case idTrackName:
			t.name = text(r.source.content(e))
		case idCodec:
			codec = text(r.source.content(e))
		case idCodecData:
			codecData = bytes.Clone(r.source.content(e))
		case idDefaultTime:
			t.duration = time.Duration(min(r.source.uint(e), uint64(time.Hour)))
		case idCodecDelay:
			t.delay = time.Duration(min(r.source.uint(e), uint64(time.Second)))
		case idVideo:
			t.width, t.height = r.readSize(e)
		case idEncodings:
			t.stripped, refused = r.readEncodings(e)
		}
		return true
	})
	switch {
	case err != nil:
		return track{}, err
	case t.kind == soundKind && codec == "A_OPUS" && refused == nil:
		return t, nil
	case t.kind != videoKind:
		return track{}, nil
	case codec != "V_MJPEG" && !(codec == "V_MS/VFW/FOURCC" && isMotionJPEG(codecData)):
		return track{}, fmt.Errorf("its video is %q, not Motion JPEG; convert it with ffmpeg -c:v mjpeg", codec)
	}
	return t, refused
}

// isMotionJPEG reports whether the BITMAPINFOHEADER of a file that was made of an AVI file
// tells of Motion JPEG.
func isMotionJPEG(header []byte) bool {
	return len(header) >= 20 && bytes.EqualFold(header[16:20], []byte("MJPG"))
}

func (r *Reader) readSize(video element) (width, height uint64) {
	r.source.children(video, func(e element) bool {
		switch e.id {
		case idWidth:
			width = r.source.uint(e)
		case idHeight:
			height = r.source.uint(e)
		}
		return true
	})
	return width, height
}

// readEncodings returns what was left out at the beginning of each picture. Other encodings
// are refused.
func (r *Reader) readEncodings(encodings element) (stripped []byte, err error) {
	r.source.children(encodings, func(encoding element) bool {
		if encoding.id != idEncoding {
			return true
		}
		r.source.children(encoding, func(e element) bool {
			switch {
			case e.id == idEncryption:
				err = errors.New("its pictures are encrypted")
			case e.id == idCompression && stripped != nil:
				err = errors.New("its pictures are compressed twice; make a new file with mkvmerge --compression -1:none")
			case e.id == idCompression:
				stripped, err = r.readCompression(e)
			}
			return err == nil
		})
		return err == nil
	})
	return stripped, err
}

func (r *Reader) readCompression(compression element) (stripped []byte, err error) {
	const headerStripping = 3
	algorithm := uint64(0)
	r.source.children(compression, func(e element) bool {
		switch e.id {
		case idAlgorithm:
			algorithm = r.source.uint(e)
		case idStripped:
			stripped = bytes.Clone(r.source.content(e))
		}
		return true
	})
	if algorithm != headerStripping {
		return nil, errors.New("its pictures are compressed; make a new file with mkvmerge --compression -1:none")
	}
	return stripped, nil
}
