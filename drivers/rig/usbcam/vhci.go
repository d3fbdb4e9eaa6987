package usbcam

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// The virtual host controller; drivers/usb/usbip/vhci_sysfs.c says what its files take.
const controller = "/sys/devices/platform/vhci_hcd.0"

const (
	highSpeed = 3 // enum usb_device_speed
	deviceID  = 1<<16 | 2
)

// poll is how often sysfs is looked at; patience how long a slow kernel is waited for.
const (
	poll     = 10 * time.Millisecond
	patience = 30 * time.Second
)

// Available returns nil where cameras can be plugged in, and otherwise the reason
// why they cannot.
func Available() error {
	if _, err := os.Stat(controller); err != nil {
		return errors.New("no vhci_hcd here to plug a camera into; " +
			"run this in the rig's guest: go test -exec bin/guest (see drivers/rig/README.md)")
	}
	if os.Geteuid() != 0 {
		return errors.New("only root can plug a camera in")
	}
	return nil
}

// attach plugs one end of a new cable into a free port and returns the other.
func attach() (cable *os.File, port int, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, 0, fmt.Errorf("socketpair: %w", err)
	}
	defer unix.Close(fds[1]) // the kernel has its own reference by then
	if err := unix.SetNonblock(fds[0], true); err != nil {
		return nil, 0, err
	}
	cable = os.NewFile(uintptr(fds[0]), "usbip")
	ports, err := freePorts()
	for _, port := range ports {
		// Somebody else may have taken the port meanwhile.
		if err = writeController("attach", fmt.Sprintf("%d %d %d %d", port, fds[1], deviceID, highSpeed)); !errors.Is(err, unix.EBUSY) {
			if err == nil {
				return cable, port, nil
			}
			break
		}
	}
	cable.Close()
	if err == nil {
		err = errors.New("all ports of vhci_hcd are in use")
	}
	return nil, 0, err
}

// freePorts reads the controller's table, "hub port sta spd dev sockfd local_busid".
func freePorts() (ports []int, err error) {
	const free = "004" // VDEV_ST_NULL
	table, err := os.ReadFile(filepath.Join(controller, "status"))
	if err != nil {
		return nil, err
	}
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) < 3 || fields[0] != "hs" || fields[2] != free {
			continue
		}
		port, err := strconv.Atoi(fields[1])
		if err != nil {
			return nil, fmt.Errorf("vhci_hcd's status has the port %q", fields[1])
		}
		ports = append(ports, port)
	}
	return ports, nil
}

func detach(port int) error {
	return writeController("detach", strconv.Itoa(port))
}

func writeController(file, text string) error {
	return os.WriteFile(filepath.Join(controller, file), []byte(text), 0)
}

// interfaceNodes returns the sysfs directories of the video nodes of what is plugged into a port.
func interfaceNodes(port int) []string {
	// The controller's first bus is the high-speed one; its hub counts ports from 1.
	dirs, _ := filepath.Glob(fmt.Sprintf("%s/usb*/*-%d/*/video4linux/video*", controller, port+1))
	return dirs
}

func captureNode(port int) (node string, ok bool) {
	for _, dir := range interfaceNodes(port) {
		// uvcvideo's second node carries metadata.
		if index, err := os.ReadFile(filepath.Join(dir, "index")); err != nil || strings.TrimSpace(string(index)) != "0" {
			continue
		}
		node := filepath.Join("/dev", filepath.Base(dir))
		if _, err := os.Stat(node); err == nil {
			return node, true
		}
	}
	return "", false
}

func awaitNodesGone(port int) error {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(poll) {
		if len(interfaceNodes(port)) == 0 {
			return nil
		}
	}
	return errors.New("its node stays")
}
