package drivers_test

import (
	"os"
	"testing"

	"fanlight/drivers"
)

// TestMain lets this test binary be a driver's child, as the program is.
func TestMain(m *testing.M) {
	drivers.RunChild()
	os.Exit(m.Run())
}
