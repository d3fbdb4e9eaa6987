// Package drivertest is the conformance kit that every camera driver passes: it checks
// the promises of [drivers.Camera] and [drivers.Lister], through the registry.
//
// Only tests import it: those of package drivers and, as external tests, those of the
// packages below it. It may not import streaming or Fyne. A test describes a camera as a
// [Subject]; [Run] finds it in the registry, opens and closes it in every way that the
// contract names, and checks the pictures, the errors, and that no goroutine or file is
// left.
package drivertest
