package history

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"iter"
	"log/slog"
	"math"
	"math/rand/v2"
	"net"
	"os/exec"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"fanlight/drivers/jpegs"
	"fanlight/streaming"
	"fanlight/streaming/web"
)

// noisy returns a picture of 1280×720 of 100 KB.
func noisy(b *testing.B, n int) []byte {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	img := image.NewGray(image.Rect(0, 0, 1280, 720))
	for i := range img.Pix {
		img.Pix[i] = uint8(i/1280/4+n) + uint8(random.IntN(32))
	}
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, img, &jpeg.Options{Quality: 60}); err != nil {
		b.Fatal(err)
	}
	return encoded.Bytes()
}

// reel yields pictures in turn, at 30 fps, and as fast as it can while hurry is set.
func reel(b *testing.B, hurry *atomic.Bool) streaming.Source {
	var pictures [8]streaming.Picture
	for n := range pictures {
		encoded, info, err := jpegs.Mend(noisy(b, n))
		if err != nil {
			b.Fatal(err)
		}
		pictures[n] = streaming.Picture{JPEG: encoded, Info: info}
	}
	return streaming.Source{ID: "reel", Name: "Reel", Frames: func(ctx context.Context, granted func(streaming.Mode)) iter.Seq2[streaming.Picture, error] {
		return func(yield func(streaming.Picture, error) bool) {
			tick := time.NewTicker(time.Second / 30)
			defer tick.Stop()
			for n := 0; ctx.Err() == nil; n++ {
				if !hurry.Load() {
					<-tick.C
				}
				picture := pictures[n%len(pictures)]
				picture.Taken = time.Now()
				if !yield(picture, nil) {
					return
				}
			}
		}
	}}
}

// cpu is the CPU time of this process.
func cpu(b *testing.B) time.Duration {
	var used unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Nano())
}

// BenchmarkForOneViewer has one viewer, another process, watch a stream of this one, whose history
// is full, and has the history take the pictures in turn and leave them. It reports what a picture
// takes of the CPU, by how many percent that is more with the history, and the standard error of
// that. Two processes beside each other differ by more, depending on which core wakes which.
func BenchmarkForOneViewer(b *testing.B) {
	const most = 256 << 20
	log := slog.New(slog.DiscardHandler)
	var hurry, takes atomic.Bool
	hurry.Store(true)
	takes.Store(true)
	feed := streaming.NewFeed(reel(b, &hurry), 0, log)
	defer feed.Close()
	kept := &History{log: log, most: most, reserved: map[*int]bool{}, clock: usualClock()}
	defer kept.Close()
	defer feed.Follow(func(f *streaming.Frame) {
		if takes.Load() {
			kept.add(f)
		}
	})()
	server := web.NewServer(web.Options{NoNames: true})
	server.Add("/", feed, web.StreamOptions{Name: "bench"})
	link := serveHere(b, server)
	fill(b, feed, kept)
	hurry.Store(false)
	curl := exec.CommandContext(b.Context(), "curl", "-s", "-o", "/dev/null", link+"/stream.mjpg")
	if err := curl.Start(); err != nil {
		b.Fatal(err)
	}
	defer curl.Wait() // with an error: it is killed
	defer curl.Process.Kill()
	time.Sleep(5 * time.Second) // it begins

	var with, more []float64 // µs a picture
	for b.Loop() {
		turn := map[bool]float64{}
		for _, take := range []bool{true, false, false, true} { // so that neither is always the second
			takes.Store(take)
			turn[take] += cost(b, feed) / 2
		}
		with, more = append(with, turn[true]), append(more, turn[true]-turn[false])
	}
	without := mean(with) - mean(more)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(mean(with), "µs/picture")
	b.ReportMetric(100*mean(more)/without, "%more")
	b.ReportMetric(100*standardError(more)/without, "%±")
}

func mean(of []float64) (sum float64) {
	for _, x := range of {
		sum += x / float64(len(of))
	}
	return sum
}

func standardError(of []float64) float64 {
	var squares float64
	for _, x := range of {
		squares += (x - mean(of)) * (x - mean(of))
	}
	return math.Sqrt(squares / float64(max(1, len(of)-1)) / float64(len(of)))
}

// serveHere serves until the benchmark ends, and returns the address.
func serveHere(b *testing.B, server *web.Server) (link string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error)
	go func() { ended <- server.Serve(ctx, listener) }()
	b.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

// fill has a feed on until its history is full.
func fill(b *testing.B, feed *streaming.Feed, kept *History) {
	ctx, cancel := context.WithTimeout(b.Context(), time.Minute)
	defer cancel()
	for range feed.Frames(ctx) {
		if kept.Span().Bytes > kept.most-1<<20 {
			return
		}
	}
	b.Fatal("the history is not full after a minute")
}

// cost returns what a picture takes of this process's CPU now, in microseconds.
func cost(b *testing.B, feed *streaming.Feed) float64 {
	const settling, watching = 200 * time.Millisecond, 1800 * time.Millisecond
	time.Sleep(settling)
	used, pictures := cpu(b), feed.Status().Pictures
	time.Sleep(watching)
	used, pictures = cpu(b)-used, feed.Status().Pictures-pictures
	if pictures == 0 {
		b.Fatal("no pictures")
	}
	return used.Seconds() * 1e6 / float64(pictures)
}
