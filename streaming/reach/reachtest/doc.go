// Package reachtest has ports for tests: free ones that the kernel holds until the test ends, so
// that no other test takes them meanwhile.
//
// Only tests import it; it imports nothing of Fanlight.
package reachtest
