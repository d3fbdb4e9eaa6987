package network_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"fanlight/assets"
	"fanlight/drivers"
	"fanlight/drivers/drivertest"
)

// webCamera is a camera with an HTTP server.
type webCamera struct {
	*httptest.Server
	watching atomic.Int32 // viewers now

	mu      sync.Mutex
	powered context.Context
	off     context.CancelFunc
}

func (c *webCamera) plug(*testing.T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.powered, c.off = context.WithCancel(context.Background())
}

// unplug cuts all connections, and those to come.
func (c *webCamera) unplug(*testing.T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.off()
}

func (c *webCamera) power() context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.powered
}

func (c *webCamera) running(*testing.T) bool { return c.watching.Load() > 0 }

// video sends MJPEG as an ESP32-CAM does: in chunks, the boundary in front.
func (c *webCamera) video(w http.ResponseWriter, r *http.Request) {
	c.watching.Add(1)
	defer c.watching.Add(-1)
	power := c.power()
	w.Header().Set("Content-Type", "multipart/x-mixed-replace;boundary=123456789000000000000987654321")
	for n := 0; ; n++ {
		if power.Err() != nil {
			panic(http.ErrAbortHandler)
		}
		picture := assets.Emulated()[n%3]
		fmt.Fprint(w, "\r\n--123456789000000000000987654321\r\n")
		fmt.Fprintf(w, "Content-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", len(picture))
		w.Write(picture)
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-power.Done():
		case <-r.Context().Done():
			return
		}
	}
}

func (c *webCamera) still(w http.ResponseWriter, r *http.Request) {
	if c.power().Err() != nil {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Write(assets.Emulated()[1])
}

func newWebCamera(t *testing.T) *webCamera {
	t.Helper()
	c := &webCamera{}
	c.plug(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/video", c.video)
	mux.HandleFunc("/still.jpg", c.still)
	c.Server = httptest.NewServer(mux)
	t.Cleanup(c.Close)
	t.Cleanup(c.off)
	return c
}

// first returns the first picture that a camera delivers.
func first(t *testing.T, choice string) drivers.Picture {
	t.Helper()
	for picture, err := range drivertest.Find(t, choice).Frames(t.Context(), drivers.Want{}) {
		if err != nil {
			t.Fatalf("%s: %v", choice, err)
		}
		picture.JPEG = bytes.Clone(picture.JPEG)
		return picture
	}
	t.Fatalf("%s: no picture", choice)
	return drivers.Picture{}
}

// raw is a server that answers every request with the same bytes, then with what
// again returns, over and over. If that is nothing, it holds the connection.
func raw(t *testing.T, once string, again func() string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				conn.Read(make([]byte, 4096))
				_, err := io.WriteString(conn, once)
				for err == nil && again != nil {
					more := again()
					if more == "" {
						io.Copy(io.Discard, conn)
						return
					}
					_, err = io.WriteString(conn, more)
					time.Sleep(5 * time.Millisecond)
				}
			})
		}
	})
	t.Cleanup(serving.Wait)
	t.Cleanup(func() { listener.Close() })
	return "http://" + listener.Addr().String()
}
