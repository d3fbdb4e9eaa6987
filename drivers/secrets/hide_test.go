package secrets

import "testing"

func TestHide(t *testing.T) {
	for _, test := range []struct{ s, want string }{
		{"", ""},
		{"ffmpeg -f v4l2 -i /dev/video0 -f mjpeg -", "ffmpeg -f v4l2 -i /dev/video0 -f mjpeg -"},
		{"http://cam.local:8080/video", "http://cam.local:8080/video"},
		{"http://user@cam.local/video", "http://…@cam.local/video"}, // which may be a token
		{"http://cam/?sig=1&x=2", "http://cam/?sig=…&x=2"},
		{"http://cam/?X-Amz-Credential=a/b&X-Amz-Signature=c&X-Amz-Date=d", "http://cam/?X-Amz-Credential=…&X-Amz-Signature=…&X-Amz-Date=d"},
		{"http://cam/?sid=1&sessionid=2&session=3&pin=4&pw=5&side=6&spin=7", "http://cam/?sid=…&sessionid=…&session=…&pin=…&pw=…&side=6&spin=7"},
		{"http://cam/?accessKey=1&access-key=2&signal=3", "http://cam/?accessKey=…&access-key=…&signal=3"},
		{"curl -u admin:pw http://cam/", "curl -u admin:… http://cam/"},
		{"curl -uadmin:pw --user=a:b --proxy-user 'c:d' -u nobody http://cam/", "curl -uadmin:… --user=a:… --proxy-user 'c:…' -u nobody http://cam/"},
		{`sh -c 'curl -u "admin:pw" http://cam/'`, `sh -c 'curl -u "admin:…" http://cam/'`},
		{"curl -H 'X-Api-Key: a b' -H X-Key:c --header \"Cookie: s=d; t=e\" http://cam/", "curl -H 'X-Api-Key: …' -H X-Key:… --header \"Cookie: …\" http://cam/"},
		{`ffmpeg -headers "X-One: a
X-Two: b" -i x`, `ffmpeg -headers "X-One: …" -i x`},
		{"program -h host:80 -p 8554 --size 640x480", "program -h host:80 -p 8554 --size 640x480"},
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
