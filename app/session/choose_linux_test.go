package session

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
)

// portal answers for the desktop, before the call returns: as fast as a portal can.
type portal struct {
	conn   *dbus.Conn
	status uint32
	uris   []string
	silent bool // it answers never

	asked   sync.WaitGroup // for one call
	parent  string
	title   string
	options map[string]dbus.Variant
}

func (p *portal) OpenFile(sender dbus.Sender, parent, title string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	defer p.asked.Done()
	p.parent, p.title, p.options = parent, title, options
	name := strings.ReplaceAll(strings.TrimPrefix(string(sender), ":"), ".", "_")
	request := dbus.ObjectPath(portalPath + "/request/" + name + "/" + options["handle_token"].Value().(string))
	if !p.silent {
		results := map[string]dbus.Variant{}
		if p.uris != nil {
			results["uris"] = dbus.MakeVariant(p.uris)
		}
		if err := p.conn.Emit(request, requests+".Response", p.status, results); err != nil {
			return "", dbus.MakeFailedError(err)
		}
	}
	return request, nil
}

func (p *portal) serve(t *testing.T) {
	t.Helper()
	p.conn = connect(t)
	p.asked.Add(1)
	if err := p.conn.Export(p, portalPath, "org.freedesktop.portal.FileChooser"); err != nil {
		t.Fatal(err)
	}
	if _, err := p.conn.RequestName(portalName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
}

func TestChooseFile(t *testing.T) {
	for name, c := range map[string]struct {
		portal  *portal
		want    string
		refused string
	}{
		"a file":           {&portal{uris: []string{"file:///home/jo/My%20film%20%231+2.mp4", "file:///b"}}, "/home/jo/My film #1+2.mp4", ""},
		"cancelled":        {&portal{status: 1}, "", ""},
		"failed":           {&portal{status: 2}, "", ErrNoChooser.Error()},
		"nothing":          {&portal{}, "", ""},
		"on another place": {&portal{uris: []string{"sftp://nas/film.mp4"}}, "", "sftp://nas/film.mp4 is no file of this machine"},
	} {
		t.Run(name, func(t *testing.T) {
			startBus(t)
			c.portal.serve(t)
			got, err := ChooseFile(t.Context(), Choosing{Title: "Choose", Folder: true, At: "/home/jo", Parent: 0x2a})
			if got != c.want || (err != nil) != (c.refused != "") || err != nil && !strings.HasPrefix(err.Error(), c.refused) {
				t.Errorf("%q, %v, want %q, %q", got, err, c.want, c.refused)
			}
			c.portal.asked.Wait()
			at, _ := c.portal.options["current_folder"].Value().([]byte)
			if p := c.portal; p.parent != "x11:2a" || p.title != "Choose" || p.options["directory"].Value() != true || string(at) != "/home/jo\x00" {
				t.Errorf("asked for %q, %q, %v", p.parent, p.title, p.options)
			}
		})
	}
}

func TestChooseFileEndsWithTheProgram(t *testing.T) {
	startBus(t)
	p := &portal{silent: true}
	p.serve(t)
	ctx, cancel := context.WithCancel(t.Context())
	var asking sync.WaitGroup
	asking.Go(func() {
		if path, err := ChooseFile(ctx, Choosing{}); path != "" || err == nil {
			t.Errorf("chose %q, %v", path, err)
		}
	})
	p.asked.Wait()
	cancel()
	asking.Wait()
}

func TestChooseFileWithoutAPortal(t *testing.T) {
	startBus(t)
	if _, err := ChooseFile(t.Context(), Choosing{}); !errors.Is(err, ErrNoChooser) {
		t.Errorf("with a bus: %v", err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	if _, err := ChooseFile(t.Context(), Choosing{}); !errors.Is(err, ErrNoChooser) {
		t.Errorf("without a bus: %v", err)
	}
}
