//go:build linux

package v4l2

import (
	"cmp"
	"fmt"
	"strings"
)

// cameraName turns the kernel's name of a camera into its maker's. The kernel cuts names
// to 31 characters, and uvcvideo appends the name of the camera's function, which mostly
// repeats the product's: "C920: C920".
func cameraName(card, product string) string {
	product = oneLine(product)
	name := card
	if head, tail, found := strings.Cut(card, ": "); found && (strings.HasPrefix(head, tail) || strings.HasPrefix(tail, head)) {
		name = head
	}
	if strings.HasPrefix(product, name) {
		name = product
	}
	return cmp.Or(strings.TrimSpace(strings.TrimSuffix(name, ":")), "Camera")
}

// tellApart adds to names that several cameras share a stable difference: what the parts
// of one device call themselves, the serial number, or else the place. Those that differ in
// nothing are counted, in the order of their IDs.
func tellApart(cameras []listed) {
	properties := []func(node) string{
		func(n node) string { return n.of },
		func(n node) string { return n.serial },
	}
	names, with := map[string]int{}, map[[3]string]int{}
	key := func(c listed, i int) [3]string { return [3]string{c.name, fmt.Sprint(i), properties[i](c.node)} }
	for _, c := range cameras {
		names[c.name]++
		for i := range properties {
			with[key(c, i)]++
		}
	}
	seen := map[string]int{}
	for n, c := range cameras {
		name := c.name
		if names[c.name] > 1 {
			own := c.node.place
			if c.node.usb {
				own = "USB " + own
			}
			for i, property := range properties {
				if alone := with[key(c, i)] == 1; alone && property(c.node) != "" {
					own = property(c.node)
					break
				}
			}
			name = fmt.Sprintf("%s (%s)", c.name, own)
		}
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, seen[name])
		}
		cameras[n].name = name
	}
}
