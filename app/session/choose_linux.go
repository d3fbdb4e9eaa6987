package session

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"

	"github.com/godbus/dbus/v5"
)

const (
	portalName = "org.freedesktop.portal.Desktop"
	portalPath = "/org/freedesktop/portal/desktop"
	requests   = "org.freedesktop.portal.Request"
)

// ChooseFile asks the user for a file or a folder by the desktop's own dialog, until ctx
// ends (XDG Desktop Portal, FileChooser). The path is empty if the user cancels. Where
// there is no portal, the error is [ErrNoChooser].
//
// The library that Fyne has for it listens for the answer only once it has asked, and
// takes a + in a file's name for a space.
func ChooseFile(ctx context.Context, c Choosing) (path string, err error) {
	conn, err := bus(ctx)
	if err != nil {
		return "", ErrNoChooser
	}
	defer conn.Close()
	token := "fanlight" + rand.Text()
	sender := strings.ReplaceAll(strings.TrimPrefix(conn.Names()[0], ":"), ".", "_")
	request := dbus.ObjectPath(portalPath + "/request/" + sender + "/" + token)
	err = conn.AddMatchSignal(dbus.WithMatchObjectPath(request), dbus.WithMatchInterface(requests), dbus.WithMatchMember("Response"))
	if err != nil {
		return "", ErrNoChooser
	}
	answers := make(chan *dbus.Signal, 1)
	conn.Signal(answers)
	if !askPortal(ctx, conn, c, token) {
		return "", ErrNoChooser
	}
	for {
		select {
		case answer, ok := <-answers:
			if !ok {
				return "", ErrNoChooser
			}
			if answer.Path == request {
				return chosenPath(answer.Body)
			}
		case <-conn.Context().Done(): // of the bus, or ctx
			return "", context.Cause(conn.Context())
		}
	}
}

// askPortal reports whether the dialog opens.
func askPortal(ctx context.Context, conn *dbus.Conn, c Choosing, token string) bool {
	options := map[string]dbus.Variant{
		"handle_token": dbus.MakeVariant(token),
		"modal":        dbus.MakeVariant(true),
		"directory":    dbus.MakeVariant(c.Folder),
	}
	if c.At != "" {
		options["current_folder"] = dbus.MakeVariant(append([]byte(c.At), 0))
	}
	parent := ""
	if c.Parent != 0 {
		parent = fmt.Sprintf("x11:%x", c.Parent)
	}
	ctx, cancel := context.WithTimeout(ctx, portalPatience)
	defer cancel()
	return conn.Object(portalName, portalPath).
		CallWithContext(ctx, "org.freedesktop.portal.FileChooser.OpenFile", 0, parent, c.Title, options).Err == nil
}

// chosenPath reads the answer: 0 with the files' addresses, 1 if the user has cancelled.
func chosenPath(body []any) (string, error) {
	var status uint32
	var results map[string]dbus.Variant
	if err := dbus.Store(body, &status, &results); err != nil || status > 1 {
		return "", ErrNoChooser
	}
	addresses, _ := results["uris"].Value().([]string)
	if status == 1 || len(addresses) == 0 {
		return "", nil
	}
	address, err := url.Parse(addresses[0])
	if err != nil || address.Scheme != "file" {
		return "", fmt.Errorf("%s is no file of this machine: choose another one", addresses[0])
	}
	return address.Path, nil
}
