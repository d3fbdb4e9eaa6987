package process

import (
	"fmt"
	"strings"
	"testing"
)

func TestLastLines(t *testing.T) {
	lines := func(writes ...string) []string {
		l := &lastLines{}
		for _, w := range writes {
			if n, err := l.Write([]byte(w)); n != len(w) || err != nil {
				t.Errorf("wrote %d of %d, %v", n, len(w), err)
			}
		}
		all, fault := l.all()
		if fault != nil {
			t.Error(fault)
		}
		return all
	}
	long := strings.Repeat("ä", 10000)
	for _, test := range []struct {
		name   string
		writes []string
		want   []string
	}{
		{"nothing", nil, nil},
		{"empty lines", []string{"\n\r\n  \n\x1b[0m\n"}, nil},
		{"in pieces", []string{"a", "b\nc", "\n", "d"}, []string{"ab", "c", "d"}},
		{"progress", []string{"frame 1\rframe 2\r"}, []string{"frame 1", "frame 2"}},
		{"colours and controls", []string{"\x1b[1;31mred\x1b[0m \x07\x00bell\x9f\n"}, []string{"red   bell\uFFFD"}},
		{"a secret in pieces", []string{"open rtsp://me:ge", "heim@host\n"}, []string{"open rtsp://me:…@host"}},
		{"a long line", []string{long, long, "\nshort\n"}, []string{strings.Repeat("ä", 98) + "…", "short"}},
	} {
		if got := lines(test.writes...); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	many := lines(strings.Repeat("x\n", 1000), "last\n")
	if len(many) != maxLines || many[maxLines-1] != "last" {
		t.Errorf("%d lines are kept, the last is %q", len(many), many[len(many)-1])
	}
}
