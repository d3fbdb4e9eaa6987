package process

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What may have JPEG pictures in it further on is judged late; the programs' real output
// is judged in the tests of package drivers.
func TestOutputIsJudgedByItsFirstBytes(t *testing.T) {
	const line = "64 bytes from fritz.box: icmp_seq=1 ttl=64 time=0.3 ms\n"
	for _, test := range []struct {
		name  string
		parts []string // one a second
		want  string   // what it is said to write; empty for nothing
		after int      // parts
	}{
		{"PNG", []string{"\x89PN", "G\r\n\x1A\n"}, "PNG pictures", 2},
		{"text", []string{line, line, line, line}, `text ("64 bytes from fritz.box: icmp_seq=1 ttl=64 time=0.3 ms")`, 4},
		{"much text at once", []string{strings.Repeat(line, 20_000)}, "text", 1},
		{"text in another language", []string{strings.Repeat("€", 500), "", "", "€"}, "text", 4},
		{"a secret", []string{"rtsp://me:geheim@host\n", "", "", "\n"}, `text ("rtsp://me:…@host")`, 4},
		{"headers and late pictures", []string{"--part\r\nContent-Type: image/jpeg\r\n\r\n", "", "", "", "\xFF", "\xD8\xFF\xE0", "--part"}, "", 0},
		{"a line in front", []string{"hello\n", "\xFF\xD8\xFF\xE0", "", "", "", line}, "", 0},
		{"JPEG", []string{"\xFF\xD8\xFF\xE0"}, "", 0},
		{"a film with pictures", []string{"RIFF\x00\x00\x00\x00AVI LIST", "", "", "00dc\xFF\xD8\xFF\xE0", "", "", "", "00dc"}, "", 0},
		{"what nobody knows", []string{"\x00\x01\x02\x03", "", "", "", "\x00\x01"}, "", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			var j judge
			for n, part := range test.parts {
				err := j.look([]byte(part), time.Now())
				if other := new(foreign); errors.As(err, &other) != (n+1 == test.after) || err != nil && !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s: after %d parts: %v", test.name, n+1, err)
				}
				time.Sleep(time.Second)
			}
		})
	}
}
