package drivers

import "time"

// Another driver of Raspberry Pi cameras stands beside pi in tests, with a warm-up
// that they need not wait for.
func init() { registerPi("pi-quick", 100*time.Millisecond) }
