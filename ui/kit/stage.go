package kit

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Lengths in Fyne's points.
const (
	// A window lower than shortWindow has room only for the picture, and one narrower
	// than narrowWindow shows buttons by their icons, and a side below the picture.
	shortWindow, narrowWindow = 560, 600
	leastPicture              = 80 // the height that the window's least height leaves it

	stageMargin = 18 // around it all
	stageEdge   = 11 // below it, where the lowest line has space of its own
	stageGap    = 12 // between the picture and what is above and below it
	besideGap   = 10
	toastLift   = 6 // between a toast and the gap below it
	lineInset   = 8 // between a line or a mark over the picture and its edge
)

// Stage shares a window between a picture and what stands above, below and beside it. In
// a short window and in full screen the picture has the whole window, and the rest lies
// over it, until it is hidden.
type Stage struct {
	widget.BaseWidget
	Picture, Top, Beside, Bottom, Toast fyne.CanvasObject
	// Line lies over the lower edge of the picture, and Mark in its upper left corner, which
	// its owner shows and hides.
	Line, Mark fyne.CanvasObject

	// Changed is called before the layout if Over or Narrow have changed.
	Changed func()
	// Fit is called before the layout with the width that Top and Bottom get.
	Fit func(width float32)

	full               bool
	over, narrow, bare bool
	lined, calm        bool                 // there is a line, and it is not hidden
	veils              [2]*canvas.Rectangle // behind what lies over the picture
}

// Build makes the stage once its parts are set.
func (s *Stage) Build() {
	s.veils = [2]*canvas.Rectangle{{}, {}}
	s.ExtendBaseWidget(s)
}

// Full reports whether the picture has the whole window, however high that is.
func (s *Stage) Full() bool { return s.full }

// SetFull gives the picture the whole window, or ends that.
func (s *Stage) SetFull(full bool) {
	s.full = full
	s.Refresh()
}

// Over reports whether the picture has the whole window.
func (s *Stage) Over() bool { return s.over }

// Narrow reports whether the window is narrow.
func (s *Stage) Narrow() bool { return s.narrow }

// Bare reports whether what lies over the picture is hidden.
func (s *Stage) Bare() bool { return s.bare }

// SetBare hides what lies over the picture, or shows it again.
func (s *Stage) SetBare(bare bool) {
	if s.bare == bare {
		return
	}
	s.bare = bare
	SetVisible(s.Top, !bare)
	SetVisible(s.Bottom, !bare)
	s.showLine()
	s.Refresh()
}

// Lined reports whether there is a line.
func (s *Stage) Lined() bool { return s.lined }

// SetLined says whether there is a line.
func (s *Stage) SetLined(lined bool) {
	if s.lined != lined {
		s.lined = lined
		s.showLine()
		s.Refresh()
	}
}

// SetCalm hides the line while the picture is only looked at.
func (s *Stage) SetCalm(calm bool) {
	s.calm = calm
	s.showLine()
}

func (s *Stage) showLine() { SetVisible(s.Line, s.lined && !s.calm && !s.bare) }

// CreateRenderer is called by Fyne.
func (s *Stage) CreateRenderer() fyne.WidgetRenderer {
	r := &stageRenderer{s}
	r.paint()
	return r
}

type stageRenderer struct{ *Stage }

// Objects are in the order of the Tab key, and of drawing.
func (r *stageRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.Picture, r.veils[0], r.veils[1], r.Mark, r.Top, r.Beside, r.Line, r.Toast, r.Bottom}
}

func (r *stageRenderer) Destroy() {}

// MinSize does not depend on what is hidden, or the window could not be made small again.
func (r *stageRenderer) MinSize() fyne.Size {
	top, bottom := r.Top.MinSize(), r.Bottom.MinSize()
	return fyne.NewSize(max(top.Width, bottom.Width)+2*stageMargin,
		top.Height+bottom.Height+leastPicture+stageMargin+stageEdge+2*stageGap)
}

func (r *stageRenderer) Refresh() {
	r.paint()
	for _, o := range r.Objects() {
		o.Refresh()
	}
	r.Layout(r.Size())
	canvas.Refresh(r.Stage)
}

func (r *stageRenderer) paint() {
	settings := fyne.CurrentApp().Settings()
	ground := color.NRGBAModel.Convert(settings.Theme().Color(theme.ColorNameBackground, settings.ThemeVariant())).(color.NRGBA)
	ground.A = 0xd8
	for _, veil := range r.veils {
		veil.FillColor = ground
		SetVisible(veil, r.over && !r.bare)
		veil.Refresh()
	}
}

func (r *stageRenderer) Layout(size fyne.Size) {
	over, narrow := r.full || size.Height < shortWindow, size.Width < narrowWindow
	if over != r.over || narrow != r.narrow {
		r.over, r.narrow = over, narrow
		r.paint()
		if r.Changed != nil {
			r.Changed()
		}
	}
	width := size.Width - 2*stageMargin
	if r.Fit != nil {
		r.Fit(width)
	}
	top := place(r.Top, fyne.NewPos(stageMargin, stageMargin), width)
	bottom := size.Height - stageEdge
	bottom -= place(r.Bottom, fyne.NewPos(stageMargin, bottom-r.Bottom.MinSize().Height), width)
	above := bottom // what is above the bottom ends there
	if r.over && r.lined {
		above = r.layLine(above, width)
	}
	middle := area{stageMargin, stageMargin + top + stageGap, width, 0}
	middle.height = max(0, above-stageGap-middle.y)
	area{0, 0, size.Width, middle.y}.give(r.veils[0])
	area{0, bottom - stageGap, size.Width, size.Height - bottom + stageGap}.give(r.veils[1])

	picture := middle
	if r.over {
		picture = area{0, 0, size.Width, size.Height}
	}
	if r.Beside.Visible() {
		if r.over && !r.narrow { // it is beside the line, too
			middle.height = max(0, bottom-stageGap-middle.y)
		}
		picture = r.layBeside(middle, picture)
	}
	picture.give(r.Picture)
	r.layOver(picture, middle.y)
	switch {
	case r.bare:
		above = size.Height - stageGap
	case r.lined && !r.over: // whether it is hidden or not, so that no toast moves
		above -= r.Line.MinSize().Height + lineInset
	}
	toast := r.Toast.MinSize()
	toast.Width = min(toast.Width, width)
	r.Toast.Resize(toast)
	r.Toast.Move(fyne.NewPos((size.Width-toast.Width)/2, above-stageGap-toastLift-toast.Height))
}

// layLine places the line above the bottom, which begins there, in a window that is all
// picture. It returns where the line begins.
func (r *stageRenderer) layLine(bottom, width float32) float32 {
	if r.Beside.Visible() && !r.narrow {
		width -= r.Beside.MinSize().Width + besideGap
	}
	at := bottom - stageGap - lineInset - r.Line.MinSize().Height
	place(r.Line, fyne.NewPos(stageMargin, at), max(0, width))
	return at
}

// layOver places what lies over the picture. Below is where the top ends.
func (r *stageRenderer) layOver(picture area, below float32) {
	if !r.over && r.lined {
		height := r.Line.MinSize().Height
		area{picture.x + lineInset, picture.y + picture.height - height - lineInset, picture.width - 2*lineInset, height}.give(r.Line)
	}
	at := fyne.NewPos(picture.x+lineInset, picture.y+lineInset)
	if r.over && !r.bare {
		at.Y = below + lineInset
	}
	r.Mark.Resize(r.Mark.MinSize())
	r.Mark.Move(at)
}

// layBeside gives room to what is beside the picture, and returns what is left for it.
func (r *stageRenderer) layBeside(middle, picture area) area {
	beside := middle
	switch wide := min(r.Beside.MinSize().Width, middle.width); {
	case r.narrow && !r.over: // below the picture, which keeps the shape of most
		beside.height = max(middle.height/2, middle.height-middle.width*9/16)
		beside.y += middle.height - beside.height
		picture.height -= beside.height + stageGap
	case r.narrow:
	default:
		beside.x, beside.width = middle.x+middle.width-wide, wide
		if !r.over {
			picture.width -= wide + besideGap
		}
	}
	beside.give(r.Beside)
	return picture
}

// place gives an object a width and the height that it needs then, and returns that.
func place(o fyne.CanvasObject, at fyne.Position, width float32) float32 {
	height := o.MinSize().Height
	o.Resize(fyne.NewSize(width, height))
	o.Move(at)
	return height
}

// area is a part of the window.
type area struct{ x, y, width, height float32 }

func (a area) give(o fyne.CanvasObject) {
	o.Resize(fyne.NewSize(a.width, a.height))
	o.Move(fyne.NewPos(a.x, a.y))
}
