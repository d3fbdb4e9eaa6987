// Package session is what the user's session and Fanlight know of each other: that one
// Fanlight with a window runs for a user and a display ([Enter]), the program's
// object on the session bus ([OnBus]), whether there is a tray ([HasTray]), and the entry
// that starts the program with the session ([SetAutostart]).
//
// Package app calls it. It imports nothing of Fanlight's and not Fyne.
//
// A second start comes as a [Request] through a socket that only the user can open, or
// as a call on the bus, and goes to one function of app; its [Reply] goes back to the
// second start, which tells the user.
package session
