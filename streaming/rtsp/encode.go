package rtsp

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

const (
	// stuckPatience is how long ffmpeg may take no picture.
	stuckPatience = 20 * time.Second
	// ffmpegEnd is how long ffmpeg has to end.
	ffmpegEnd = 2 * time.Second
	// Of each ffmpeg so many lines are logged, and so many bytes of each.
	mostLines   = 20
	longestLine = 4096 // longer than an address, so that none is cut
)

// encode sends pictures as H.264, by way of ffmpeg.
func (s *Sender) encode(ctx context.Context, sent func()) error {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoFFmpeg, err)
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	stdin, pictures, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotTaken, err)
	}
	defer pictures.Close()
	told := &lines{log: s.Log, to: s.To}
	running := &progress{sent: sent}
	command := exec.CommandContext(ctx, program, ffmpegArgs(s.To)...)
	command.Stdin, command.Stdout, command.Stderr = stdin, running, told
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = ffmpegEnd
	err = command.Start()
	stdin.Close()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoFFmpeg, err)
	}
	ended := make(chan error, 1)
	s.working.Go(func() {
		ended <- command.Wait()
		stop()
	})
	for frame := range s.Feed.Frames(ctx) {
		if pictures.SetWriteDeadline(time.Now().Add(stuckPatience)) != nil {
			break
		}
		if _, err := pictures.Write(frame.JPEG); err != nil {
			break
		}
	}
	pictures.Close() // ends ffmpeg, and with that what it sends
	stop()
	end := <-ended
	return fmt.Errorf("%w: ffmpeg ended (%v): %s", told.why(running.frames > 0), end, told.last)
}

// ffmpegArgs are ffmpeg's. The pictures come with the times at which they are read: a camera
// has no constant rate.
func ffmpegArgs(to Target) []string {
	args := strings.Fields("-hide_banner -nostats -loglevel error -progress pipe:1 -stats_period 0.5" +
		" -use_wallclock_as_timestamps 1 -fflags nobuffer -f mjpeg -i pipe:0 -an" +
		" -vf scale=trunc(iw/2)*2:trunc(ih/2)*2:out_range=tv,format=yuv420p" +
		" -c:v libx264 -preset ultrafast -tune zerolatency -b:v 2500k -maxrate 2500k -bufsize 2500k -fps_mode vfr" +
		" -force_key_frames expr:gte(t,n_forced*2)")
	if to.isRTMP() {
		return append(args, "-f", "flv", to.Text())
	}
	return append(args, "-f", "rtsp", "-rtsp_transport", "tcp", to.Text())
}

// progress reads what ffmpeg says of its progress. It is for one goroutine.
type progress struct {
	sent   func()
	frames int // sent so far
	line   []byte
}

func (p *progress) Write(b []byte) (int, error) {
	eachLine(&p.line, b, func(line string) {
		number, isFrame := strings.CutPrefix(line, "frame=")
		frames, err := strconv.Atoi(strings.TrimSpace(number))
		if !isFrame || err != nil {
			return
		}
		for ; p.frames < frames; p.frames++ {
			p.sent()
		}
	})
	return len(b), nil
}

// lines logs what ffmpeg says of its troubles, without secrets. It is for one goroutine.
type lines struct {
	log  *slog.Logger
	to   Target
	line []byte
	all  int
	last string // fit to be shown
	kind error  // what it says of the engine; nil for nothing
}

func (l *lines) Write(b []byte) (int, error) {
	eachLine(&l.line, b, func(line string) {
		for kind, words := range ffmpegSays {
			for _, word := range words {
				if strings.Contains(line, word) {
					l.kind = kind
				}
			}
		}
		l.last = l.to.withoutSecrets(line)
		if l.all++; l.all <= mostLines {
			l.log.Warn("ffmpeg", "line", l.last)
		}
	})
	return len(b), nil
}

// ffmpegSays has the words for what the engine does, of ffmpeg and of the system.
var ffmpegSays = map[error][]string{
	ErrRefused:  {"401 Unauthorized", "403 Forbidden", "authfail"},
	ErrNoAnswer: {"Connection refused", "No route to host", "timed out", "Failed to resolve", "Network is unreachable"},
}

// why returns why ffmpeg has ended.
func (l *lines) why(began bool) error {
	switch {
	case l.kind != nil && !began:
		return l.kind
	case began:
		return ErrEnded
	default:
		return ErrNotTaken
	}
}

// eachLine calls take for each whole line, the rest of which before is in kept.
func eachLine(kept *[]byte, b []byte, take func(line string)) {
	for {
		end := bytes.IndexAny(b, "\r\n")
		if end < 0 {
			*kept = append(*kept, b[:min(len(b), longestLine-len(*kept))]...)
			return
		}
		line := append(*kept, b[:end]...)
		*kept, b = nil, b[end+1:]
		if text := strings.TrimSpace(strings.ToValidUTF8(string(line[:min(len(line), longestLine)]), "")); text != "" {
			take(text)
		}
	}
}
