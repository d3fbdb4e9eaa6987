package session

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const screen = ":7"

// runtimeDir makes a folder for sockets, whose paths must be short.
func runtimeDir(t *testing.T) {
	t.Helper()
	dir, err := os.MkdirTemp("", "fl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
}

func asks(r Request) func() (Request, error) { return func() (Request, error) { return r, nil } }

// first enters as the first one, and serves until the test ends or close is called.
func first(t *testing.T, do func(Request) Reply) (close func()) {
	t.Helper()
	one, _, err := Enter(t.Context(), screen, nil)
	if err != nil || one == nil {
		t.Fatalf("not the first one: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() { one.Serve(ctx, do) })
	close = sync.OnceFunc(func() {
		cancel()
		serving.Wait()
		one.Close()
	})
	t.Cleanup(close)
	return close
}

func shares(r Request) Reply {
	if !r.Share {
		return Reply{Refused: "nothing to do"}
	}
	return Reply{Done: r.Camera + " is shared"}
}

func TestSecondStartIsPassedOn(t *testing.T) {
	runtimeDir(t)
	first(t, shares)
	for _, c := range []struct {
		request Request
		want    Reply
	}{
		{Request{Share: true, Camera: "folder:/a b\n"}, Reply{Done: "folder:/a b\n is shared"}},
		{Request{}, Reply{Refused: "nothing to do"}},
	} {
		one, got, err := Enter(t.Context(), screen, asks(c.request))
		if one != nil || err != nil || got != c.want {
			t.Errorf("%+v: %+v, %v", c.request, got, err)
		}
	}
	wrong := errors.New("wrong")
	if _, _, err := Enter(t.Context(), screen, func() (Request, error) { return Request{}, wrong }); err != wrong {
		t.Errorf("without a request: %v", err)
	}
}

func TestEachDisplayHasItsOwn(t *testing.T) {
	runtimeDir(t)
	first(t, shares)
	for _, display := range []string{":8", "wayland-0", "host/unix:7", ""} {
		one, _, err := Enter(t.Context(), display, nil)
		if err != nil || one == nil {
			t.Fatalf("%q: %v", display, err)
		}
		one.Close()
	}
}

func TestManyStartsAtOnceHaveOneFirst(t *testing.T) {
	runtimeDir(t)
	var starting sync.WaitGroup
	var mu sync.Mutex
	firsts, passed := 0, 0
	ctx, cancel := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	for range 20 {
		starting.Go(func() {
			one, reply, err := Enter(ctx, screen, asks(Request{Share: true}))
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Error(err)
			case one == nil && reply.Done != "":
				passed++
			case one != nil:
				firsts++
				serving.Go(func() {
					defer one.Close()
					one.Serve(ctx, shares)
				})
			}
		})
	}
	starting.Wait()
	cancel()
	serving.Wait()
	if firsts != 1 || passed != 19 {
		t.Errorf("%d are the first, %d were passed on", firsts, passed)
	}
}

// A start that comes as the first one leaves is the next one.
func TestNextOneFollows(t *testing.T) {
	runtimeDir(t)
	one, _, err := Enter(t.Context(), screen, nil)
	if err != nil {
		t.Fatal(err)
	}
	one.listener.Close() // it serves no more, and has not ended
	entered := make(chan *Instance)
	go func() {
		next, _, _ := Enter(t.Context(), screen, asks(Request{}))
		entered <- next
	}()
	select {
	case <-entered:
		t.Fatal("two at a time")
	case <-time.After(120 * time.Millisecond): // it has tried twice
	}
	one.Close()
	next := <-entered
	if next == nil {
		t.Fatal("nobody follows")
	}
	next.Close()
}

func TestOneThatWasKilledIsInNobodysWay(t *testing.T) {
	runtimeDir(t)
	one, _, err := Enter(t.Context(), screen, nil)
	if err != nil {
		t.Fatal(err)
	}
	one.listener.(*net.UnixListener).SetUnlinkOnClose(false) // its socket stays behind
	one.Close()
	first(t, shares)
	if _, reply, err := Enter(t.Context(), screen, asks(Request{Share: true})); err != nil || reply.Done == "" {
		t.Errorf("%+v, %v", reply, err)
	}
}

func TestPeersThatLieHoldUpNobody(t *testing.T) {
	runtimeDir(t)
	asked := make(chan Request, 10)
	first(t, func(r Request) Reply {
		asked <- r
		return Reply{Done: "done"}
	})
	at, err := place(screen)
	if err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{
		"nothing":   "",
		"garbage":   "GET / HTTP/1.1\r\n\r\n",
		"other":     `["share"]`,
		"too much":  `{"camera":"` + strings.Repeat("x", mostBytes) + `"}`,
		"unfinised": `{"share":tr`,
	} {
		conn, err := net.Dial("unix", at+".sock")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		_, _ = io.WriteString(conn, says) // it may have been cut off before the end
		if name == "nothing" || name == "unfinised" {
			continue // it is silent from now on
		}
		if answer, _ := io.ReadAll(conn); len(answer) > 0 {
			t.Errorf("%s: answered with %q", name, answer)
		}
	}
	if _, reply, err := Enter(t.Context(), screen, asks(Request{})); err != nil || reply.Done != "done" {
		t.Errorf("%+v, %v", reply, err)
	}
	if len(asked) != 1 {
		t.Errorf("%d requests came through", len(asked))
	}
}

func TestFirstOneThatLies(t *testing.T) {
	for name, answers := range map[string]string{
		"nothing":  "",
		"garbage":  "Fanlight\n",
		"too much": `{"done":"` + strings.Repeat("x", mostBytes) + `"}`,
	} {
		t.Run(name, func(t *testing.T) {
			runtimeDir(t)
			one, _, err := Enter(t.Context(), screen, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer one.Close()
			var lying sync.WaitGroup
			defer lying.Wait()
			lying.Go(func() {
				conn, err := one.listener.Accept()
				if err != nil {
					t.Error(err)
					return
				}
				defer conn.Close()
				_ = json.NewDecoder(conn).Decode(&Request{})
				_, _ = io.WriteString(conn, answers) // it may have been cut off before the end
			})
			if _, reply, err := Enter(t.Context(), screen, asks(Request{})); err == nil || !strings.Contains(err.Error(), "does not answer") {
				t.Errorf("%+v, %v", reply, err)
			}
		})
	}
}

func TestServingEndsThoughPeersAreSilent(t *testing.T) {
	runtimeDir(t)
	end := first(t, shares)
	at, err := place(screen)
	if err != nil {
		t.Fatal(err)
	}
	for range mostPeers + 2 {
		conn, err := net.Dial("unix", at+".sock")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	end() // the test's time is the bound
}
