//go:build linux

package opencv_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/color"
	"image/jpeg"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/drivertest"
	"fanlight/drivers/process/processtest"
)

// film makes a film of ten pictures at 10 fps, each brighter than the one before, so
// that a test sees their order.
func film(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	ffmpeg(t, "-f", "lavfi", "-i", "color=size=320x240:rate=10:duration=1", "-vf", "geq=lum='20*N+20':cb=128:cr=128", "-q:v", "2", path)
	return path
}

// filmPicture tells which of the film's pictures it is, from 0 to 9.
func filmPicture(t *testing.T, picture drivers.Picture) int {
	t.Helper()
	decoded, err := jpeg.Decode(bytes.NewReader(picture.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	if size := decoded.Bounds().Size(); size.X != 320 || size.Y != 240 {
		t.Fatalf("a picture of %v", size)
	}
	// Video brightness runs from 16 to 235, a JPEG's from 0 to 255.
	y := color.GrayModel.Convert(decoded.At(160, 120)).(color.Gray).Y
	return int((float64(y)*219/255 + 16 - 20 + 10) / 20)
}

// children are the processes that this one has started, and that are there.
func children(t *testing.T) []int {
	t.Helper()
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	var found []int
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue // has ended meanwhile
		}
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])) // state, parent, ...
		if fields[1] == strconv.Itoa(os.Getpid()) {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			found = append(found, pid)
		}
	}
	return found
}

func TestConforms(t *testing.T) {
	program(t)
	drivertest.Run(t, drivertest.Subject{
		Choice:  "opencv:" + film(t, "film.mp4"),
		Running: func(t *testing.T) bool { return len(children(t)) > 0 },
	})
}

func TestPlaysAFilmAtItsRateInALoop(t *testing.T) {
	program(t)
	for _, name := range []string{"film.mp4", "film.avi", "film.mjpeg"} {
		t.Run(name, func(t *testing.T) {
			rate := 10.0
			if name == "film.mjpeg" {
				rate = 25 // that file gives none, and ffmpeg takes this
			}
			want := drivers.Want{Granted: func(m drivers.Mode) {
				if m != (drivers.Mode{Width: 320, Height: 240, FPS: rate}) {
					t.Errorf("granted %+v", m)
				}
			}}
			n, passed, last := 0, 0, -1
			var start, now time.Time
			for picture, err := range drivertest.Find(t, "opencv:"+film(t, name)).Frames(t.Context(), want) {
				if err != nil {
					t.Fatal(err)
				}
				number := filmPicture(t, picture)
				if stamp := picture.Taken.UTC().Format(time.RFC3339Nano); !bytes.Contains(picture.JPEG[:64], []byte(stamp)) {
					t.Errorf("picture %d was taken at %s, but it says %.64q", number, stamp, picture.JPEG)
				}
				if last < 0 {
					start = picture.Taken
				} else {
					step := (number - last + 10) % 10
					if step == 0 {
						t.Errorf("picture %d came twice", number)
					}
					passed += step // more than one for pictures missed by a slow test
				}
				last, now = number, picture.Taken
				if n++; passed >= 25 {
					break
				}
			}
			// The first interval may have been shortened by a slow beginning.
			if least := time.Duration(float64(passed-2) / rate * float64(time.Second)); now.Sub(start) < least {
				t.Errorf("%d pictures of the film passed in %v", passed, now.Sub(start))
			}
			if n < 3 {
				t.Errorf("%d pictures", n)
			}
		})
	}
}

func TestQuality(t *testing.T) {
	program(t)
	choice := "opencv:" + film(t, "film.avi")
	size := func(quality int) int {
		for picture, err := range drivertest.Find(t, choice).Frames(t.Context(), drivers.Want{Quality: quality}) {
			if err != nil {
				t.Fatal(err)
			}
			tables := bytes.Index(picture.JPEG, []byte{0xFF, 0xDB})
			return int(picture.JPEG[tables+5]) // the first step of quantization
		}
		return 0
	}
	if coarse, usual, fine := size(20), size(0), size(95); !(coarse > usual && usual > fine) || usual != size(drivers.DefaultQuality) {
		t.Errorf("quantization %d, %d, %d", coarse, usual, fine)
	}
}

func TestChoices(t *testing.T) {
	path := film(t, "film.avi")
	t.Chdir(filepath.Dir(path))
	if err := syscall.Mkfifo("pipe", 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ choice, id, name string }{
		{"opencv:0", "opencv:0", "Camera 0"},
		{"opencv:/dev/video12", "opencv:12", "Camera 12"},
		{"opencv:film.avi", "opencv:" + path, "film.avi"},
		{"opencv:file://" + path, "opencv:" + path, "film.avi"},
		{"opencv:rtsp://camera:554/live", "opencv:rtsp://camera:554/live", "camera:554"},
		{"opencv:rtsp://admin:sesame@camera/live", "opencv:rtsp://admin:…@camera/live", "camera"},
	} {
		camera := drivertest.Find(t, test.choice)
		if camera.ID != test.id || camera.Name != test.name {
			t.Errorf("%s is %q, %q; want %q, %q", test.choice, camera.ID, camera.Name, test.id, test.name)
		}
		if hidden := strings.Contains(camera.ID, "…"); hidden && camera.Choice != test.choice || !hidden && camera.Choice != "" {
			t.Errorf("%s is remembered as %q", test.choice, camera.Choice)
		}
		if again := drivertest.Find(t, camera.ID); again.ID != camera.ID {
			t.Errorf("the ID %q finds %q", camera.ID, again.ID)
		}
	}
	for choice, want := range map[string]string{
		"opencv:missing.avi":                  "there is no file " + filepath.Join(filepath.Dir(path), "missing.avi") + ": check the path, or write a camera's number",
		"opencv:pipe":                         "pipe is a pipe or a device and not a file: name a film, or let ffmpeg read it",
		"opencv:.":                            " is a folder: name a film in it",
		"opencv:-1":                           "there is no file ",
		"opencv:rtsp://":                      "no address of a camera: write it as rtsp://",
		"opencv:rtsp://admin:ses#ame@camera/": "%23 for #",
	} {
		if camera, err := drivers.Find(t.Context(), choice); err == nil {
			t.Errorf("%s found %q", choice, camera.ID)
		} else if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "ses") {
			t.Errorf("%s: %v\nwant it to say %q", choice, err, want)
		}
	}
}

func TestFailuresInWords(t *testing.T) {
	program(t)
	dir := t.TempDir()
	broken, gone := filepath.Join(dir, "broken.mp4"), filepath.Join(dir, "gone.mp4")
	for path, content := range map[string]string{broken: strings.Repeat("no film ", 1000), gone: ""} {
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	camera := drivertest.Find(t, "opencv:"+gone)
	if err := os.Remove(gone); err != nil {
		t.Fatal(err)
	}
	for _, err := range camera.Frames(t.Context(), drivers.Want{}) {
		if err == nil || !strings.Contains(err.Error(), "there is no file "+gone) {
			t.Errorf("a file that is gone: %v", err)
		}
	}
	nobody, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody.Close()
	for choice, want := range map[string]string{
		"opencv:" + broken: "OpenCV cannot open " + broken + ": check the path, and that the file is a film",
		"opencv:77":        "there is no camera 77: plug it in, or choose another",
		"opencv:rtsp://admin:sesame@" + nobody.Addr().String() + "/": "OpenCV cannot open rtsp://admin:…@" + nobody.Addr().String() + "/: check the address",
	} {
		got := drivertest.Failure(t, choice)
		if !strings.Contains(got, want) {
			t.Errorf("%s: %q\nwant it to say %q", choice, got, want)
		}
	}
	for _, err := range drivertest.Find(t, "opencv:77").Frames(t.Context(), drivers.Want{}) {
		if !errors.Is(err, drivers.ErrUnplugged) {
			t.Errorf("%v is not ErrUnplugged", err)
		}
	}
}

func TestChildThatIsKilled(t *testing.T) {
	program(t)
	camera := drivertest.Find(t, "opencv:"+film(t, "film.avi"))
	for range 2 { // it can be opened again
		n := 0
		var failures []error
		for _, err := range camera.Frames(t.Context(), drivers.Want{}) {
			if err != nil {
				failures = append(failures, err)
				continue
			}
			if n++; n == 2 {
				running := children(t)
				if len(running) != 1 {
					t.Fatalf("children %v", running)
				}
				if err := syscall.Kill(running[0], syscall.SIGKILL); err != nil {
					t.Fatal(err)
				}
			}
		}
		if len(failures) != 1 || !strings.Contains(failures[0].Error(), "OpenCV has crashed while reading ") {
			t.Errorf("got %v", failures)
		}
	}
}

// A password is not in the list of processes, and a call of OpenCV that hangs
// does not outlive its context.
func TestSourceThatHangsIsEnded(t *testing.T) {
	program(t)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan string, 1)
	go func() {
		defer cancel()
		conn, err := silent.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		conn.Read(make([]byte, 1)) // OpenCV has asked, and waits for an answer
		for _, child := range children(t) {
			arguments, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", child))
			asked <- string(arguments)
		}
	}()
	for _, err := range drivertest.Find(t, "opencv:rtsp://admin:sesame@"+silent.Addr().String()+"/live").Frames(ctx, drivers.Want{}) {
		t.Errorf("an ended context is no failure, but: %v", err)
	}
	if ctx.Err() == nil {
		t.Fatal("the loop ended by itself")
	}
	if left := children(t); len(left) > 0 {
		t.Errorf("processes %v are left", left)
	}
	select {
	case arguments := <-asked:
		if arguments == "" || strings.Contains(arguments, "sesame") {
			t.Errorf("the list of processes shows %q", arguments)
		}
	default:
		t.Error("no child was seen")
	}
}

// A child whose parent is killed ends by itself, also while OpenCV hangs.
func TestChildEndsWithItsParent(t *testing.T) {
	program(t)
	if os.Getenv("FANLIGHT_TEST_PARENT") != "" {
		for range drivertest.Find(t, os.Getenv("FANLIGHT_TEST_PARENT")).Frames(t.Context(), drivers.Want{}) {
		}
		return
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	parent := processtest.Command(t, 5*time.Minute, os.Args[0], "-test.run=^TestChildEndsWithItsParent$")
	parent.Env = append(os.Environ(), "FANLIGHT_TEST_PARENT=opencv:rtsp://"+silent.Addr().String()+"/")
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	silent.(*net.TCPListener).SetDeadline(time.Now().Add(time.Minute))
	conn, err := silent.Accept()
	if err != nil {
		t.Fatalf("no child connects: %v", err)
	}
	defer conn.Close()
	parent.Process.Kill()
	parent.Wait()
	conn.SetReadDeadline(time.Now().Add(time.Minute))
	for err == nil {
		_, err = conn.Read(make([]byte, 4096))
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the child is still there")
	}
}
