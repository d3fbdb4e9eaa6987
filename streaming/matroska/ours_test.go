package matroska

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fanlight/drivers/process/processtest"
	"fanlight/streaming/streamtest"
)

func TestFilesOfOurs(t *testing.T) {
	dir := t.TempDir()
	ours := filepath.Join(dir, "ours.mkv")
	record(t, ours, irregular(50), false)
	theirs := filepath.Join(dir, "theirs.mkv")
	if out, err := processtest.Command(t, time.Minute, "ffmpeg", "-v", "error", "-i", ours, "-c", "copy", "-metadata", "title=Fanlight", theirs).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, out)
	}
	for path, want := range map[string]bool{ours: true, theirs: false} {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := IsOurs(bytes.NewReader(content)); got != want {
			t.Errorf("%s: ours %v", path, got)
		}
		for _, n := range []int{0, 3, 50, 100} {
			if IsOurs(bytes.NewReader(content[:n])) {
				t.Errorf("%s: %d bytes are ours", path, n)
			}
		}
	}
	if IsOurs(strings.NewReader(strings.Repeat("Fanlight", 1000))) || IsOurs(bytes.NewReader(streamtest.Grey(8, 8))) {
		t.Error("what is no Matroska file is ours")
	}
}

func FuzzIsOurs(f *testing.F) {
	h, err := newHead(64, 48, "Door", begin, nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(h.bytes[:400])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, head []byte) {
		if IsOurs(bytes.NewReader(head)) && !bytes.Contains(head, []byte(program)) {
			t.Error("ours, and does not say so")
		}
	})
}
