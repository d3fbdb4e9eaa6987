package matroska

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/at-wat/ebml-go"
	"github.com/at-wat/ebml-go/webm"
)

// Identifiers of elements (RFC 9559, section 5.1).
var (
	segmentID  = []byte{0x18, 0x53, 0x80, 0x67}
	clusterID  = []byte{0x1F, 0x43, 0xB6, 0x75}
	infoID     = []byte{0x15, 0x49, 0xA9, 0x66}
	tracksID   = []byte{0x16, 0x54, 0xAE, 0x6B}
	cuesID     = []byte{0x1C, 0x53, 0xBB, 0x6B}
	durationID = []byte{0x44, 0x89, 0x88}       // with the size of a float64
	spacingID  = []byte{0x23, 0xE3, 0x83, 0x88} // DefaultDuration, with the size of 8 bytes
	timeID     = []byte{0xE7, 0x88}             // of a cluster, with the size of 8 bytes: 4 last 49 days
)

const (
	voidID        = 0xEC
	simpleBlockID = 0xA3
	// unknownSize is a size of 8 bytes that is not known yet.
	unknownSize = 0x01FFFFFFFFFFFFFF
	keyframe    = 0x80
	videoTrack  = 1
	soundTrack  = 2

	// usualDuration is that of a picture at 30 fps, in nanoseconds.
	usualDuration = 33_333_333
	// anyDuration takes 8 bytes, as all that are written in its place.
	anyDuration = 1 << 56
)

// size8 is a size in 8 bytes.
func size8(n int64) []byte { return binary.BigEndian.AppendUint64(nil, 1<<56|uint64(n)) }

// head is the part of a file before its first cluster.
type head struct {
	bytes    []byte
	segment  int64 // where the segment's data begins: positions count from there
	duration int64 // where the duration is, a float64 in milliseconds
	// spacing is where the usual time between two pictures is, 8 bytes in nanoseconds. No
	// time in the file depends on it, but OpenCV seeks by it.
	spacing int64
	cues    int64 // where the room for the index begins
}

// newHead makes the head of a file of pictures of a size, and of sound if there is a header
// of its packets. Begin is when the first picture was taken.
func newHead(width, height int, title string, begin time.Time, opusHead []byte) (head, error) {
	opening, err := marshal(struct {
		Header webm.EBMLHeader `ebml:"EBML"`
	}{webm.EBMLHeader{EBMLVersion: 1, EBMLReadVersion: 1, EBMLMaxIDLength: 4, EBMLMaxSizeLength: 8,
		DocType: "matroska", DocTypeVersion: 4, DocTypeReadVersion: 2}})
	if err != nil {
		return head{}, err
	}
	opening = append(opening, segmentID...)
	opening = binary.BigEndian.AppendUint64(opening, unknownSize)
	info, err := marshal(struct {
		Info info `ebml:"Info"`
	}{info{TimecodeScale: uint64(time.Millisecond), Title: title, MuxingApp: program, WritingApp: program, DateUTC: begin.UTC()}})
	if err != nil {
		return head{}, err
	}
	entries := []webm.TrackEntry{{
		Name: title, TrackNumber: videoTrack, TrackUID: videoTrack, CodecID: "V_MJPEG", TrackType: 1,
		DefaultDuration: anyDuration, Video: &webm.Video{PixelWidth: uint64(width), PixelHeight: uint64(height)},
	}}
	if opusHead != nil {
		entries = append(entries, soundEntry(opusHead))
	}
	tracks, err := marshal(struct {
		Tracks webm.Tracks `ebml:"Tracks"`
	}{webm.Tracks{TrackEntry: entries}})
	if err != nil {
		return head{}, err
	}
	index, err := seekHead(len(info), len(tracks))
	if err != nil {
		return head{}, err
	}
	h := head{segment: int64(len(opening)), bytes: opening}
	h.bytes = append(h.bytes, index...)
	h.duration = int64(len(h.bytes) + bytes.Index(info, durationID) + len(durationID))
	h.bytes = append(h.bytes, info...)
	h.spacing = int64(len(h.bytes) + bytes.Index(tracks, spacingID) + len(spacingID))
	h.bytes = append(h.bytes, tracks...)
	binary.BigEndian.PutUint64(h.bytes[h.spacing:], usualDuration)
	h.cues = int64(len(h.bytes))
	h.bytes = append(h.bytes, void(reserve)...)
	return h, nil
}

// info is webm.Info with the duration always there, and a title.
type info struct {
	TimecodeScale uint64    `ebml:"TimecodeScale"`
	Title         string    `ebml:"Title,omitempty"`
	MuxingApp     string    `ebml:"MuxingApp"`
	WritingApp    string    `ebml:"WritingApp"`
	Duration      float64   `ebml:"Duration"`
	DateUTC       time.Time `ebml:"DateUTC"`
}

// seek is webm.Seek with a position of 8 bytes, so that all SeekHeads have one length.
type seek struct {
	SeekID       []byte `ebml:"SeekID"`
	SeekPosition uint64 `ebml:"SeekPosition,size=8"`
}

// seekHead says where the parts are that follow it, of these lengths.
func seekHead(info, tracks int) ([]byte, error) {
	made := func(length int) ([]byte, error) {
		return marshal(struct {
			SeekHead struct {
				Seek []seek `ebml:"Seek"`
			} `ebml:"SeekHead"`
		}{struct {
			Seek []seek `ebml:"Seek"`
		}{[]seek{
			{infoID, uint64(length)},
			{tracksID, uint64(length + info)},
			{cuesID, uint64(length + info + tracks)},
		}}})
	}
	empty, err := made(0)
	if err != nil {
		return nil, err
	}
	return made(len(empty))
}

// void is an element of a length that says nothing: at least 9 bytes.
func void(length int) []byte {
	v := make([]byte, length)
	v[0] = voidID
	copy(v[1:], size8(int64(length-9)))
	return v
}

// marshal is the bytes of the elements that are the fields of a struct.
func marshal[T any](elements T) ([]byte, error) {
	var b bytes.Buffer
	if err := ebml.Marshal(&elements, &b); err != nil {
		return nil, fmt.Errorf("making a part of a Matroska file: %w", err)
	}
	return b.Bytes(), nil
}
