// Package ui is the window, one file a panel: a live preview, a camera picker, a
// switch to share, and at the side settings, viewers and the streams of others. Where
// room is short the preview has the whole window, and idle.go hides the rest while nobody
// uses it; keys.go lists what the window does by keys.
//
// Package app makes a [Window] with [New], hands it a [State] whenever something has
// changed, and implements what the window asks for: [Program] with [Audience],
// [Network], [Preferences], [Others], [Pictures] and [Recordings], [Preview] and [Seen].
// The package imports Fyne, fanlight/ui/kit and fanlight/assets; it may import neither
// fanlight/drivers nor fanlight/streaming nor net/http.
//
// A State comes from any goroutine to [Window.Show], which keeps the newest one and
// schedules one call of draw; draw, on Fyne's UI goroutine, passes it to the show
// method of each panel. What the user does goes the other way: a widget of kit calls
// its panel, the panel calls a method of Program, and the next State tells what came
// of it. Pictures go from Preview through a goroutine that decodes them to the screen, and
// pass no State; timeline.go says whether they are live or of the past. While Seen says
// that nobody can see the window, that goroutine rests.
package ui
