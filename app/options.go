package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"fanlight/drivers"
	"fanlight/drivers/pixels"
	"fanlight/streaming"
	"fanlight/streaming/reach"
	"fanlight/streaming/recording"
	"fanlight/streaming/rtsp"
	"fanlight/streaming/web"
	"fanlight/ui"

	"github.com/alecthomas/kong"
)

// options are the command line.
type options struct {
	Headless           bool             `help:"Share at once, without a window." xor:"headless"`
	ListCameras        bool             `help:"List the cameras, one a line: ID, tab, name."`
	ListMicrophones    bool             `help:"List the microphones, one a line: ID, tab, name."`
	ListStreams        bool             `help:"List the streams that others share on the network, one a line: name, tab, address for --camera."`
	Camera             string           `help:"Which camera: an ID, a name, a driver, an address such as http://host/stream, rtsp://host/live or host:8080, a film's or a folder's path, or DRIVER:ARGUMENT such as command:PROGRAM. Default: the last one used, else the first real one." env:"CAMERA" placeholder:"CAMERA"`
	Listen             string           `help:"Where to serve: :PORT or ADDRESS:PORT. Default: the port that was set in the window, else ${listen}, and in the window the next free port." placeholder:"ADDRESS"`
	Share              bool             `help:"Start with sharing on, or have the Fanlight that is running share." xor:"share"`
	StopSharing        bool             `help:"Have the Fanlight that is running stop sharing." xor:"share,headless"`
	Background         bool             `help:"Open no window if sharing is on; starting Fanlight again opens it." xor:"headless"`
	Name               string           `help:"The stream's name on the network. Default: CAMERA on HOST." placeholder:"TEXT"`
	Describe           bool             `help:"Say what the camera offers: its modes and its controls; and what announces streams here."`
	Size               size             `help:"Ask the camera for this resolution, such as 1280x720." placeholder:"WxH"`
	FPS                float64          `help:"Rate of the pictures in fps, whatever the camera does." placeholder:"N"`
	Quality            int              `help:"JPEG quality of pictures that Fanlight encodes itself, 1 to 100. Default: ${quality}." placeholder:"N"`
	Control            map[string]int   `help:"Set a control of the camera, such as brightness=50; --describe lists them." placeholder:"NAME=VALUE"`
	Rotate             int              `help:"Rotate pictures clockwise by 90, 180 or 270 degrees." placeholder:"DEGREES"`
	Mirror             bool             `help:"Mirror pictures, for all viewers."`
	Text               string           `help:"Write this text into pictures." placeholder:"TEXT"`
	Clock              bool             `help:"Write date and time into pictures."`
	Snapshot           string           `help:"Take one picture into this file, - for standard output, and end. It has date and camera as Exif." placeholder:"FILE"`
	Record             string           `help:"Record into this folder, from the start to the end. The files are Matroska with the camera's own pictures, and play after a crash, too." placeholder:"DIR"`
	History            *memory          `help:"Keep this much of the last pictures in memory, such as 256MB, to rewind and to save what has already happened; 0 keeps none. Default: what was set in the window, else 256MB or a tenth of the memory that is available, whichever is less." placeholder:"SIZE"`
	Microphone         string           `help:"Let viewers hear this microphone: an ID, a name, default for the system's, or none. It is on only while somebody listens. Default: what was set in the window, else none." env:"MICROPHONE" placeholder:"MICROPHONE"`
	TimeLapse          time.Duration    `help:"Record one picture in this time, such as 10s, into a time lapse that plays at 30 fps; with --record. The camera is off in between if --idle is shorter." placeholder:"DURATION"`
	RecordSplit        *recording.Split `help:"Go on in a new file after this time or size, such as 10m or 500MB. Default: what was set before in the settings, else never." placeholder:"LIMIT"`
	RecordRemoveOldest bool             `help:"When the disk is nearly full, remove the oldest recordings of the folder. Renamed ones stay. Without it the recording ends."`
	HistoryDisk        *diskTime        `help:"Keep older pictures in the cache folder, for this long, such as 1h; 24h is the most, and 0 keeps none. It writes all the time that the camera is on: 260 GB a day at 1280x720 and 30 fps, which wears SD cards. They are removed at the end. Default: what was set in the window, else 0." placeholder:"DURATION"`
	NoRewind           bool             `help:"Let viewers watch live only. Default: what was set in the window, else they may rewind as far as --history and --history-disk reach."`
	RTSP               rtspListen       `name:"rtsp" help:"Share by RTSP, too, for recorders and engines. --rtsp=ADDRESS says where: :PORT or ADDRESS:PORT. Default: what was set in the window, else off, and then the port ${rtsp}."`
	SendTo             string           `help:"Send the stream to an engine while sharing: rtsp://USER:PASSWORD@HOST:8554/NAME or rtmp://HOST/APP/KEY. In a variable the password stays out of the list of processes. Default: what was set in the window, else nowhere." env:"FANLIGHT_SEND_TO" placeholder:"ADDRESS"`
	SendH264           bool             `name:"send-h264" help:"Send it as H.264, which ffmpeg encodes: 40 % of a processor's core for 1280x720 at 30 fps. Engines need that to serve browsers; rtmp:// always has it."`
	Passcode           string           `help:"Passcode that viewers need. Default: what was set in the window, else nothing." env:"FANLIGHT_PASSCODE" placeholder:"TEXT"`
	TLS                bool             `name:"tls" help:"Serve over HTTPS, with a certificate that Fanlight makes and keeps."`
	TLSCert            string           `name:"tls-cert" help:"Serve over HTTPS, with this certificate (PEM)." placeholder:"FILE"`
	TLSKey             string           `name:"tls-key" help:"The key of --tls-cert (PEM)." placeholder:"FILE"`
	AllowHost          []string         `help:"Answer to this name too, such as one of a DNS server or a proxy. Names of local networks need no mention. May be given several times." placeholder:"NAME" sep:"none"`
	AllowOrigin        []string         `help:"Let pages of this web site show the pictures, such as https://dash.example.org, or * for all. Pages of local networks need no mention. May be given several times." placeholder:"SITE" sep:"none"`
	MaxViewers         *int             `help:"Maximum number of viewers at a time. Default: what was set in the window, else ${maxviewers}." placeholder:"N"`
	Idle               time.Duration    `help:"Turn the camera off after this long without a viewer, and the microphone without a listener. Default: what was set in the window, else ${idle}." default:"${idle}" placeholder:"DURATION"`
	Proxies            []proxy          `name:"trusted-proxy" help:"Believe this reverse proxy, an address or a network such as 172.18.0.0/16, when it names its clients (X-Forwarded-For), so that each has limits of its own. May be given more than once." placeholder:"ADDRESS"`
	NoDiscovery        bool             `help:"Neither announce the stream on the network nor look for those of others, nor ask viewers' machines for their names."`
	Version            bool             `help:"Say which version this is."`

	given []string // the flags on the command line, without their dashes
}

// parseOptions parses the command line. It returns done after a request for help, which it
// has answered on stdout. Errors are one line that says what to type instead.
func parseOptions(args []string, stdout, stderr io.Writer) (o options, done bool, err error) {
	parser, err := newParser(&o, kong.Writers(stdout, stderr), kong.Exit(func(int) { done = true }))
	if err != nil {
		return o, false, fmt.Errorf("building the command line: %w", err)
	}
	parsed, err := parser.Parse(args)
	if err != nil && !done {
		return o, false, fmt.Errorf("%w; fanlight --help lists the options", err)
	}
	if parsed != nil {
		for _, part := range parsed.Path {
			if part.Flag != nil {
				o.given = append(o.given, part.Flag.Name)
			}
		}
	}
	if !done {
		err = cmp.Or(o.checkPasscodeGiven(), o.checkSnapshot())
	}
	return o, done, err
}

// checkPasscodeGiven refuses a passcode that was to be given and is empty, as of a variable
// that is not set: the stream would be open to everybody.
func (o *options) checkPasscodeGiven() error {
	_, inEnvironment := os.LookupEnv(passcodeVariable)
	switch {
	case o.Passcode != "":
	case slices.Contains(o.given, "passcode"):
		return errors.New("--passcode is empty: write the passcode behind it, or leave it out")
	case inEnvironment:
		return fmt.Errorf("$%s is empty: set it to the passcode, or unset it", passcodeVariable)
	}
	return nil
}

const passcodeVariable = "FANLIGHT_PASSCODE"

// newParser returns what reads the command line into o. The man page and the shells'
// completions are made from it too.
func newParser(o *options, more ...kong.Option) (*kong.Kong, error) {
	return kong.New(o, append(more,
		kong.Name("fanlight"),
		kong.Description("Shows what a camera sees in a window, and shares it on the local network."),
		kong.Vars{
			"listen":     reach.DefaultListen,
			"maxviewers": strconv.Itoa(web.DefaultMaxViewers),
			"idle":       streaming.DefaultIdle.String(),
			"rtsp":       defaultRTSP,
			"quality":    strconv.Itoa(drivers.DefaultQuality),
		})...)
}

// has reports whether a flag is on the command line.
func (o *options) has(flag string) bool { return slices.Contains(o.given, flag) }

// idle is how long the camera stays on without viewers: from the command line, else as
// set in the window.
func (o *options) idle(r remembered) time.Duration {
	kept := time.Duration(r.IdleSeconds) * time.Second
	if o.has("idle") || kept < ui.LeastIdle || kept > ui.MostIdle {
		return o.Idle
	}
	return kept
}

// minFPS and maxFPS are the limits of --fps: from one picture in a quarter of an hour.
const minFPS, maxFPS = 0.001, 1000

// Validate is called by kong.
func (o *options) Validate() error {
	switch {
	case math.IsNaN(o.FPS) || o.FPS != 0 && o.FPS < minFPS || o.FPS > maxFPS:
		return fmt.Errorf("--fps is a number from %v to %v, such as 30, not %v", minFPS, maxFPS, o.FPS)
	case o.Quality < 0 || o.Quality > 100:
		return fmt.Errorf("--quality is a number from 1 to 100, such as 80, not %d", o.Quality)
	case o.MaxViewers != nil && *o.MaxViewers < 1:
		return fmt.Errorf("--max-viewers is 1 or more, not %d", *o.MaxViewers)
	case o.Idle <= 0:
		return fmt.Errorf("--idle is a time such as 10s or 1m, not %v", o.Idle)
	case o.TimeLapse != 0 && recording.CheckLapse(o.TimeLapse) != nil:
		return fmt.Errorf("--time-lapse: %w", recording.CheckLapse(o.TimeLapse))
	case o.TimeLapse != 0 && o.Record == "":
		return errors.New("--time-lapse needs --record with a folder for its file")
	case strings.ContainsFunc(o.Name, func(r rune) bool { return r < ' ' }):
		return fmt.Errorf("--name is one line of text, not %q", o.Name)
	}
	if err := o.look().Validate(); err != nil {
		return fmt.Errorf("--rotate: %w", err)
	}
	if err := web.CheckPasscode(o.Passcode); err != nil {
		return fmt.Errorf("--passcode: %w", err)
	}
	if err := o.checkAllowed(); err != nil {
		return err
	}
	if _, err := rtsp.ParseTarget(o.SendTo); err != nil {
		return fmt.Errorf("--send-to: %w", err)
	}
	if o.Listen != "" {
		return reach.CheckListen(o.Listen)
	}
	return nil
}

func (o *options) look() pixels.Look {
	return pixels.Look{Rotate: o.Rotate, Mirror: o.Mirror, Text: o.Text, Clock: o.Clock}
}

// size is a resolution as the user writes it, WIDTHxHEIGHT in pixels.
type size struct{ width, height int }

const maxSide = 16384

func (s *size) UnmarshalText(text []byte) error {
	w, h, ok := strings.Cut(strings.ToLower(string(text)), "x")
	width, wErr := strconv.Atoi(w)
	height, hErr := strconv.Atoi(h)
	if !ok || wErr != nil || hErr != nil || width < 1 || height < 1 || width > maxSide || height > maxSide {
		return fmt.Errorf("a size is WIDTHxHEIGHT in pixels, such as 1280x720, not %q", text)
	}
	s.width, s.height = width, height
	return nil
}

// certificate returns the certificate for HTTPS; nil means HTTP. It may make one; see
// [reach.OwnCertificate].
func (o *options) certificate() (*reach.Certificate, error) {
	switch {
	case o.TLSCert != "" || o.TLSKey != "":
		return reach.LoadCertificate(o.TLSCert, o.TLSKey)
	case o.TLS:
		dir, err := configDir()
		if err != nil {
			return nil, fmt.Errorf("there is no folder to keep a certificate in; set HOME, or give --tls-cert and --tls-key: %w", err)
		}
		return reach.OwnCertificate(dir)
	default:
		return nil, nil
	}
}
