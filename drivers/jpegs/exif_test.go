package jpegs

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
)

var origin = Origin{
	Camera: "Küche · 台所", Software: "Fanlight 1.2.3",
	Taken: time.Date(2026, time.March, 2, 9, 5, 7, 123_456_789, time.FixedZone("", -5*3600-1800)),
}

// told are the tags that exiftool reads from a picture, by their names.
func told(t *testing.T, picture []byte) map[string]any {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.jpg")
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := processtest.Command(t, time.Minute, "exiftool", "-json", "-warning", "-EXIF:all", path).Output()
	if err != nil {
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			t.Fatalf("exiftool: %v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var all []map[string]any
	if err := json.Unmarshal(out, &all); err != nil || len(all) != 1 {
		t.Fatalf("exiftool says %s, %v", out, err)
	}
	return all[0]
}

// judged are the pixels of a picture as ffmpeg decodes them.
func judged(t *testing.T, picture []byte) []byte {
	t.Helper()
	decode := processtest.Command(t, time.Minute, "ffmpeg", "-v", "error", "-f", "mjpeg", "-i", "-", "-f", "rawvideo", "-")
	decode.Stdin = bytes.NewReader(picture)
	pixels, err := decode.Output()
	if err != nil || len(pixels) == 0 {
		t.Fatalf("ffmpeg: %d bytes, %v", len(pixels), err)
	}
	return pixels
}

var wanted = map[string]any{
	"Model": origin.Camera, "Software": origin.Software, "DateTimeOriginal": "2026:03:02 09:05:07",
	"OffsetTimeOriginal": "-05:30", "SubSecTimeOriginal": 123456.0,
}

func TestOriginIsReadByOthersAndThePixelsAreTheSame(t *testing.T) {
	plain := encode(t, 64, 48)
	jfif := behindStart(plain, segment(app0, []byte("JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")...))
	for name, picture := range map[string][]byte{"plain": plain, "jfif": jfif, "progressive": progressive(), "comments": behindStart(plain, comments(40))} {
		t.Run(name, func(t *testing.T) {
			with := WithOrigin(picture, origin)
			got := told(t, with)
			for tag, want := range wanted {
				if got[tag] != want && !(tag == "SubSecTimeOriginal" && got[tag] == "123456") {
					t.Errorf("%s is %v, want %v", tag, got[tag], want)
				}
			}
			if got["Warning"] != nil {
				t.Errorf("exiftool warns: %v", got["Warning"])
			}
			if !bytes.Equal(judged(t, picture), judged(t, with)) {
				t.Error("other pixels")
			}
			from, to := exifAt(with)
			if !bytes.Equal(slices.Concat(with[:from], with[to:]), picture) {
				t.Error("other bytes were touched")
			}
			if again := WithOrigin(with, Origin{Camera: "Another", Software: "More", Taken: time.Now()}); !bytes.Equal(again, with) {
				t.Error("what is there is written anew")
			}
		})
	}
}

// Exif of the camera stays as it is, and only what it lacks is added.
func TestExifThatIsThereIsCompleted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jpg")
	for _, order := range []string{"II", "MM"} {
		t.Run(order, func(t *testing.T) {
			if err := os.WriteFile(path, encode(t, 64, 48), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := processtest.Command(t, time.Minute, "exiftool", "-overwrite_original", "-ExifByteOrder="+order, "-Make=Acme", "-Model=Its own", "-Orientation#=6",
				"-SubSecTimeOriginal=99", "-ISO=200", "-ExposureTime=1/60", "-UserComment=the hall", "-GPSLatitude=12.5", "-GPSLatitudeRef=N", path).CombinedOutput(); err != nil {
				t.Fatalf("exiftool: %v: %s", err, out)
			}
			picture, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			before, after := told(t, picture), told(t, WithOrigin(picture, origin))
			want := maps.Clone(wanted)
			want["Model"] = "Its own"
			for tag, value := range before {
				if tag != "SourceFile" && tag != "SubSecTimeOriginal" {
					want[tag] = value
				}
			}
			if before["ISO"] != 200.0 || before["GPSLatitude"] == nil {
				t.Fatalf("the picture to begin with says %v", before)
			}
			for tag, value := range want {
				if after[tag] != value && !(tag == "SubSecTimeOriginal" && after[tag] == "123456") {
					t.Errorf("%s is %v, want %v", tag, after[tag], value)
				}
			}
		})
	}
}

func TestExifThatCannotBeCompletedStays(t *testing.T) {
	plain := encode(t, 64, 48)
	for name, picture := range map[string][]byte{
		"no picture":      []byte("GIF89a"),
		"nothing":         nil,
		"start alone":     {0xFF, soi},
		"no TIFF":         exif(plain, []byte("nonsense")),
		"no directory":    exif(plain, []byte("MM\x00\x2A\xFF\xFF\xFF\xF0")),
		"many entries":    exif(plain, []byte("II\x2A\x00\x08\x00\x00\x00\xFF\xFF")),
		"second astray":   exif(plain, slices.Concat([]byte("MM\x00\x2A\x00\x00\x00\x08\x00\x01\x87\x69\x00\x04\x00\x00\x00\x01\x7F\xFF\xFF\xFF\x00\x00\x00\x00"))),
		"no room for any": exif(plain, slices.Concat([]byte("MM\x00\x2A\x00\x00\x00\x00"), make([]byte, 65_500))),
	} {
		if got := WithOrigin(picture, origin); !bytes.Equal(got, picture) {
			t.Errorf("%s: changed", name)
		}
	}
	if got := WithOrigin(plain, Origin{Camera: strings.Repeat("x", 70_000)}); !bytes.Equal(got, plain) {
		t.Error("a name without end: changed")
	}
}

func FuzzWithOrigin(f *testing.F) {
	plain := encode(f, 16, 16)
	f.Add(plain, "Door")
	f.Add(exif(plain, []byte("II\x2A\x00\x08\x00\x00\x00\x01\x00\x69\x87\x04\x00\x01\x00\x00\x00\x1A\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")), "")
	f.Add(WithOrigin(behindStart(plain, segment(app0, 'J', 'F', 'I', 'F', 0)), Origin{Camera: "x"}), "Küche")
	f.Fuzz(func(t *testing.T, picture []byte, camera string) {
		before := bytes.Clone(picture)
		o := origin
		o.Camera = camera
		with := WithOrigin(picture, o)
		if !bytes.Equal(picture, before) {
			t.Fatal("the picture itself is changed")
		}
		if bytes.Equal(with, picture) {
			return
		}
		from, to := exifAt(picture)
		newFrom, newTo := exifAt(with)
		if newFrom != from || !bytes.Equal(with[:from], picture[:from]) || !bytes.Equal(with[newTo:], picture[to:]) {
			t.Fatal("bytes that are not Exif are touched")
		}
		if length := int(binary.BigEndian.Uint16(with[from+2:])); from+2+length != newTo {
			t.Fatalf("a segment of %d bytes says %d", newTo-from-2, length)
		}
		if again := WithOrigin(with, o); !bytes.Equal(again, with) {
			t.Fatal("completed, and not complete")
		}
	})
}
