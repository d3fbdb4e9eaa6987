//go:build linux

package v4l2

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/sys/unix"
)

// node is one /dev/videoN as sysfs describes it.
type node struct {
	path    string // /dev/video0, good until the camera is unplugged
	id      string // base, and behind an @ the place if another node has the same base
	base    string // the name in /dev/v4l/by-id, or made where udev made none
	made    string // udev's way of naming: usb-046d_HD_Pro_Webcam_C920_2B5C-video-index0
	label   string // the kernel's name for the node
	product string // USB only
	serial  string // USB only, often empty
	place   string // the USB port and interface, "1-2:1.0", else the label
	first   bool   // the first node of its interface; a UVC camera's second is metadata
	of      string // what the USB interface calls itself: "Integrated IR Camera"
	usb     bool
	virtual bool // made by software
}

var videoNode = regexp.MustCompile(`^video[0-9]+$`)

// nodes reads what is plugged in now, in a stable order, without opening it.
func (s *System) nodes() ([]node, error) {
	entries, err := os.ReadDir(s.class)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err // the class is absent until a first camera loads the kernel's module
	}
	links := s.byID()
	var nodes []node
	for _, e := range entries {
		if videoNode.MatchString(e.Name()) {
			nodes = append(nodes, s.node(e.Name(), links))
		}
	}
	bases := map[string]int{}
	for _, n := range nodes {
		bases[n.base]++
	}
	for i, n := range nodes {
		nodes[i].id = n.base
		if bases[n.base] > 1 {
			nodes[i].id += "@" + n.place
		}
	}
	s.haveTwins(nodes)
	slices.SortFunc(nodes, func(a, b node) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.id, b.id), cmp.Compare(a.path, b.path))
	})
	return nodes, nil
}

// rank orders nodes: first the cameras that somebody has plugged in, and last those that
// programs feed.
func (n node) rank() int {
	switch {
	case n.usb:
		return 0
	case n.virtual:
		return 2
	}
	return 1
}

// byID maps node paths to their names in /dev/v4l/by-id.
func (s *System) byID() map[string]string {
	dir := filepath.Join(s.dev, "v4l", "by-id")
	entries, _ := os.ReadDir(dir) // no such directory without udev
	names := map[string]string{}
	for _, e := range entries {
		if target, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil {
			names[filepath.Join(dir, target)] = e.Name()
		}
	}
	return names
}

// node describes one node. It makes the ID as udev's 60-persistent-v4l.rules and
// its usb_id do, so that the ID is the same with udev and without.
func (s *System) node(kernelName string, links map[string]string) node {
	dir := filepath.Join(s.class, kernelName)
	index := attribute(dir, "index")
	n := node{
		path:  filepath.Join(s.dev, kernelName),
		label: attribute(dir, "name"),
		first: index == "0",
	}
	n.place = idCharacters(n.label)

	device, err := filepath.EvalSymlinks(filepath.Join(dir, "device"))
	usb := filepath.Dir(device)
	switch {
	case err != nil: // made by software, v4l2loopback for one
		n.virtual, n.made = true, "virtual-"+n.place
	case attribute(usb, "idVendor") != "":
		n.usb, n.place = true, filepath.Base(device)
		n.of = oneLine(attribute(device, "interface"))
		n.product = attribute(usb, "product")
		n.serial = usbSerial(attribute(usb, "serial"))
		n.made = "usb-" + idCharacters(cmp.Or(attribute(usb, "manufacturer"), attribute(usb, "idVendor"))) +
			"_" + idCharacters(cmp.Or(n.product, attribute(usb, "idProduct")))
		if n.serial != "" {
			n.made += "_" + idCharacters(n.serial)
		}
	default:
		bus, _ := os.Readlink(filepath.Join(device, "subsystem"))
		n.made = filepath.Base(bus) + "-" + filepath.Base(device)
	}
	n.made += "-video-index" + index
	n.base = cmp.Or(links[n.path], n.made)
	return n
}

func attribute(dir, name string) string {
	value, _ := os.ReadFile(filepath.Join(dir, name)) // an absent attribute is an empty one
	return strings.TrimSpace(string(value))
}

// usbSerial returns nothing for what udev's usb_id does not accept as a serial number.
func usbSerial(serial string) string {
	for _, r := range serial {
		if r < ' ' || r > '~' || r == ',' {
			return ""
		}
	}
	return serial
}

// idCharacters keeps the characters that udev allows in a link's name.
func idCharacters(s string) string {
	s = strings.Join(strings.Fields(s), "_")
	return strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII && unicode.IsGraphic(r) || r <= unicode.MaxASCII && unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("#+-.:=@_", r) {
			return r
		}
		return '_'
	}, s)
}

// answersTo reports whether name means this node.
func (n node) answersTo(name string) bool {
	if slices.Contains([]string{n.id, n.base, n.made, n.base + "@" + n.place, n.path, filepath.Base(n.path)}, name) {
		return true
	}
	target, err := filepath.EvalSymlinks(name)
	return err == nil && target == n.path
}

// again finds the camera that n was, wherever it is plugged in now. Cameras that differ
// only in their place are distinguished by it.
func (n node) again(nodes []node) (node, error) {
	var alike []node
	for _, m := range nodes {
		if m.base == n.base || m.made == n.made {
			if m.place == n.place {
				return m, nil
			}
			alike = append(alike, m)
		}
	}
	if len(alike) == 0 || n.id != n.base {
		return node{}, fmt.Errorf("finding %s: %w", n.id, unix.ENODEV)
	}
	return alike[0], nil
}
