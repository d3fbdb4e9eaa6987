// Package reachtest has ports for tests.
//
// Only tests import it; it imports nothing of Fanlight.
package reachtest
