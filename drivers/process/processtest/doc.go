// Package processtest starts programs for tests. Each has a limit of its own, and has ended,
// with all that it has started, before the test's folders are removed.
//
// Only tests import it; it imports nothing of Fanlight.
package processtest
