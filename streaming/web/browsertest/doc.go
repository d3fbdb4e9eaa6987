// Package browsertest has Chromium for tests.
//
// Only tests import it; of Fanlight it imports drivers/process/processtest.
package browsertest
