// Package browsertest has Chromium for tests: one without a window, which ends with its children
// when the test does, and is told what to do by its debugging protocol.
//
// Only tests import it; of Fanlight it imports drivers/process/processtest.
package browsertest
