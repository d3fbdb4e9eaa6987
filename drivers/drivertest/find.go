package drivertest

import (
	"testing"

	"fanlight/drivers"
)

// Find returns the camera that a choice means; the test fails if there is none.
func Find(t *testing.T, choice string) drivers.Camera {
	t.Helper()
	camera, err := drivers.Find(t.Context(), choice)
	if err != nil {
		t.Fatalf("finding %q: %v", choice, err)
	}
	return camera
}

// Failure opens a camera that must fail with one error, without a picture, and
// returns the error's text.
func Failure(t *testing.T, choice string) string {
	t.Helper()
	var failures []string
	for picture, err := range Find(t, choice).Frames(t.Context(), drivers.Want{}) {
		if err == nil {
			t.Fatalf("%s delivered a picture of %d bytes", choice, len(picture.JPEG))
		}
		failures = append(failures, err.Error())
	}
	if len(failures) != 1 {
		t.Fatalf("%s: want one error, got %q", choice, failures)
	}
	return failures[0]
}
