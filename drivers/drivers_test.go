package drivers_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

func TestEmulatedConforms(t *testing.T) {
	drivertest.Run(t, drivertest.Subject{Choice: "emulated"})
}

func TestFolderConforms(t *testing.T) {
	drivertest.Run(t, drivertest.Subject{Choice: "folder:" + pictureFolder(t)})
}

// pictureFolder makes a folder with the emulated camera's pictures, named so
// that name order is not the order of writing.
func pictureFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for i, name := range []string{"c.jpg", "a.JPG", "b.jpeg"} {
		write(t, filepath.Join(dir, name), assets.Emulated()[i])
	}
	write(t, filepath.Join(dir, "notes.txt"), []byte("not a picture"))
	write(t, filepath.Join(dir, ".hidden.jpg"), []byte("not a picture either"))
	return dir
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The rates are exact: see the tests of package stills, which has the clock in hand.
func TestEmulatedYieldsThreePicturesOneASecond(t *testing.T) {
	start, n := time.Now(), 0
	for picture, err := range drivertest.Find(t, "emulated").Frames(t.Context(), drivers.Want{}) {
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(picture.JPEG, assets.Emulated()[n%3]) {
			t.Errorf("picture %d is not number %d of three", n, n%3+1)
		}
		if at := time.Since(start); at < time.Duration(n)*time.Second {
			t.Errorf("picture %d came after %v already", n, at)
		}
		if n++; n == 5 {
			break
		}
	}
}

func TestFolderYieldsItsPicturesInNameOrderAtTheAskedRate(t *testing.T) {
	camera := drivertest.Find(t, "folder:"+pictureFolder(t))
	order := [][]byte{assets.Emulated()[1], assets.Emulated()[2], assets.Emulated()[0]}
	for _, test := range []struct {
		asked, granted float64
	}{{0, 30}, {4, 4}} {
		start, n := time.Now(), 0
		want := drivers.Want{Mode: drivers.Mode{FPS: test.asked}, Granted: func(m drivers.Mode) {
			if m != (drivers.Mode{Width: 1280, Height: 720, FPS: test.granted}) {
				t.Errorf("granted %+v", m)
			}
		}}
		for picture, err := range camera.Frames(t.Context(), want) {
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(picture.JPEG, order[n%3]) {
				t.Errorf("picture %d is out of order", n)
			}
			if n++; n == 10 {
				break
			}
		}
		if took, least := time.Since(start), time.Duration(9/test.granted*float64(time.Second)); took < least {
			t.Errorf("9 pictures at %v fps took %v, want %v at least", test.granted, took, least)
		}
	}
}

func TestUnpluggedFolderFailsInWords(t *testing.T) {
	dir := pictureFolder(t)
	camera := drivertest.Find(t, "folder:"+dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	var failures []error
	for _, err := range camera.Frames(t.Context(), drivers.Want{}) {
		failures = append(failures, err)
	}
	if len(failures) != 1 || !strings.Contains(failures[0].Error(), "there is no folder "+dir) {
		t.Errorf("got %v", failures)
	}
}

func TestRefusedChoices(t *testing.T) {
	empty, broken := t.TempDir(), t.TempDir()
	write(t, filepath.Join(broken, "2.jpg"), []byte("GIF89a, not a JPEG"))
	file := filepath.Join(broken, "2.jpg")

	for _, test := range []struct{ choice, want string }{
		{"nonsense", `there is no camera "nonsense"; choose one of these: "Emulated camera" (emulated)`},
		{"", `there is no camera ""`},
		{"folder", `there is no camera "folder" that is found by itself: plug it in, or write what it is to open`},
		{"emulated:2", `say just "emulated"`},
		{"folder:" + filepath.Join(empty, "none"), "there is no folder " + filepath.Join(empty, "none")},
		{"folder:" + empty, "holds no pictures"},
		{"folder:" + broken, filepath.Join(broken, "2.jpg") + " cannot be shown (not a JPEG picture"},
		{"folder:" + file, "cannot read the folder " + file},
	} {
		camera, err := drivers.Find(t.Context(), test.choice)
		if err == nil {
			t.Errorf("%q found %q", test.choice, camera.ID)
		} else if !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v\nwant it to say %q", test.choice, err, test.want)
		}
	}
	var unknown *drivers.UnknownCameraError
	if _, err := drivers.Find(t.Context(), "nonsense"); !errors.As(err, &unknown) {
		t.Errorf("%T is no UnknownCameraError", err)
	}
	_, err := drivers.Find(t.Context(), "gopher://user:geheim@cam/live")
	if err == nil || strings.Contains(err.Error(), "geheim") || !strings.Contains(err.Error(), "gopher://user:…@cam/live") {
		t.Errorf("an address that no driver takes: %v", err)
	}
}

func TestFindByNameIgnoresCase(t *testing.T) {
	if camera := drivertest.Find(t, "EMULATED camera"); camera.ID != "emulated" {
		t.Errorf("found %q", camera.ID)
	}
}

func TestRegisterRefusesMistakes(t *testing.T) {
	list := func(context.Context, string) ([]drivers.Camera, error) { return nil, nil }
	for _, test := range []struct {
		name string
		list drivers.Lister
	}{{"emulated", list}, {"", list}, {"a:b", list}, {"unheard-of", nil}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Register(%q) did not panic", test.name)
				}
			}()
			drivers.Register(test.name, test.list)
		}()
	}
}

// grey makes a picture of a width that tells it from others.
func grey(t *testing.T, width int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, 8)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestNamesAreLines: what a folder is called writes no second line to a terminal, and does
// not colour or turn the first.
func TestNamesAreLines(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "\x1b[31mred\nSharing \u202Eevil\xff")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.jpg"), assets.Emulated()[0], 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := drivers.Find(t.Context(), "folder:"+dir)
	if err != nil || c.ID != "folder:"+dir || c.Name != "Folder [31mred Sharing evil\uFFFD" {
		t.Errorf("found %q, called %q, %v", c.ID, c.Name, err)
	}
}
