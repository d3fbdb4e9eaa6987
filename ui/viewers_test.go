package ui

import (
	"time"
)

// watchedState is one with viewers, and with somebody who is kept out.
func watchedState() State {
	s := sharingState()
	now := time.Now()
	s.Watching = []Viewer{
		{ID: 4, Address: "192.168.178.23", Name: "Living-Room-TV.local", Program: "Firefox on Android", Since: now.Add(-200 * time.Second), FPS: 29.97},
		{ID: 9, Address: "192.168.178.31", Program: "VLC", Since: now.Add(-3 * time.Hour), FPS: 7.52},
	}
	s.KeptOut = []KeptOut{{Address: "192.168.178.66", Name: "somebodys-phone.local"}, {Address: "fe80::1ff:fe23:4567:890a"}}
	return s
}

const fingerprint = "9F:86:D0:81:88:4C:7D:65:9A:2F:EA:A0:C5:5A:D0:15:A3:BF:4F:1B:2B:0B:82:2C:D1:5D:6C:15:B0:F0:0A:08"
