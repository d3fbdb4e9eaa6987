package opencv_test

import (
	"strings"
	"testing"

	"fanlight/drivers"
)

func TestRTSPAddressIsACameraAsItStands(t *testing.T) {
	camera, err := drivers.Find(t.Context(), "rtsp://user:secret@192.0.2.1:554/live")
	if err != nil {
		t.Fatal(err)
	}
	if camera.ID != "opencv:rtsp://user:…@192.0.2.1:554/live" || camera.Choice != "opencv:rtsp://user:secret@192.0.2.1:554/live" {
		t.Errorf("ID %q, choice %q", camera.ID, camera.Choice)
	}
	if again, err := drivers.Find(t.Context(), camera.Choice); err != nil || again.ID != camera.ID {
		t.Errorf("its choice finds %q, %v", again.ID, err)
	}
	cameras, _ := drivers.List(t.Context())
	for _, c := range cameras {
		if strings.Contains(c.ID, "rtsp") {
			t.Errorf("listed without an address: %s", c.ID)
		}
	}
	if _, err := drivers.Find(t.Context(), "rtsp:///live"); err == nil || !strings.Contains(err.Error(), "rtsp://HOST:PORT/PATH") {
		t.Errorf("without a host: %v", err)
	}
}
