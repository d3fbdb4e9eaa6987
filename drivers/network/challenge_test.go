package network

import (
	"cmp"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

func TestChallenges(t *testing.T) {
	params := func(words ...string) map[string]string {
		m := map[string]string{}
		for i := 0; i < len(words); i += 2 {
			m[words[i]] = words[i+1]
		}
		return m
	}
	for _, test := range []struct {
		header []string
		want   []challenge
	}{
		{nil, nil},
		{[]string{""}, nil},
		{[]string{`Basic realm="a"`}, []challenge{{"basic", params("realm", "a")}}},
		{[]string{`Basic realm="a", Digest nonce=b,qop="auth, auth-int"`}, []challenge{{"basic", params("realm", "a")}, {"digest", params("nonce", "b", "qop", "auth, auth-int")}}},
		{[]string{`DIGEST Realm = "a, b=\"c\"" , NONCE=/+==`, "Negotiate, NTLM"}, []challenge{{"digest", params("realm", `a, b="c"`, "nonce", "/+==")}, {"negotiate", params()}, {"ntlm", params()}}},
		{[]string{`Digest realm="a" nonce="b"`}, []challenge{{"digest", params("realm", "a", "nonce", "b")}}},
		{[]string{"Digest", `nonce="b", Basic`}, []challenge{{"digest", params()}, {"basic", params()}}},
		{[]string{`Digest realm="a`, `Digest realm="a\`, `Digest realm=`}, []challenge{{"digest", params("realm", "a")}, {"digest", params("realm", "a")}, {"digest", params("realm", "")}}},
		{[]string{`NTLM TlRMTVNT==, Basic`}, []challenge{{"ntlm", params("tlrmtvnt", "=")}, {"basic", params()}}},
	} {
		if got := challengesOf(http.Header{"Www-Authenticate": test.header}); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%q: %+v\nwant %+v", test.header, got, test.want)
		}
	}
}

// asks is a server that lets admin with the password s:s%e in, whom it asks in its own
// way for each request anew.
type asks struct {
	ways  []string // %s is a nonce
	nonce int
	basic int // times that it was sent the password itself
}

func (a *asks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	given := r.Header.Get("Authorization")
	if strings.HasPrefix(given, "Basic ") {
		a.basic++
	}
	if a.isRight(given, r.URL.RequestURI()) {
		a.nonce++
		return
	}
	a.nonce++
	for _, way := range a.ways {
		w.Header().Add("WWW-Authenticate", strings.Replace(way, "%s", strconv.Itoa(a.nonce), 1))
	}
	w.WriteHeader(http.StatusUnauthorized)
}

// isRight computes the response of RFC 7616, section 3.4.1, by itself.
func (a *asks) isRight(given, uri string) bool {
	field := func(name string) string {
		_, rest, _ := strings.Cut(given, " "+name+"=")
		if quoted, ok := strings.CutPrefix(rest, `"`); ok {
			rest, _, _ = strings.Cut(quoted, `"`)
			return rest
		}
		rest, _, _ = strings.Cut(rest, ",")
		return rest
	}
	algorithm := strings.ToUpper(cmp.Or(field("algorithm"), "MD5"))
	hash := func(words ...string) string {
		text := []byte(strings.Join(words, ":"))
		if strings.HasPrefix(algorithm, "SHA-256") {
			return fmt.Sprintf("%x", sha256.Sum256(text))
		}
		return fmt.Sprintf("%x", md5.Sum(text))
	}
	a1 := hash("admin", field("realm"), "s:s%e")
	if strings.HasSuffix(algorithm, "-SESS") {
		a1 = hash(a1, field("nonce"), field("cnonce"))
	}
	a2 := hash("GET", uri)
	want := hash(a1, field("nonce"), a2)
	if qop := field("qop"); qop == "auth" {
		want = hash(a1, field("nonce"), field("nc"), field("cnonce"), qop, a2)
	} else if qop == "auth-int" {
		want = hash(a1, field("nonce"), field("nc"), field("cnonce"), qop, hash("GET", uri, hash("")))
	}
	return strings.HasPrefix(given, "Digest ") && field("nonce") == strconv.Itoa(a.nonce) && field("uri") == uri && field("response") == want
}

// Cameras ask for Digest in all these ways, and none of them gets the password itself.
func TestWaysToAskForDigest(t *testing.T) {
	for name, ways := range map[string][]string{
		"RFC 2069":                   {`Digest realm="iPOLiS", nonce="%s"`},
		"two kinds":                  {`Digest realm="r", qop="auth,auth-int", nonce="%s", opaque="5ccc069c"`},
		"with a space":               {`Digest realm="r", qop="auth-int, auth", nonce="%s"`},
		"in capitals":                {`Digest realm="r", qop="AUTH", nonce="%s"`},
		"the body too":               {`Digest realm="r", qop="auth-int", nonce="%s"`},
		"no quotes":                  {`Digest realm="Login to 5F08", qop=auth, nonce=%s, algorithm=MD5, stale=FALSE`},
		"quoted algorithm":           {`Digest qop="auth", realm="IP Camera(1234)", nonce="%s", stale="FALSE", algorithm="MD5"`},
		"Basic in front":             {`Basic realm="x", Digest realm="r", qop="auth", nonce="%s"`},
		"Basic behind":               {`Digest realm="r", qop="auth", nonce="%s", Basic realm="x"`},
		"Basic on a line of its own": {`Basic realm="x"`, `Digest realm="r", qop="auth", nonce="%s"`},
		"a comma in the realm":       {`Digest realm="Cam, yard", qop="auth", nonce="%s"`},
		"MD5-sess":                   {`Digest realm="r", qop="auth", nonce="%s", algorithm=MD5-sess`},
		"SHA-256":                    {`Digest realm="r", qop="auth", nonce="%s", algorithm=SHA-256`},
		"SHA-256-sess":               {`Digest realm="r", qop="auth", nonce="%s", algorithm="SHA-256-sess"`},
		"SHA-256, then MD5":          {`Digest realm="r", qop="auth", nonce="%s", algorithm=SHA-256`, `Digest realm="r", qop="auth", nonce="%s", algorithm=MD5`},
		"unknown, then MD5":          {`Digest realm="r", qop="auth", nonce="%s", algorithm=FOO`, `Digest realm="r", qop="auth", nonce="%s"`},
		"Negotiate, NTLM":            {"Negotiate", "NTLM", `Digest realm="r", qop="auth", nonce="%s"`},
		"small scheme":               {`digest realm="r", qop="auth", nonce="%s"`},
		"names in capitals":          {`Digest Realm="r", QOP="auth", Nonce="%s", Algorithm="md5"`},
		"a realm in Latin-1":         {"Digest realm=\"\xDCber uns\", qop=auth, nonce=\"%s\""},
		"no spaces":                  {`Digest realm="Login to AMC0",qop="auth",nonce="%s",opaque="fcc93b81"`},
	} {
		server := &asks{ways: ways}
		home := authorizations{}.server(t, server.ServeHTTP)
		home.Path, home.RawQuery = "/cgi-bin/snapshot.cgi", "channel=1&subtype=1"
		s := newSession(source{address: home, user: url.UserPassword("admin", "s:s%e")})
		for n := range 3 {
			answer, err := s.get(t.Context(), home)
			if err != nil {
				t.Errorf("%s: request %d: %v", name, n, err)
				break
			}
			answer.Body.Close()
		}
		s.close()
		if server.basic > 0 {
			t.Errorf("%s: the password itself was sent %d times", name, server.basic)
		}
	}
}

func TestPasswordIsSentAsBasicOnlyWhereThatIsAskedFor(t *testing.T) {
	for _, test := range []struct {
		ways  []string
		basic int
		want  error
	}{
		{[]string{`Digest realm="r", nonce="%s", algorithm=FOO`}, 0, errUnknownScheme},
		{[]string{`Digest realm="r", nonce="%s", algorithm=-sess, qop=auth`}, 0, errUnknownScheme},
		{[]string{`Digest realm="r", nonce="%s", algorithm=MD5-sess`}, 0, errUnknownScheme}, // which needs a qop
		{[]string{`Digest realm="r", nonce="%s", qop=future`}, 0, errUnknownScheme},
		{[]string{`Digest realm="Basic"`}, 0, errUnknownScheme},
		{[]string{"Negotiate", "NTLM"}, 0, errUnknownScheme},
		{[]string{`basic realm="r"`}, 1, nil},
		{[]string{`Digest realm="r", nonce="%s", algorithm=FOO, Basic realm="r"`}, 1, nil},
		{nil, 1, nil},
	} {
		server := &asks{ways: test.ways}
		home := authorizations{}.server(t, server.ServeHTTP)
		s := newSession(source{address: home, user: url.UserPassword("admin", "s:s%e")})
		_, err := s.get(t.Context(), home)
		s.close()
		var status *statusError
		if server.basic != test.basic || test.want != nil && !errors.Is(err, test.want) || test.want == nil && !errors.As(err, &status) {
			t.Errorf("%q: the password was sent %d times, %v", test.ways, server.basic, err)
		}
	}
}

func FuzzChallenges(f *testing.F) {
	for _, seed := range []string{
		`Basic realm="x", Digest realm="r\"", qop="auth-int, auth", nonce="n", algorithm=MD5-sess`, "NTLM TlRMTVNT==,=,a=", `Digest nonce="`, "Digest nonce=\\", "é Digest nonce = ,",
		`Digest realm="r", nonce=a, algorithm="SHA-512-256", userhash=true, qop=auth`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		for _, c := range challengesOf(http.Header{"Www-Authenticate": {header}}) {
			if c.scheme == "" || c.scheme != strings.ToLower(c.scheme) {
				t.Fatalf("the scheme %q", c.scheme)
			}
			if q, ok := questionOf(c); ok {
				if answer, err := q.answer("/", "admin", "sesame"); err != nil || strings.Contains(answer, "sesame") && !strings.Contains(header, "sesame") {
					t.Fatalf("%q is answered by %q, %v", header, answer, err)
				}
			}
		}
	})
}
