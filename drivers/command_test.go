//go:build unix

package drivers_test

import (
	"bytes"
	"context"
	"fmt"
	"image/jpeg"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

// commandPatience bounds how long a test waits for what takes a moment.
const commandPatience = 20 * time.Second

// shell is the command driver's choice for a shell's script, which may have $1:
// a picture's path.
func shell(t *testing.T, script string) string {
	t.Helper()
	picture := filepath.Join(t.TempDir(), "picture.jpg")
	write(t, picture, assets.Emulated()[0])
	return fmt.Sprintf(`command:sh -c '%s' sh '%s'`, script, picture)
}

func TestCommandConforms(t *testing.T) {
	drivertest.Run(t, drivertest.Subject{Choice: shell(t, `while cat "$1"; do sleep 0.05; done`)})
}

func TestCommandConformsWithFFmpeg(t *testing.T) {
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("ffmpeg is not installed; on Debian: apt-get install ffmpeg")
	}
	drivertest.Run(t, drivertest.Subject{Choice: "command:ffmpeg -re -f lavfi -i testsrc=size=320x240:rate=10 -f mjpeg -"})
}

func TestCommandIsNamedWithoutItsSecrets(t *testing.T) {
	choice := `command:sh -c 'exit' "rtsp://me:geheim@10.0.0.2/live"`
	camera := drivertest.Find(t, choice)
	if want := `command:sh -c 'exit' "rtsp://me:…@10.0.0.2/live"`; camera.ID != want || camera.Choice != choice || camera.Name != "sh" || !camera.Virtual {
		t.Errorf("found %+v", camera)
	}
	if camera := drivertest.Find(t, "command:sh"); camera.ID != "command:sh" || camera.Choice != "" {
		t.Errorf("found %+v", camera)
	}
}

func TestRefusedCommands(t *testing.T) {
	plain := filepath.Join(t.TempDir(), "plain")
	write(t, plain, []byte("no program"))
	for _, test := range []struct{ choice, want string }{
		{"command:no-such-program -x", "there is no program no-such-program: install it, or write its whole path"},
		{"command:/no/such/program", "there is no program /no/such/program: install it"},
		{"command:" + plain, "cannot run " + plain + ": make it a program that you may execute"},
		{"command:sh 'open", "cannot split the command sh 'open into words (close the quotes)"},
		{"command: # nothing", "needs a program behind the colon"},
		{"command:''", "needs a program behind the colon"},
		{"command", `there is no camera "command"`},
	} {
		if camera, err := drivers.Find(t.Context(), test.choice); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: found %q, %v\nwant it to say %q", test.choice, camera.ID, err, test.want)
		}
	}
}

// watch runs a camera to its end, or to the context's.
func watch(ctx context.Context, camera drivers.Camera, want drivers.Want) (pictures int, failures []error) {
	for _, err := range camera.Frames(ctx, want) {
		if err != nil {
			failures = append(failures, err)
		} else {
			pictures++
		}
	}
	return pictures, failures
}

func TestCommandFailsInWords(t *testing.T) {
	for _, test := range []struct {
		name, script string
		pictures     int
		want         string
	}{
		{"nothing", `exit 0`, 0, `sh ended after writing nothing; it must write JPEG pictures to its standard output: check the command behind "command:"`},
		{"rubbish", `echo rubbish`, 0, `sh writes text ("rubbish"), and no JPEG pictures: it must write JPEG pictures to its standard output, as in command:ffmpeg -i VIDEO -f mjpeg -`},
		{"status", `exit 3`, 0, `sh ended (exit status 3) and said nothing: check the command`},
		{"signal", `kill -9 $$`, 0, `sh ended (signal: killed) and said nothing`},
		{"words", `echo one >&2; printf "\033[31mno camera\033[0m\tat me:\001 rtsp://a:b@c\r\n" >&2; exit 1`, 0, `sh ended (exit status 1): no camera at me:  rtsp://a:…@c: check the command`},
		{"words without an end", `printf "no camera" >&2; exit 1`, 0, `sh ended (exit status 1): no camera: check the command`},
		{"half a picture", `head -c 5000 "$1"`, 0, `sh ended after 5000 bytes without a JPEG picture in them`},
		{"pictures and a failure", `cat "$1"; echo unplugged >&2; exit 1`, 1, `sh ended (exit status 1): unplugged: check the command`},
		{"output closed", `cat "$1"; exec >&-; sleep 60`, 1, `sh has closed its output after 1 picture: check the command`},
		{"endless bytes", `exec cat /dev/zero`, 0, `sh: 32 MiB came without a JPEG picture in them: check the command`},
		{"endless picture", `head -c 50000 "$1"; exec cat /dev/zero`, 0, `sh: a picture is larger than 32 MiB: ask for a smaller size: check the command`},
		{"a child holds the pipes", `(trap "" TERM; sleep 60) & cat "$1"; exit 1`, 1, `sh ended (exit status 1) and said nothing`},
	} {
		t.Run(test.name, func(t *testing.T) {
			pictures, failures := watch(t.Context(), drivertest.Find(t, shell(t, test.script)), drivers.Want{})
			if pictures != test.pictures {
				t.Errorf("%d pictures", pictures)
			}
			if len(failures) != 1 || !strings.HasPrefix(failures[0].Error(), test.want) {
				t.Errorf("it failed with %q, want %q", failures, test.want)
			}
		})
	}
}

func TestCommandThatVanishedFailsInWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	camera := drivertest.Find(t, "command:"+path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, failures := watch(t.Context(), camera, drivers.Want{}); len(failures) != 1 || !strings.Contains(failures[0].Error(), "there is no program "+path) {
		t.Errorf("it failed with %q", failures)
	}
}

// A program that cannot be started although it may be executed.
func TestCommandThatIsNoProgramFailsInWords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("\x7FELF, but not really"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, failures := watch(t.Context(), drivertest.Find(t, "command:"+path), drivers.Want{}); len(failures) != 1 || !strings.Contains(failures[0].Error(), "cannot run "+path) {
		t.Errorf("it failed with %q", failures)
	}
}

// A consumer that was slow once neither holds the program up nor gets old pictures:
// these are far more than a pipe holds. Each picture tells its number by its width.
func TestSlowConsumerOfACommandGetsTheNewestPicture(t *testing.T) {
	const last = 60
	dir := t.TempDir()
	for n := 1; n <= last; n++ {
		picture := grey(t, n)
		comment := append([]byte{0xFF, 0xFE, 0xFF, 0xFF}, make([]byte, 0xFFFD)...)
		write(t, filepath.Join(dir, fmt.Sprintf("%02d.jpg", n)), slices.Concat(picture[:2], comment, picture[2:]))
	}
	written := filepath.Join(dir, "written")
	camera := drivertest.Find(t, fmt.Sprintf(`command:sh -c 'cat "$1"/*.jpg; echo >"$2"; exec sleep 60' sh %s %s`, dir, written))
	n := 0
	for picture, err := range camera.Frames(t.Context(), drivers.Want{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 {
			time.Sleep(300 * time.Millisecond)
			continue
		}
		if n == 2 {
			waitFor(t, "the program to write all its pictures while nobody takes them", func() bool { return exists(written) })
			continue
		}
		config, err := jpeg.DecodeConfig(bytes.NewReader(picture.JPEG))
		if err != nil || config.Width < last-10 { // the pipe and the splitter's buffer hold fewer
			t.Errorf("a slow consumer got picture %d of %d, %v", config.Width, last, err)
		}
		break
	}
}

func TestStandardErrorIsLogged(t *testing.T) {
	var log bytes.Buffer
	handler := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	camera := drivertest.Find(t, shell(t, `echo hello http://u:geheim@h >&2; i=0; while [ $i -lt 5000 ]; do echo "line $i" >&2; i=$((i+1)); done; exit 1`))
	_, failures := watch(t.Context(), camera, drivers.Want{Log: handler})
	if len(failures) != 1 || !strings.Contains(failures[0].Error(), "line 4999") {
		t.Errorf("it failed with %q", failures)
	}
	if text := log.String(); !strings.Contains(text, `level=DEBUG msg="standard error" program=sh line="hello http://u:…@h"`) || strings.Contains(text, "geheim") {
		t.Errorf("the log says:\n%.300s", text)
	}
	if lines := strings.Count(log.String(), "\n"); lines > 1000 {
		t.Errorf("%d of 5,000 lines were logged", lines)
	}
}

func TestCommandAndItsChildrenEndWithTheLoop(t *testing.T) {
	for _, test := range []struct{ name, script string }{
		{"grandchild", `sleep 60 & echo $! >"$2"; while cat "$1"; do sleep 0.02; done`},
		{"grandchild that ignores SIGTERM", `(trap "" TERM; echo >"$2"; sh -c "echo \$PPID" >"$2"; while :; do sleep 1; done) & while [ ! -s "$2" ]; do sleep 0.02; done; while cat "$1"; do sleep 0.02; done`},
		{"all ignore SIGTERM", `trap "" TERM; sleep 60 & echo $! >"$2"; while cat "$1"; do sleep 0.02; done; sleep 60`},
	} {
		t.Run(test.name, func(t *testing.T) {
			pidFile := filepath.Join(t.TempDir(), "pid")
			camera := drivertest.Find(t, shell(t, test.script)+" "+pidFile)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			pid := 0
			for _, err := range camera.Frames(ctx, drivers.Want{}) {
				if err != nil {
					t.Fatal(err)
				}
				if pid = readPID(t, pidFile); !running(pid) {
					t.Errorf("process %d does not run", pid)
				}
				cancel()
			}
			if pid == 0 {
				t.Fatal("no picture came")
			}
			waitFor(t, fmt.Sprintf("process %d to be gone", pid), func() bool { return !running(pid) })
		})
	}
}

func readPID(t *testing.T, path string) (pid int) {
	t.Helper()
	waitFor(t, "a process to write its number", func() bool {
		content, _ := os.ReadFile(path)
		pid, _ = strconv.Atoi(strings.TrimSpace(string(content)))
		return pid > 0
	})
	return pid
}

// running tells whether a process runs; one that waits to be reaped does not.
func running(pid int) bool {
	ctx, cancel := context.WithTimeout(context.Background(), commandPatience)
	defer cancel()
	out, err := exec.CommandContext(ctx, "ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && !strings.HasPrefix(strings.TrimSpace(string(out)), "Z")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(commandPatience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %v in vain for %s", commandPatience, what)
		}
	}
}
