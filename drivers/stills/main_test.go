package stills

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

// patience bounds how long a test waits for what takes a moment.
const patience = 20 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
