package matroska

import (
	"bytes"
	"io"

	"github.com/at-wat/ebml-go"
)

// program is the name in the files that a Writer writes.
const program = "Fanlight"

// IsOurs reports whether a file was written by a Writer. It reads its head alone.
func IsOurs(file io.Reader) bool {
	head := make([]byte, 4<<10) // a SeekHead, an Info and Tracks, whose names are short
	n, _ := io.ReadFull(file, head)
	var read struct {
		Segment struct {
			Info struct {
				WritingApp string `ebml:"WritingApp"`
			} `ebml:"Info"`
		} `ebml:"Segment,size=unknown"`
	}
	_ = ebml.Unmarshal(bytes.NewReader(head[:n]), &read, ebml.WithIgnoreUnknown(true)) // it ends within the head
	return read.Segment.Info.WritingApp == program
}
