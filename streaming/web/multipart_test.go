package web

import (
	"fmt"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/streaming"
)

func TestPartIsTheMultipartPartWithTheNextDelimiterBehindIt(t *testing.T) {
	jpeg := assets.Emulated()[0]
	taken := time.Unix(1700000000, 42_000_999)
	normal, ahead := newPart(&streaming.Frame{JPEG: jpeg, Taken: taken})
	part := normal.appendTo(nil)
	want := fmt.Sprintf("Content-Type: image/jpeg\r\nContent-Length: %d\r\nX-Timestamp: 1700000000.042000\r\n\r\n%s\r\n--fanlight\r\n", len(jpeg), jpeg)
	if string(part) != want {
		t.Errorf("part starts %q and ends %q", part[:100], part[len(part)-20:])
	}
	if &normal.jpeg[0] != &jpeg[0] || &ahead.jpeg[0] != &jpeg[0] {
		t.Error("the JPEG within the part is a copy")
	}
	if want := string(jpeg) + "\r\n--fanlight\r\nContent-Type: image/jpeg\r\n\r\n"; string(ahead.appendTo(nil)) != want {
		t.Errorf("with the header ahead it ends %q", ahead.tail)
	}
}

func TestRestOfAPartIsWhatIsBehindItsFirstBytes(t *testing.T) {
	p := part{[]byte("head"), []byte("picture"), []byte("tail")}
	all := string(p.appendTo(nil))
	if p.size() != len(all) {
		t.Errorf("its size is %d, of %d", p.size(), len(all))
	}
	for n := range len(all) + 1 {
		if rest := string(p.after(n).appendTo(nil)); rest != all[n:] {
			t.Errorf("behind %d bytes is %q, want %q", n, rest, all[n:])
		}
	}
}
