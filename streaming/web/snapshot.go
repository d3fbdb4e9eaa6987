package web

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"strconv"
	"time"

	"fanlight/streaming"
	"fanlight/streaming/filename"
)

// snapshotPatience is how long a snapshot waits for the camera's first picture.
const snapshotPatience = 10 * time.Second

// snapshot answers with the newest picture, and turns the camera on for it if it is off.
// With ?if=live it neither turns the camera on nor keeps it on: another Fanlight that
// lists this stream requests that.
func (s *Stream) snapshot(w http.ResponseWriter, r *http.Request) {
	smaller, err := variantAsked(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		header.Set("Content-Type", "image/jpeg")
		return
	}
	if r.URL.Query().Get("if") == "live" {
		s.snapshotIfLive(w)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), snapshotPatience)
	defer cancel()
	live, no := s.pictures(ctx, smaller, streaming.AtOnce)
	if no != nil {
		no.answer(w)
		return
	}
	defer live.leave()
	for frame := range live.frames {
		if frame.Card != nil && s.feed.Status().State == streaming.Starting {
			continue // the picture is on its way
		}
		if frame.Card != nil {
			break // a snapshot must be a picture of the camera
		}
		if r.URL.Query().Has("download") {
			camera := s.feed.Status().CameraName
			header.Set("Content-Disposition", attachment(camera, frame.Taken))
			frame = s.toKeep(frame, camera)
		}
		writePicture(w, frame)
		return
	}
	now := s.feed.Status()
	reason := cmp.Or(now.ReasonForViewers(), "the camera has delivered no picture yet; try again")
	if now.State == streaming.Lost {
		reason = "the camera is lost; " + reason
	}
	header.Set("Retry-After", "5")
	http.Error(w, "No picture: "+reason, http.StatusServiceUnavailable)
}

// attachment is the Content-Disposition (RFC 6266) of a picture that is to be saved.
// mime writes a name beyond ASCII as filename*, which every browser understands.
func attachment(camera string, taken time.Time) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": filename.Picture(camera, taken)})
}

func (s *Stream) snapshotIfLive(w http.ResponseWriter) {
	frame := s.feed.Newest()
	if frame != nil {
		defer frame.Release()
	}
	if frame == nil || frame.Card != nil {
		http.Error(w, "No picture: the camera is off, lost or paused. Without ?if=live one that is off is turned on.", http.StatusServiceUnavailable)
		return
	}
	writePicture(w, frame)
}

func writePicture(w http.ResponseWriter, frame *streaming.Frame) {
	header := w.Header()
	header.Set("Content-Type", "image/jpeg")
	header.Set("Content-Length", strconv.Itoa(len(frame.JPEG)))
	header.Set("X-Timestamp", string(appendTimestamp(nil, frame.Taken)))
	if frame.Through != "" {
		header.Set(throughHeader, frame.Through)
	}
	w.Write(frame.JPEG)
}
