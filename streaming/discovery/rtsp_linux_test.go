package discovery

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
)

// RTSP is announced with what a client needs to open it, while it is on.
func TestRTSPIsAnnounced(t *testing.T) { onBoth(t, announceRTSP) }

func announceRTSP(t *testing.T, prepare func(...*machine)) {
	lamp, desk := newMachine(t, "lamp"), newMachine(t, "desk")
	connect(t, lamp, "wired", []string{"10.49.0.1/24"}, desk, "eth0", []string{"10.49.0.2/24"})
	desk.startAvahi(t)
	prepare(lamp)
	a := lamp.startAnnouncer(t, streamName)
	a.name(t)
	b := desk.startBrowser(t)
	lamp.serveSilence(t, fmt.Sprint(a.port+1))
	for range 2 {
		a.tell(t, "rtsp")
		waitFor(t, "RTSP in the eyes of avahi-browse", func() error {
			entries, err := browse(desk, "_rtsp._tcp")
			if err != nil || len(entries) == 0 {
				return errors.Join(fmt.Errorf("%v", entries), err)
			}
			for _, e := range entries {
				link := url.URL{Scheme: "rtsp", Host: e.hostPort(), Path: strings.TrimPrefix(strings.Join(e.txt, " "), "path=")}
				if want := fmt.Sprintf("rtsp://10.49.0.1:%d/", a.port+1); e.name != streamName || e.host != "lamp.local" || e.protocol == "IPv4" && link.String() != want {
					return fmt.Errorf("%+v is %s, want %s", e, &link, want)
				}
				if err := desk.reaches(link.Host); err != nil {
					return err
				}
			}
			return nil
		})
		a.tell(t, "no rtsp")
		waitFor(t, "RTSP gone", func() error {
			if entries, err := browse(desk, "_rtsp._tcp"); err != nil || len(entries) > 0 {
				return errors.Join(fmt.Errorf("still seen: %v", entries), err)
			}
			return nil
		})
		expectNames(t, desk, map[string]string{streamName: "lamp.local"})
		b.expect(t, streamName)
	}
	b.stop(t)
	a.stop(t)
}

// reaches connects to an address.
func (m *machine) reaches(address string) error {
	return m.inNetwork(func() error {
		conn, err := net.DialTimeout("tcp", address, replyTime)
		if err == nil {
			err = conn.Close()
		}
		return err
	})
}
