//go:build linux

package main

import (
	"bytes"
	"image/jpeg"
	"strings"
	"testing"
	"time"
)

func TestPicturesAreOfOneSizeAndDecode(t *testing.T) {
	picture, err := makePicture(0)
	if err != nil {
		t.Fatal(err)
	}
	if len(picture) != pictureBytes {
		t.Errorf("%d bytes, want %d", len(picture), pictureBytes)
	}
	if _, err := jpeg.Decode(bytes.NewReader(picture)); err != nil {
		t.Error(err)
	}
	// The longest comment has 65,535 bytes and the shortest 2, behind their markers.
	for _, missing := range []int{4, 65_537, 65_538, 65_541, 70_000} {
		if _, err := pad(make([]byte, pictureBytes-missing)); err != nil {
			t.Errorf("%d bytes are missing: %v", missing, err)
		}
	}
}

func TestCompare(t *testing.T) {
	start := time.Now()
	before := reading{at: start, cpu: time.Second, allocated: 100, bytes: []int64{1000, 1000, 1000}}
	after := reading{at: start.Add(2 * time.Second), cpu: 1600 * time.Millisecond, allocated: 340, bytes: []int64{7000, 1000, 7000}}
	s, err := compare(before, after, 100)
	if err != nil {
		t.Fatal(err)
	}
	if s.slowest != 0 || s.held != 2 || s.cpu != 5*time.Millisecond || s.allocations != 2 {
		t.Errorf("%+v", s)
	}
	if _, err := compare(before, before, 100); err == nil {
		t.Error("no error though nothing came")
	}
}

func TestStampsWaitForTheLastViewer(t *testing.T) {
	s := stamps{crowd: 2, seen: map[int64]int{}}
	at := time.Now().UnixMicro()
	s.arrived(at)
	s.arrived(at + 33_000)
	if len(s.last) != 0 {
		t.Error("a picture that one of two has counts")
	}
	s.arrived(at)
	if len(s.last) != 1 {
		t.Errorf("%d pictures count, want 1", len(s.last))
	}
}

func TestReadHeader(t *testing.T) {
	for head, want := range map[string][2]int64{
		"Content-Type: image/jpeg\r\nContent-Length: 99\r\nX-Timestamp: 1700000000.000033": {99, 1_700_000_000_000_033},
		"HTTP/1.1 200 OK\r\nConnection: close":                                             {0, 0},
	} {
		length, taken, err := readHeader([]byte(head))
		if err != nil || int64(length) != want[0] || taken != want[1] {
			t.Errorf("%q: %d, %d, %v", head, length, taken, err)
		}
	}
	if _, _, err := readHeader([]byte("Content-Length: many")); err == nil {
		t.Error("no error for a length that is no number")
	}
}

func TestTableHasACellForEach(t *testing.T) {
	contenders := []*contender{{name: nameFloor, what: "the floor"}, {name: nameFanlight, what: "this program"}}
	found := findings{}
	for i, c := range contenders {
		found[c.name] = map[trial][]sample{}
		for _, crowd := range allCrowds {
			one := sample{cpu: time.Duration(i+1) * 20 * time.Microsecond, held: crowd, memory: int64(1<<20 + 1024*crowd), slowest: 30}
			found[c.name][trial{viewers: crowd}] = []sample{one, one, one}
		}
	}
	text := string(table(contenders, found, allCrowds))
	rows := 0
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "|") {
			rows++
			if n := strings.Count(line, "|"); n != 2+len(contenders) {
				t.Errorf("%d bars in %q", n, line)
			}
		}
	}
	if rows != 2+len(allCrowds)+2+2 {
		t.Errorf("%d rows in\n%s", rows, text)
	}
	for _, want := range []string{"| 1000 | 20, 1.00 (1000) | 40, 2.00 (1000) |", "| memory a viewer, KiB | 1.0 | 1.0 |", "not known"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestCrowdsAreWholeNumbers(t *testing.T) {
	for words, want := range map[string]int{"": len(allCrowds), "1": 1, "1 10 100": 3, "0": 0, "ten": 0, "1 -1": 0} {
		crowds, err := crowdsGiven(strings.Fields(words))
		if len(crowds) != want || (err == nil) != (want > 0) {
			t.Errorf("%q: %v, %v", words, crowds, err)
		}
	}
}
