// Package visible tells whether the user can see a window: it may be minimised, on another
// work space, covered whole, or behind the lock screen.
//
// Package app calls [Window] and hands it to the window, which decodes no pictures while
// nobody can see them. The package imports nothing of Fanlight's and not Fyne.
//
// An X connection of its own and the session bus report changes, each on a goroutine, as
// functions that change the facts; one loop applies them and yields the verdict when it is
// another one. Nothing is polled.
package visible
