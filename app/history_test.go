package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"fanlight/drivers"
	"fanlight/streaming/history"
)

func TestHistoryOption(t *testing.T) {
	for _, test := range []struct {
		given string
		want  int
	}{{"0", 0}, {"0MB", 0}, {"256MB", 256 << 20}, {"64 mb", 64 << 20}, {"1GB", 1 << 30}} {
		o, _, err := parseOptions([]string{"--history", test.given}, nil, nil)
		if err != nil || historyBytes(o, remembered{}) != test.want {
			t.Errorf("%q: %v, %v", test.given, o.History, err)
		}
	}
	for _, given := range []string{"", "256", "-1MB", "1.5GB", "MB", "30s", "99999999GB", "4294967295MB", "256MBMB"} {
		if _, _, err := parseOptions([]string{"--history=" + given}, nil, nil); err == nil || !strings.Contains(err.Error(), "such as 256MB") {
			t.Errorf("%q: %v", given, err)
		}
	}
}

// The command line comes before the window's setting, and that before the usual.
func TestHistorySetting(t *testing.T) {
	none, some, nonsense, given := 0, 100, -1, memory(5<<20)
	for _, test := range []struct {
		o    options
		r    remembered
		want int
	}{
		{options{History: &given}, remembered{HistoryMB: &some}, 5 << 20},
		{options{}, remembered{HistoryMB: &some}, 100 << 20},
		{options{}, remembered{HistoryMB: &none}, 0},
	} {
		if got := historyBytes(test.o, test.r); got != test.want {
			t.Errorf("%+v %+v: %d", test.o, test.r, got)
		}
	}
	if got := historyBytes(options{}, remembered{HistoryMB: &nonsense}); got <= 0 || got > history.Usual()*11/10 {
		t.Errorf("the usual is %d", got)
	}
}

// The window's setting is in force at once, and remembered.
func TestSetHistory(t *testing.T) {
	kept := &settings{}
	p := newProgram(options{Idle: time.Second}, kept, drivers.Camera{ID: "none"}, nil, slog.New(slog.DiscardHandler))
	p.SetHistory(7)
	if most := p.history.Span().Most; most != 7<<20 {
		t.Errorf("in force are %d bytes", most)
	}
	p.close()
	if mb := kept.get().HistoryMB; mb == nil || *mb != 7 {
		t.Errorf("remembered are %v MB", mb)
	}
}
