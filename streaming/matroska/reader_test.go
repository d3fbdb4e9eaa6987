package matroska

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/streamtest"
)

// read opens a file as a Reader.
func read(t *testing.T, path string) *Reader {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	r, err := NewReader(file)
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	return r
}

// all are the pictures of a file, from the first to the last.
func all(t *testing.T, r *Reader) []Picture {
	t.Helper()
	p, err := r.At(0)
	var found []Picture
	for ; p != nil && err == nil; p, err = r.After(p) {
		found = append(found, *p)
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// milliseconds are the times of pictures.
func milliseconds(pictures []Picture) (times []int64) {
	for _, p := range pictures {
		times = append(times, p.At.Milliseconds())
	}
	return times
}

// wantPictures tells what a Reader does not find, or not from all sides.
func wantPictures(t *testing.T, r *Reader, times []int64) {
	t.Helper()
	found := all(t, r)
	if fmt.Sprint(milliseconds(found)) != fmt.Sprint(times) {
		t.Fatalf("pictures at %v, want %v", milliseconds(found), times)
	}
	random := rand.New(rand.NewPCG(7, 8))
	for range 50 {
		n := random.IntN(len(found))
		for n+1 < len(found) && found[n+1].At == found[n].At {
			n++
		}
		if p, err := r.At(found[n].At + 999*time.Microsecond); err != nil || *p != found[n] {
			t.Fatalf("behind picture %d is %+v (%v), want %+v", n, p, err, found[n])
		}
		before, err := r.Before(&found[n])
		if err != nil || n > 0 && *before != found[n-1] || n == 0 && before != nil {
			t.Fatalf("in front of picture %d is %+v (%v)", n, before, err)
		}
		picture, err := r.Read(&found[n])
		if err != nil || !bytes.HasPrefix(picture, []byte{0xFF, 0xD8}) {
			t.Fatalf("picture %d is %.8x (%v)", n, picture, err)
		}
	}
	if last, err := r.At(1000 * time.Hour); err != nil || *last != found[len(found)-1] {
		t.Errorf("the last one is %+v (%v)", last, err)
	}
}

func TestReaderFindsWhatWasWritten(t *testing.T) {
	for _, whole := range []bool{true, false} {
		path := filepath.Join(t.TempDir(), "a.mkv")
		times := irregular(400)
		record(t, path, times, whole)
		r := read(t, path)
		wantPictures(t, r, times)
		if h := r.Head(); h != (Head{Title: "Door", Begin: begin, Width: 64, Height: 48}) {
			t.Errorf("the head is %+v", h)
		}
		for _, p := range all(t, r) {
			if picture, err := r.Read(&p); err != nil || !bytes.Equal(picture, streamtest.Grey(64, 48)) {
				t.Fatalf("%v: %v", p, err)
			}
		}
	}
}

// A file is read while it is written: each picture is found once it is there.
func TestReaderFollowsTheWriter(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "a.mkv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, err := NewWriter(file, 64, 48, "Door", begin)
	if err != nil {
		t.Fatal(err)
	}
	var r *Reader
	var last *Picture
	for n, at := range irregular(200) {
		if err := w.Write(streamtest.Grey(64, 48), begin.Add(time.Duration(at)*time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if r == nil {
			r = read(t, file.Name())
			last, err = r.At(0)
		} else {
			last, err = r.After(last)
		}
		if err != nil || last == nil || last.At.Milliseconds() != at {
			t.Fatalf("picture %d is %+v (%v), want one at %d ms", n, last, err, at)
		}
		if newest, err := r.At(time.Hour); err != nil || *newest != *last {
			t.Fatalf("the newest is %+v (%v), want %+v", newest, err, last)
		}
		if none, err := r.After(last); none != nil || err != nil {
			t.Fatalf("behind the newest is %+v (%v)", none, err)
		}
	}
}

// A file that was cut anywhere has all pictures that are whole.
func TestReaderOfFileThatWasCut(t *testing.T) {
	dir := t.TempDir()
	for _, whole := range []bool{true, false} {
		path := filepath.Join(dir, "whole.mkv")
		times := irregular(200)
		record(t, path, times, whole)
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		every := all(t, read(t, path))
		random := rand.New(rand.NewPCG(5, 6))
		for range 100 {
			at := reserve + 2000 + random.IntN(len(content)-reserve-2000)
			n := 0
			for n < len(every) && every[n].Offset+int64(every[n].size) <= int64(at) {
				n++
			}
			r, err := NewReader(bytes.NewReader(content[:at]))
			if err != nil {
				t.Fatal(err)
			}
			if found := all(t, r); len(found) != n {
				t.Errorf("cut at %d: %d pictures, want %d", at, len(found), n)
			}
		}
	}
}

// A file with holes plays on behind each, whether it has an index or not.
func TestReaderOfFileWithHoles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mkv")
	times := irregular(400)
	record(t, path, times, true)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r := read(t, path)
	every := all(t, r)
	for n := len(r.points) / 4; n < len(r.points); n += len(r.points) / 4 { // from the middle of one second into the next
		clear(content[r.points[n].at+300 : r.points[n].at+2300])
	}
	for _, indexed := range []bool{true, false} {
		if !indexed {
			content = bytes.Replace(content, cuesID, []byte{voidID, voidID, voidID, voidID}, -1)
		}
		r, err := NewReader(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		found := all(t, r)
		if lost := len(every) - len(found); lost < 3 || lost > 3*60 || found[len(found)-1] != every[len(every)-1] {
			t.Errorf("with an index %v: %d of %d pictures, the last at %v", indexed, len(found), len(every), found[len(found)-1].At)
		}
	}
}

// made are commands that make files of other programs, from $IN, the pictures of an AVI or
// Matroska file with sound.
var made = map[string]string{
	"ffmpeg":                     `ffmpeg -v error -i $IN -c copy $OUT`,
	"ffmpeg, to a pipe":          `ffmpeg -v error -i $IN -c copy -f matroska - | cat > $OUT`,
	"ffmpeg, live":               `ffmpeg -v error -i $IN -c copy -live 1 -f matroska - | cat > $OUT`,
	"ffmpeg, short clusters":     `ffmpeg -v error -i $IN -c copy -cluster_time_limit 300 -reserve_index_space 5000 $OUT`,
	"mkvmerge":                   `mkvmerge -q -o $OUT $IN`,
	"mkvmerge, without an index": `mkvmerge -q --no-cues -o $OUT $IN`,
	"mkvmerge, fine times":       `mkvmerge -q --timestamp-scale 100000 -o $OUT $IN`,
	"mkvmerge, groups":           `mkvmerge -q --engage no_simpleblocks -o $OUT $IN`,
	"mkvmerge, short clusters":   `mkvmerge -q --cluster-length 20 -o $OUT $IN`,
	"GStreamer":                  `gst-launch-1.0 -q filesrc location=$IN ! matroskademux ! image/jpeg ! matroskamux ! filesink location=$OUT`,
	"GStreamer, live":            `gst-launch-1.0 -q filesrc location=$IN ! matroskademux ! image/jpeg ! matroskamux streamable=true ! filesink location=$OUT`,
}

func TestReaderOfOtherProgramsFiles(t *testing.T) {
	in := filepath.Join(t.TempDir(), "in.mkv")
	shell(t, "ffmpeg -v error -f lavfi -i testsrc=s=96x64:r=12.5 -f lavfi -i sine=r=8000 -t 12 -c:v mjpeg -c:a pcm_s16le $OUT", "", in)
	for name, command := range made {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "out.mkv")
			shell(t, command, in, path)
			var times []int64
			probed := streamtest.Probe(t, path, "-select_streams", "v")
			for _, p := range probed.Packets {
				times = append(times, streamtest.Milliseconds(t, p.Time))
			}
			r := read(t, path)
			if len(times) != 150 {
				t.Fatalf("ffprobe finds %d pictures", len(times))
			}
			wantPictures(t, r, times)
			if sections, err := r.Sections(); err != nil || len(sections) != 1 || sections[0].Pictures < 149 || sections[0].Pictures > 151 {
				t.Errorf("sections %+v (%v)", sections, err)
			}
			if r.Head().Width != 96 || r.Head().Height != 64 {
				t.Errorf("the head is %+v", r.Head())
			}
		})
	}
}

// shell runs a command with $IN and $OUT.
func shell(t *testing.T, command, in, out string) {
	t.Helper()
	cmd := processtest.Command(t, time.Minute, "sh", "-c", command)
	cmd.Env = append(os.Environ(), "IN="+in, "OUT="+out)
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", command, err, said)
	}
}

// What has no Motion JPEG is refused in words.
func TestReaderRefuses(t *testing.T) {
	for want, command := range map[string]string{
		"not Motion JPEG":           "ffmpeg -v error -f lavfi -i testsrc=s=96x64 -t 1 -c:v mpeg4 $OUT",
		"no pictures":               "ffmpeg -v error -f lavfi -i sine -t 1 $OUT",
		"not a Matroska file":       "ffmpeg -v error -f lavfi -i testsrc=s=96x64 -t 1 -c:v mjpeg -f avi $OUT",
		"only the beginning of one": "head -c 20 /dev/zero > $OUT",
		"compressed":                "ffmpeg -v error -f lavfi -i testsrc=s=96x64 -t 1 -c:v mjpeg $OUT.mkv && mkvmerge -q --compression 0:zlib -o $OUT $OUT.mkv",
	} {
		path := filepath.Join(t.TempDir(), "a.mkv")
		shell(t, command, "", path)
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewReader(file)
		file.Close()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
