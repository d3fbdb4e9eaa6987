package rtsp

import (
	"net"
	"os"
	"path/filepath"
	"testing"

	"fanlight/streaming/sound"

	"github.com/bluenviron/gortsplib/v5"
	"github.com/bluenviron/gortsplib/v5/pkg/base"
)

// TestEngineTakesTheSound has GStreamer's server record both.
func TestEngineTakesTheSound(t *testing.T) {
	port := freePort(t)
	_, dir := recording(t, port, "sound")
	var w whistle
	sendWith(t, encoded(t, painted(64, 48)), w.listen(t), "rtsp://127.0.0.1:"+port+"/cam", false)
	saved := filepath.Join(dir, "sound")
	eventually(t, "pictures and sound", func() bool {
		info, err := os.Stat(saved)
		return err == nil && info.Size() > 2*2*sound.Rate && len(pictures(t, dir)) > 20
	})
	whistles(t, read(t, saved))
}

// announced is an engine that notes how many medias are announced to it.
type announced chan int

func (a announced) OnAnnounce(ctx *gortsplib.ServerHandlerOnAnnounceCtx) (*base.Response, error) {
	a <- len(ctx.Description.Medias)
	return answer(base.StatusOK), nil
}

func (a announced) OnSetup(*gortsplib.ServerHandlerOnSetupCtx) (*base.Response, *gortsplib.ServerStream, error) {
	return answer(base.StatusOK), nil, nil
}

func (a announced) OnRecord(*gortsplib.ServerHandlerOnRecordCtx) (*base.Response, error) {
	return answer(base.StatusOK), nil
}

// Where a microphone is chosen, or none any more, what is sent begins anew, at once.
func TestMicrophoneChosenWhileSending(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	engine := announced(make(chan int, 100))
	server := gortsplib.Server{Handler: engine, RTSPAddress: listener.Addr().String(), Listen: func(string, string) (net.Listener, error) { return listener, nil }}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	var w whistle
	s := w.listen(t)
	sending := sendWith(t, encoded(t, painted(64, 48)), s, "rtsp://"+listener.Addr().String()+"/cam", false)
	for n, test := range []struct {
		source sound.Source
		want   int
	}{{w.source(), 2}, {sound.Source{}, 1}, {w.source(), 2}} {
		s.Use(test.source)
		if got := <-engine; got != test.want {
			t.Errorf("announcement %d is of %d medias, want %d", n, got, test.want)
		}
		before := sending.Status().Pictures
		eventually(t, "pictures", func() bool { return sending.Status().Pictures > before+10 })
		eventually(t, "the microphone", func() bool { return (w.open.Load() > 0) == (test.want == 2) })
	}
	if now := sending.Status(); now.Why != nil {
		t.Errorf("it was interrupted: %+v", now)
	}
}
