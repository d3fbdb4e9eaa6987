package web

import (
	"bytes"
	"io"
	"mime"
	"testing"
	"time"

	"fanlight/drivers/jpegs"
	"fanlight/streaming/streamtest"
)

func TestSnapshotToSaveIsNamedByCameraAndTime(t *testing.T) {
	h := serve(t, 0)
	response := h.get(t, "GET", "/snapshot.jpg?download")
	kind, params, err := mime.ParseMediaType(response.Header.Get("Content-Disposition"))
	if err != nil || kind != "attachment" {
		t.Fatalf("%q, %v", response.Header.Get("Content-Disposition"), err)
	}
	taken, err := time.ParseInLocation("Bench bench 2006-01-02 15.04.05.jpg", params["filename"], time.Local)
	if age := time.Since(taken); err != nil || age < -time.Second || age > patience {
		t.Errorf("named %q, %v old, %v", params["filename"], age, err)
	}
	saved, err := io.ReadAll(response.Body)
	if whole := jpegs.WithOrigin(saved, jpegs.Origin{Camera: "another"}); err != nil || streamtest.IsOriginal(saved) || !bytes.Equal(whole, saved) || !bytes.Contains(saved, []byte("Bench bench\x00")) {
		t.Errorf("the saved picture has no Exif, %v", err)
	}
	if to := h.get(t, "GET", "/snapshot.jpg").Header.Get("Content-Disposition"); to != "" {
		t.Errorf("one to look at has the disposition %q", to)
	}
}
