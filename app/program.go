package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/pixels"
	"fanlight/streaming"
	"fanlight/streaming/discovery"
	"fanlight/streaming/history"
	"fanlight/streaming/library"
	"fanlight/streaming/reach"
	"fanlight/streaming/recording"
	"fanlight/streaming/sound"
	"fanlight/streaming/web"
	"fanlight/ui"
)

// program holds the parts and ties them together. Its fields are set once or
// guarded by mu; jobs run one after another, off the window's goroutine. Those on the disk of
// the recordings run apart from others, since it may not answer.
type program struct {
	options  options
	asked    *asked
	settings *settings
	log      *slog.Logger
	feed     *streaming.Feed
	server   *web.Server
	stream   *web.Stream // the feed, as the server shows it
	history  *history.History
	untune   func() // ends the collector
	recorder *recording.Recorder
	library  *library.Library
	sound    *sound.Sound
	// certificate is shown in the window, and fingerprint is announced; nil and empty for
	// HTTP.
	certificate *ui.Certificate
	fingerprint string
	// mark is sent with every picture, so that two programs that watch each other notice.
	// It is random for each run.
	mark string

	ctx  context.Context // ends with close, so that no job waits for a camera
	quit context.CancelFunc

	// quitting is closed by quitOnce: the user wants the program to end.
	quitting chan struct{}
	quitOnce func()
	openURL  func(*url.URL) error // with the desktop's program for it; nil without a window

	jobs    *jobs
	onDisk  *jobs
	working sync.WaitGroup
	probing sync.WaitGroup // folders, which may hang; see probe
	sharing *sharing       // nil while off; for jobs only
	engines engines

	mics microphoneList

	forwarder forwarder // of viewers, after a change of the port

	picturesTurn, videosTurn atomic.Int64 // folders asked about; only the last one counts

	using sync.Mutex // is held while the feed is changed, before mu

	mu         sync.Mutex
	through    *lens            // of the camera that the feed uses
	autostart  bool             // the session starts the program
	cameras    []drivers.Camera // to choose from now
	listed     []drivers.Camera // by the drivers; nil before the first list
	kept       []drivers.Camera // to choose from, although no driver lists them
	chosen     drivers.Camera
	offers     offers   // of the chosen camera
	waiting    *waiting // controls to be set; nil for none
	given      string   // the stream's name if the user gave it one
	wantShare  bool
	listening  net.Addr         // while sharing, else nil
	host       string           // of this machine for the link; empty means its address
	link       string           // of the page, while sharing
	linkHere   string           // for this machine itself
	otherLinks []ui.OtherLink   // at this machine's addresses on several networks
	keyLink    string           // of the page, with the key that stands for the passcode
	standing   discovery.Status // of the announcement
	passcode   string
	audience   audience
	nearby     nearby
	problems   map[trouble]string
	saved      ui.Saved // the last snapshot
	films      films

	recordedLast ui.Recorded
	recordingOn  bool
	asking       *question
	questions    int // asked so far
}

// newProgram makes the parts, with the camera off. The certificate is nil for HTTP.
func newProgram(o options, settings *settings, camera drivers.Camera, certificate *reach.Certificate, log *slog.Logger) *program {
	p := &program{
		options:  o,
		asked:    &asked{options: o},
		settings: settings,
		log:      log,
		jobs:     newJobs(),
		onDisk:   newJobs(),
		cameras:  []drivers.Camera{camera},
		chosen:   camera,
		given:    cmp.Or(o.Name, settings.get().Name),
		passcode: passcode(o, settings.get()),
		audience: audience{names: map[netip.Addr]string{}},
		nearby:   newNearby(),
		problems: map[trouble]string{},
		films:    films{again: make(chan struct{}, 1)},
		mark:     rand.Text(),

		certificate: windowCertificate(certificate, o),
	}
	if certificate != nil {
		p.fingerprint = certificate.SHA256()
	}
	p.ctx, p.quit = context.WithCancel(context.Background())
	p.quitting = make(chan struct{})
	p.quitOnce = sync.OnceFunc(func() { close(p.quitting) })
	p.through = &lens{encoded: func(took time.Duration) { p.stream.Encoded(took) }}
	p.feed = streaming.NewFeed(source(camera, p.tuning(camera), p.through, p.mark, log), o.idle(settings.get()), log)
	p.server = web.NewServer(web.Options{
		Version:     version,
		Passcode:    p.passcode,
		Secret:      []byte(settings.get().Secret),
		OwnerKey:    settings.get().OwnerKey,
		NoNames:     o.NoDiscovery,
		Proxies:     o.proxies(),
		Hosts:       o.hosts(),
		Certificate: certificate,
		Log:         log,
	})
	p.server.AllowOrigins(o.allowedOrigins(settings.get()))
	p.stream = p.server.Add("/", p.feed, web.StreamOptions{
		Name:       p.name(),
		MaxViewers: maxViewers(o, settings.get()),
		Shrink:     pixels.Shrink,
	})
	p.history = history.New(p.feed, historyBytes(o, settings.get()), log)
	p.untune = tuneCollector(func() int { return p.history.Span().Bytes })
	p.stream.RewindWith(p.history.Shown())
	p.stream.AllowRewind(!o.NoRewind && !settings.get().NoRewind)
	p.sound = p.newSound()
	p.recorder = p.newRecorder()
	p.library = p.newLibrary()
	p.stream.LibraryWith(p.library)
	p.stream.ShowRecordings(settings.get().ShowRecordings)
	p.stream.RecordWith(p.recorder)
	p.working.Go(p.jobs.run)
	p.working.Go(p.onDisk.run)
	p.keepOnDisk()
	return p
}

// close ends sharing, closes the camera, and waits for both. Settings made before are
// saved, but a folder of a disk that does not answer.
func (p *program) close() {
	p.quit()
	var recorded sync.WaitGroup
	recorded.Go(p.recorder.Stop) // at once: what hangs below must not leave a file open
	inTime(probePatience, p.probing.Wait)
	p.jobs.add(p.endSharing)
	p.jobs.close()
	p.onDisk.close()
	p.working.Wait()
	recorded.Wait()
	p.recorder.Stop() // what a job has begun meanwhile
	p.sound.Close()
	p.history.Close()
	p.untune()
	p.library.Close()
	p.feed.Close()
}

// runHeadless shares until ctx ends.
func (p *program) runHeadless(ctx context.Context, stdout io.Writer) error {
	if p.options.Microphone != "" {
		p.sound.Mute(false) // as it was in the window, where one sees that
	}
	listener, err := reach.Listen(ctx, p.listenAddress())
	if err == nil {
		err = p.listenRTSPAtStart(ctx, listener.Addr())
	}
	if err != nil {
		return err
	}
	started := make(chan *sharing)
	p.jobs.add(func() {
		p.beginSharing(listener)
		fmt.Fprintf(stdout, "Sharing %s at %s\n", p.camera().Name, p.sharing.link)
		started <- p.sharing
	})
	sharing := <-started
	ctx, stop := context.WithCancel(ctx)
	var following sync.WaitGroup
	following.Go(func() { p.followCameras(ctx) })
	defer following.Wait()
	defer stop()
	select {
	case <-ctx.Done():
		return nil
	case <-sharing.done:
		return sharing.err
	}
}

func (p *program) listenAddress() string {
	return cmp.Or(p.options.Listen, portAddress(p.settings.get().Port), reach.DefaultListen)
}

// listen opens the address given by hand, else the usual or the next free port.
func (p *program) listen(ctx context.Context) (net.Listener, error) {
	if p.options.Listen != "" {
		return reach.Listen(ctx, p.options.Listen)
	}
	return reach.ListenNear(ctx, p.listenAddress())
}

// name is the stream's name: from --name or the window, else the default.
func (p *program) name() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.given != "" {
		return p.given
	}
	host, err := os.Hostname()
	if err != nil {
		return nameForViewers(p.chosen)
	}
	return discovery.NameOn(nameForViewers(p.chosen), host)
}

func (p *program) camera() drivers.Camera {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.chosen
}

func (p *program) hasPasscode() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.passcode != ""
}

// secure reports whether HTTPS is served.
func (p *program) secure() bool { return p.certificate != nil }
