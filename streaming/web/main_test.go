package web

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	http.DefaultClient.Timeout = 2 * patience // no test hangs at a server that does not answer
	goleak.VerifyTestMain(m)
}
