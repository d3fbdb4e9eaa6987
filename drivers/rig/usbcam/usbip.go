package usbcam

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/sys/unix"
)

// USB/IP as in the kernel's Documentation/usb/usbip_protocol.rst. Numbers on the
// cable are big-endian; what travels inside a transfer is USB's own, little-endian.
const (
	cmdSubmit = 1
	cmdUnlink = 2
	retSubmit = 3
	retUnlink = 4

	directionIn = 1
)

// request is a command of the kernel. Unlinks carry the number of the
// request to take back where submits have flags.
type request struct {
	Command, Seq, Device, Direction, Endpoint     uint32
	Victim, Length, StartFrame, Packets, Interval uint32
	Setup                                         setup
}

// setup is a control request (USB 2.0, 9.3), as it stands on the wire.
type setup [8]byte

func (s setup) kind() byte    { return s[0] }
func (s setup) code() byte    { return s[1] }
func (s setup) value() uint16 { return binary.LittleEndian.Uint16(s[2:]) }
func (s setup) index() uint16 { return binary.LittleEndian.Uint16(s[4:]) }

// reply answers a request.
type reply struct {
	Command, Seq, Device, Direction, Endpoint uint32
	Status                                    int32
	Length, StartFrame, Packets, Errors       uint32
	_                                         [8]byte
}

var errCommand = errors.New("the kernel sent a USB/IP command that is unknown")

// receive serves the kernel until the camera is unplugged.
func (c *Camera) receive() {
	err := c.serve(bufio.NewReader(c.socket))
	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(err, errCommand) { // any other error is the cable coming off
		c.failure = err
	}
	c.closed, c.session = true, nil
	c.changed.Broadcast()
	close(c.gone)
}

func (c *Camera) serve(cable io.Reader) error {
	for {
		var r request
		if err := binary.Read(cable, binary.BigEndian, &r); err != nil {
			return err
		}
		switch r.Command {
		case cmdSubmit:
			if err := c.submit(cable, r); err != nil {
				return err
			}
		case cmdUnlink:
			if err := c.unlink(r); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%w: %d", errCommand, r.Command)
		}
	}
}

func (c *Camera) submit(cable io.Reader, r request) error {
	var out []byte
	if r.Direction != directionIn {
		out = make([]byte, r.Length)
		if _, err := io.ReadFull(cable, out); err != nil {
			return err
		}
	}
	if r.Endpoint != 0 {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.bulk = append(c.bulk, r)
		c.changed.Broadcast()
		return nil
	}
	in, ok := c.control(r.Setup, out)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !ok {
		return c.complete(r, -int32(unix.EPIPE), nil) // USB's STALL
	}
	return c.complete(r, 0, in)
}

// unlink takes a waiting transfer back. One that has been answered before is
// left alone, and the kernel is told so.
func (c *Camera) unlink(r request) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := reply{Command: retUnlink, Seq: r.Seq}
	if at := slices.IndexFunc(c.bulk, func(b request) bool { return b.Seq == r.Victim }); at >= 0 {
		c.bulk = slices.Delete(c.bulk, at, at+1)
		answer.Status = -int32(unix.ECONNRESET)
	}
	return c.write(answer, nil)
}

// complete answers a submitted request. The caller holds c.mu: the order of
// answers must be that in which requests left c.bulk.
func (c *Camera) complete(r request, status int32, in []byte) error {
	answer := reply{Command: retSubmit, Seq: r.Seq, Status: status}
	if r.Direction == directionIn {
		in = in[:min(len(in), int(r.Length))]
		answer.Length = uint32(len(in))
	} else if status == 0 {
		answer.Length = r.Length
	}
	return c.write(answer, in)
}

func (c *Camera) write(answer reply, in []byte) error {
	packet, err := binary.Append(make([]byte, 0, binary.Size(answer)+len(in)), binary.BigEndian, answer)
	if err != nil {
		return err
	}
	_, err = c.socket.Write(append(packet, in...))
	return err
}
