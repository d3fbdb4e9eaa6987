package rtsp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"fanlight/streaming/matroska"
	"fanlight/streaming/sound"

	"github.com/bluenviron/mediacommon/v2/pkg/codecs/h264"
	"github.com/bluenviron/mediacommon/v2/pkg/codecs/mpeg4audio"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/mpegts"
	"github.com/bluenviron/mediacommon/v2/pkg/formats/mpegts/codecs"
)

const (
	// stuckPatience is how long ffmpeg may take no picture.
	stuckPatience = 20 * time.Second
	// ffmpegEnd is how long ffmpeg has to end.
	ffmpegEnd = 2 * time.Second
)

// shown is a picture to be encoded, with its size in pixels.
type shown struct {
	jpeg          []byte
	width, height int
	taken         time.Time
}

// encoder has ffmpeg encode pictures, and sound. ffmpeg gets them as Matroska on its standard
// input, with the times at which they were taken, and writes MPEG-TS to its standard output:
// the engine's address, which has secrets, is none of its arguments, which everybody on the
// computer can read.
type encoder struct {
	program string
	log     *slog.Logger
	heard   Sound // encoded as AAC; nil for none
	out     outlet
	sent    func()

	mu    sync.Mutex // of input
	input *matroska.Writer
	pipe  pipe
}

// pipe is ffmpeg's standard input. What a file would have written again is left out: a reader
// of a pipe has read it.
type pipe struct{ *os.File }

func (p pipe) Write(b []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(stuckPatience)); err != nil {
		return 0, err
	}
	return p.File.Write(b)
}

func (pipe) WriteAt(b []byte, _ int64) (int, error) { return len(b), nil }

// run encodes pictures until there are none, and sends what comes of them.
func (e *encoder) run(ctx context.Context, pictures iter.Seq[shown]) error {
	ctx, stop := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer stop()
	var ended chan error
	for picture := range pictures {
		if ended == nil {
			begun, err := e.start(ctx, picture, &working)
			if err != nil {
				return err
			}
			ended = begun
			defer e.pipe.Close() // ends ffmpeg
		}
		if err := e.show(picture); err != nil {
			break
		}
		select {
		case err := <-ended:
			return err
		default:
		}
	}
	if ended == nil {
		return ctx.Err()
	}
	e.pipe.Close()
	return <-ended
}

// start starts ffmpeg for pictures of the first one's size; others are scaled to it, with bars
// where they have another shape. Its end is sent to ended.
func (e *encoder) start(ctx context.Context, first shown, working *sync.WaitGroup) (ended chan error, err error) {
	stdin, in, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotEncoded, err)
	}
	defer stdin.Close()
	told := &lines{log: e.log}
	command := exec.CommandContext(ctx, e.program, ffmpegArgs(first.width, first.height, e.heard != nil)...)
	command.Stdin, command.Stderr = stdin, told
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = ffmpegEnd
	stdout, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		in.Close()
		return nil, fmt.Errorf("%w: %w", ErrNoFFmpeg, err)
	}
	e.pipe = pipe{in}
	ended = make(chan error, 1)
	working.Go(func() {
		err := e.pass(stdout, first.taken)
		in.Close() // so that nobody waits for ffmpeg to read on
		if end := command.Wait(); err == nil {
			err = fmt.Errorf("%w: ffmpeg ended (%v): %s", ErrNotEncoded, end, told.last)
		}
		ended <- err
	})
	if e.input, err = e.head(first); err != nil {
		in.Close()
		return nil, <-ended
	}
	if e.heard != nil {
		working.Go(func() { e.listen(ctx) })
	}
	return ended, nil
}

// head writes what is in front of the pictures.
func (e *encoder) head(first shown) (*matroska.Writer, error) {
	if e.heard == nil {
		return matroska.NewWriter(e.pipe, first.width, first.height, "", first.taken)
	}
	return matroska.NewWriterWithSound(e.pipe, first.width, first.height, "", first.taken, sound.OpusHead())
}

func (e *encoder) show(picture shown) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.input.Write(picture.jpeg, picture.taken)
}

// listen hands over sound until ctx ends or ffmpeg does.
func (e *encoder) listen(ctx context.Context) {
	for p := range filled(ctx, e.heard) {
		e.mu.Lock()
		err := e.input.WriteSound(p.Opus, p.Taken)
		e.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// ffmpegArgs are ffmpeg's. A camera has no constant rate: pictures keep their times. There is no
// -fflags nobuffer, which loses the first picture, after whose time the others are told.
func ffmpegArgs(width, height int, withSound bool) []string {
	size := strconv.Itoa(width&^1) + ":" + strconv.Itoa(height&^1)
	args := strings.Fields("-hide_banner -nostats -loglevel error -analyzeduration 0 -fpsprobesize 0 -f matroska -i pipe:0" +
		" -vf scale=" + size + ":force_original_aspect_ratio=decrease:force_divisible_by=2:out_range=tv,pad=" + size + ":-1:-1,format=yuv420p" +
		" -c:v libx264 -preset ultrafast -tune zerolatency -threads:v " + threads(width, height) +
		" -b:v 2500k -maxrate 2500k -bufsize 2500k -fps_mode vfr -enc_time_base 1:1000" +
		" -force_key_frames expr:gte(t,n_forced*2)")
	if withSound {
		args = append(args, strings.Fields("-c:a aac -b:a 96k")...)
	}
	return append(args, strings.Fields("-muxdelay 0 -muxpreload 0 -flush_packets 1 -omit_video_pes_length 0 -f mpegts pipe:1")...)
}

// threads is how many x264 uses. More than one work on slices of a picture, which delays none, and
// there are engines, such as lal v0.37.4, that take each slice of RTP's for a picture. So there is
// one as long as that is fast enough anywhere.
func threads(width, height int) string {
	if width*height <= 1280*720 {
		return "1"
	}
	return "auto"
}

// tsClock is that of MPEG-TS, in Hz (ISO/IEC 13818-1, 2.4.3.7).
const tsClock = 90_000

// pass sends what ffmpeg makes, until that ends. It returns nil at its end.
func (e *encoder) pass(stdout io.Reader, begin time.Time) error {
	reader := &mpegts.Reader{R: bufio.NewReader(stdout)}
	if err := reader.Initialize(); err != nil {
		return nil // ffmpeg has said why
	}
	p := &passing{out: e.out, begin: begin, sent: e.sent}
	for _, track := range reader.Tracks() {
		switch codec := track.Codec.(type) {
		case *codecs.H264:
			reader.OnDataH264(track, func(pts, _ int64, au [][]byte) error { return p.picture(pts, au) })
		case *codecs.MPEG4Audio:
			p.aac = &codec.Config
			reader.OnDataMPEG4Audio(track, p.heard)
		}
	}
	for {
		if err := reader.Read(); errors.Is(err, io.EOF) || errors.Is(err, os.ErrClosed) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// passing sends access units and AAC to the outlet, which it begins with the first picture.
type passing struct {
	out   outlet
	begin time.Time // when the first picture was taken
	sent  func()
	aac   *mpeg4audio.AudioSpecificConfig
	times mpegts.TimeDecoder
	begun bool
	first int64 // the time of the first picture, in ticks
}

func (p *passing) picture(pts int64, au [][]byte) error {
	after := p.after(pts)
	if !p.begun {
		sps, pps := parameterSets(au)
		if sps == nil || pps == nil {
			return nil // it is not to be decoded alone
		}
		if err := p.out.begin(sps, pps, p.aac); err != nil {
			return err
		}
		p.begun, p.first, after = true, p.times.Decode(pts), 0
	}
	if err := p.out.picture(au, after, p.begin.Add(after)); err != nil {
		return err
	}
	p.sent()
	return nil
}

// heard sends sound but that from before the first picture.
func (p *passing) heard(pts int64, packets [][]byte) error {
	from := p.after(pts)
	for n, packet := range packets {
		after := from + time.Duration(n)*mpeg4audio.SamplesPerAccessUnit*time.Second/sound.Rate
		if !p.begun || after < 0 {
			continue
		}
		if err := p.out.sound(packet, after); err != nil {
			return err
		}
	}
	return nil
}

// after is the time from the first picture to a time of MPEG-TS, which has 33 bits and begins
// anew after a day: it is called with each in turn.
func (p *passing) after(pts int64) time.Duration {
	return time.Duration(p.times.Decode(pts)-p.first) * time.Second / tsClock
}

// parameterSets returns those of an access unit; nil where they are missing.
func parameterSets(au [][]byte) (sps, pps []byte) {
	for _, nalu := range au {
		switch h264.NALUType(nalu[0] & 0x1F) {
		case h264.NALUTypeSPS:
			sps = nalu
		case h264.NALUTypePPS:
			pps = nalu
		}
	}
	return sps, pps
}
