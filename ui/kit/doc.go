// Package kit has the widgets that the panels of the window are built of: Fyne's own,
// with what Fyne lacks.
//
// Only fanlight/ui uses it. It imports Fyne and the standard library, and knows nothing
// of cameras, streams or viewers: a panel hands it texts, values and functions.
//
// A window's content is a [Root], which draws tooltips and gets the keys that no widget
// uses; in it a [Stage] shares the room between a picture and the rest.
//
// Set methods bring a value from the program and call nobody back; what the user does
// is passed to the function that the widget was made with. Where the two may cross, a
// [Hold] keeps what the user has just set on screen. OnFocus tells a panel that scrolls
// which widget has the keyboard.
package kit
