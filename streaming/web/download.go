package web

import (
	"fanlight/drivers/jpegs"
	"fanlight/streaming"
)

// toKeep is a picture that a viewer saves: it says in Exif what the headers of the answer say,
// which do not go with the file.
func (s *Stream) toKeep(f *streaming.Frame, camera string) *streaming.Frame {
	origin := jpegs.Origin{Camera: camera, Software: "Fanlight " + s.server.version, Taken: f.Taken.Local()}
	kept := streaming.NewFrame(f.Seq, f.Run, f.Taken, f.Width, f.Height, jpegs.WithOrigin(f.JPEG, origin))
	kept.Through = f.Through
	return kept
}
