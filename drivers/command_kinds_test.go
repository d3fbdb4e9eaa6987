//go:build unix

package drivers_test

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"
	"fanlight/drivers/process/processtest"
)

// fswebcam, rpicam-jpeg and gphoto2 take one picture and end.
func TestCommandThatEndsWellIsStartedAgain(t *testing.T) {
	for _, test := range []struct {
		name, script string
		fps          float64 // asked for; zero stands for one
	}{
		{"one picture", `cat "$1"`, 0},
		{"one picture, asked for more often", `cat "$1"`, 10},
		{"slower than a second", `sleep 1.2; cat "$1"`, 0},
		{"half a picture more", `cat "$1"; head -c 5000 "$1"`, 10},
		{"a child holds the pipes", `(trap "" TERM; sleep 60) & cat "$1"`, 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			began, n := time.Now(), 0
			for picture, err := range drivertest.Find(t, shell(t, test.script)).Frames(t.Context(), drivers.Want{Mode: drivers.Mode{FPS: test.fps}}) {
				if err != nil || !bytes.Equal(picture.JPEG, assets.Emulated()[0]) {
					t.Fatalf("after %d pictures: %d bytes, %v", n, len(picture.JPEG), err)
				}
				if n++; n == 3 {
					break
				}
			}
			period := time.Second
			if test.fps > 0 {
				period = time.Duration(float64(time.Second) / test.fps)
			}
			if took := time.Since(began); n != 3 || took < 2*period {
				t.Errorf("%d pictures in %v", n, took)
			}
		})
	}
}

func TestCommandThatEndsWellWithoutAPictureHasFailed(t *testing.T) {
	again := filepath.Join(t.TempDir(), "again")
	camera := drivertest.Find(t, shell(t, `[ -e "$2" ] || cat "$1"; echo >"$2"`)+" "+again)
	pictures, failures := watch(t.Context(), camera, drivers.Want{Mode: drivers.Mode{FPS: 100}})
	if pictures != 1 || len(failures) != 1 || !strings.HasPrefix(failures[0].Error(), "sh ended after writing nothing") {
		t.Errorf("%d pictures, then %q", pictures, failures)
	}
}

func TestCommandThatWritesNoJPEGIsToldWhatItWrites(t *testing.T) {
	ffmpeg, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("needs ffmpeg; make setup-test installs it")
	}
	dir := t.TempDir()
	for _, test := range []struct{ options, want string }{
		{"-f image2pipe -c:v png", "sh writes PNG pictures, and no JPEG pictures: have it write JPEG, or let ffmpeg convert them"},
		{"-f gif", "sh writes GIF pictures"},
		{"-f image2pipe -c:v bmp", "sh writes BMP pictures"},
		{"-pix_fmt yuv420p -c:v libx264 -f h264", `sh writes H.264 video, and no JPEG pictures: have it write MJPEG ("rpicam-vid --codec mjpeg -o -"`},
		{"-pix_fmt yuv420p -c:v libx264 -bsf:v h264_metadata=aud=insert -f h264", "sh writes H.264 video"},
		{"-pix_fmt yuv420p -c:v libx265 -x265-params log-level=none -f hevc", "sh writes H.265 video"},
		{"-c:v mpeg2video -f mpeg2video", "sh writes MPEG video"},
		{"-c:v mpeg4 -f m4v", "sh writes MPEG video"},
		{"-pix_fmt yuv420p -c:v libx264 -f mpegts", "sh writes MPEG-TS video"},
		{"-pix_fmt yuv420p -f yuv4mpegpipe", "sh writes raw video"},
		{"-pix_fmt yuv420p -c:v libx264 -f avi", "sh writes AVI video"},
		{"-pix_fmt yuv420p -c:v libx264 -f mp4 -movflags frag_keyframe+empty_moov", "sh writes MP4 video"},
		{"-pix_fmt yuv420p -c:v libx264 -f matroska", "sh writes Matroska or WebM video"},
		{"-c:v flv -f flv", "sh writes FLV video"},
		{"-c:v mjpeg -f avi", ""},
		{"-c:v mjpeg -f matroska", ""},
		{"-c:v mjpeg -f mpjpeg", ""},
	} {
		path := filepath.Join(dir, "output")
		made := processtest.Command(t, time.Minute, ffmpeg, strings.Fields("-v error -y -f lavfi -i testsrc=size=64x48:rate=10:duration=1 "+test.options+" "+path)...)
		if out, err := made.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %s", test.options, err, out)
		}
		pictures, failures := watch(t.Context(), drivertest.Find(t, "command:sh -c 'cat "+path+"; exit 1'"), drivers.Want{})
		if test.want == "" { // it has JPEG pictures in it
			if pictures != 10 {
				t.Errorf("%s: %d pictures, then %q", test.options, pictures, failures)
			}
			continue
		}
		if pictures != 0 || len(failures) != 1 || !strings.HasPrefix(failures[0].Error(), test.want) {
			t.Errorf("%s: %d pictures, then %q\nwant %q", test.options, pictures, failures, test.want)
		}
	}
}

// What the failure advises for video and pictures, with a program in the place of PROGRAM.
func TestFFmpegConvertsWhatACommandWrites(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("needs ffmpeg; make setup-test installs it")
	}
	for _, options := range []string{"-f image2pipe -c:v png -", "-c:v libx264 -pix_fmt yuv420p -f h264 -"} {
		program := "ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=10:duration=1 " + options
		for _, err := range drivertest.Find(t, `command:sh -c "`+program+` | ffmpeg -i - -f mjpeg -"`).Frames(t.Context(), drivers.Want{}) {
			if err != nil {
				t.Errorf("%s: %v", options, err)
			}
			break
		}
	}
}
