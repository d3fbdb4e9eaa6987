//go:build linux

package v4l2

import (
	"errors"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// System is where the kernel shows its video devices, with what is known about them.
// Several goroutines may use it.
type System struct {
	class string // /sys/class/video4linux
	dev   string // /dev
	open  func(path string) (handle, error)
	// ask asks a node what it is; see capability.
	ask     func(path string) (answer, error)
	streams streams

	asking  sync.Mutex // guards answers, and is held while a node is asked
	answers map[string]known

	mu    sync.Mutex
	twins map[string]bool // by node.made: several alike were plugged in at a time
}

// answer is what a node has been found to be.
type answer struct {
	card     string // the kernel's name for it
	captures bool   // it is a camera
	unfed    bool   // it has no picture before a program feeds it
}

type known struct {
	answer
	plugged identity
}

// identity distinguishes a node from one with the same path after a replug.
type identity struct {
	node, class uint64 // inodes in /dev and in /sys
	rdev        uint64
	changed     unix.Timespec
}

func NewSystem(class, dev string) *System {
	s := &System{
		class: class, dev: dev, open: openFile,
		answers: map[string]known{}, twins: map[string]bool{},
	}
	s.ask = s.capability
	return s
}

// capability asks a node what it is.
func (s *System) capability(path string) (answer, error) {
	d, err := opened(s.open(path))
	if err != nil {
		return answer{}, err
	}
	defer d.close()
	return answer{card: d.card, captures: d.captures(), unfed: d.driver == loopbackDriver && !d.fed()}, nil
}

// what returns what a node is. It opens a node only once after it was plugged in, since
// that wakes a sleeping camera and keeps others from it. Nodes made by software are asked
// each time: one becomes a camera when a program feeds it (v4l2loopback). A node that
// cannot be asked (no permission yet, or just waking up) is judged by sysfs, so that
// opening it can say what is wrong, and is asked again next time.
func (s *System) what(n node) answer {
	s.asking.Lock()
	defer s.asking.Unlock()
	plugged, err := s.plugged(n)
	if err != nil {
		return answer{} // unplugged meanwhile
	}
	if known, ok := s.answers[n.path]; ok && known.plugged == plugged {
		return known.answer
	}
	is, err := s.ask(n.path)
	if err != nil {
		return answer{card: oneLine(n.label), captures: n.first && (errors.Is(err, unix.EACCES) || errors.Is(err, unix.EBUSY))}
	}
	if !n.virtual {
		s.answers[n.path] = known{is, plugged}
	}
	return is
}

func (s *System) plugged(n node) (identity, error) {
	var node, class unix.Stat_t
	if err := unix.Stat(n.path, &node); err != nil {
		return identity{}, err
	}
	if err := unix.Stat(filepath.Join(s.class, filepath.Base(n.path)), &class); err != nil {
		return identity{}, err
	}
	return identity{uint64(node.Ino), uint64(class.Ino), uint64(node.Rdev), node.Ctim}, nil
}

// haveTwins remembers cameras that differ from another one only in their place.
func (s *System) haveTwins(nodes []node) {
	s.mu.Lock()
	defer s.mu.Unlock()
	alike := map[string]int{}
	for _, n := range nodes {
		if alike[n.made]++; alike[n.made] > 1 {
			s.twins[n.made] = true
		}
	}
}

// find finds a listed camera, wherever it is plugged in now. One that has had a twin is
// only looked for where it was: elsewhere may be the twin.
func (s *System) find(n node) (node, error) {
	nodes, err := s.nodes()
	if err != nil {
		return node{}, err
	}
	s.mu.Lock()
	if s.twins[n.made] {
		n.id = n.base + "@" + n.place
	}
	s.mu.Unlock()
	return n.again(nodes)
}

// parted records that a camera has failed. If it is gone, one alike at another place is
// its twin, and not the camera come back.
func (s *System) parted(n node) {
	nodes, err := s.nodes()
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range nodes {
		if m.made == n.made && m.place != n.place {
			s.twins[n.made] = true
		}
	}
}
