package secrets

import "testing"

func TestHide(t *testing.T) {
	for _, test := range []struct{ s, want string }{
		{"", ""},
		{"ffmpeg -f v4l2 -i /dev/video0 -f mjpeg -", "ffmpeg -f v4l2 -i /dev/video0 -f mjpeg -"},
		{"http://cam.local:8080/video", "http://cam.local:8080/video"},
		{"http://user@cam.local/video", "http://user@cam.local/video"},
		{"http://user:pw@cam.local/video", "http://user:…@cam.local/video"},
		{"rtsp://user:p@ss:w0rd@10.0.0.2:554/live", "rtsp://user:…@10.0.0.2:554/live"},
		{"http://:pw@cam/", "http://:…@cam/"},
		{`ffmpeg -i "rtsp://a:b@c/d" -i rtsp://e:f@g/h -`, `ffmpeg -i "rtsp://a:…@c/d" -i rtsp://e:…@g/h -`},
		{"http://cam:80/a@b", "http://cam:80/a@b"},
		{"http://cam/?user=u&pwd=geheim&x=1", "http://cam/?user=u&pwd=…&x=1"},
		{"http://cam/?Password=a%20b#top", "http://cam/?Password=…#top"},
		{"http://cam/?api_key=1&token=2;auth=3", "http://cam/?api_key=…&token=…;auth=…"},
		{"cgi?loginuse=admin&loginpass=x", "cgi?loginuse=admin&loginpass=…"},
		{"cgi?loginuse=admin&loginpas=x", "cgi?loginuse=admin&loginpas=…"}, // as older Foscams are asked
		{"cgi?usr=admin&psw=x&space=1", "cgi?usr=admin&psw=…&space=1"},
		{"program --password 'a b' -key c -i d", "program --password … -key … -i d"},
		{`ffmpeg -headers 'Authorization: Basic dXNlcjpwdw==' -i x`, `ffmpeg -headers 'Authorization: …' -i x`},
		{`program --token='a'"b c"d\ e f`, "program --token=… f"},
		{"program --passwd=1 --secret='a b' --key=\"c d\" x", "program --passwd=… --secret=… --key=… x"},
		{"http://cam/?monkey=1&keyframe=2&pass=", "http://cam/?monkey=1&keyframe=2&pass="},
		{"p://:one&key=st/?two=1&more@", "p://:…@"},
		{"http://u:…@cam/?pass=…", "http://u:…@cam/?pass=…"},
	} {
		if got := Hide(test.s); got != test.want {
			t.Errorf("%s: %s, want %s", test.s, got, test.want)
		}
	}
}

// FuzzHide checks that nothing is left to hide in a result.
func FuzzHide(f *testing.F) {
	f.Add("rtsp://user:p@ss@host/?token=1&key='a b'")
	f.Fuzz(func(t *testing.T, s string) {
		if hidden := Hide(s); Hide(hidden) != hidden {
			t.Errorf("%q became %q, which becomes %q", s, hidden, Hide(hidden))
		}
	})
}
