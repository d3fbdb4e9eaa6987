package session

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Request is what a second start asks of the first one.
type Request struct {
	Listen      string   `json:"listen,omitempty"`     // where it was told to serve; empty: anywhere
	Passcode    string   `json:"passcode,omitempty"`   // that it was given; empty: none
	Others      []string `json:"others,omitempty"`     // flags that it was given and that are not of this request
	Camera      string   `json:"camera,omitempty"`     // finds the camera to be chosen; empty: no other one
	Name        string   `json:"name,omitempty"`       // of the stream; empty: as it is
	Background  bool     `json:"background,omitempty"` // the window stays where it is
	Share       bool     `json:"share,omitempty"`
	StopSharing bool     `json:"stop_sharing,omitempty"`
	Snapshot    string   `json:"snapshot,omitempty"` // the path of a file to write a picture into; empty: none
}

// Reply is the answer to a Request. All but one of its fields are zero.
type Reply struct {
	Done    string `json:"done,omitempty"`    // a sentence
	Refused string `json:"refused,omitempty"` // a sentence with what to do; nothing was done
	Apart   bool   `json:"apart,omitempty"`   // the second start is to be a program of its own
}

const (
	// talkPatience is for a peer to send a request and to take the reply.
	talkPatience = 5 * time.Second
	// askPatience is for the first one to answer a second start, or to end.
	askPatience = 15 * time.Second
	mostPeers   = 8
	mostBytes   = 64 << 10 // of a message
)

// Instance is that this program is the user's one on a display, until Close.
type Instance struct {
	lock     *os.File
	listener net.Listener
}

// Enter makes this program the user's one on the display, or, if there is one, passes
// the request on to it and returns a nil Instance with its reply. The request is made
// only then; its error is returned as it is.
func Enter(ctx context.Context, display string, request func() (Request, error)) (*Instance, Reply, error) {
	at, err := place(display)
	if err != nil {
		return nil, Reply{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	for {
		instance, err := claim(at)
		if !errors.Is(err, errRunning) {
			return instance, Reply{}, err
		}
		conn, err := new(net.Dialer).DialContext(ctx, "unix", at+".sock")
		if err == nil {
			defer conn.Close()
			r, err := request()
			if err != nil {
				return nil, Reply{}, err
			}
			reply, err := ask(ctx, conn, r)
			return nil, reply, err
		}
		select { // it is just starting, or about to end
		case <-time.After(50 * time.Millisecond):
		case <-ctx.Done():
			return nil, Reply{}, fmt.Errorf("the Fanlight that is running does not answer: %w", err)
		}
	}
}

// errRunning: another Fanlight is the user's one on this display.
var errRunning = errors.New("another one is running")

func claim(at string) (*Instance, error) {
	lock, err := os.OpenFile(at+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := tryLock(lock); err != nil {
		lock.Close()
		return nil, err
	}
	_ = os.Remove(at + ".sock") // of one that was killed
	listener, err := net.Listen("unix", at+".sock")
	if err != nil {
		lock.Close()
		return nil, err
	}
	return &Instance{lock: lock, listener: listener}, nil
}

// Close gives the place up.
func (i *Instance) Close() {
	i.listener.Close()
	i.lock.Close()
}

// place is where the lock and the socket of a display are, without their endings.
func place(display string) (string, error) {
	dir := os.Getenv("XDG_RUNTIME_DIR")
	if !filepath.IsAbs(dir) {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(cache, "fanlight")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "fanlight-"+url.PathEscape(cmp.Or(display, "window"))), nil
}

// Serve passes the requests of second starts on, until ctx ends. Do is called for
// several at a time.
func (i *Instance) Serve(ctx context.Context, do func(Request) Reply) {
	defer context.AfterFunc(ctx, func() { i.listener.Close() })()
	var answering sync.WaitGroup
	defer answering.Wait()
	places := make(chan struct{}, mostPeers)
	for {
		places <- struct{}{} // there will be one within talkPatience
		conn, err := i.listener.Accept()
		switch {
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			if err == nil {
				conn.Close()
			}
			return
		case err != nil: // too many open files
			<-places
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
		default:
			answering.Go(func() {
				defer func() { <-places }()
				defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Now()) })()
				defer conn.Close()
				answer(conn, do)
			})
		}
	}
}

// answer answers one request. A peer that does not speak as agreed, or that is of
// another user, gets no reply.
func answer(conn net.Conn, do func(Request) Reply) {
	var request Request
	if conn.SetDeadline(time.Now().Add(talkPatience)) != nil || !sameUser(conn) || receive(conn, &request) != nil {
		return
	}
	reply := do(request)
	_ = conn.SetWriteDeadline(time.Now().Add(talkPatience))
	_ = json.NewEncoder(conn).Encode(reply) // it may have given up waiting
}

func receive(conn net.Conn, message any) error {
	return json.NewDecoder(io.LimitReader(conn, mostBytes)).Decode(message)
}

// ask sends the request and waits for the reply.
func ask(ctx context.Context, conn net.Conn, request Request) (reply Reply, err error) {
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Now()) })()
	if !sameUser(conn) {
		return reply, errors.New("the Fanlight that is running is another user's")
	}
	err = json.NewEncoder(conn).Encode(request)
	if err == nil {
		err = receive(conn, &reply)
	}
	if err != nil {
		return reply, fmt.Errorf("the Fanlight that is running does not answer: %w", err)
	}
	return reply, nil
}
